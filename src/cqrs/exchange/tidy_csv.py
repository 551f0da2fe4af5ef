"""Counts as our own tidy CSV, a row for each number: practice_code,indicator,field,value."""

from collections.abc import Iterable, Iterator
from datetime import date

from cqrs.definitions.counts import CountRow, PracticeCounts, Problem, shown
from cqrs.exchange.cqrs_csv import CODE_AS, PRACTICE_CODE
from cqrs.exchange.sheet import Sheet, write_rows

COLUMNS = ("practice_code", "indicator", "field", "value")


def read(sheet: Sheet, achievement_date: date, problems: list[Problem]) -> Iterator[CountRow]:
    """Every row; the layout has no date, so all counts describe `achievement_date`.

    Raises Unreadable; rows without a sound practice code go to `problems`.
    """
    known: set[str] = set()
    for row, (code, indicator, field, text) in sheet.rows(COLUMNS):
        if code not in known:
            if PRACTICE_CODE.fullmatch(code) is None:
                words = f"'{shown(code)}' is not an organisation's code"
                problems.append(sheet.problem(words, CODE_AS, row=row, field="practice_code"))
                continue
            known.add(code)
        yield CountRow(row, code, achievement_date, indicator, field, text)


def write(counts: Iterable[PracticeCounts]) -> Iterator[bytes]:
    """The tidy CSV, in pieces. The achievement date is not in it: tell it beside the file."""
    body = (
        (practice.practice_code, indicator, field, _text(value))
        for practice in counts
        for (indicator, field), value in practice.values.items()
    )
    return write_rows(COLUMNS, body, end="\n")


def _text(value: int | bool) -> int | str:
    if isinstance(value, bool):
        return "Y" if value else "N"
    return value
