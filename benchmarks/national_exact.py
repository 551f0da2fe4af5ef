"""Claim: the exact reader calculates national QOF, 6,300 practices x 44 indicators, in 20 s.

The peer is what anybody would write first: the same sums in fractions, in one plain loop, without
statements, digests or workings. It must come to the same pence.
"""

import time
from collections.abc import Mapping
from fractions import Fraction

from _line import say

from cqrs.calculation.prevalence import reference_of, strike
from cqrs.calculation.statement import PracticeInputs, Reference, calculate
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition, FractionIndicator
from cqrs.extraction.synthetic import counts, england

GOAL_SECONDS = 20


def main() -> None:
    """Draw England, calculate it both ways, compare, and print the line."""
    definition, country = load("qof/2025-26"), england()
    given = [(p, c) for p, c in zip(country.practices, counts(definition, country), strict=True)]
    pool = ((p.code, p.registered_list, c.values) for p, c in given)
    reference = reference_of(strike(definition, pool), "final")
    money = definition.money
    assert money is not None
    inputs = [
        PracticeInputs(
            p.code, c.achievement_date, c.values, p.registered_list, money.list_date, "", reference
        )
        for p, c in given
    ]
    started = time.perf_counter()
    pence = sum(calculate(definition, one).pence for one in inputs)
    calculated = time.perf_counter()
    plain = sum(plainly(definition, reference, one) for one in inputs)
    ended = time.perf_counter()
    assert pence == plain, f"the two calculations differ: {pence} and {plain}"
    seconds = calculated - started
    what = f"for {len(inputs):,} x {len(definition.paid)}"
    say(seconds, what, seconds / (ended - calculated), "a plain loop of fractions", GOAL_SECONDS)


def plainly(definition: Definition, reference: Reference, inputs: PracticeInputs) -> int:
    """The pence of one practice, in the plainest way."""
    money = definition.money
    assert money is not None
    cpi = Fraction(inputs.registered_list, money.average_list.value)
    total = 0
    for indicator in definition.indicators:
        assert isinstance(indicator, FractionIndicator)
        points = _points(indicator, inputs.values)
        pounds = points * money.point_value.pence * cpi
        if indicator.prevalence_adjusted.value and indicator.register_id:
            register = inputs.values[indicator.id, indicator.field_of("register") or ""]
            people, patients = reference.national[indicator.register_id]
            pounds *= Fraction(register, inputs.registered_list) / Fraction(people, patients)
        total += int(pounds + Fraction(1, 2))
    return total


def _points(indicator: FractionIndicator, values: Mapping[tuple[str, str], int]) -> Fraction:
    denominator = values[indicator.id, "Denominator"]
    if not denominator:
        return Fraction(0)
    percent = Fraction(100 * values[indicator.id, "Numerator"], denominator)
    lower, upper = indicator.thresholds.lower, indicator.thresholds.upper
    share = min(max((percent - lower) / (upper - lower), Fraction(0)), Fraction(1))
    return Fraction(int(indicator.points.value * share * 100 + Fraction(1, 2)), 100)


if __name__ == "__main__":
    main()
