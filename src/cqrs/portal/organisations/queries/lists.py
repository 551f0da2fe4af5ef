"""What a file of list sizes would change: shown before anything is recorded."""

from dataclasses import dataclass
from datetime import date

from cqrs.definitions.counts import Problem
from cqrs.exchange.list_sizes import ListFile
from cqrs.portal.audit.permissions import ActingPerson, require
from cqrs.portal.organisations.models import ListSize, Organisation
from cqrs.portal.organisations.permissions import MANAGE_ORGANISATIONS
from cqrs.values import clock

MAY_NOT_LIST = "Only a data operator may load list sizes."


@dataclass(frozen=True)
class ListChange:
    """One organisation's patients on the day: known now, and as the file has them."""

    code: str
    name: str
    before: int | None
    after: int


@dataclass(frozen=True)
class ListDifference:
    """What recording a file would change, and why it can't be recorded when there are problems."""

    file: ListFile
    on_date: date
    changes: tuple[ListChange, ...]
    unchanged: int
    problems: tuple[Problem, ...]

    @property
    def sentence(self) -> str:
        """ "3 new, 1 changed, 6,200 unchanged."."""
        new = sum(change.before is None for change in self.changes)
        changed = len(self.changes) - new
        return f"{new:,} new, {changed:,} changed, {self.unchanged:,} unchanged."


def list_difference(actor: ActingPerson, file: ListFile, on_date: date) -> ListDifference:
    """Compare a file with the newest records of that day; nothing is written. Two queries.

    A code that is not known here is a problem of its row, and so is a day in the future.
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
    changes: list[ListChange] = []
    for size in file.sizes:
        row = known.get(size.code)
        if row is None:
            problems.append(
                Problem(
                    words=f"{size.code} is not known here",
                    remedy="Load the organisation first, or correct the code",
                    file=file.name, row=size.row, field="code",
                )
            )  # fmt: skip
            continue
        held = newest.get(row.pk)
        after = (size.registered, size.weighted, dict(size.age_bands) or None)
        if held is None or (held.registered, held.weighted, held.age_bands) != after:
            before = held.registered if held else None
            changes.append(ListChange(row.code, row.name, before, size.registered))
    unchanged = len(file.sizes) - len(changes)
    return ListDifference(file, on_date, tuple(changes), unchanged, tuple(problems))
