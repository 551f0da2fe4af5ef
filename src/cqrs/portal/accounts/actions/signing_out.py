"""Signing out of other browsers."""

from collections.abc import Iterable

from django.db import transaction

from cqrs.portal.accounts import sessions
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.trail import codes_of
from cqrs.portal.audit import actions as audit


@transaction.atomic
def end_sessions(*, actor: Actor, ids: Iterable[int], this_one: str) -> int:
    """Sign oneself out of other sessions, never of this one; answers of how many."""
    count = sessions.end(actor.user_id or 0, ids, but=this_one)
    if count:
        audit.record(
            actor=actor,
            action="accounts.end_sessions",
            subject_kind="sign-in",
            subject_reference=str(actor.user_id),
            sentence=f"{actor.name} signed out of {count} other session{'s' if count > 1 else ''}.",
            concerns=codes_of(actor.user_id),
        )
    return count
