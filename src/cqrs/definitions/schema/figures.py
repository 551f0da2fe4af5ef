"""The figures of a definition: exact, and each with where it comes from and how sure it is."""

from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from cqrs.values import FinancialYear, Pence

Confidence = Literal["verified", "derived", "inferred", "doubtful", "memory"]
"""How sure a figure is: only `verified` needs no further source."""


def _whole(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise ValueError(f"'{value}' is not a whole number")


def _exact(value: object) -> object:
    if isinstance(value, Fraction):
        return value
    whole, _, part = str(value).partition(".")
    digits = isinstance(value, str) and (whole + part).isascii() and whole.isdigit()
    if digits and (part.isdigit() or "." not in str(value)):
        return Fraction(str(value))
    raise ValueError(f"'{value}' is not a plain decimal number")


def _pence(value: object) -> object:
    exact = _exact(value) if isinstance(value, str) else value
    if isinstance(exact, Fraction) and (exact * 100).denominator == 1:
        return int(exact * 100)
    raise ValueError(f"'{value}' is not an amount in pounds with at most two decimals")


def _yes_no(value: object) -> object:
    if value in ("yes", "no"):
        return value == "yes"
    raise ValueError(f"'{value}' must be yes or no")


def _year(value: object) -> object:
    return value if isinstance(value, FinancialYear) else FinancialYear.parse(str(value))


def _date(value: object) -> object:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


Whole = Annotated[int, BeforeValidator(_whole)]
Exact = Annotated[Fraction, BeforeValidator(_exact)]
PoundsAsPence = Annotated[Pence, BeforeValidator(_pence)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Year = Annotated[FinancialYear, BeforeValidator(_year)]
Day = Annotated[date, BeforeValidator(_date)]
Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """A piece of a definition: frozen, and nothing unknown is let in."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Sourced(Part):
    """Where a figure comes from and how sure it is."""

    source: Text
    confidence: Confidence
    note: str = ""


class WholeFigure(Sourced):
    """A whole number with its source."""

    value: Whole


class MoneyFigure(Sourced):
    """An amount, written in pounds ("225.49") and held in pence."""

    pounds: PoundsAsPence

    @property
    def pence(self) -> Pence:
        """The amount in pence."""
        return self.pounds


class RateFigure(Sourced):
    """An amount for each of something, in pounds to any decimal: 0.729 a patient."""

    pounds: Exact
    per: Literal["person", "bed", "item", "day"]

    @property
    def pence(self) -> Fraction:
        """The amount in pence, exact: 0.729 pounds are 72.9 pence."""
        return self.pounds * 100


class ExactFigure(Sourced):
    """A plain decimal number with its source, such as 80 percent."""

    value: Exact


class Thresholds(Sourced):
    """No points at or below `lower` percent, all points at or above `upper` percent."""

    lower: Exact
    upper: Exact


class YesNoFigure(Sourced):
    """A yes or no with its source."""

    value: YesNo
