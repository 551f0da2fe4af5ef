"""The right answers, in plain whole numbers, written without any engine.

Points are rounded to hundredths and pounds to the penny, once for each indicator, and an exact
half goes up: the setting of the definition.
"""

import numpy as np
from peers.folder import COUNTS, Array, Indicator, Year


def half_up(over: int, under: int) -> int:
    """Over / under to the nearest whole number."""
    return (2 * over + under) // (2 * under)


def points(indicator: Indicator, numerator: int, denominator: int, register: int, flag: int) -> int:
    """Hundredths of a point for one practice's counts."""
    available = 100 * indicator.points
    if indicator.kind == "yes_no":
        return available * flag
    if indicator.kind == "register":
        return available if register or indicator.paid_at_nil else 0
    if not denominator:
        return 0
    width = (indicator.upper - indicator.lower) * denominator
    above = 100 * numerator - indicator.lower * denominator
    return half_up(available * min(max(above, 0), width), width)


def pounds(year: Year, indicator: Indicator, patients: int, register: int) -> tuple[int, int]:
    """What a hundredth of a point is worth, in pence, as over and under.

    Point value x own list / average list and, where the disease counts, x own prevalence /
    England's prevalence.
    """
    over, under = year.point_value * patients, 100 * year.average_list
    if indicator.national_register:
        over *= register * indicator.national_list
        under *= patients * indicator.national_register
    return over, under


def right(year: Year) -> Array:
    """Hundredths of a point and pence of every row."""
    found = np.empty((len(year.counts), 2), np.int64)
    assert COUNTS[:2] == ("practice", "indicator")
    for row, (practice, number, *counts) in enumerate(year.counts.tolist()):
        indicator = year.indicators[number]
        earned = points(indicator, *counts)
        over, under = pounds(year, indicator, year.lists[practice], counts[2])
        found[row] = earned, half_up(earned * over, under)
    return found


def ties(year: Year) -> tuple[int, int]:
    """How many rows are an exact half of a hundredth of a point, and an exact half-penny."""
    of_points = of_pence = 0
    for practice, number, *counts in year.counts.tolist():
        indicator = year.indicators[number]
        numerator, denominator, register, _ = counts
        earned = points(indicator, *counts)
        if indicator.kind == "fraction" and denominator:
            width = (indicator.upper - indicator.lower) * denominator
            above = 100 * numerator - indicator.lower * denominator
            of_points += 0 < above < width and _half(100 * indicator.points * above, width)
        over, under = pounds(year, indicator, year.lists[practice], register)
        of_pence += _half(earned * over, under)
    return of_points, of_pence


def _half(over: int, under: int) -> bool:
    return 2 * over % under == 0 and over % under != 0
