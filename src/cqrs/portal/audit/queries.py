"""Reading the trail: the events somebody may see, searched, a page at a time however many."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from cqrs.portal.audit.models import Concern, Event
from cqrs.portal.audit.permissions import ActingPerson, require
from cqrs.portal.audit.verify import Head, Verified, head, publish, published, verify
from cqrs.values import LONDON

__all__ = [
    "EventRow", "Found", "Head", "Search", "Verified", "events", "export", "head", "last_seq",
    "publish", "published", "search", "trail", "verify",
]  # fmt: skip

READ_AUDIT = "audit.read"
MAY_NOT = "Only an auditor may read the audit events."
PAGE_SIZE = 50
SIGN_INS = "sign-ins"
GROUPS: Mapping[str, str] = {
    SIGN_INS: "Sign-ins",
    "audit.refuse": "Refusals",
    "audit.view": "Views of pounds",
    "audit.": "The trail itself",
    "accounts.": "People and roles",
    "organisations.": "Organisations",
    "mergers.": "Mergers and closures",
    "catalogue.": "Services and who takes part",
    "collection.": "Counts and national figures",
    "claims.": "Claims",
    "payments.": "Payments",
}
"""What people choose from: beginnings of actions, and what they call them."""


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
class Search:
    """What somebody looks for; an empty field doesn't narrow."""

    who: str = ""
    """Words of a person's name."""
    organisation: str = ""
    """Code of an organisation that an event is about or whose people acted."""
    group: str = ""
    """A key of GROUPS."""
    subject: str = ""
    """A reference: of a claim, a payment run, a person's number."""
    first: date | None = None
    last: date | None = None
    """Days in London, both included."""
    words: str = ""
    """Words of the sentence."""

    def __bool__(self) -> bool:
        """Whether it narrows anything."""
        return self != Search()


@dataclass(frozen=True)
class Found:
    """A page of events, newest first, and where the pages beside it begin; 0 when there is none."""

    rows: tuple[EventRow, ...]
    older: int
    newer: int


def events(actor: ActingPerson, *, page: int = 1, count: int | None = None) -> tuple[EventRow, ...]:
    """The newest events first, fifty a page. Refused without the permission to read the audit.

    `count` is the number of the newest, where the caller has asked for it already.
    """
    require(actor, READ_AUDIT, MAY_NOT)
    # Numbers have no gaps, so that page n is a range of them and as quick as the first.
    newest = (last_seq() if count is None else count) - (max(page, 1) - 1) * PAGE_SIZE
    rows = Event.objects.filter(seq__lte=newest, seq__gt=newest - PAGE_SIZE).order_by("-seq")
    return tuple(_row(event) for event in rows)


def search(actor: ActingPerson, wanted: Search, *, before: int = 0, after: int = 0) -> Found:
    """The events an auditor looks for, before or after an event's number."""
    require(actor, READ_AUDIT, MAY_NOT)
    return _page(narrowed(wanted), before, after)


def trail(
    actor: ActingPerson,
    visible: Q,
    wanted: Search,
    *,
    before: int = 0,
    after: int = 0,
) -> Found:
    """The events of a customer's own items. `visible` is what they may see: `concerning(...)`."""
    if not (actor.may("audit.trail") or actor.may("audit.sign_ins")):
        require(actor, READ_AUDIT, "Your role doesn't let you read what happened here.")
    return _page(narrowed(wanted).filter(visible), before, after)


def concerning(codes: "QuerySet[Any]") -> Exists:
    """The events that are about one of these organisations, by their codes."""
    return Exists(Concern.objects.filter(seq=OuterRef("seq"), organisation_code__in=codes))


def narrowed(wanted: Search) -> "QuerySet[Event]":
    """The events that a search means."""
    rows = Event.objects.all()
    if wanted.group == SIGN_INS:
        rows = rows.filter(subject_kind="sign-in")
    elif wanted.group in GROUPS:
        rows = rows.filter(action__startswith=wanted.group)
    if wanted.organisation:
        rows = rows.filter(
            Exists(Concern.objects.filter(
                seq=OuterRef("seq"), organisation_code=wanted.organisation.strip().upper()
            ))
        )  # fmt: skip
    if wanted.subject:
        rows = rows.filter(subject_reference=wanted.subject.strip())
    if wanted.first:
        rows = rows.filter(at__gte=datetime.combine(wanted.first, time(), LONDON))
    if wanted.last and wanted.last < date.max:
        end = wanted.last + timedelta(days=1)
        rows = rows.filter(at__lt=datetime.combine(end, time(), LONDON))
    for field, words in (("actor_name", wanted.who), ("sentence", wanted.words)):
        if words.strip():
            found = SearchQuery(words, config="simple", search_type="plain")
            rows = rows.annotate(**{f"{field}_words": SearchVector(field, config="simple")}).filter(
                **{f"{field}_words": found}
            )
    return rows


def _page(rows: "QuerySet[Event]", before: int, after: int) -> Found:
    if after and not before:
        few = list(rows.filter(seq__gt=after).order_by("seq")[: PAGE_SIZE + 1])
        shown = few[:PAGE_SIZE][::-1]
        newer = shown[0].seq if len(few) > PAGE_SIZE else 0
        return Found(tuple(map(_row, shown)), shown[-1].seq if shown else 0, newer)
    if before:
        rows = rows.filter(seq__lt=before)
    few = list(rows.order_by("-seq")[: PAGE_SIZE + 1])
    shown = few[:PAGE_SIZE]
    older = shown[-1].seq if len(few) > PAGE_SIZE else 0
    return Found(tuple(map(_row, shown)), older, shown[0].seq if before and shown else 0)


def _row(event: Event) -> EventRow:
    return EventRow(
        event.seq, event.at, event.actor_name, event.organisation_name, event.action,
        f"{event.subject_kind} {event.subject_reference}", event.sentence, event.hash,
    )  # fmt: skip


def export(actor: ActingPerson, wanted: Search) -> Iterator[dict[str, Any]]:
    """Every event that a search means, oldest first, with all that is sealed and its hash."""
    require(actor, READ_AUDIT, "Only an auditor may take the audit events out.")
    return _exported(narrowed(wanted))


def _exported(rows: "QuerySet[Event]") -> Iterator[dict[str, Any]]:
    for event in rows.order_by("seq").iterator(chunk_size=2000):
        yield {
            "seq": event.seq,
            "at": event.at.isoformat(timespec="microseconds"),
            "actor_id": event.actor_id,
            "actor_name": event.actor_name,
            "organisation_code": event.organisation_code,
            "organisation_name": event.organisation_name,
            "action": event.action,
            "subject_kind": event.subject_kind,
            "subject_reference": event.subject_reference,
            "sentence": event.sentence,
            "concerns": event.concerns,
            "details": event.details,
            "previous_hash": event.previous_hash,
            "hash": event.hash,
        }


def last_seq() -> int:
    """Number of the newest event, 0 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM audit_head()")
        row = cursor.fetchone()
    return row[0] if row else 0


@dataclass(frozen=True)
class Deed:
    """One event as the job reads it that tells people of what was done."""

    seq: int
    at: datetime
    actor_id: int | None
    actor_name: str
    organisation_name: str
    action: str
    subject_reference: str
    details: dict[str, Any]


def following(seq: int, *, most: int = 200) -> tuple[Deed, ...]:
    """The events after a number, in their order, for that job, which no person asks for.

    Numbers are given under one lock and committed in their order, so that none can turn up
    behind a reader that has passed it.
    """
    rows = Event.objects.filter(seq__gt=seq).order_by("seq")[:most]
    return tuple(
        Deed(
            row.seq, row.at, row.actor_id, row.actor_name, row.organisation_name, row.action,
            row.subject_reference, row.details,
        )
        for row in rows
    )  # fmt: skip
