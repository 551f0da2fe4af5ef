"""England at a glance: claims, points and pounds of a collection, by state."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from cqrs.portal.accounts.permissions import Permission, require
from cqrs.portal.accounts.queries import Actor, everywhere
from cqrs.portal.claims.models import Claim


@dataclass(frozen=True)
class NationalSummary:
    """Sums over all claims of a collection."""

    claims: int
    points: Decimal
    attainable: Decimal
    pence: int | None
    by_state: dict[str, int]
    pence_by_state: dict[str, int] | None


def national_summary(actor: Actor, collection_id: int) -> NationalSummary:
    """Sums of a collection; pounds only for roles that see them."""
    require(actor, Permission.SEE_COLLECTIONS, "Only national roles see England's sums.")
    rows = list(
        Claim.objects.filter(collection=collection_id)
        .values("state")
        .annotate(
            number=Count("id"), points=Sum("points"), attainable=Sum("attainable"),
            money=Sum("pence"),
        )
        .order_by()
    )  # fmt: skip
    pounds = everywhere(actor, Permission.SEE_POUNDS)
    return NationalSummary(
        claims=sum(row["number"] for row in rows),
        points=sum((row["points"] for row in rows), Decimal(0)),
        attainable=sum((row["attainable"] for row in rows), Decimal(0)),
        pence=sum(row["money"] for row in rows) if pounds else None,
        by_state={row["state"]: row["number"] for row in rows},
        pence_by_state={row["state"]: row["money"] for row in rows} if pounds else None,
    )
