"""What station 5 asks of a claim: into a run, out of a cancelled run, sent. Audited by the run."""

from collections.abc import Sequence

from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.actions.moving import SOMEBODY_ELSE, locked, move
from cqrs.portal.claims.models import Claim, EventKind


def schedule(*, actor: Actor) -> list[Claim]:
    """Put every approved claim that nobody else is paying right now into a run.

    Claims that another transaction holds are skipped: eight runs at once pay each claim once.
    """
    require(actor, Permission.BUILD_RUN, "Only a payment operator may build a payment run.")
    ready = list(
        Claim.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("provider", "commissioner", "statement")
        .defer("statement__content")
        .filter(state="approved")
        .order_by("pk")
    )
    if ready:
        move(actor, ready, to="scheduled", kind=EventKind.SCHEDULED)
    return ready


def unschedule(*, actor: Actor, claim_ids: Sequence[int], reason: str) -> None:
    """Give the claims of a cancelled run back, to wait for another run."""
    if not (actor.may(Permission.BUILD_RUN) or actor.may(Permission.RELEASE_RUN)):
        raise Refused("Only a payment operator or releaser may cancel a payment run.")
    move(
        actor, _scheduled(claim_ids), to="approved", kind=EventKind.UNSCHEDULED, reason=reason
    )  # fmt: skip


def send(*, actor: Actor, claim_ids: Sequence[int]) -> None:
    """Mark the claims of a released run as sent."""
    require(actor, Permission.RELEASE_RUN, "Only a payment releaser may release a payment run.")
    move(actor, _scheduled(claim_ids), to="sent", kind=EventKind.SENT)


def _scheduled(claim_ids: Sequence[int]) -> list[Claim]:
    claims = locked(claim_ids)
    if len(claims) != len(claim_ids) or any(claim.state != "scheduled" for claim in claims):
        raise Refused(SOMEBODY_ELSE.format(what="some of these claims"))
    return claims
