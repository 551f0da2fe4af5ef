"""What every room shares: financial years, exact numbers, pence, digests and the one clock."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

Pence = int
"""Money is a whole number of pence, everywhere."""

LONDON = ZoneInfo("Europe/London")
MINUS = "\u2212"


@dataclass(frozen=True, order=True)
class FinancialYear:
    """A year from 1 April to 31 March, named by the year it starts in: 2025/26 starts in 2025."""

    starts_in: int

    @classmethod
    def parse(cls, text: str) -> "FinancialYear":
        """Read "2025/26" or "2025-26"; anything else is a ValueError that says what is wanted."""
        first, _, second = text.replace("-", "/").partition("/")
        if not (first.isdigit() and len(first) == 4 and second.isdigit() and len(second) == 2):
            raise ValueError(f"'{text}' is not a financial year: write it as 2025/26")
        if (int(first) + 1) % 100 != int(second):
            raise ValueError(f"'{text}' is not a financial year: {first} is followed by another")
        return cls(int(first))

    def __str__(self) -> str:
        return f"{self.starts_in}/{(self.starts_in + 1) % 100:02}"

    @property
    def slug(self) -> str:
        """The year as it stands in a path: 2025-26."""
        return str(self).replace("/", "-")

    @property
    def start(self) -> date:
        """1 April."""
        return date(self.starts_in, 4, 1)

    @property
    def end(self) -> date:
        """31 March."""
        return date(self.starts_in + 1, 3, 31)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def is_month_end(day: date) -> bool:
    """True for the last day of a month, which every achievement date is."""
    return (day + timedelta(days=1)).day == 1


def month_of(day: date) -> int:
    """The month of the financial year: April is 1, March is 12."""
    return (day.month - 4) % 12 + 1


def day_words(day: date) -> str:
    """A date as people write it: 1 September 2022."""
    return f"{day.day} {day:%B %Y}"


# Exact numbers ---------------------------------------------------------------------------------


def round_half_up(number: Fraction | int, places: int) -> Fraction:
    """Round to `places` decimals; an exact half goes away from zero: 0.125 -> 0.13."""
    scale = 10**places
    return Fraction(_scaled(number, scale), scale)


RoundingMode = Literal["half_up", "half_even", "down"]


def rounded(number: Fraction | int, places: int, mode: RoundingMode) -> Fraction:
    """Round to `places` decimals. A half goes away from zero, to the even digit, or all is cut."""
    if mode == "half_up":
        return round_half_up(number, places)
    scale = 10**places
    if mode == "half_even":
        return Fraction(round(Fraction(number) * scale), scale)
    over, under = number.numerator * scale, number.denominator
    cut = abs(over) // under
    return Fraction(cut if over >= 0 else -cut, scale)


def _scaled(number: Fraction | int, scale: int) -> int:
    """The whole number nearest to number x scale; an exact half goes away from zero."""
    over, under = number.numerator * scale, number.denominator
    magnitude = (2 * abs(over) + under) // (2 * under)
    return magnitude if over >= 0 else -magnitude


def decimal_text(number: Fraction | int, places: int, *, grouping: bool = False) -> str:
    """Write a number with exactly `places` decimals, half up: (1545/100, 2) -> "15.45"."""
    scaled = _scaled(number, 10**places)
    whole, part = divmod(abs(scaled), 10**places)
    text = f"{whole:,}" if grouping else str(whole)
    if places:
        text += f".{part:0{places}}"
    return f"-{text}" if scaled < 0 else text


def plain_text(number: Fraction | int, *, at_most: int = 10) -> str:
    """Write a number without trailing noughts: 17 -> "17", 31/2 -> "15.5"."""
    text = decimal_text(number, at_most)
    return text.rstrip("0").rstrip(".") if "." in text else text


def pounds_text(pence: Pence) -> str:
    """Write pence as pounds: 403406 -> "£4,034.06"; a minus is the real minus sign."""
    sign = MINUS if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"


def plain_pounds(pence: Pence) -> str:
    """Write pence for a file, without sign of currency or commas: -403406 -> "-4034.06"."""
    minus, whole = ("-", -pence) if pence < 0 else ("", pence)
    return f"{minus}{whole // 100}.{whole % 100:02}"


# Digests ---------------------------------------------------------------------------------------


def canonical_json(content: object) -> bytes:
    """The one spelling of a JSON value: sorted keys, no spaces, UTF-8, no floats."""
    return json.dumps(
        content,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        default=_refuse,
    ).encode()


def _refuse(value: object) -> object:
    raise TypeError(f"{type(value).__name__} has no canonical spelling: {value!r}")


def digest(content: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def short_digest(hexadecimal: str) -> str:
    """The first 16 digits in groups of four, for people: "c052 fc8b 0c8e 5b7a"."""
    return " ".join(hexadecimal[i : i + 4] for i in range(0, 16, 4))


# The one clock ---------------------------------------------------------------------------------


class Clock:
    """What time it is. Nothing else in the project asks for now or today.

    The environment variable CQRS_DATE=2026-05-12 moves the date (training copy) and keeps the
    real time of day.
    """

    def __init__(self) -> None:
        self._held: datetime | None = None

    def now(self) -> datetime:
        """This moment, aware, in Europe/London."""
        if self._held is not None:
            return self._held
        real = datetime.now(LONDON)
        moved = os.environ.get("CQRS_DATE")
        if not moved:
            return real
        day = date.fromisoformat(moved)
        return real.replace(year=day.year, month=day.month, day=day.day)

    def today(self) -> date:
        """The date in London."""
        return self.now().astimezone(LONDON).date()

    @contextmanager
    def fixed(self, moment: datetime) -> Iterator[None]:
        """Hold the clock at an aware moment, for tests and replays."""
        if moment.tzinfo is None:
            raise ValueError("the clock needs a time zone")
        before, self._held = self._held, moment
        try:
            yield
        finally:
            self._held = before


clock = Clock()
