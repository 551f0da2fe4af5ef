"""The daily email: one for everybody who has unread notices waiting for it."""

from datetime import date

from django.db import transaction

from cqrs.portal.messages.kinds import Kind
from cqrs.portal.messages.models import Email, Notice
from cqrs.values import clock, day_words

MOST_TITLES = 30
"""Titles listed in one email; the inbox has the rest."""


@transaction.atomic
def make_digests(*, day: date) -> int:
    """Write the day's email for each person with unread notices waiting; answers how many.

    Notices read in the meantime are not told again. One email per person and day, however
    often this runs.
    """
    waiting = Notice.objects.select_for_update(skip_locked=True).filter(in_digest=True)
    waiting.filter(read_at__isnull=False).update(in_digest=False)
    by_person: dict[int, list[Notice]] = {}
    for notice in waiting.filter(read_at__isnull=True).order_by("recipient_id", "-at", "-id"):
        by_person.setdefault(notice.recipient_id, []).append(notice)
    keys = {f"digest {day.isoformat()} to {person}": person for person in by_person}
    done = set(Email.objects.filter(key__in=keys).values_list("recipient_id", flat=True))
    emails = Email.objects.bulk_create(
        [
            _digest(key, person, by_person[person], day)
            for key, person in keys.items()
            if person not in done
        ]
    )
    for email in emails:
        told = [notice.pk for notice in by_person[email.recipient_id or 0]]
        Notice.objects.filter(pk__in=told).update(in_digest=False, digest=email)
    return len(emails)


def _digest(key: str, person: int, notices: list[Notice], day: date) -> Email:
    lines = [f"- {notice.title}" for notice in notices[:MOST_TITLES]]
    if len(notices) > MOST_TITLES:
        lines.append("- and more, in your inbox")
    now = clock.now()
    return Email(
        key=key,
        recipient_id=person,
        kind=Kind.ANNOUNCEMENTS if len(notices) > 1 else notices[0].kind,
        subject=f"Your notices on {day_words(day)}",
        body="\n".join(["You have new notices:", "", *lines]),
        link="/inbox/",
        created_at=now,
        next_attempt_at=now,
    )
