"""Forecasts: by hand where a hand can follow, and honest about what isn't known."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqrs.calculation.forecast import Range, forecast, month_of_year, patients
from cqrs.calculation.shapes import (
    ASSUMED_ERROR,
    FEWEST,
    MILLION,
    ManyCounts,
    Shape,
    Shapes,
    assumed,
    assumed_error,
    learnt,
    measure,
    variance,
)
from cqrs.calculation.statement import CalculationError, PracticeInputs, calculate
from cqrs.definitions.diff import lineage
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition

from .conftest import make_inputs, one

SEPTEMBER, DECEMBER = date(2025, 9, 30), date(2025, 12, 31)


def shape(closing: str = "0", falling: str = "0", error: int = 0) -> Shape:
    return Shape("last_year", Fraction(closing), Fraction(falling), error, 100)


def nation(definition: Definition, name: str, *shares: tuple[int, int]) -> ManyCounts:
    """Practices P0, P1, … with (numerator, denominator) of one indicator."""
    return {
        f"P{number}": one(definition, name, numerator=part, denominator=whole)
        for number, (part, whole) in enumerate(shares)
    }


def at(definition: Definition, day: date, given: dict[tuple[str, str], int]) -> PracticeInputs:
    return replace(make_inputs(definition, given), achievement_date=day)


# Shapes ------------------------------------------------------------------------------------------


def test_last_year_closed_half_of_the_gap(qof: Definition) -> None:
    """60 of 100 in September became 80 of 100 in March: half of the 40 still to do."""
    month = nation(qof, "DM020", (30, 50), (30, 50))
    year_end = nation(qof, "DM020", (38, 50), (42, 50))
    shapes = learnt(qof, qof, lineage(qof, qof), month, year_end, 6)
    found = shapes.by_indicator["DM020"]
    assert (found.closing, found.falling) == (Fraction(1, 2), 0)
    assert found.year_end(30, 50) == 800_000
    assert found.year_end(0, 50) == 500_000
    assert found.year_end(50, 50) == MILLION
    assert (found.how, found.practices) == ("last_year", 2)


def test_last_year_lost_a_tenth_of_those_done(qof: Definition) -> None:
    shapes = learnt(
        qof,
        qof,
        lineage(qof, qof),
        nation(qof, "DM020", (80, 100)),
        nation(qof, "DM020", (72, 100)),
        6,
    )
    found = shapes.by_indicator["DM020"]
    assert (found.closing, found.falling) == (0, Fraction(1, 10))
    assert found.year_end(50, 100) == 450_000


def test_everybody_done_and_still_done_closes_nothing(qof: Definition) -> None:
    full = nation(qof, "DM020", (50, 50))
    found = learnt(qof, qof, lineage(qof, qof), full, full, 6).by_indicator["DM020"]
    assert (found.closing, found.falling, found.year_end(20, 50)) == (0, 0, 400_000)


def test_a_shape_is_learnt_under_the_old_id(qof: Definition) -> None:
    last = load("qof/2024-25")
    shapes = learnt(
        qof,
        last,
        lineage(last, qof),
        nation(last, "DM033", (60, 100)),
        nation(last, "DM033", (80, 100)),
        6,
    )
    assert set(shapes.by_indicator) == {"DM036"}


def test_practices_of_one_date_only_teach_nothing(qof: Definition) -> None:
    month = nation(qof, "DM020", (60, 100))
    assert learnt(qof, qof, lineage(qof, qof), month, {}, 6).by_indicator == {}
    empty = nation(qof, "DM020", (0, 0))
    assert learnt(qof, qof, lineage(qof, qof), month, empty, 6).by_indicator == {}


def test_the_error_of_a_shape_is_what_chance_does_not_explain(qof: Definition) -> None:
    """From 60 % half the practices go to 90 %, half to 70 %: 10 points either side of 80 %."""
    month = nation(qof, "DM020", *[(600_000, 1_000_000)] * FEWEST)
    ends = [(900_000, 1_000_000), (700_000, 1_000_000)] * (FEWEST // 2)
    year_end = nation(qof, "DM020", *ends)
    found = learnt(qof, qof, lineage(qof, qof), month, year_end, 6).by_indicator["DM020"]
    assert found.closing == Fraction(1, 2)
    assert 99_990 <= found.error <= 100_000


def test_what_chance_explains_is_no_error(qof: Definition) -> None:
    """7 and 9 of 10 around 8 are well within chance."""
    month = nation(qof, "DM020", *[(6, 10)] * FEWEST)
    year_end = nation(qof, "DM020", *[(7, 10), (9, 10)] * (FEWEST // 2))
    assert learnt(qof, qof, lineage(qof, qof), month, year_end, 9).by_indicator["DM020"].error == 0


def test_few_practices_have_the_assumed_error(qof: Definition) -> None:
    """Nor do they show how far errors go together: here they go apart, and it isn't used."""
    month: dict[str, dict[tuple[str, str], int]] = {}
    year_end: dict[str, dict[tuple[str, str], int]] = {}
    for number in range(FEWEST - 1):
        for name, ends in (("DM020", (7, 9)), ("DM012", (9, 7))):
            before = one(qof, name, numerator=6, denominator=10)
            after = one(qof, name, numerator=ends[number % 2], denominator=10)
            month.setdefault(f"P{number}", {}).update(before)
            year_end.setdefault(f"P{number}", {}).update(after)
    shapes = learnt(qof, qof, lineage(qof, qof), month, year_end, 6)
    assert shapes.by_indicator["DM020"].error == assumed_error(6) == MILLION * ASSUMED_ERROR / 2
    assert shapes.together == 1


@pytest.mark.parametrize(("alike", "together"), [(True, 1), (False, 0)])
def test_errors_that_go_together_are_found(qof: Definition, alike: bool, together: int) -> None:
    """Each practice misses two indicators the same way, or every other one the opposite way."""
    month: dict[str, dict[tuple[str, str], int]] = {}
    year_end: dict[str, dict[tuple[str, str], int]] = {}
    for number in range(4 * FEWEST):
        code, up, other = f"P{number}", number % 2, number % 2 if alike else number // 2 % 2
        for name, high in (("DM020", up), ("DM012", other)):
            before = one(qof, name, numerator=600_000, denominator=1_000_000)
            after = one(qof, name, numerator=900_000 if high else 700_000, denominator=1_000_000)
            month.setdefault(code, {}).update(before)
            year_end.setdefault(code, {}).update(after)
    shapes = learnt(qof, qof, lineage(qof, qof), month, year_end, 6)
    assert abs(shapes.together - together) < Fraction(1, 100)


def test_the_pace_of_this_year_goes_on(qof: Definition) -> None:
    """50 % in June, 60 % in September, so 80 % in March: half of the 40 % still to do."""
    now, june = nation(qof, "DM020", (60, 100)), nation(qof, "DM020", (50, 100))
    found = assumed(qof, now, 6, earlier=(june, 3)).by_indicator["DM020"]
    assert (found.how, found.closing) == ("this_year", Fraction(1, 2))
    falling = assumed(qof, june, 6, earlier=(now, 3)).by_indicator["DM020"]
    assert falling.falling == Fraction(2, 5)


def test_the_pace_does_not_lead_beyond_everybody_or_nobody(qof: Definition) -> None:
    high, low = nation(qof, "DM020", (90, 100)), nation(qof, "DM020", (10, 100))
    assert assumed(qof, high, 6, earlier=(low, 3)).by_indicator["DM020"].year_end(9, 10) == MILLION
    assert assumed(qof, low, 6, earlier=(high, 3)).by_indicator["DM020"].year_end(1, 10) == 0


def test_without_anything_to_learn_from_a_share_stays_or_adds_up(qof: Definition) -> None:
    now = nation(qof, "DM020", (40, 100))
    assert assumed(qof, now, 6).by_indicator["DM020"].year_end(40, 100) == 400_000
    found = assumed(qof, now, 6, since_april=True).by_indicator["DM020"]
    assert (found.how, found.year_end(40, 100)) == ("since_april", 800_000)


def test_items_claimed_add_up_since_april() -> None:
    service = load("learning_disability_health_check/2025-26")
    now = {"P0": one(service, "LDHC021", count=3, register=10)}
    found = assumed(service, now, 6).by_indicator["LDHC021"]
    assert (found.how, found.year_end(3, 10)) == ("since_april", 600_000)


# Ranges ------------------------------------------------------------------------------------------


def test_chance_by_hand() -> None:
    """80 of 100 with 6 months to go: p = 81/102, so 0.7941 x 0.2059 / 2 / 100 = 0.0008175."""
    assert variance(800_000, 100, 6, 0) == pytest.approx(Fraction(8175, 10_000_000) * MILLION**2, 1)
    assert abs(variance(800_000, 100, 6, 0) - 817_474_048) < 10_000
    assert variance(800_000, 100, 6, 20_000) == variance(800_000, 100, 6, 0) + 400_000_000


def test_nine_in_ten_by_hand() -> None:
    """The root of 0.0008175 is 2.859 patients of 100; 1.645 of these are 4.7, so 5 either way."""
    assert patients(shape(closing="0.5"), 60, 100, 6) == Range(75, 80, 85)


def test_at_the_years_end_nothing_is_left_to_chance() -> None:
    assert patients(shape(closing="0.5", error=90_000), 60, 100, 0) == Range(60, 60, 60)


@given(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.fractions(0, 1),
    st.booleans(),
    st.integers(0, 200_000),
    st.integers(0, 11),
)
def test_a_range_is_of_whole_patients_in_order(
    share: tuple[int, int], moved: Fraction, falls: bool, error: int, left: int
) -> None:
    still = Fraction(0)
    found = Shape("last_year", still if falls else moved, moved if falls else still, error, 9)
    told = patients(found, *share, left)
    assert 0 <= told.low <= told.expected <= told.high <= share[1]
    wider = patients(replace(found, error=error + 50_000), *share, left)
    assert wider.low <= told.low
    assert wider.high >= told.high


# Forecasts ---------------------------------------------------------------------------------------


def shapes_of(months_left: int, together: str = "1", **found: Shape) -> Shapes:
    return Shapes(months_left, found, Fraction(together))


def test_points_and_pounds_are_those_of_calculate(qof: Definition) -> None:
    inputs = at(qof, SEPTEMBER, one(qof, "DM020", numerator=60, denominator=100, register=100))
    told = forecast(qof, inputs, shapes_of(6, DM020=shape(closing="0.25")))
    (line,) = told.indicators
    assert line.patients is not None
    assert line.patients.expected == 70
    ends = {"now": 60, "low": line.patients.low, "expected": 70, "high": line.patients.high}
    for end, numerator in ends.items():
        given_ = one(qof, "DM020", numerator=numerator, denominator=100, register=100)
        real = calculate(qof, at(qof, SEPTEMBER, given_))
        amount = getattr(line.worth, end)
        assert (amount.points, amount.pence) == (real.points, real.pence)
    assert line.worth == told.worth
    assert line.worth.low.pence < line.worth.expected.pence < line.worth.high.pence


def test_registers_stay_as_they_are(qof: Definition) -> None:
    old = load("qof/2023-24")
    given_ = one(old, "AF001", register=200)
    told = forecast(old, at(old, date(2023, 9, 30), given_), shapes_of(6))
    (line,) = told.indicators
    assert (line.patients, line.shape, line.unknown) == (None, None, False)
    assert line.worth.low == line.worth.high == line.worth.now
    assert told.worth.expected.points == 5


def test_where_nobody_is_counted_nothing_is_known(qof: Definition) -> None:
    inputs = at(qof, SEPTEMBER, one(qof, "DM020", numerator=0, denominator=0, register=9))
    (line,) = forecast(qof, inputs, shapes_of(6, DM020=shape())).indicators
    assert (line.patients, line.unknown) == (None, True)


def test_deviations_of_a_total_go_together_as_far_as_the_errors_did(qof: Definition) -> None:
    """Two equal deviations: added when they go together, times the root of 2 when they don't."""
    values = one(qof, "DM020", numerator=500, denominator=1000, register=300)
    values |= one(qof, "COPD010", numerator=700, denominator=1000, register=300)
    inputs = at(qof, SEPTEMBER, values)
    found: dict[str, Any] = {"DM020": shape(error=30_000), "COPD010": shape(error=30_000)}
    apart = forecast(qof, inputs, shapes_of(6, "0", **found))
    joint = forecast(qof, inputs, shapes_of(6, "1", **found))
    gaps = [line.worth.expected.pence - line.worth.low.pence for line in joint.indicators]
    assert joint.worth.expected.pence - joint.worth.low.pence == sum(gaps)
    together = apart.worth.expected.pence - apart.worth.low.pence
    assert abs(together**2 - sum(gap * gap for gap in gaps)) <= 2 * together + 1
    assert joint.worth.low.pence < apart.worth.low.pence < apart.worth.expected.pence
    assert apart.worth.expected == joint.worth.expected


def test_a_threshold_bends_the_interval(qof: Definition) -> None:
    """Near the upper threshold there is little to win and much to lose."""
    inputs = at(qof, SEPTEMBER, one(qof, "DM020", numerator=745, denominator=1000, register=300))
    (line,) = forecast(qof, inputs, shapes_of(6, DM020=shape(error=40_000))).indicators
    assert line.worth.high.points == 17
    won = line.worth.high.points - line.worth.expected.points
    lost = line.worth.expected.points - line.worth.low.points
    assert lost > 10 * won > 0


def test_a_forecast_in_march_is_the_statement(qof: Definition) -> None:
    inputs = make_inputs(qof, one(qof, "DM020", numerator=60, denominator=100, register=100))
    told = forecast(qof, inputs, shapes_of(0, DM020=shape(closing="0.5", error=50_000)))
    assert told.worth.low == told.worth.high == told.worth.now


def test_shapes_of_another_month_are_refused(qof: Definition) -> None:
    inputs = at(qof, DECEMBER, one(qof, "DM020", numerator=60, denominator=100, register=100))
    with pytest.raises(CalculationError, match="take shapes of that month"):
        forecast(qof, inputs, shapes_of(6, DM020=shape()))


def test_counts_of_another_year_are_refused(qof: Definition) -> None:
    inputs = at(qof, date(2026, 4, 30), one(qof, "DM020", numerator=6, denominator=10, register=9))
    with pytest.raises(CalculationError, match="not in 2025/26"):
        month_of_year(qof, inputs)


def test_a_service_that_pays_each_collection_has_no_year_end_to_forecast() -> None:
    service = load("learning_disability_health_check/2025-26")
    inputs = at(service, SEPTEMBER, one(service, "LDHC021", count=3, register=10))
    with pytest.raises(CalculationError, match="pays each collection by itself"):
        month_of_year(service, inputs)


def test_what_is_forecast_of_an_indicator(qof: Definition) -> None:
    found = measure(qof.by_id["DM020"])
    assert found is not None
    assert (found.part, found.whole) == (("DM020", "Numerator"), ("DM020", "Denominator"))
    assert measure(load("qof/2023-24").by_id["AF001"]) is None
