"""Who belongs to which network and when: network_code,practice_code,start_date,end_date."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from cqrs.definitions.counts import Problem, shown
from cqrs.exchange.cqrs_csv import CODE_AS, PRACTICE_CODE
from cqrs.exchange.sheet import Sheet

COLUMNS = ("network_code", "practice_code", "start_date")
OPTIONAL = ("end_date",)


class Member(NamedTuple):
    """One row: a practice is in a network from `start_date`, to `end_date` where it has one."""

    row: int
    network_code: str
    practice_code: str
    start_date: date
    end_date: date | None


def read(sheet: Sheet, problems: list[Problem]) -> Iterator[Member]:
    """Read memberships. Raises Unreadable; row faults go to `problems`."""
    for row, (network, practice, start, end) in sheet.rows(COLUMNS, OPTIONAL):
        fault: tuple[str, str, str] | None = None
        for field, code in (("network_code", network), ("practice_code", practice)):
            if not PRACTICE_CODE.fullmatch(code):
                fault = field, f"'{shown(code)}' is not an organisation's code", CODE_AS
        first, last = _day(start), _day(end) if end else None
        if fault is None and first is None:
            fault = "start_date", f"'{shown(start)}' is not a date", "Write it as 2024-04-01"
        if fault is None and end and last is None:
            fault = "end_date", f"'{shown(end)}' is not a date", "Write it as 2025-03-31"
        if fault is None and first and last and last < first:
            fault = "end_date", f"it ends on {last}, before it starts on {first}", "Correct a date"
        if fault is not None or first is None:
            field, words, remedy = fault or ("start_date", "it is missing", "Add it")
            problems.append(
                sheet.problem(words, remedy, row=row, field=field, practice_code=practice)
            )
            continue
        yield Member(row, network, practice, first, last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
