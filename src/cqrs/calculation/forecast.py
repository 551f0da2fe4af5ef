"""From counts during the year to the year's end: patients, points and pounds, with an interval.

Method. Patients, registers and the list stay as they are today; what is forecast is how many will
have succeeded. A shape (see `shapes`) carries today's share to the year's end. Its deviation is
chance (as many patients as fall due in the months left) and the error that the same shape had last
year. Nine year ends in ten should lie within the interval: 1.645 deviations either way, in whole
patients. Points and pounds at the low, the expected and the high count come from `calculate`, so
thresholds bend them as they will bend the payment. The deviations of a total are added up as far
as last year's errors went together, and as independent for the rest.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

from cqrs.calculation.difference import NOTHING, Amount, worth_of
from cqrs.calculation.shapes import MILLION, Shape, Shapes, measure, variance
from cqrs.calculation.statement import (
    CalculationError,
    PracticeInputs,
    Statement,
    Values,
    calculate,
)
from cqrs.definitions.schema import Definition
from cqrs.values import month_of, round_half_up

DEVIATIONS = Fraction(1645, 1000)
"""Nine of ten lie within so many deviations of the middle of a bell curve."""


@dataclass(frozen=True)
class Range:
    """Three numbers of the same thing: it is expected to end here, and nine times in ten within."""

    low: int
    expected: int
    high: int


@dataclass(frozen=True)
class Worth:
    """Points and pounds today and at the year's end."""

    now: Amount
    low: Amount
    expected: Amount
    high: Amount


@dataclass(frozen=True)
class IndicatorForecast:
    """One indicator: how many patients will have succeeded, and what that is worth."""

    indicator: str
    patients: Range | None
    """None where nothing is forecast: registers and answers stay as they are."""
    today: int | None
    """How many have succeeded so far, where that is forecast."""
    worth: Worth
    shape: Shape | None

    @property
    def unknown(self) -> bool:
        """Whether nobody has been counted yet, so that it may still come to anything."""
        return self.patients is None and self.shape is not None


@dataclass(frozen=True)
class Forecast:
    """A provider's year end as it can be told today."""

    practice_code: str
    months_left: int
    indicators: tuple[IndicatorForecast, ...]
    worth: Worth
    today: Statement


def month_of_year(definition: Definition, inputs: PracticeInputs) -> int:
    """Which month of the financial year has ended: 1 for April, 12 for March.

    Raises CalculationError where the date isn't in the year, or each collection pays by itself.
    """
    day = inputs.achievement_date
    if day not in definition.year:
        raise CalculationError(
            f"{inputs.practice_code}: the counts are of {day}, which is not in {definition.year}; "
            "forecast the year they are of"
        )
    if definition.collection.pays == "each":
        raise CalculationError(
            f"{definition.short_title} pays each collection by itself, so there is no year end to "
            "forecast; calculate each collection"
        )
    return month_of(day)


def forecast(definition: Definition, inputs: PracticeInputs, shapes: Shapes) -> Forecast:
    """Forecast a provider's year end from its counts of today.

    Raises CalculationError where the counts don't suffice, or there is no year end to forecast.
    """
    if month_of_year(definition, inputs) != 12 - shapes.months_left:
        raise CalculationError(
            f"the shapes are of {shapes.months_left} months before the year's end, but the counts "
            f"of {inputs.practice_code} are of {inputs.achievement_date}; take shapes of that month"
        )
    ranges = dict(_ranges(definition, inputs.values, shapes))
    today = calculate(definition, inputs)
    ends = {
        end: worth_of(calculate(definition, _at(definition, inputs, ranges, pick)))
        for end, pick in ENDS.items()
    }
    now = worth_of(today)
    lines = tuple(
        IndicatorForecast(
            indicator=name,
            patients=ranges.get(name),
            today=_today(definition, inputs.values, name) if name in ranges else None,
            worth=Worth(now[name], *(ends[end][name] for end in ENDS)),
            shape=shapes.by_indicator.get(name),
        )
        for name in now
    )
    total = _total(definition, [line.worth for line in lines], shapes.together)
    return Forecast(inputs.practice_code, shapes.months_left, lines, total, today)


ENDS: dict[str, Callable[[Range], int]] = {
    "low": lambda found: found.low,
    "expected": lambda found: found.expected,
    "high": lambda found: found.high,
}


def _ranges(definition: Definition, values: Values, shapes: Shapes) -> Iterator[tuple[str, Range]]:
    for name, shape in shapes.by_indicator.items():
        one = measure(definition.by_id[name])
        share = one.share(values) if one else None
        if share:
            yield name, patients(shape, *share, shapes.months_left)


def _today(definition: Definition, values: Values, name: str) -> int | None:
    one = measure(definition.by_id[name])
    share = one.share(values) if one else None
    return share[0] if share else None


def patients(shape: Shape, part: int, whole: int, months_left: int) -> Range:
    """How many of so many patients will have succeeded at the year's end."""
    if not months_left:
        return Range(part, part, part)
    share = shape.year_end(part, whole)
    expected = int(round_half_up(Fraction(share * whole, MILLION), 0))
    squared = variance(share, whole, months_left, shape.error) * (whole * DEVIATIONS) ** 2
    aside = isqrt(int(squared // MILLION**2)) + 1
    return Range(max(expected - aside, 0), expected, min(expected + aside, whole))


def _at(
    definition: Definition,
    inputs: PracticeInputs,
    ranges: dict[str, Range],
    pick: Callable[[Range], int],
) -> PracticeInputs:
    values = dict(inputs.values)
    for name, found in ranges.items():
        one = measure(definition.by_id[name])
        if one is not None:
            values[one.part] = pick(found)
    return replace(inputs, values=values)


def _total(definition: Definition, lines: list[Worth], together: Fraction) -> Worth:
    now = sum((line.now for line in lines), NOTHING)
    expected = sum((line.expected for line in lines), NOTHING)
    scale = 10**definition.rounding.points_places

    def aside(gaps: Iterable[Amount]) -> Amount:
        many = list(gaps)
        points = _combined([int(gap.points * scale) for gap in many], together)
        return Amount(Fraction(points, scale), _combined([gap.pence for gap in many], together))

    below = aside(line.expected - line.low for line in lines)
    above = aside(line.high - line.expected for line in lines)
    return Worth(now, expected - below, expected, expected + above)


def _combined(gaps: list[int], together: Fraction) -> int:
    """One deviation for many: added as far as they go together, as independent for the rest."""
    squares = sum(gap * gap for gap in gaps)
    return isqrt(int(together * sum(gaps) ** 2 + (1 - together) * squares))
