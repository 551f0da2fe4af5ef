"""Reading the chain: the events an auditor may see, and whether the chain still holds."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from cqrs.portal.audit.models import Event
from cqrs.portal.audit.permissions import ActingPerson, require
from cqrs.portal.audit.seal import FIRST, seal

READ_AUDIT = "audit.read"
PAGE_SIZE = 50


@dataclass(frozen=True)
class EventRow:
    """One event as a person reads it."""

    seq: int
    at: datetime
    name: str
    organisation: str
    action: str
    subject: str
    sentence: str
    hash: str


@dataclass(frozen=True)
class Verified:
    """The outcome of walking the chain; `broken_seq` is the first event that doesn't hold."""

    count: int
    broken_seq: int | None
    sentence: str


def events(actor: ActingPerson, *, page: int = 1) -> tuple[EventRow, ...]:
    """The newest events first, fifty a page. Refused without the permission to read the audit."""
    require(actor, READ_AUDIT, "Only an auditor may read the audit events.")
    start = (max(page, 1) - 1) * PAGE_SIZE
    rows = Event.objects.order_by("-seq")[start : start + PAGE_SIZE]
    return tuple(
        EventRow(
            e.seq, e.at, e.actor_name, e.organisation_name, e.action,
            f"{e.subject_kind} {e.subject_reference}", e.sentence, e.hash,
        )
        for e in rows
    )  # fmt: skip


def verify() -> Verified:
    """Walk the whole chain and name the first event whose seal doesn't hold.

    Finds a changed, removed or inserted event. Events cut off at the end can only be found by
    comparing `count` or the last hash with a copy kept elsewhere.
    """
    previous, expected = FIRST, 0
    for event in Event.objects.order_by("seq").iterator(chunk_size=2000):
        expected += 1
        if event.seq != expected or event.previous_hash != previous or event.hash != seal(event):
            return Verified(
                expected - 1,
                expected,
                f"The chain breaks at event {expected}: it was changed, removed or put in later. "
                f"The {expected - 1:,} events before it hold.",
            )
        previous = event.hash
    return Verified(expected, None, f"All {expected:,} events hold.")


def last_seq() -> int:
    """Number of the newest event, 0 when there is none."""
    newest: int | None = Event.objects.aggregate(newest=Max("seq"))["newest"]
    return newest or 0
