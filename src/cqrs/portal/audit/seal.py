"""An event's hash, and the statement by which the whole chain is read as it was sealed."""

from cqrs.exchange.audit_seal import FIRST, Sealed
from cqrs.portal.audit.models import Event

__all__ = ["AS_SEALED", "FIRST", "seal"]

AS_SEALED = """
COPY (SELECT seq, at, actor_id, actor_name, organisation_code, organisation_name, action,
             subject_kind, subject_reference, sentence, array_to_string(concerns, ','),
             details::text, previous_hash, hash
        FROM audit_event WHERE seq >= {first} ORDER BY seq) TO STDOUT WITH (FORMAT binary)
"""


def sealed(event: Event) -> Sealed:
    """The part of the event that is sealed."""
    return Sealed(
        seq=event.seq,
        at=event.at,
        actor_id=event.actor_id,
        actor_name=event.actor_name,
        organisation_code=event.organisation_code,
        organisation_name=event.organisation_name,
        action=event.action,
        subject_kind=event.subject_kind,
        subject_reference=event.subject_reference,
        sentence=event.sentence,
        concerns=event.concerns,
        details=event.details,
        previous_hash=event.previous_hash,
    )


def seal(event: Event) -> str:
    """SHA-256 over everything the event says, the hash of the event before included."""
    return sealed(event).hash()
