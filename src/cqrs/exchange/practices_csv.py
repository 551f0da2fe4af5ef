"""Practices and their list sizes: practice_code,name,registered_list and what else is known."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from cqrs.definitions.counts import Problem, shown
from cqrs.exchange.cqrs_csv import CODE_AS, PRACTICE_CODE
from cqrs.exchange.sheet import Sheet, write_rows

COLUMNS = ("practice_code", "name", "registered_list")
OPTIONAL = ("weighted_list", "supplier", "list_date")
MOST_DIGITS = 9
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Practice:
    """A practice with the list size that its payment uses."""

    row: int
    practice_code: str
    name: str
    registered_list: int
    weighted_list: int | None = None
    supplier: str = ""
    list_date: date | None = None
    """The day of which the list size is; None where the file doesn't say."""


def read(sheet: Sheet, problems: list[Problem]) -> dict[str, Practice]:
    """The practices by code. Raises Unreadable; row faults go to `problems`."""
    found: dict[str, Practice] = {}
    for row, cells in sheet.rows(COLUMNS, OPTIONAL):
        code, name, registered, weighted, supplier, day = cells
        before = len(problems)
        if PRACTICE_CODE.fullmatch(code) is None:
            words = f"'{shown(code)}' is not an organisation's code"
            problems.append(sheet.problem(words, CODE_AS, row=row, field="practice_code"))
        elif code in found:
            words = f"the practice stands twice: row {found[code].row} has it too"
            problems.append(
                sheet.problem(
                    words, "Keep one of the two", row=row, field="practice_code", practice_code=code
                )
            )
        for field, text in (("registered_list", registered), ("weighted_list", weighted)):
            if not _is_size(text) and (text or field == "registered_list"):
                problems.append(_not_a_size(sheet, row, field, text, code))
        list_date = _date(day)
        if day and list_date is None:
            words = f"'{shown(day)}' is not the date of a list size"
            remedy = "Write it as YYYY-MM-DD, such as 2026-01-01"
            problems.append(
                sheet.problem(words, remedy, row=row, field="list_date", practice_code=code)
            )
        if len(problems) == before:
            other = int(weighted) if weighted else None
            found[code] = Practice(row, code, name, int(registered), other, supplier, list_date)
    return found


def write(practices: Iterable[Practice]) -> Iterator[bytes]:
    """The practices file with all columns, in pieces; list_date only where a size bears one."""
    many = list(practices)
    dated = any(practice.list_date for practice in many)
    body = (
        (
            practice.practice_code,
            practice.name,
            practice.registered_list,
            "" if practice.weighted_list is None else practice.weighted_list,
            practice.supplier,
            *((practice.list_date or "",) if dated else ()),
        )
        for practice in many
    )
    columns = COLUMNS + (OPTIONAL if dated else OPTIONAL[:-1])
    return write_rows(columns, body, end="\n")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def _is_size(text: str) -> bool:
    digits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return digits and int(text) >= 1


def _not_a_size(sheet: Sheet, row: int, field: str, text: str, code: str) -> Problem:
    words = f"'{shown(text)}' is not a list size" if text else "the list size is missing"
    remedy = "Write a whole number of at least 1, without commas"
    return sheet.problem(words, remedy, row=row, field=field, practice_code=code)
