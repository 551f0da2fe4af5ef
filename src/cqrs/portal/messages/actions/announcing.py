"""Announcements: written, withdrawn, and told of. Who may is asked in `accounts.actions`."""

from collections.abc import Iterable
from datetime import date

from cqrs.portal.messages.models import Announcement
from cqrs.values import clock


def announce(
    *,
    title: str,
    text: str,
    from_date: date,
    until_date: date,
    kinds: Iterable[str],
    author_name: str,
    author_organisation: str,
) -> int:
    """Keep an announcement; answers its number. The database refuses an end before the start."""
    return Announcement.objects.create(
        title=title,
        text=text,
        from_date=from_date,
        until_date=until_date,
        kinds=sorted(set(kinds)),
        author_name=author_name,
        author_organisation=author_organisation,
        written_at=clock.now(),
    ).pk


def withdraw(*, announcement_id: int) -> bool:
    """Show an announcement no longer; False when there is none that still stands."""
    standing = Announcement.objects.filter(pk=announcement_id, withdrawn_at__isnull=True)
    return bool(standing.update(withdrawn_at=clock.now()))


def told(*, announcement_id: int) -> None:
    """Remember that the notices about an announcement were written."""
    Announcement.objects.filter(pk=announcement_id).update(told_at=clock.now())
