"""What people have lately done to the claims an actor may see."""

from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.models import Claim, EventKind
from cqrs.portal.claims.permissions import visible
from cqrs.portal.claims.queries.claim_page import EventLine, events_of

RECENT = 200
"""Enough to see past one bulk decision."""
BY_PEOPLE = (
    EventKind.DECLARED,
    EventKind.APPROVED,
    EventKind.FINANCE_APPROVED,
    EventKind.RETURNED,
    EventKind.WITHDRAWN,
)


def recent_decisions(actor: Actor) -> tuple[EventLine, ...]:
    """The newest declarations, approvals, returns and withdrawals, in one query."""
    return events_of(actor, Claim.objects.filter(visible(actor)), newest=RECENT, kinds=BY_PEOPLE)
