"""Reading messages: one person's inbox, announcements, and how emails are getting on."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, Q, When

from cqrs.portal.messages.kinds import (
    ALWAYS_AT_ONCE,
    FIRST_WAY,
    KIND_NAMES,
    WAY_NAMES,
    Kind,
    State,
    Way,
)
from cqrs.portal.messages.models import Announcement, Email, Notice, Place, Preference
from cqrs.values import clock

PAGE_SIZE = 25


@dataclass(frozen=True)
class NoticeRow:
    """One notice as its reader sees it."""

    id: int
    kind: str
    kind_name: str
    title: str
    body: str
    link: str
    at: datetime
    read: bool


@dataclass(frozen=True)
class Inbox:
    """One page of a person's notices, unread first, and how many there are of each kind."""

    notices: tuple[NoticeRow, ...]
    total: int
    unread: int
    page: int
    pages: int
    by_kind: dict[str, int]
    """Notices of each kind, read and unread."""


@dataclass(frozen=True)
class Choice:
    """How a person is told of one kind of notice."""

    kind: Kind
    name: str
    way: Way
    way_name: str
    may_change: bool


@dataclass(frozen=True)
class AnnouncementRow:
    """An announcement as people read it."""

    id: int
    title: str
    text: str
    from_date: date
    until_date: date
    kinds: tuple[str, ...]
    author: str
    organisation: str
    withdrawn: bool


@dataclass(frozen=True)
class Trouble:
    """An email that hasn't gone, as the help desk sees it: never its words."""

    id: int
    kind_name: str
    recipient_id: int | None
    address: str
    subject: str
    state: str
    attempts: int
    problem: str
    since: datetime


def unread(user_id: int | None) -> int:
    """How many notices the person has not read. One query."""
    if user_id is None:
        return 0
    return Notice.objects.filter(recipient_id=user_id, read_at__isnull=True).count()


def inbox(user_id: int, *, kind: str = "", page: int = 1) -> Inbox:
    """A page of the person's notices: unread first, then the newest. Two queries.

    An unknown kind is taken for none; a page beyond the last is the last.
    """
    own = Notice.objects.filter(recipient_id=user_id)
    counted = {
        row["kind"]: (row["all"], row["unread"])
        for row in own.values("kind").annotate(
            all=Count("id"), unread=Count("id", filter=Q(read_at__isnull=True))
        )
    }
    chosen = kind if kind in set(Kind) else ""
    rows = own.filter(kind=chosen) if chosen else own
    total = counted.get(chosen, (0, 0))[0] if chosen else sum(n for n, _ in counted.values())
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    read_last = Case(When(read_at__isnull=True, then=0), default=1)
    ordered = rows.order_by(read_last, "-at", "-id")
    return Inbox(
        notices=tuple(_row(notice) for notice in ordered[start : start + PAGE_SIZE]),
        total=total,
        unread=sum(n for _, n in counted.values()),
        page=page,
        pages=pages,
        by_kind={one: counted[one][0] for one in Kind if one in counted},
    )


def notice(user_id: int, notice_id: int) -> NoticeRow | None:
    """One notice of the person's own; None when there is none, or it is somebody else's."""
    row = Notice.objects.filter(recipient_id=user_id, pk=notice_id).first()
    return _row(row) if row else None


def _row(notice: Notice) -> NoticeRow:
    return NoticeRow(
        id=notice.pk,
        kind=notice.kind,
        kind_name=KIND_NAMES[Kind(notice.kind)],
        title=notice.title,
        body=notice.body,
        link=notice.link,
        at=notice.at,
        read=notice.read_at is not None,
    )


def choices(user_id: int) -> tuple[Choice, ...]:
    """How the person is told of each kind, in the order of the kinds. One query."""
    chosen = dict(Preference.objects.filter(recipient_id=user_id).values_list("kind", "way"))
    found = []
    for kind in Kind:
        fixed = kind in ALWAYS_AT_ONCE
        way = Way.AT_ONCE if fixed else Way(chosen.get(kind, FIRST_WAY[kind]))
        found.append(Choice(kind, KIND_NAMES[kind], way, WAY_NAMES[way], not fixed))
    return tuple(found)


def announcements(organisation_kind: str) -> tuple[AnnouncementRow, ...]:
    """What people at this kind of organisation are told today, newest first. One query."""
    today = clock.today()
    rows = Announcement.objects.filter(
        kinds__contains=[organisation_kind],
        from_date__lte=today,
        until_date__gte=today,
        withdrawn_at__isnull=True,
    ).order_by("-from_date", "-id")
    return tuple(_announcement(row) for row in rows)


def every_announcement() -> tuple[AnnouncementRow, ...]:
    """The last hundred announcements, for those who write them; the newest first."""
    return tuple(
        _announcement(row) for row in Announcement.objects.order_by("-from_date", "-id")[:100]
    )


def _announcement(row: Announcement) -> AnnouncementRow:
    return AnnouncementRow(
        id=row.pk,
        title=row.title,
        text=row.text,
        from_date=row.from_date,
        until_date=row.until_date,
        kinds=tuple(row.kinds),
        author=row.author_name,
        organisation=row.author_organisation,
        withdrawn=row.withdrawn_at is not None,
    )


def troubles() -> tuple[Trouble, ...]:
    """Emails that were refused or may have been lost, the oldest first; a hundred at most."""
    rows = Email.objects.filter(state__in=[State.FAILED, State.UNCERTAIN]).order_by("id")[:100]
    return tuple(
        Trouble(
            row.pk,
            KIND_NAMES[Kind(row.kind)],
            row.recipient_id,
            row.address,
            row.subject,
            row.state,
            row.attempts,
            row.problem,
            row.created_at,
        )
        for row in rows
    )


def place(reader: str) -> int:
    """Up to which event this reader has read; 0 before it began."""
    found = Place.objects.filter(pk=reader).values_list("seq", flat=True).first()
    return found or 0


def to_be_told() -> tuple[AnnouncementRow, ...]:
    """Announcements that have begun and whose people have not been told."""
    today = clock.today()
    rows = Announcement.objects.filter(
        from_date__lte=today, until_date__gte=today, withdrawn_at__isnull=True, told_at__isnull=True
    )
    return tuple(_announcement(row) for row in rows.order_by("id"))


def digest_waits() -> bool:
    """Whether any notice waits for a daily email."""
    return Notice.objects.filter(in_digest=True).exists()
