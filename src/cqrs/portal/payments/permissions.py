"""May this person release this payment run? The no has its sentence."""

from cqrs.portal.accounts.duties import Duty, broken
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.payments.models import Run

MAY_NOT_RELEASE = "Only a payment releaser may release a payment run."


def release_refusal(actor: Actor, run: Run) -> str:
    """Why the actor may not release the run; empty when they may."""
    if not actor.may(Permission.RELEASE_RUN):
        return MAY_NOT_RELEASE
    built = run.built_by_id == actor.user_id
    return broken(Duty.RELEASE, [Duty.BUILD] if built else [])
