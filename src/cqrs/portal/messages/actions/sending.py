"""An email's way out: queued, sending under a lease, then sent, failed or uncertain.

Each step is its own transaction, and each names the attempt it belongs to: a worker that was taken
for dead and wakes up again changes nothing.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from cqrs.portal.messages.kinds import State
from cqrs.portal.messages.models import Email
from cqrs.values import clock, digest

LEASE = timedelta(minutes=10)
"""Many times what one email may take: mail servers are given up after thirty seconds."""
MOST_ATTEMPTS = 5
PAUSE_MINUTES = 5
"""Pauses between attempts: 1, 5, 25 and 125 minutes."""


@dataclass(frozen=True)
class Outgoing:
    """One email in the hands of a worker."""

    id: int
    attempt: int
    reference: str
    """The same for every attempt, and of no other email: 32 hexadecimal digits of its key."""
    recipient_id: int | None
    address: str
    subject: str
    body: str
    link: str


@transaction.atomic
def claim_next() -> Outgoing | None:
    """Take the next email that is due; None when none is. Two workers never take the same."""
    now = clock.now()
    row = (
        Email.objects.select_for_update(skip_locked=True)
        .filter(state=State.QUEUED, next_attempt_at__lte=now)
        .order_by("next_attempt_at", "id")
        .first()
    )
    if row is None:
        return None
    row.state = State.SENDING
    row.attempts += 1
    row.lease_until = now + LEASE
    row.handed_at = None
    row.save(update_fields=["state", "attempts", "lease_until", "handed_at"])
    return _outgoing(row)


def hand_over(*, outgoing: Outgoing) -> bool:
    """Note that this attempt begins to hand it over; False when it is no longer this attempt's."""
    return bool(
        Email.objects.filter(pk=outgoing.id, state=State.SENDING, attempts=outgoing.attempt).update(
            handed_at=clock.now(), lease_until=clock.now() + LEASE
        )
    )


@transaction.atomic
def confirm(*, outgoing: Outgoing) -> None:
    """It is sent. What a stranger was sent is forgotten: its link may open a door."""
    row = _locked(outgoing)
    if row is None:
        return
    row.state, row.sent_at, row.lease_until, row.problem = State.SENT, clock.now(), None, ""
    if row.recipient_id is None:
        row.body, row.link = "", ""
    row.save()


@transaction.atomic
def postpone(*, outgoing: Outgoing, problem: str, for_good: bool = False) -> None:
    """It was refused and has not left: later again, or listed after five attempts."""
    row = _locked(outgoing)
    if row is None:
        return
    over = for_good or row.attempts >= MOST_ATTEMPTS
    row.state = State.FAILED if over else State.QUEUED
    row.problem, row.lease_until, row.handed_at = problem, None, None
    row.next_attempt_at = clock.now() + timedelta(minutes=PAUSE_MINUTES ** (row.attempts - 1))
    row.save()


@transaction.atomic
def doubt(*, outgoing: Outgoing, problem: str) -> None:
    """Nobody can say whether it left: it is not sent again until a person says so."""
    row = _locked(outgoing)
    if row is None:
        return
    row.state, row.lease_until, row.problem = State.UNCERTAIN, None, problem
    row.save()


@transaction.atomic
def abandoned() -> tuple[Outgoing, ...]:
    """Emails of dead workers. Those never handed over are queued again; the others are answered.

    Whoever asks takes them over under a new lease, and asks the mail service what became of them.
    """
    now = clock.now()
    dead = Email.objects.select_for_update(skip_locked=True).filter(
        state=State.SENDING, lease_until__lt=now
    )
    found = []
    for row in dead.order_by("id")[:500]:
        if row.handed_at is None:
            row.state, row.lease_until, row.next_attempt_at = State.QUEUED, None, now
            row.attempts = max(row.attempts - 1, 0)
        else:
            row.lease_until = now + LEASE
            found.append(_outgoing(row))
        row.save()
    return tuple(found)


@transaction.atomic
def send_again(*, email_id: int) -> bool:
    """Queue a failed or uncertain email anew; False when it is neither."""
    return bool(
        Email.objects.filter(pk=email_id, state__in=[State.FAILED, State.UNCERTAIN]).update(
            state=State.QUEUED, attempts=0, next_attempt_at=clock.now(), handed_at=None
        )
    )


def _locked(outgoing: Outgoing) -> Email | None:
    return (
        Email.objects.select_for_update()
        .filter(pk=outgoing.id, state=State.SENDING, attempts=outgoing.attempt)
        .first()
    )


def _outgoing(row: Email) -> Outgoing:
    reference = digest(row.key.encode())[:32]
    return Outgoing(
        row.pk, row.attempts, reference, row.recipient_id, row.address, row.subject, row.body,
        row.link,
    )  # fmt: skip
