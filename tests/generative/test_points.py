"""Properties that hold for any counts: exactness against an independent calculation, monotony."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cqrs.calculation.statement import calculate
from cqrs.definitions.load import load
from cqrs.definitions.schema import FractionIndicator

from ..unit.calculation.conftest import make_inputs, one

QOF = load("qof/2025-26")
FRACTIONS = [i for i in QOF.paid if isinstance(i, FractionIndicator)]

indicators = st.sampled_from(FRACTIONS)
denominators = st.integers(min_value=0, max_value=60_000)
lists = st.integers(min_value=1, max_value=120_000)
people = st.integers(min_value=1, max_value=70_000_000)


def half_up(number: Fraction) -> int:
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def counts(indicator: FractionIndicator, numerator: int, denominator: int, register: int) -> dict:
    kinds = {"numerator": numerator, "denominator": denominator}
    if indicator.field_of("register"):
        kinds["register"] = register
    return one(QOF, indicator.id, **kinds)


@given(
    indicators,
    denominators,
    st.integers(0, 100),
    lists,
    people,
    people,
    st.integers(0, 9000),
)
@settings(max_examples=400, deadline=None)
def test_exact_equals_an_independent_calculation(
    indicator: FractionIndicator,
    denominator: int,
    percent: int,
    registered_list: int,
    national_register: int,
    national_list: int,
    register: int,
) -> None:
    numerator = denominator * percent // 100
    inputs = make_inputs(
        QOF,
        counts(indicator, numerator, denominator, register),
        registered_list=registered_list,
        national=(national_register, national_list),
    )
    line = calculate(QOF, inputs).lines[0]

    lower, upper = indicator.thresholds.lower, indicator.thresholds.upper
    hundredths = 0
    if denominator:
        achieved = Fraction(numerator * 100, denominator)
        share = (achieved - lower) / (upper - lower)
        share = max(Fraction(0), min(Fraction(1), share))
        hundredths = half_up(share * indicator.points.value * 100)
    pence = Fraction(hundredths * 22549 * registered_list, 100 * 10184)
    if indicator.prevalence_adjusted.value:
        pence *= Fraction(register, registered_list)
        pence /= Fraction(national_register, national_list)
    assert line.points == Fraction(hundredths, 100)
    assert line.pence == half_up(pence)


@given(indicators, st.integers(1, 60_000), st.data())
@settings(max_examples=200, deadline=None)
def test_one_more_success_never_earns_fewer_points(
    indicator: FractionIndicator, denominator: int, data: st.DataObject
) -> None:
    numerator = data.draw(st.integers(0, denominator - 1))

    def line(successes: int):
        inputs = make_inputs(QOF, counts(indicator, successes, denominator, 742))
        return calculate(QOF, inputs).lines[0]

    fewer, more = line(numerator), line(numerator + 1)
    assert fewer.points <= more.points <= indicator.points.value
    assert fewer.pence <= more.pence
