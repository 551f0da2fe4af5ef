"""Whether the chain still holds: every seal, every link, the published heads, the sealed views."""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection

from cqrs.portal.audit.actions import BATCHES
from cqrs.portal.audit.seal import AS_SEALED, FIRST
from cqrs.portal.words import day_text
from cqrs.values import clock

HASH = 64
SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
SEQ = slice(6, 14)
"""Where a row's number stands, as PostgreSQL hands it out: see `exchange.audit_seal`."""
SEALED, PREVIOUS, OWN = slice(-4 - HASH), slice(-4 - 2 * HASH, -4 - HASH), slice(-HASH, None)


@dataclass(frozen=True)
class Verified:
    """The outcome of walking the chain; `broken_seq` is the first event that doesn't hold."""

    count: int
    broken_seq: int | None
    sentence: str
    holds: bool = True


@dataclass(frozen=True)
class Head:
    """The newest event on a day, as it was published."""

    day: date
    seq: int
    hash: str


def verify(*, first: int = 1, heads: Iterable[Head] = ()) -> Verified:
    """Walk the chain from an event on and name the first that doesn't hold.

    Finds a changed, removed or inserted event. A tail that was cut off, or a chain written anew,
    agrees with itself: it is found by the published heads. Views that were sealed into the chain
    and the index of concerns are compared with what the events say.
    """
    walked = _walk(max(first, 1))
    if not walked.holds:
        return walked
    wrong = _against_heads(walked.count, sorted(heads, key=lambda head: head.seq))
    wrong = wrong or _against_views() or _against_concerns()
    return wrong or walked


def _walk(first: int) -> Verified:
    with connection.cursor() as cursor:
        previous, expected = FIRST.encode(), first
        if first > 1:
            cursor.execute("SELECT hash FROM audit_event WHERE seq = %s", [first - 1])
            row = cursor.fetchone()
            if row is None:
                words = f"There is no event {first - 1} to start from."
                return Verified(0, first, words, holds=False)
            previous = row[0].encode()
        sha256, broken = hashlib.sha256, False
        with cursor.copy(AS_SEALED.format(first=first)) as rows:
            read = rows.read
            # PostgreSQL sends its signature before the first row, and two bytes after the last.
            while data := bytes(read()):
                if broken or len(data) <= HASH:
                    continue  # read on: a statement cut short would undo the caller's deeds
                data = data.removeprefix(SIGNATURE)
                own = data[OWN]
                broken = (
                    data[PREVIOUS] != previous
                    or sha256(data[SEALED]).hexdigest().encode() != own
                    or int.from_bytes(data[SEQ], "big") != expected
                )
                previous = own
                expected += not broken
    if broken:
        return _broken(first, expected)
    last = expected - 1
    if first > 1:
        return Verified(last, None, f"The {last - first + 1:,} events from {first:,} on hold.")
    return Verified(last, None, f"All {last:,} events hold.")


def _broken(first: int, seq: int) -> Verified:
    return Verified(
        seq - 1,
        seq,
        f"The chain breaks at event {seq}: it was changed, removed or put in later. "
        f"The {seq - first:,} events before it hold.",
        holds=False,
    )


def _against_heads(count: int, heads: Sequence[Head]) -> Verified | None:
    if not heads:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, hash FROM audit_event WHERE seq = ANY(%s)", [[head.seq for head in heads]]
        )
        kept = dict(cursor.fetchall())
    for head in heads:
        if head.seq and kept.get(head.seq) != head.hash:
            words = (
                f"The chain was written anew: event {head.seq} is not the one that was published "
                f"on {day_text(head.day)}."
                if head.seq in kept
                else f"The end of the chain was cut off: event {head.seq} was published on "
                f"{day_text(head.day)}, but the chain ends at {count}."
            )
            return Verified(count, min(head.seq, count + 1), words, holds=False)
    return None


WRONG_BATCHES = f"""
WITH batch (name, day, person_id, person_name, organisation_code, organisation_name, number,
            owners, digest) AS ({BATCHES}),
     told AS (SELECT seq, subject_reference, details ->> 'digest' AS digest
                FROM audit_event WHERE subject_kind = 'views' AND action = 'audit.view')
SELECT min(told.seq) FROM told LEFT JOIN batch ON batch.name = told.subject_reference
 WHERE batch.digest IS DISTINCT FROM told.digest
"""
WRONG_CONCERNS = """
SELECT min(seq) FROM (
    (SELECT seq, unnest(concerns) AS code FROM audit_event
     EXCEPT SELECT seq, organisation_code FROM audit_concern)
    UNION ALL
    (SELECT seq, organisation_code AS code FROM audit_concern
     EXCEPT SELECT seq, unnest(concerns) FROM audit_event)) AS wrong
"""
COUNT_CONCERNS = """
SELECT (SELECT coalesce(sum(cardinality(concerns)), 0) FROM audit_event),
       (SELECT count(*) FROM audit_concern),
       (SELECT coalesce(sum(hashtextextended(code, seq)), 0)
          FROM (SELECT unnest(concerns) AS code, seq FROM audit_event) AS told),
       (SELECT coalesce(sum(hashtextextended(organisation_code, seq)), 0) FROM audit_concern)
"""


def _against_views() -> Verified | None:
    with connection.cursor() as cursor:
        cursor.execute(WRONG_BATCHES, {"today": clock.today()})
        (seq,) = cursor.fetchone() or (None,)
    if seq is None:
        return None
    words = f"The views that event {seq} sealed were changed, removed or added to afterwards."
    return Verified(seq - 1, seq, words, holds=False)


def _against_concerns() -> Verified | None:
    """The index that customers read by: an event missing there would be hidden from them."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_CONCERNS)
        told, found, sum_told, sum_found = cursor.fetchone() or (0, 0, 0, 0)
        if (told, sum_told) == (found, sum_found):
            return None
        cursor.execute(WRONG_CONCERNS)
        (seq,) = cursor.fetchone() or (None,)
    words = f"Whom event {seq} concerns was changed in the index: its customers may not see it."
    return Verified((seq or 1) - 1, seq, words, holds=False)


# Heads that are published -----------------------------------------------------------------------

HEADS_FILE = "audit-heads.csv"
NAMES = ("day", "seq", "hash")


def head() -> Head:
    """The newest event now, as a head of today; number 0 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM audit_head()")
        seq, last = cursor.fetchone() or (0, FIRST)
    return Head(clock.today(), seq, last)


def published(folder: Path) -> tuple[Head, ...]:
    """The heads in the folder's file, oldest first. ValueError names a line that can't be read."""
    path = folder / HEADS_FILE
    if not path.exists():
        return ()
    heads = []
    with path.open(encoding="ascii", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            try:
                heads.append(Head(date.fromisoformat(row["day"]), int(row["seq"]), row["hash"]))
            except (KeyError, TypeError, ValueError):
                raise ValueError(f"{path.name}, line {line}: this is no published head") from None
    return tuple(heads)


def publish(folder: Path, newest: Head) -> bool:
    """Add a head to the folder's file, one a day; answers whether it was new."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(known.day == newest.day for known in published(folder)) or not newest.seq:
        return False
    path = folder / HEADS_FILE
    begins = not path.exists()
    with path.open("a", encoding="ascii", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        if begins:
            rows.writerow(NAMES)
        rows.writerow([newest.day.isoformat(), newest.seq, newest.hash])
    return True
