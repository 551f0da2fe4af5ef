"""Walking a claim along the road, and counting what must not change when something is refused."""

from typing import Any

from django.apps import apps

from cqrs.portal.audit.models import Concern, Event, Refusal, View
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.models import Claim
from cqrs.portal.payments import actions as payments
from tests.factories import actor

ROOMS = (
    "messages",
    *("audit", "organisations", "accounts", "catalogue"),
    *("collection", "claims", "payments", "mergers"),
)


def claim_of(practice: str) -> Claim:
    """The practice's claim as the database has it now."""
    return Claim.objects.get(provider__code=practice)


def declared(practice: str = "A99001", who: str = "ama") -> Claim:
    """The practice's claim, declared."""
    claim = claim_of(practice)
    claims.declare(actor=actor(who), claim_id=claim.pk, statement_digest=claim.statement_digest)
    return claim_of(practice)


def approved(practice: str = "A99001", who: str = "ama") -> Claim:
    """The practice's claim, declared and approved by the commissioner."""
    claim = declared(practice, who)
    claims.approve(actor=actor("priya"), claim_id=claim.pk, statement_digest=claim.statement_digest)
    return claim_of(practice)


def payable(practice: str = "A99001", who: str = "ama") -> Claim:
    """The practice's claim with all its approvals."""
    claim = approved(practice, who)
    claims.finance_approve(
        actor=actor("daniel"), claim_id=claim.pk, statement_digest=claim.statement_digest
    )
    return claim_of(practice)


def in_a_run(practice: str = "A99001") -> str:
    """The reference of a run that pays the practice's claim."""
    payable(practice)
    return payments.build_run(actor=actor("grace"))


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every room: the same before and after, or a refusal changed something.

    But for what tells of the refusal itself, and of what was looked at.
    """
    told = set(Event.objects.filter(action="audit.refuse").values_list("seq", flat=True))
    return {
        model._meta.label: [
            row
            for row in model._default_manager.order_by("pk").values()
            if model not in (Event, Concern) or row["seq"] not in told
        ]
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if model not in (Refusal, View)
    }
