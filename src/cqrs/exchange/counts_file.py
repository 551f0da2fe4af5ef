"""A file of counts in either layout, read against a definition into one submission a practice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cqrs.definitions.counts import (
    CountRow,
    Gathering,
    Key,
    PracticeCounts,
    Problem,
    day_fault,
    shown,
    validate_all,
)
from cqrs.definitions.schema import Definition
from cqrs.exchange import cqrs_csv, tidy_csv
from cqrs.exchange.cqrs_csv import IndicatorValue
from cqrs.exchange.sheet import Sheet

LATEST = "Keep one of the two, or write LAST_SUBMISSION N on the one that was replaced"


@dataclass(frozen=True)
class CountsFile:
    """What a file of counts says. With an error among the problems nothing of it may be used."""

    layout: str
    """"INDICATOR_VALUES" or "tidy"."""
    source: str
    digest: str
    achievement_date: date
    counts: Sequence[PracticeCounts]
    blank_practices: tuple[str, ...]
    """Practices all of whose values are blank: they submitted nothing."""
    problems: tuple[Problem, ...]
    replaced_rows: int
    """Rows of earlier submissions (LAST_SUBMISSION=N): kept in the file, not counted."""


def read(
    sheet: Sheet, definition: Definition, *, achievement_date: date | None = None
) -> CountsFile:
    """Read counts of one achievement date; the layout is known by the header.

    Without `achievement_date` it is the file's only date, or for the tidy layout the end of the
    service's year. The values are read but not yet validated: that is `problems_of`.
    Raises Unreadable when the file can't be read to its end.
    """
    if set(sheet.header()) & {"org_code", "ind_code", "field_name", "last_submission"}:
        return _Cqrs(sheet, definition, achievement_date).read()
    day = achievement_date or definition.year.end
    if fault := day_fault(definition, day):
        raise sheet.stop(*fault, field="achievement date")
    problems: list[Problem] = []
    gathering = Gathering(definition, sheet.name)
    gathering.add(tidy_csv.read(sheet, day, problems))
    counts = tuple(gathering.counts())
    told = (*problems, *gathering.problems)
    if not counts and not told:
        words = "no row of this file has a value"
        raise sheet.stop(words, "Send a row with a value for each number", field="value")
    blank = _blank(gathering, day)
    return CountsFile("tidy", sheet.name, sheet.digest, day, counts, blank, told, 0)


def problems_of(file: CountsFile, definition: Definition) -> list[Problem]:
    """What is wrong with the file and its counts; a value told as unreadable isn't also absent."""
    told = {(p.practice_code, p.indicator, p.field) for p in file.problems if p.is_error}
    found = validate_all(definition, file.counts)
    fresh = [p for p in found if (p.practice_code, p.indicator, p.field) not in told]
    return [*file.problems, *fresh]


class _Cqrs:
    """One reading of INDICATOR_VALUES."""

    def __init__(self, sheet: Sheet, definition: Definition, wanted: date | None) -> None:
        self._sheet, self._definition, self._wanted = sheet, definition, wanted
        self._problems: list[Problem] = []
        self._gathering = Gathering(definition, sheet.name, once=LATEST)
        self._dates: dict[date, int] = {}
        self._faults: dict[str, tuple[int, Problem]] = {}
        self._replaced: dict[tuple[str, date, Key], int] = {}
        self._replaced_rows = 0

    def read(self) -> CountsFile:
        """Read all rows, then settle which date is meant."""
        records = cqrs_csv.read_indicator_values(self._sheet, self._problems)
        self._gathering.add(self._current(records))
        day = self._day()
        counts: tuple[PracticeCounts, ...] = ()
        if day_fault(self._definition, day) is None:
            counts = tuple(c for c in self._gathering.counts() if c.achievement_date == day)
        repeated = (_with_rows(problem, rows) for rows, problem in self._faults.values())
        told = (*self._problems, *repeated, *self._gathering.problems, *self._withdrawn(day))
        if not counts and not any(problem.is_error for problem in told):
            words = "no row of this file is a latest submission with a value"
            remedy = "Send rows with LAST_SUBMISSION Y and a VALUE"
            raise self._sheet.stop(words, remedy, field="LAST_SUBMISSION")
        return CountsFile(
            "INDICATOR_VALUES",
            self._sheet.name,
            self._sheet.digest,
            day,
            counts,
            _blank(self._gathering, day),
            told,
            self._replaced_rows,
        )

    def _current(self, records: Iterator[IndicatorValue]) -> Iterator[CountRow]:
        """The rows that count: of this service, of the wanted date, the latest submission."""
        wanted, service = self._wanted, self._definition.quality_service
        for record in records:
            day = record.achievement_date
            if record.quality_service != service:
                self._another_service(record)
                continue
            if day not in self._dates:
                self._first_of_day(record)
            if wanted is not None and day != wanted:
                continue
            if record.last_submission:
                row, code, value = record.row, record.practice_code, record.value
                yield CountRow(row, code, day, record.indicator, record.field, value)
            else:
                key = (record.indicator, record.field)
                self._replaced.setdefault((record.practice_code, day, key), record.row)
                self._replaced_rows += 1

    def _another_service(self, record: IndicatorValue) -> None:
        given = shown(record.quality_service)
        rows, problem = self._faults.get(given, (0, None))
        self._faults[given] = (
            (rows + 1, problem)
            if problem
            else (
                1,
                Problem(
                    words=f"this row is of {given or 'no service'}, not of "
                    f"{self._definition.quality_service} ({self._definition.short_title})",
                    remedy="Name the service of these counts, or send the file of this service",
                    file=self._sheet.name,
                    row=record.row,
                    practice_code=record.practice_code,
                    field="QUALITY_SERVICE",
                ),
            )
        )

    def _first_of_day(self, record: IndicatorValue) -> None:
        day = record.achievement_date
        self._dates[day] = record.row
        if fault := day_fault(self._definition, day):
            self._problems.append(
                self._sheet.problem(
                    *fault,
                    row=record.row,
                    field="ACH_DATE",
                    practice_code=record.practice_code,
                )
            )

    def _day(self) -> date:
        """The one date that is meant."""
        days = ", ".join(str(day) for day in sorted(self._dates))
        if self._wanted is not None:
            if self._dates and self._wanted not in self._dates:
                words = f"there are no counts of {self._wanted}, only of {days}"
                raise self._sheet.stop(words, "Ask for one of these dates", field="ACH_DATE")
            return self._wanted
        if len(self._dates) > 1:
            _, second, *_ = self._dates.values()
            words = f"the counts describe several dates: {days}; the second starts in row {second}"
            remedy = "Say which one is meant with --date"
            raise self._sheet.stop(words, remedy, row=second, field="ACH_DATE")
        return next(iter(self._dates), self._definition.year.end)

    def _withdrawn(self, day: date) -> Iterator[Problem]:
        """Indicators that were once submitted but of which no row is the latest submission."""
        seen: set[tuple[str, str]] = set()
        for (code, of, key), row in self._replaced.items():
            if of != day or (code, key[0]) in seen or self._gathering.has(code, of, key):
                continue
            seen.add((code, key[0]))
            yield Problem(
                severity="warning",
                words="there are earlier submissions of this, but none is marked as the last one",
                remedy="It is left out; mark the right row with LAST_SUBMISSION Y if it counts",
                file=self._sheet.name,
                row=row,
                practice_code=code,
                indicator=key[0],
                field=key[1],
            )


def _blank(gathering: Gathering, day: date) -> tuple[str, ...]:
    return tuple(code for code, of in gathering.blank() if of == day)


def _with_rows(problem: Problem, rows: int) -> Problem:
    return Problem(**{**vars(problem), "rows": rows})
