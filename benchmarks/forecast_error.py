"""Claim: a forecast's nine-in-ten interval holds, and it errs far less than today's figures.

    forecast_error.py [PRACTICES]

Two made-up years of England are drawn around the published rates of QOF 2024/25, at June,
September, December and March: one teaches the shapes, the other is forecast and compared with what
it came to. The peer is what a screen without a forecast shows: today's points, carried to the
year's end. Made-up months rise evenly and alike in both years, which no real year promises: how
much a real year differs from the one before can only be seen with two real years.
"""

import sys
from datetime import date
from fractions import Fraction

from cqrs.calculation.forecast import forecast
from cqrs.calculation.prevalence import reference_of, strike
from cqrs.calculation.shapes import ManyCounts, Shapes, assumed, learnt
from cqrs.calculation.statement import PracticeInputs, Reference, calculate
from cqrs.definitions.diff import lineage
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition
from cqrs.extraction.synthetic import England, counts, england

MONTHS = {3: date(2025, 6, 30), 6: date(2025, 9, 30), 9: date(2025, 12, 31)}
YEAR_END = date(2026, 3, 31)
LAST, THIS = 2425, 2526
TAUGHT = "last year's way"
GOAL_COVERED = (Fraction(85, 100), Fraction(95, 100))


def main() -> None:
    """Forecast every practice at three month ends, three ways, and print how well."""
    practices = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    definition, country = load("qof/2025-26"), england(practices=practices)
    days = (*MONTHS.values(), YEAR_END)
    last, this = (
        {day: nation(definition, country, seed, day) for day in days} for seed in (LAST, THIS)
    )
    pool = [(p.code, p.registered_list, this[YEAR_END][p.code]) for p in country.practices]
    reference = reference_of(strike(definition, pool), "final")
    ends = inputs(definition, country, this, YEAR_END, reference)
    came_to = {one.practice_code: calculate(definition, one).points for one in ends}
    for month, day in MONTHS.items():
        left = 12 - month
        taught = learnt(
            definition, definition, lineage(definition, definition), last[day], last[YEAR_END], left
        )
        ways: dict[str, Shapes] = {TAUGHT: taught}
        if month > 3:
            earlier = this[MONTHS[month - 3]]
            ways["this year's pace"] = assumed(definition, this[day], left, earlier=(earlier, 3))
        ways["shares as today"] = assumed(definition, this[day], left)
        given = inputs(definition, country, this, day, reference)
        for name, shapes in ways.items():
            judge(definition, month, name, shapes, given, came_to)


def nation(definition: Definition, country: England, seed: int, day: date) -> ManyCounts:
    """Everybody's counts at a month end."""
    drawn = counts(definition, country, seed=seed, achievement_date=day)
    return {one.practice_code: one.values for one in drawn}


def inputs(
    definition: Definition,
    country: England,
    year: dict[date, ManyCounts],
    day: date,
    reference: Reference,
) -> list[PracticeInputs]:
    """Every practice's inputs at a month end, with the national figures of the year's end."""
    money = definition.money
    assert money is not None
    return [
        PracticeInputs(
            p.code, day, year[day][p.code], p.registered_list, money.list_date, "", reference
        )
        for p in country.practices
    ]


def judge(
    definition: Definition,
    month: int,
    name: str,
    shapes: Shapes,
    given: list[PracticeInputs],
    came_to: dict[str, Fraction],
) -> None:
    """Print the mean error in points, its ratio to today's figures, and how many were within."""
    error = naive = Fraction(0)
    within = 0
    for one in given:
        worth, true = forecast(definition, one, shapes).worth, came_to[one.practice_code]
        error += abs(worth.expected.points - true)
        naive += abs(worth.now.points - true)
        within += worth.low.points <= true <= worth.high.points
    covered = Fraction(within, len(given))
    low, high = GOAL_COVERED
    goal = "met" if low <= covered <= high else "NOT met"
    if name != TAUGHT:
        goal = "none, as its error isn't measured"
    off, peer, ratio = (float(n) for n in (error / len(given), naive / len(given), error / naive))
    print(
        f"forecast_error   month {month}, {name + ':':<17} {off:>6.1f} points off, {ratio:>5.2f} x "
        f"today's points carried on ({peer:.1f}); {float(covered):>4.0%} within the interval, "
        f"goal {float(low):.0%} to {float(high):.0%}: {goal}",
        flush=True,
    )


if __name__ == "__main__":
    main()
