"""A file of counts read at once, where all of it is ordinary; what is calculated from it.

Nothing is refused here: where anything at all is out of the ordinary the answer is None, and
`inputs.read` reads the file carefully and says what it is.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import overload

from cqrs.calculation.columns import counts_csv
from cqrs.calculation.columns.counts import CountTable
from cqrs.calculation.columns.counts_csv import Layout
from cqrs.definitions.counts import PracticeCounts, Problem, day_fault, demands
from cqrs.definitions.schema import Definition
from cqrs.exchange import cqrs_csv, tidy_csv
from cqrs.exchange.counts_file import CountsFile
from cqrs.exchange.cqrs_csv import Participation
from cqrs.exchange.sheet import Sheet


class Practices(Sequence[PracticeCounts]):
    """The counts of a table, practice by practice, each made when it is asked for."""

    def __init__(self, table: CountTable, day: date, source: str) -> None:
        self._table, self._day, self._source = table, day, source

    def __len__(self) -> int:
        return len(self._table.codes)

    @overload
    def __getitem__(self, index: int) -> PracticeCounts: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PracticeCounts]: ...
    def __getitem__(self, index: int | slice) -> PracticeCounts | Sequence[PracticeCounts]:
        if isinstance(index, slice):
            return [self[row] for row in range(len(self))[index]]
        return self._table.practice(range(len(self))[index], self._day, self._source)


class Digests(Sequence[str]):
    """The digest of each practice's counts, worked out when it is asked for."""

    def __init__(self, counts: Sequence[PracticeCounts]) -> None:
        self._counts = counts

    def __len__(self) -> int:
        return len(self._counts)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [one.digest for one in self._counts[index]]
        return self._counts[index].digest


def read(
    sheet: Sheet,
    definition: Definition,
    codes: Sequence[str],
    *,
    achievement_date: date | None = None,
    complete: bool = False,
) -> tuple[CountsFile, CountTable] | None:
    """An ordinary file of counts of these practices; `complete` wants every paid indicator."""
    header = sheet.header()
    found = _tidy(header, definition, achievement_date) or _cqrs(
        sheet, header, definition, achievement_date
    )
    if sheet.path is None or found is None:
        return None
    name, layout, day = found
    if day_fault(definition, day) is not None:
        return None
    table = counts_csv.read(sheet.path, layout, demands(definition), codes)
    if table is None or not table.in_order:
        return None
    if complete and not table.has_all_of([indicator.id for indicator in definition.paid]):
        return None
    counts = Practices(table, day, sheet.name)
    return CountsFile(name, sheet.name, sheet.digest, day, counts, (), (), 0), table


def all_take_part(
    table: CountTable, day: date, participation: Mapping[str, Sequence[Participation]]
) -> bool:
    """Whether every practice of a table takes part on a day."""
    return all(any(day in period for period in participation.get(c, ())) for c in table.codes)


def _tidy(
    header: Sequence[str], definition: Definition, wanted: date | None
) -> tuple[str, Layout, date] | None:
    columns = _in_order(header, tidy_csv.COLUMNS)
    if columns is None:
        return None
    layout = Layout(columns, *tidy_csv.COLUMNS, fixed={})
    return "tidy", layout, wanted or definition.year.end


def _cqrs(
    sheet: Sheet, header: Sequence[str], definition: Definition, wanted: date | None
) -> tuple[str, Layout, date] | None:
    columns = _in_order(header, cqrs_csv.INDICATOR_VALUES)
    if columns is None:
        return None
    problems: list[Problem] = []
    first = next(cqrs_csv.read_indicator_values(sheet, problems), None)
    if first is None or problems or wanted not in (None, first.achievement_date):
        return None
    fixed = {
        "QUALITY_SERVICE": definition.quality_service,
        "ACH_DATE": f"{first.achievement_date:%Y%m%d}",
        "LAST_SUBMISSION": "Y",
    }
    layout = Layout(columns, "ORG_CODE", "IND_CODE", "FIELD_NAME", "VALUE", fixed)
    return "INDICATOR_VALUES", layout, first.achievement_date


def _in_order(header: Sequence[str], columns: Sequence[str]) -> tuple[str, ...] | None:
    """The columns as the header has them; None where it lacks one or has others."""
    spelling = {name.lower(): name for name in columns}
    if sorted(header) != sorted(spelling):
        return None
    return tuple(spelling[name] for name in header)
