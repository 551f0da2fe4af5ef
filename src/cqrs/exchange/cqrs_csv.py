"""The three CQRS layouts: counts, participation and points, read and written in both quotings."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from cqrs.definitions.counts import Problem, shown
from cqrs.exchange.sheet import Sheet, write_rows
from cqrs.values import LONDON, decimal_text

INDICATOR_VALUES = (
    "QUALITY_SERVICE",
    "NAME",
    "ORG_CODE",
    "ACH_DATE",
    "IND_CODE",
    "FIELD_NAME",
    "VALUE",
    "DEFAULT_VALUES_USED",
    "SUBMIT_USER_ID",
    "SUBMIT_DATE",
    "SUBMIT_TIME",
    "LAST_SUBMISSION",
)
FINAL_PRACTICE_LIST = (
    "QUALITY_SERVICE",
    "SP_ORG_CODE",
    "SP_ORG_NAME",
    "CO_ORG_CODE",
    "PART_ST_DT",
    "PART_ED_DT",
)
INDICATOR_ACHIEVED_POINTS = (
    "QUALITY_SERVICE",
    "ORG_CODE",
    "ACH_DATE",
    "IND_CODE",
    "POINTS",
    "APPROVED",
)
SPREADSHEET_DAY_0 = datetime(1899, 12, 30, tzinfo=LONDON)
DAY_AS = "Write the date as yyyymmdd, such as 20240331"
PRACTICE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
CODE_AS = "Write the organisation's code: letters and digits, such as A81001"


class IndicatorValue(NamedTuple):
    """One row of INDICATOR_VALUES. The value and the provenance are kept as they were written."""

    row: int
    quality_service: str
    name: str
    practice_code: str
    achievement_date: date
    indicator: str
    field: str
    value: str
    default_values_used: str
    submit_user: str
    submit_date: str
    submit_time: str
    last_submission: bool

    def submitted_at(self) -> datetime | None:
        """When it was submitted, as far as the provenance can be read; nothing depends on it.

        Reads dd/mm/yyyy with hh:mm:ss, or a spreadsheet's serial numbers.
        """
        return _moment(self.submit_date, self.submit_time)


@dataclass(frozen=True)
class Participation:
    """One row of FINAL_PRACTICE_LIST: a practice takes part from one date to another."""

    row: int
    quality_service: str
    practice_code: str
    practice_name: str
    commissioner: str
    start_date: date
    end_date: date

    def __contains__(self, day: date) -> bool:
        return self.start_date <= day <= self.end_date


@dataclass(frozen=True)
class AchievedPoints:
    """One row of INDICATOR_ACHIEVED_POINTS; no points means none were worked out."""

    row: int
    quality_service: str
    practice_code: str
    achievement_date: date
    indicator: str
    points: Fraction | None
    approved: str


def read_indicator_values(sheet: Sheet, problems: list[Problem]) -> Iterator[IndicatorValue]:
    """Every row, re-submissions too; rows that can't be read are told in `problems` and left out.

    Raises Unreadable when the file can't be read to its end.
    """
    for row, cells in sheet.rows(INDICATOR_VALUES):
        day = _day(cells[3])
        last = cells[11]
        if day is None:
            problems.append(_not_a_day(sheet, row, "ACH_DATE", cells[3], cells[2]))
        elif last not in ("Y", "N"):
            words = f"'{shown(last)}' is not Y or N"
            remedy = "Write Y on the row that counts, N on rows it replaced"
            problems.append(_told(sheet, row, "LAST_SUBMISSION", words, remedy, cells[2]))
        elif not _is_code(cells[2]):
            problems.append(_not_a_code(sheet, row, "ORG_CODE", cells[2]))
        else:
            yield IndicatorValue._make((row, *cells[:3], day, *cells[4:11], last == "Y"))


def write_indicator_values(
    rows: Iterable[IndicatorValue], *, quoted: bool = False, end: str = "\r\n"
) -> Iterator[bytes]:
    """INDICATOR_VALUES, in pieces. `quoted` is the variant with quotation marks round all text."""
    body = (
        (
            *value[1:4],
            _day_number(value.achievement_date),
            *value[5:12],
            "Y" if value.last_submission else "N",
        )
        for value in rows
    )
    return write_rows(INDICATOR_VALUES, body, quoted=quoted, end=end)


def read_participation(sheet: Sheet, problems: list[Problem]) -> Iterator[Participation]:
    """FINAL_PRACTICE_LIST. Raises Unreadable; row faults go to `problems`."""
    for row, (service, code, name, commissioner, start, end) in sheet.rows(FINAL_PRACTICE_LIST):
        first, last = _day(start), _day(end)
        if first is None:
            problems.append(_not_a_day(sheet, row, "PART_ST_DT", start, code))
        elif last is None:
            problems.append(_not_a_day(sheet, row, "PART_ED_DT", end, code))
        elif last < first:
            words = f"the participation ends on {last}, before it starts on {first}"
            remedy = "Correct one of the dates"
            problems.append(_told(sheet, row, "PART_ED_DT", words, remedy, code))
        elif not _is_code(code):
            problems.append(_not_a_code(sheet, row, "SP_ORG_CODE", code))
        else:
            yield Participation(row, service, code, name, commissioner, first, last)


def write_participation(
    rows: Iterable[Participation], *, quoted: bool = False, end: str = "\r\n"
) -> Iterator[bytes]:
    """FINAL_PRACTICE_LIST, in pieces."""
    body = (
        (
            row.quality_service,
            row.practice_code,
            row.practice_name,
            row.commissioner,
            _day_number(row.start_date),
            _day_number(row.end_date),
        )
        for row in rows
    )
    return write_rows(FINAL_PRACTICE_LIST, body, quoted=quoted, end=end)


def read_points(sheet: Sheet, problems: list[Problem]) -> Iterator[AchievedPoints]:
    """INDICATOR_ACHIEVED_POINTS. Raises Unreadable; row faults go to `problems`."""
    for row, cells in sheet.rows(INDICATOR_ACHIEVED_POINTS):
        service, code, day_text, indicator, points, approved = cells
        day = _day(day_text)
        if day is None:
            problems.append(_not_a_day(sheet, row, "ACH_DATE", day_text, code))
        elif not _is_code(code):
            problems.append(_not_a_code(sheet, row, "ORG_CODE", code))
        elif points and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", points):
            words = f"'{shown(points)}' is not a number of points"
            remedy = "Write a plain number, such as 15.45"
            problems.append(_told(sheet, row, "POINTS", words, remedy, code))
        else:
            exact = Fraction(points) if points else None
            yield AchievedPoints(row, service, code, day, indicator, exact, approved)


def write_points(
    rows: Iterable[AchievedPoints], *, quoted: bool = False, end: str = "\r\n", places: int = 2
) -> Iterator[bytes]:
    """INDICATOR_ACHIEVED_POINTS, in pieces; points with `places` decimals."""
    body = (
        (
            row.quality_service,
            row.practice_code,
            _day_number(row.achievement_date),
            row.indicator,
            "" if row.points is None else decimal_text(row.points, places),
            row.approved,
        )
        for row in rows
    )
    return write_rows(INDICATOR_ACHIEVED_POINTS, body, quoted=quoted, end=end)


@cache
def _is_code(text: str) -> bool:
    return PRACTICE_CODE.fullmatch(text) is not None


@cache
def _day(text: str) -> date | None:
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _moment(day: str, time: str) -> datetime | None:
    if _serial(day):
        since = Fraction(day) + (Fraction(time) if _serial(time) else 0)
        return SPREADSHEET_DAY_0 + timedelta(seconds=round(since * 86_400))
    try:
        text = f"{day} {time or '00:00:00'}"
        return datetime.strptime(text, "%d/%m/%Y %H:%M:%S").replace(tzinfo=LONDON)
    except ValueError:
        return None


def _serial(text: str) -> bool:
    return re.fullmatch(r"[0-9]{0,6}(\.[0-9]{1,18})?", text) is not None and text != ""


def _not_a_day(sheet: Sheet, row: int, field: str, text: str, code: str) -> Problem:
    return _told(sheet, row, field, f"'{shown(text)}' is not a date", DAY_AS, code)


def _not_a_code(sheet: Sheet, row: int, field: str, code: str) -> Problem:
    return _told(sheet, row, field, f"'{shown(code)}' is not an organisation's code", CODE_AS)


def _told(sheet: Sheet, row: int, field: str, words: str, remedy: str, code: str = "") -> Problem:
    return sheet.problem(words, remedy, row=row, field=field, practice_code=code)
