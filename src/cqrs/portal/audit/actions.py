"""The one way an event is written: sealed, in the same transaction as what it tells of."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from cqrs.portal.audit.models import Event
from cqrs.portal.audit.permissions import ActingPerson
from cqrs.portal.audit.seal import FIRST, seal
from cqrs.values import clock

CHAIN_LOCK = 0x41554449
"""Advisory lock that puts writers of the chain in a queue until they commit."""


def record(
    *,
    actor: ActingPerson,
    action: str,
    subject_kind: str,
    subject_reference: str,
    sentence: str,
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Append an event to the chain. Call it last in a transaction: it holds the chain's lock.

    Raises ValueError when nobody is named and RuntimeError outside a transaction, since an event
    without its deed, or a deed without its event, must not be possible.
    """
    if not (actor.name.strip() and actor.organisation_name.strip()):
        raise ValueError(f"{action} has nobody's name on it: an event is never anonymous")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{action} is recorded outside the transaction of its deed")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = Event.objects.order_by("-seq").only("seq", "hash").first()
    event = Event(
        seq=last.seq + 1 if last else 1,
        at=clock.now(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        organisation_code=actor.organisation_code,
        organisation_name=actor.organisation_name,
        action=action,
        subject_kind=subject_kind,
        subject_reference=subject_reference,
        sentence=sentence,
        details=dict(details or {}),
        previous_hash=last.hash if last else FIRST,
    )
    event.hash = seal(event)
    event.save(force_insert=True)
    return event
