"""Telling people: a notice in their inbox, and an email by their preference."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from cqrs.portal.messages.kinds import ALWAYS_AT_ONCE, FIRST_WAY, Kind, Way
from cqrs.portal.messages.models import Email, Notice, Preference
from cqrs.portal.messages.wording import without_figures
from cqrs.values import clock

BATCH = 2000


@dataclass(frozen=True)
class Message:
    """What one person is told. The key makes it theirs once, however often it is posted."""

    key: str
    kind: str
    title: str
    body: str
    link: str = ""
    """Path in the portal, as "/claims/…/", or a whole address."""
    recipient_id: int | None = None
    """The person; their inbox has it, and an email goes as they chose."""
    email: str = ""
    """An address that has no account yet: it is written to at once, and has no inbox."""


@transaction.atomic
def post(
    *,
    key: str,
    kind: str,
    title: str,
    body: str,
    link: str = "",
    recipient_id: int | None = None,
    email: str = "",
) -> None:
    """Tell one person; call it inside the transaction of the deed it tells of.

    The same key again, for the same person or address, changes nothing. ValueError when it goes
    to nobody, says nothing, or its kind is unknown. Amounts, points and NHS numbers that stand in
    the words are left out.
    """
    post_all(messages=[Message(key, kind, title, body, link, recipient_id, email)])


@transaction.atomic
def post_all(*, messages: Iterable[Message]) -> None:
    """The same for many people, in a few statements for every two thousand."""
    waiting: list[Message] = []
    for message in messages:
        waiting.append(_checked(message))
        if len(waiting) == BATCH:
            _write(waiting)
            waiting = []
    if waiting:
        _write(waiting)


def _checked(message: Message) -> Message:
    if message.kind not in set(Kind):
        raise ValueError(f"there is no kind of message '{message.kind}'")
    if not message.key or not message.title.strip():
        raise ValueError("a message needs a key and a title")
    if message.recipient_id is None and not message.email:
        raise ValueError(f"message {message.key} goes to nobody")
    title = " ".join(without_figures(message.title).split())  # a subject is one line
    return Message(
        message.key,
        message.kind,
        title,
        without_figures(message.body),
        message.link,
        message.recipient_id,
        message.email.strip().lower(),
    )


def _write(messages: list[Message]) -> None:
    ways = _ways({m.recipient_id for m in messages if m.recipient_id is not None})
    notices, emails = [], []
    now = clock.now()
    for message in messages:
        way = Way.AT_ONCE
        if message.recipient_id is not None:
            way = _way(ways, message.recipient_id, message.kind)
            notices.append(
                Notice(
                    key=message.key,
                    recipient_id=message.recipient_id,
                    kind=message.kind,
                    title=message.title,
                    body=message.body,
                    link=message.link,
                    at=now,
                    in_digest=way == Way.DAILY,
                )
            )
        if way == Way.AT_ONCE:
            emails.append(
                Email(
                    key=f"{message.key} to {message.recipient_id or message.email}",
                    recipient_id=message.recipient_id,
                    address=message.email,
                    kind=message.kind,
                    subject=message.title,
                    body=message.body,
                    link=message.link,
                    created_at=now,
                    next_attempt_at=now,
                )
            )
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    Email.objects.bulk_create(emails, ignore_conflicts=True)


def _ways(recipients: set[int]) -> dict[tuple[int, str], Way]:
    if not recipients:
        return {}
    rows = Preference.objects.filter(recipient_id__in=recipients)
    return {(row.recipient_id, row.kind): Way(row.way) for row in rows}


def _way(ways: dict[tuple[int, str], Way], recipient_id: int, kind: str) -> Way:
    known = Kind(kind)
    if known in ALWAYS_AT_ONCE:
        return Way.AT_ONCE
    return ways.get((recipient_id, kind), FIRST_WAY[known])
