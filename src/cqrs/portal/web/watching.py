"""What readers do that the audit trail keeps: pounds of others that they saw, what was refused."""

from collections.abc import Iterable

from django.http import HttpRequest

from cqrs.portal.accounts.queries import Actor
from cqrs.portal.audit import actions as audit
from cqrs.portal.audit.actions import Seen
from cqrs.portal.claims.queries import ClaimCard, ClaimPage


def saw(actor: Actor, cards: Iterable[ClaimCard]) -> None:
    """Keep whose claims' pounds this page shows, in one statement for all of them."""
    audit.view(
        actor=actor,
        seen=[Seen("claim", c.reference, c.provider_code) for c in cards if c.shows_pounds],
    )


def opened(actor: Actor, page: ClaimPage) -> ClaimPage:
    """The page of one claim, and that its pounds were seen."""
    saw(actor, [page.card])
    return page


def saw_payments(actor: Actor, run: str, provider_codes: Iterable[str]) -> None:
    """Keep whose payments in a run this page shows."""
    audit.view(actor=actor, seen=[Seen("payment", run, code) for code in provider_codes])


def was_refused(request: HttpRequest, sentence: str = "") -> None:
    """Keep that the page or deed was refused to whoever acts; nothing when nobody does."""
    actor = getattr(request, "actor", None)
    if isinstance(actor, Actor):
        audit.refuse(actor=actor, address=f"{request.method} {request.path}", sentence=sentence)
