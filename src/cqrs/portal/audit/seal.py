"""What an event's hash is taken over. Reader and writer share this one spelling."""

from datetime import UTC

from cqrs.portal.audit.models import Event
from cqrs.values import canonical_json, digest

FIRST = "0" * 64
"""The previous hash of the first event."""


def seal(event: Event) -> str:
    """SHA-256 over everything the event says, the hash of the event before included."""
    return digest(
        canonical_json(
            [
                event.seq,
                event.at.astimezone(UTC).isoformat(timespec="microseconds"),
                event.actor_id,
                event.actor_name,
                event.organisation_code,
                event.organisation_name,
                event.action,
                event.subject_kind,
                event.subject_reference,
                event.sentence,
                event.details,
                event.previous_hash,
            ]
        )
    )
