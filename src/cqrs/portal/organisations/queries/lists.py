"""What a file of list sizes would change: shown before anything is recorded, and what was sent."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from cqrs.definitions.counts import Problem
from cqrs.exchange import list_sizes as files
from cqrs.exchange.list_sizes import Listed, ListFile
from cqrs.portal.audit.permissions import ActingPerson, NotFound, require
from cqrs.portal.organisations.models import ListImport, ListSize, ListUpload, Organisation
from cqrs.portal.organisations.permissions import MANAGE_ORGANISATIONS
from cqrs.values import clock

MAY_NOT_LIST = "Only a data operator may load list sizes."
LEAVE_OUT = "Load the organisation first, correct the code, or leave out rows that are not known"
RECORDED_BEFORE = "this very file was recorded for that day before, and a later one counts since"
GO_BACK = "To go back to it, send it with a change that says so, such as a last empty line"
RECENT = 20
Held = tuple[int, Decimal | None, Mapping[str, int] | None]


@dataclass(frozen=True)
class ListChange:
    """One organisation's patients on the day: known now, and as the file has them."""

    code: str
    name: str
    before: int | None
    after: int
    more: str = ""
    """What differs where the registered patients do not: "weighted list", "ages"."""


@dataclass(frozen=True)
class ListDifference:
    """What recording a file would change, and why it can't be recorded when there are problems."""

    file: ListFile
    on_date: date
    changes: tuple[ListChange, ...]
    unchanged: int
    problems: tuple[Problem, ...]
    left_out: tuple[Listed, ...] = ()
    """Rows of organisations that are not known here, where the sender said to leave them out."""

    @property
    def counts(self) -> dict[str, int]:
        """How many organisations are new, changed, unchanged, and left out."""
        new = sum(change.before is None for change in self.changes)
        return {
            "new": new,
            "changed": len(self.changes) - new,
            "unchanged": self.unchanged,
            "left_out": len(self.left_out),
        }

    @property
    def sentence(self) -> str:
        """ "3 new, 1 changed, 6,200 unchanged."; those left out only where there are some."""
        counts = self.counts
        left_out = f", {counts['left_out']:,} left out" if self.left_out else ""
        told = ", ".join(f"{counts[what]:,} {what}" for what in ("new", "changed", "unchanged"))
        return f"{told}{left_out}."

    @property
    def digest(self) -> str:
        """Binds whoever records it to the file and to what was shown."""
        told = [
            self.file.digest,
            self.on_date.isoformat(),
            [[c.code, c.before, c.after, c.more] for c in self.changes],
            self.unchanged,
            [one.code for one in self.left_out],
        ]
        return sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True)
class Recorded:
    """That a file of list sizes was recorded: by whom, when, and how many organisations."""

    upload_id: int
    name: str
    on_date: date
    by: str
    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True)
class SentList:
    """A file of list sizes that was sent, read again, and that it was recorded, if it was."""

    id: int
    file: ListFile
    on_date: date
    leave_out_unknown: bool
    received_at: datetime
    received_by: str
    recorded: Recorded | None


def list_difference(
    actor: ActingPerson, file: ListFile, on_date: date, *, leave_out_unknown: bool = False
) -> ListDifference:
    """Compare a file with the newest records of that day; nothing is written. Three queries.

    A code that is not known here is a problem of its row, unless such rows are to be left out; a
    file of which nothing is known is always refused, and so are a day in the future and a file that
    was recorded for that day before and counts no more.
    """
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_LIST)
    codes = [size.code for size in file.sizes]
    known = {row.code: row for row in Organisation.objects.filter(code__in=codes)}
    newest = {
        row.organisation_id: row
        for row in ListSize.objects.filter(on_date=on_date)
        .order_by("organisation_id", "-recorded_at", "-id")
        .distinct("organisation_id")
    }
    problems = list(file.problems)
    if on_date > clock.today():
        remedy = "Give the day of which the list sizes are"
        problems.append(Problem(words="the day is in the future", remedy=remedy, file=file.name))
    unknown = tuple(size for size in file.sizes if size.code not in known)
    if not leave_out_unknown or len(unknown) == len(file.sizes):
        problems += [_unknown(file, size) for size in unknown]
        unknown = ()
    changes: list[ListChange] = []
    for size in file.sizes:
        if row := known.get(size.code):
            held = newest.get(row.pk)
            before = (held.registered, held.weighted, held.age_bands) if held else None
            after = (size.registered, size.weighted, dict(size.age_bands) or None)
            if before != after:
                changes.append(_change(row, before, after))
    changed = [known[change.code].pk for change in changes]
    if newest.keys() & changed and _recorded_before(file, on_date, changed):
        problems.append(Problem(words=RECORDED_BEFORE, remedy=GO_BACK, file=file.name))
    unchanged = sum(size.code in known for size in file.sizes) - len(changes)
    return ListDifference(file, on_date, tuple(changes), unchanged, tuple(problems), unknown)


def sent_list(actor: ActingPerson, upload_id: int) -> SentList:
    """A file that was sent, read again. NotFound when there is none."""
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_LIST)
    row = ListUpload.objects.filter(pk=upload_id).select_related("recorded").first()
    if row is None:
        raise NotFound(f"There is no file of list sizes {upload_id}.")
    recorded = getattr(row, "recorded", None)
    return SentList(
        row.pk, files.read(row.name, zlib.decompress(row.packed)), row.on_date,
        row.leave_out_unknown, row.received_at, row.received_by_name,
        _recorded(recorded, row) if recorded else None,
    )  # fmt: skip


def difference_of_list(actor: ActingPerson, sent: SentList) -> ListDifference:
    """What recording a file that was sent would change now."""
    return list_difference(actor, sent.file, sent.on_date, leave_out_unknown=sent.leave_out_unknown)


def recorded_lists(actor: ActingPerson) -> tuple[Recorded, ...]:
    """Which files were recorded lately, the newest first."""
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_LIST)
    rows = ListImport.objects.select_related("upload").defer("upload__packed")
    newest = rows.order_by("-recorded_at", "-id")[:RECENT]
    return tuple(_recorded(one, one.upload) for one in newest)


def _recorded_before(file: ListFile, on_date: date, organisations: list[int]) -> bool:
    same = ListSize.objects.filter(on_date=on_date, source_digest=file.digest)
    return same.filter(organisation__in=organisations).exists()


def _recorded(one: ListImport, upload: ListUpload) -> Recorded:
    return Recorded(
        upload.pk, upload.name, upload.on_date, one.recorded_by_name, one.recorded_at, one.counts
    )


def _change(row: Organisation, before: Held | None, after: Held) -> ListChange:
    more = ""
    if before and before[0] == after[0]:
        more = "weighted list" if before[1] != after[1] else "ages"
    return ListChange(row.code, row.name, before[0] if before else None, after[0], more)


def _unknown(file: ListFile, size: Listed) -> Problem:
    return Problem(
        words=f"{size.code} is not known here", remedy=LEAVE_OUT, file=file.name, row=size.row,
        field="code",
    )  # fmt: skip
