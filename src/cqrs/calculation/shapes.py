"""How a year goes on: what happened last year between a month end and the year's end.

For each indicator a shape says which share of the patients still to do is done by the year's end
(or which share of those done falls out again), and how far practices end beside that. All of it is
whole numbers and fractions: shares are parts per million, deviations whole roots.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Literal

from cqrs.calculation.statement import Key, Values
from cqrs.definitions.diff import Lineage
from cqrs.definitions.schema import Definition, FieldKind, Indicator
from cqrs.values import round_half_up

MILLION = 1_000_000
MONTHS = 12
FEWEST = 30
"""Practices from which a shape's own error can be told; with fewer the assumed one holds."""
ASSUMED_ERROR = Fraction(1, 10)
"""The error of a share forecast for a whole year where none was measured: a setting of ours."""

MEASURES: tuple[tuple[FieldKind, FieldKind], ...] = (
    ("numerator", "denominator"),
    ("count", "register"),
)
"""What is forecast, each as a share of what."""

How = Literal["last_year", "this_year", "as_today", "since_april"]
ManyCounts = Mapping[str, Values]
"""Counts of one achievement date by practice code."""


@dataclass(frozen=True)
class Measure:
    """The two fields of an indicator whose share is forecast."""

    part: Key
    whole: Key

    def share(self, values: Values) -> tuple[int, int] | None:
        """Part and whole as submitted; None where there is nobody, or nothing was given."""
        part, whole = values.get(self.part), values.get(self.whole)
        return (int(part), int(whole)) if part is not None and whole else None


@dataclass(frozen=True)
class Shape:
    """What becomes of a share by the year's end. One of `closing` and `falling` is nought."""

    how: How
    closing: Fraction
    """Of the patients still to do, the share that is done by the year's end."""
    falling: Fraction
    """Of the patients done, the share that no longer counts at the year's end."""
    error: int
    """How far a practice's share ends beside the shape, beyond chance: parts per million."""
    practices: int
    """How many practices it was learnt from."""

    def year_end(self, part: int, whole: int) -> int:
        """The share of the whole at the year's end, in parts per million."""
        # Whole numbers throughout: it is asked of every indicator of every practice.
        moved = self.closing if self.closing else -self.falling
        of = whole - part if self.closing else part
        over = part * moved.denominator + of * moved.numerator
        under = whole * moved.denominator
        return max(0, min((2 * MILLION * over + under) // (2 * under), MILLION))


@dataclass(frozen=True)
class Shapes:
    """The shapes of a year's indicators at one month end, and how far their errors go together."""

    months_left: int
    by_indicator: Mapping[str, Shape]
    together: Fraction
    """1: a practice that ends below the shape does so everywhere; 0: each by itself."""


def measure(indicator: Indicator) -> Measure | None:
    """What of an indicator is forecast; None where it stays as it is (registers, yes or no)."""
    for part, whole in MEASURES:
        one, other = indicator.field_of(part), indicator.field_of(whole)
        if one is not None and other is not None:
            return Measure((indicator.id, one), (indicator.id, other))
    return None


def variance(share: int, whole: int, months_left: int, error: int) -> int:
    """The variance of a year-end share in (parts per million)^2: chance and the shape's error.

    By chance as many patients as fall due in the months left succeed or don't. One success and
    one failure are added, so that a share of 0 or 100 % is not taken for certain.
    """
    near = (share * whole + MILLION) // (whole + 2)
    return near * (MILLION - near) * months_left // (whole * MONTHS) + error * error


def _millionths(share: Fraction) -> int:
    return int(round_half_up(max(Fraction(0), min(share, Fraction(1))) * MILLION, 0))


# Learnt from last year ---------------------------------------------------------------------------


def learnt(
    definition: Definition,
    last: Definition,
    lineage: Lineage,
    month: ManyCounts,
    year_end: ManyCounts,
    months_left: int,
) -> Shapes:
    """The shapes of last year's practices, from the same month end to the year's end.

    An indicator that last year didn't have is left out.
    """
    shapes: dict[str, Shape] = {}
    misses: dict[str, list[int]] = {}
    for old, new in lineage.pairs:
        one = measure(last.by_id[old])
        if one is None or measure(definition.by_id[new]) is None:
            continue
        pairs = list(_pairs(one, month, year_end))
        if not pairs:
            continue
        sums = [sum(column) for column in zip(*(pair[1:] for pair in pairs), strict=True)]
        closing, falling = _way(Fraction(sums[0], sums[1]), Fraction(sums[2], sums[3]))
        rough = Shape("last_year", closing, falling, 0, len(pairs))
        error = _error(rough, pairs, months_left)
        shape = Shape("last_year", closing, falling, error, len(pairs))
        shapes[new] = shape
        if len(pairs) >= FEWEST:
            for code, miss in _misses(shape, pairs, months_left):
                misses.setdefault(code, []).append(miss)
    return Shapes(months_left, shapes, _together(misses))


Pair = tuple[str, int, int, int, int]
"""A practice, its part and whole at the month end, and both at the year's end."""


def _pairs(one: Measure, month: ManyCounts, year_end: ManyCounts) -> Iterator[Pair]:
    for code, values in month.items():
        before = one.share(values)
        after = one.share(year_end[code]) if code in year_end else None
        if before and after:
            yield code, *before, *after


def _way(before: Fraction, after: Fraction) -> tuple[Fraction, Fraction]:
    """Closing and falling that lead from one share to another."""
    if after >= before:
        return (after - before) / (1 - before) if before < 1 else Fraction(0), Fraction(0)
    return Fraction(0), (before - after) / before


def _error(shape: Shape, pairs: list[Pair], months_left: int) -> int:
    """The root of the mean square miss that chance doesn't explain."""
    if len(pairs) < FEWEST:
        return assumed_error(months_left)
    excess = 0
    for _, part, whole, end_part, end_whole in pairs:
        expected = shape.year_end(part, whole)
        miss = end_part * MILLION // end_whole - expected
        excess += miss * miss - variance(expected, end_whole, months_left, 0)
    return isqrt(max(excess, 0) // len(pairs))


def assumed_error(months_left: int) -> int:
    """The error where none was measured, in parts per million: less as the year goes on."""
    return _millionths(ASSUMED_ERROR * months_left / MONTHS)


def _misses(shape: Shape, pairs: list[Pair], months_left: int) -> Iterator[tuple[str, int]]:
    """Each practice's miss in thousandths of the deviation that the shape allows."""
    for code, part, whole, end_part, end_whole in pairs:
        expected = shape.year_end(part, whole)
        allowed = isqrt(variance(expected, end_whole, months_left, shape.error))
        if allowed:
            yield code, (end_part * MILLION // end_whole - expected) * 1000 // allowed


def _together(misses: Mapping[str, list[int]]) -> Fraction:
    """The mean of the products of a practice's misses in two indicators, from 0 to 1.

    Where nothing was measured the errors are taken to go together: the widest of totals.
    """
    products, pairs = 0, 0
    for many in misses.values():
        products += sum(many) ** 2 - sum(miss * miss for miss in many)
        pairs += len(many) * (len(many) - 1)
    if not pairs:
        return Fraction(1)
    return max(Fraction(0), min(Fraction(products, pairs * MILLION), Fraction(1)))


# Assumed -----------------------------------------------------------------------------------------


def assumed(
    definition: Definition,
    now: ManyCounts,
    months_left: int,
    *,
    earlier: tuple[ManyCounts, int] | None = None,
    since_april: bool = False,
) -> Shapes:
    """The shapes without a last year: this year's pace, or an assumption.

    With `earlier` counts, and how many months before they were taken, the pace between the two
    goes on. Without, patients count over 12 months, so a share stays as it is today; items
    claimed, and everything where `since_april` says so, add up from nought since 1 April.
    """
    shapes = {}
    for indicator in definition.paid:
        one = measure(indicator)
        if one is None or (pooled := _pooled(one, now)) is None:
            continue
        share, how = pooled, _assumption(one, indicator, since_april=since_april)
        before = _pooled(one, earlier[0]) if earlier else None
        if earlier and before is not None:
            share, how = pooled + (pooled - before) * months_left / earlier[1], "this_year"
        elif how == "since_april":
            share = pooled * MONTHS / (MONTHS - months_left)
        closing, falling = _way(pooled, max(Fraction(0), min(share, Fraction(1))))
        shapes[indicator.id] = Shape(how, closing, falling, assumed_error(months_left), len(now))
    return Shapes(months_left, shapes, Fraction(1))


def _assumption(one: Measure, indicator: Indicator, *, since_april: bool) -> How:
    items = indicator.fields[one.part[1]].kind == "count"
    return "since_april" if since_april or items else "as_today"


def _pooled(one: Measure, nation: ManyCounts) -> Fraction | None:
    """The share of all practices together; None where nobody is counted."""
    found = [share for values in nation.values() if (share := one.share(values))]
    whole = sum(whole for _, whole in found)
    return Fraction(sum(part for part, _ in found), whole) if whole else None
