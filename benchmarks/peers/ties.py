"""Two years made of exact halves, each near a given one: half-pennies, and half-hundredths.

Nobody has to look for halves: the rule is whole numbers multiplied and divided, so which counts
end in one follows from their factors. Real years hold a few; these hold hardly anything else.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from math import gcd

from peers import referee
from peers.folder import Indicator, Year

NATIONAL_LIST = 64_000_000
FINEST_LIST_STEP = 50
"""A list is chosen that lets an indicator without a register tie at every half point or oftener."""
CHOICES = 60
"""From so many pairs of counts the half-hundredths of one indicator are dealt."""


def tie_step(over: int, under: int) -> int:
    """The smallest t whose t x over / under is a whole and a half; its odd multiples are too.

    Nought when no whole number does it.
    """
    rest = under // gcd(over, under) if over else 1
    return rest // 2 if rest % 2 == 0 else 0


def nearest_odd(step: int, near: int, most: int) -> int:
    """The odd multiple of step nearest to a number, from 1 to most; nought if there is none."""
    odd = near // (2 * step) * 2 + 1
    while odd * step > most:
        odd -= 2
    return max(odd, 0) * step


# Half-pennies ------------------------------------------------------------------------------------


def half_pennies(year: Year) -> Year:
    """Lists, registers and counts chosen so that the pounds of a row end in half a penny.

    Seven of the 76 indicators can't: nothing in their sum is divided by an even number.
    """
    rules = _rules(year)
    lists = tuple(_list(year, patients) for patients in year.lists)
    tied = replace(year, indicators=rules, lists=lists)
    steps = _register_steps(tied)
    found = year.counts.copy()
    for row, counts in enumerate(year.counts.tolist()):
        practice, number, numerator, denominator, register, flag = counts
        rule = rules[number]
        if rule.national_register:
            register = _register(steps[rule.national_register], register)
        step = tie_step(*referee.pounds(tied, rule, lists[practice], register))
        if rule.kind == "fraction" and denominator and step:
            earned = referee.points(rule, numerator, denominator, register, flag)
            if wanted := nearest_odd(step, earned, 100 * rule.points):
                numerator, denominator = _earning(rule, wanted, denominator)
        found[row] = practice, number, numerator, denominator, register, flag
    return replace(tied, counts=found)


def _rules(year: Year) -> tuple[Indicator, ...]:
    """The indicators with England's figures near the given ones, chosen so that ties are common."""
    unit = year.average_list // gcd(year.average_list, year.point_value)
    chosen: dict[int, tuple[int, int]] = {0: (0, 0)}
    for people, points in _points_of_registers(year).items():
        patients = next(i.national_list for i in year.indicators if i.national_register == people)
        near = people * unit / patients
        options = [
            (
                tie_step(100 * points * year.point_value * c * unit, 100 * year.average_list * a),
                a,
                c,
            )
            for c in (1, 3, 5, 7, 9)
            for a in range(int(near * c * 0.9), int(near * c * 1.1) + 2)
            if a
        ]
        _, a, c = min(option for option in options if option[0])
        times = NATIONAL_LIST // (unit * c)
        chosen[people] = (a * times, unit * c * times)
    return tuple(
        replace(i, national_register=people, national_list=patients)
        for i in year.indicators
        for people, patients in [chosen[i.national_register]]
    )


def _points_of_registers(year: Year) -> dict[int, int]:
    """The points for keeping each register, 1 where none are paid for it; by England's register."""
    found = {i.national_register: 1 for i in year.indicators}
    found |= {i.national_register: i.points for i in year.indicators if i.kind == "register"}
    found.pop(0, None)
    return found


def _register_steps(tied: Year) -> dict[int, int]:
    """Odd multiples of which number of people tie the points for keeping each register."""
    steps = {}
    for people, points in _points_of_registers(tied).items():
        patients = next(i.national_list for i in tied.indicators if i.national_register == people)
        over = 100 * points * tied.point_value * patients
        steps[people] = tie_step(over, 100 * tied.average_list * people)
    return steps


@cache
def _register(step: int, near: int) -> int:
    """People on a register near a number, if it can be so that few points are needed to tie."""
    for times in (25, 5):
        found = nearest_odd(step * times, near, 2 * near)
        if 2 * found >= near:
            return found
    return nearest_odd(step, near, max(near, step))


def _list(year: Year, near: int) -> int:
    """The list nearest to a number that lets points without a register tie often."""
    unit = year.average_list // gcd(year.average_list, year.point_value)
    first = max(near // unit, 1)
    for away in range(first + 3):
        for times in (first + away, first - away):
            step = tie_step(year.point_value * times * unit, 100 * year.average_list)
            if times > 0 and 0 < step <= FINEST_LIST_STEP:
                return times * unit
    raise AssertionError(f"no list near {near} makes ties")


@cache
def _earning(rule: Indicator, wanted: int, near: int) -> tuple[int, int]:
    """A numerator and a denominator, near the one given, that earn just so many hundredths."""
    share = 100 * rule.points * rule.lower + (rule.upper - rule.lower) * wanted
    for away in range(5000):
        for denominator in (near + away, near - away):
            first = denominator * share // (10_000 * rule.points)
            for numerator in (first, first + 1):
                possible = 0 <= numerator <= denominator and denominator
                if possible and referee.points(rule, numerator, denominator, 0, 0) == wanted:
                    return numerator, denominator
    raise AssertionError(f"{rule.id} can't earn {wanted} hundredths")


# Half-hundredths ---------------------------------------------------------------------------------


def half_points(year: Year) -> Year:
    """Counts chosen so that the points of every share of patients end in half a hundredth."""
    found = year.counts.copy()
    choices = [tuple(islice(_halves(rule), CHOICES)) for rule in year.indicators]
    for row, counts in enumerate(found.tolist()):
        practice, number, _, denominator, *_ = counts
        pairs = choices[number]
        if pairs and denominator:
            over, under = pairs[practice % len(pairs)]
            times = max(denominator // under, 1)
            found[row, 2:4] = over * times, under * times
    return replace(year, counts=found)


def _halves(rule: Indicator) -> Iterator[tuple[int, int]]:
    """Numerators and denominators of such points, the smallest first, without common factors."""
    if rule.kind != "fraction":
        return
    under = 20_000 * rule.points
    fixed, width = 200 * rule.points * rule.lower, rule.upper - rule.lower
    halves = [fixed + width * odd for odd in range(1, 200 * rule.points, 2)]
    pairs = ((half // gcd(half, under), under // gcd(half, under)) for half in halves)
    yield from sorted(pairs, key=lambda pair: pair[1])
