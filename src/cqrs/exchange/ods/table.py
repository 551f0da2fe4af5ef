"""CSV files of the Organisation Data Service: their columns first, then their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cqrs.definitions.counts import Problem, shown
from cqrs.exchange.ods.rows import DAY_AS, Reader
from cqrs.exchange.sheet import Sheet

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """All rows of a sheet with their numbers, none of them blank."""

    sheet: Sheet
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, sheet: Sheet) -> "Table":
        """Read the sheet to its end. Raises Unreadable when it isn't sound CSV."""
        return cls(sheet, tuple((row, cells) for row, cells in sheet.lines() if any(cells)))

    def wrong_widths(self, rows: Sequence[Row], width: int, what: str) -> list[Problem]:
        """A problem for each row that has another number of columns."""
        return [
            self.sheet.problem(
                f"this row has {len(cells)} columns, {what} has {width}",
                "Fetch the file again, or put text that holds a comma in quotation marks",
                row=row,
                field="columns",
            )
            for row, cells in rows
            if len(cells) != width
        ]


def day(reader: Reader, row: int, column: str, text: str) -> date | None:
    """A date as YYYYMMDD; one that a spreadsheet made a number of ("20200401.0") is read too."""
    digits = text.removesuffix(".0")
    if not digits:
        return None
    try:
        if len(digits) == 8 and digits.isascii() and digits.isdigit():
            return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a day, no moment
    except ValueError:
        pass
    reader.refuse(row, column, f"'{shown(text)}' is not a date", DAY_AS)
    return None
