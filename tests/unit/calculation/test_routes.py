"""Routes to a target: no other takes fewer patients, checked against trying every combination."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cqrs.calculation import workings
from cqrs.calculation.cheapest import cheapest
from cqrs.calculation.routes import Target, Way, route, ways
from cqrs.calculation.statement import CalculationError, PracticeInputs, calculate
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition
from cqrs.values import digest

from .conftest import make_inputs, one


def brute_force(options: list[list[int]], target: int) -> int | None:
    """The fewest patients, by trying every combination."""
    fewest = None
    for tried in product(*(range(len(gains)) for gains in options)):
        gained = sum(gains[k] for gains, k in zip(options, tried, strict=True))
        if gained >= target and (fewest is None or sum(tried) < fewest):
            fewest = sum(tried)
    return fewest


def rising(steps: list[int]) -> list[int]:
    return [sum(steps[:k]) for k in range(len(steps) + 1)]


STEPS = st.lists(st.sampled_from((0, 0, 1, 1, 2, 5, 30)), max_size=6).map(rising)


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=4), st.integers(-1, 60))
def test_no_combination_takes_fewer_patients(options: list[list[int]], target: int) -> None:
    found, fewest = cheapest(options, target), brute_force(options, target)
    if fewest is None:
        assert found is None
        return
    assert found is not None
    assert sum(found) == fewest
    assert sum(gains[k] for gains, k in zip(options, found, strict=True)) >= target


def test_a_lump_beats_the_greedy_next_patient() -> None:
    """Greedy takes 1 a patient and needs 10; nothing for three patients, then 10, needs 4."""
    assert cheapest([list(range(11)), [0, 0, 0, 0, 10]], 10) == (0, 4)


def test_a_lump_that_is_steep_but_too_much_is_left() -> None:
    assert cheapest([[0, 3, 6], [0, 0, 0, 0, 0, 20]], 6) == (2, 0)


def test_two_lumps_are_weighed_against_each_other() -> None:
    """The steepest hull (30 for 3) doesn't reach 31; 16 + 16 for 4 is better than 30 + 16 for 5."""
    assert cheapest([[0, 0, 0, 30], [0, 0, 16], [0, 0, 16]], 31) == (0, 2, 2)


def test_a_target_already_reached_needs_nobody() -> None:
    assert cheapest([[0, 5]], 0) == (0,)
    assert cheapest([], -3) == ()


def test_nothing_reaches_more_than_all() -> None:
    assert cheapest([[0, 5], [0, 2]], 8) is None
    assert cheapest([[0, 5], [0, 2]], 7) == (1, 1)


# What a patient is worth -------------------------------------------------------------------------


@pytest.fixture
def dm020(qof: Definition) -> PracticeInputs:
    return make_inputs(qof, one(qof, "DM020", numerator=426, denominator=597, register=742))


def way_of(definition: Definition, inputs: PracticeInputs) -> Way:
    (found,) = ways(definition, inputs)
    return found


def test_a_patients_worth_is_the_difference_of_two_statements(
    qof: Definition, dm020: PracticeInputs
) -> None:
    way = way_of(qof, dm020)
    now = calculate(qof, dm020)
    for more in (1, 2, 7, way.to_the_most):
        then = calculate(
            qof,
            make_inputs(
                qof, one(qof, "DM020", numerator=426 + more, denominator=597, register=742)
            ),
        )
        gain = way.gains[more]
        assert (gain.points, gain.pence) == (then.points - now.points, then.pence - now.pence)
    assert way.left == 597 - 426


def test_the_way_ends_at_the_upper_threshold(qof: Definition, dm020: PracticeInputs) -> None:
    """75% of 597 are 447.75: the 448th patient earns the last of the 17 points, 22 more."""
    way = way_of(qof, dm020)
    assert way.to_the_most == 448 - 426
    assert way.gains[-1].points == 17 - Fraction("15.45")
    assert way.gains[-2] != way.gains[-1]
    assert way.pence_a_patient == Fraction(way.gains[-1].pence, 22)


def test_the_next_point_agrees_with_the_workings(qof: Definition, dm020: PracticeInputs) -> None:
    told = workings.next_point(qof, dm020, "DM020")
    assert told is not None
    assert way_of(qof, dm020).next_point == told.patients == 14


def test_below_the_lower_threshold_the_next_patient_gains_nothing(qof: Definition) -> None:
    inputs = make_inputs(qof, one(qof, "DM020", numerator=10, denominator=100, register=742))
    way = way_of(qof, inputs)
    assert way.next_patient.pence == 0
    assert next(k for k, gain in enumerate(way.gains) if gain.pence) == 26


def test_at_the_maximum_there_is_nothing_to_gain(qof: Definition) -> None:
    inputs = make_inputs(qof, one(qof, "DM020", numerator=90, denominator=100, register=742))
    way = way_of(qof, inputs)
    assert (way.to_the_most, way.next_point, way.pence_a_patient) == (0, None, 0)
    assert way.left == 10


def test_without_patients_left_there_is_no_way(qof: Definition) -> None:
    full = one(qof, "DM020", numerator=100, denominator=100, register=742)
    empty = one(qof, "CHD015", numerator=0, denominator=0, register=5)
    assert ways(qof, make_inputs(qof, full | empty)) == ()


def test_items_claimed_can_rise_to_the_register() -> None:
    service = load("learning_disability_health_check/2025-26")
    inputs = make_inputs(service, one(service, "LDHC021", count=12, register=15))
    (way,) = ways(service, inputs)
    assert (way.left, way.to_the_most, way.next_point) == (3, 3, None)
    assert [gain.pence for gain in way.gains] == [0, 14_000, 28_000, 42_000]


# Routes ------------------------------------------------------------------------------------------


def drawn(name: str, most: int) -> int:
    """A number from 0 to `most`, the same in every run."""
    return int(digest(name.encode())[:8], 16) % (most + 1)


def three(definition: Definition, seed: int) -> PracticeInputs:
    """A few patients of three indicators, so that every combination can be tried."""
    values: dict[tuple[str, str], int] = {}
    for name in ("CHD015", "MH002", "COPD010"):
        denominator = 5 + drawn(f"{seed} {name}", 7)
        numerator = drawn(f"{seed} {name} done", denominator)
        values |= one(definition, name, numerator=numerator, denominator=denominator, register=60)
    return make_inputs(definition, values)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("in_points", [True, False])
def test_a_route_of_real_indicators_is_the_shortest(
    qof: Definition, seed: int, in_points: bool
) -> None:
    inputs = three(qof, seed)
    found = ways(qof, inputs)
    now = calculate(qof, inputs)
    share = Fraction(10 + drawn(f"{seed} share", 85), 100)
    best = sum((way.gains[-1].points for way in found), Fraction(0))
    more = sum(way.gains[-1].pence for way in found)
    if in_points:
        target = Target(points=now.points + best * share)
        options = [[int(gain.points * 100) for gain in way.gains] for way in found]
        missing = -int(-best * share * 100 // 1)
    else:
        target = Target(pence=now.pence + int(more * share))
        options = [[gain.pence for gain in way.gains] for way in found]
        missing = int(more * share)
    told = route(qof, inputs, target)
    assert told.patients == brute_force(options, missing)
    if in_points:
        assert told.reached.points >= (target.points or 0)
    else:
        assert told.reached.pence >= (target.pence or 0)


def test_walking_the_route_reaches_what_it_says(qof: Definition) -> None:
    inputs = three(qof, 5)
    told = route(qof, inputs, Target(points=Fraction(40)))
    assert told.steps
    values = dict(inputs.values)
    for step in told.steps:
        values[step.indicator, "Numerator"] += step.patients
        assert step.patients <= step.left
    walked = calculate(qof, make_inputs(qof, values))
    assert (walked.points, walked.pence) == (told.reached.points, told.reached.pence)
    assert walked.points >= 40


def test_a_target_out_of_reach_says_the_most_there_is(
    qof: Definition, dm020: PracticeInputs
) -> None:
    told = route(qof, dm020, Target(points=Fraction(18)))
    assert told.steps is None
    assert told.most.points == 17
    assert told.patients == 0


def test_a_target_below_today_needs_nobody(qof: Definition, dm020: PracticeInputs) -> None:
    told = route(qof, dm020, Target(pence=100))
    assert (told.steps, told.reached) == ((), told.now)


def test_a_fraction_of_a_hundredth_of_a_point_rounds_up(
    qof: Definition, dm020: PracticeInputs
) -> None:
    """15.45 now; 15.4501 is more, so a patient is needed."""
    assert route(qof, dm020, Target(points=Fraction("15.4501"))).patients == 1
    assert route(qof, dm020, Target(points=Fraction("15.45"))).patients == 0


def test_a_target_is_points_or_pence() -> None:
    with pytest.raises(ValueError, match="one of the two"):
        Target()
    with pytest.raises(ValueError, match="one of the two"):
        Target(points=Fraction(1), pence=1)


def test_an_indicator_that_cannot_be_calculated_is_named(qof: Definition) -> None:
    inputs = make_inputs(qof, one(qof, "DM020", numerator=1, register=742))
    with pytest.raises(CalculationError, match="DM020: the denominator is missing"):
        ways(qof, inputs)
