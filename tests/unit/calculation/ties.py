"""Inputs built so that a real formula of QOF comes to exactly half a penny, or half a hundredth."""

from collections.abc import Iterator
from fractions import Fraction

from cqrs.calculation import exact
from cqrs.calculation.kinds import Formula
from cqrs.calculation.nodes import Round
from cqrs.definitions.schema import FractionIndicator

Row = dict[str, int]

NATIONAL = ((1, 1), (64, 63), (4_021_386, 63_911_204), (1_000_000, 3_125_001))
"""England's register and list; some make ties with figures that others don't."""


def rows_of_points(formula: Formula, *, half: bool = False, step: int = 1) -> Iterator[Row]:
    """Counts for each hundredth of a point between the thresholds, or half a hundredth above it.

    With 20,000 patients for each point that can be earned, every one of them is some whole
    number of patients.
    """
    national = dict(zip(("national_register", "national_list"), NATIONAL[0], strict=True))
    row = {"list": 1, "register": 1, "flag": 1, **national, "numerator": 0, "denominator": 0}
    if not isinstance(formula.indicator, FractionIndicator):
        if not half:
            yield row
        return
    points, thresholds = formula.indicator.points.value, formula.indicator.thresholds
    patients = 20_000 * points
    for hundredth in range(0, 100 * points, step):
        above = (thresholds.upper - thresholds.lower) * (2 * hundredth + half)
        numerator = Fraction(patients * thresholds.lower, 100) + above
        assert numerator.denominator == 1
        yield {**row, "numerator": int(numerator), "denominator": patients}


def half_pennies(formula: Formula, *, step: int = 1) -> Iterator[tuple[Row, Fraction]]:
    """Every row whose pounds, before they are rounded, are a whole number of pence and a half.

    Pounds grow evenly with the register (or the list): if one patient is worth p/q pence in
    lowest terms, then x patients end in a half where x times p leaves q/2 when divided by q.
    """
    rounding = formula.pence.part
    assert isinstance(rounding, Round)
    grows = "register" if formula.register_id else "list"
    most = next(one.most for one in formula.inputs if one.name == grows)
    for row in rows_of_points(formula, step=step):
        for register, patients in NATIONAL if formula.register_id else NATIONAL[:1]:
            given = {**row, "national_register": register, "national_list": patients}
            worth = Fraction(exact.value(rounding.part, given, {}))
            under = worth.denominator
            if under % 2 == 0:
                many = under // 2 * pow(worth.numerator, -1, under) % under
                if many <= most:
                    yield {**given, grows: many}, worth * many


def columns_of(rows: list[Row]) -> dict[str, list[int]]:
    """Rows as columns."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
