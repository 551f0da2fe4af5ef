"""What a provider is known by at the top of its pages: its network, its patients today."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from cqrs.portal.organisations.models import ListSize, Organisation, Relationship
from cqrs.portal.organisations.queries.known import on
from cqrs.values import clock


@dataclass(frozen=True)
class Standing:
    """A provider's network and its newest list size; nothing where none is known."""

    network: str
    registered: int | None


def standing(organisation_id: int) -> Standing:
    """The network and the newest list size of an organisation, in one query."""
    held = Relationship.objects.filter(
        on(clock.today()), child=OuterRef("pk"), kind="member_of", parent__kind="pcn"
    )
    sizes = ListSize.objects.filter(organisation=OuterRef("pk"), on_date__lte=clock.today())
    row = (
        Organisation.objects.filter(pk=organisation_id)
        .values_list(
            Subquery(held.values("parent__name")[:1]),
            Subquery(sizes.order_by("-on_date", "-recorded_at", "-id").values("registered")[:1]),
        )
        .first()
    )
    network, registered = row or (None, None)
    return Standing(network or "", registered)
