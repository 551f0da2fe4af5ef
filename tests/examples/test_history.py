"""Rules of earlier years give what was published of them, with the rounding of the source."""

from fractions import Fraction
from math import floor

import pytest

from cqrs.calculation import exact
from cqrs.calculation.kinds import history
from cqrs.calculation.nodes import PENCE, PEOPLE, PERCENT, POINTS, Constant, Named, Round
from cqrs.values import round_half_up
from tests.examples.published import cases, number

SECTIONS = {"historic_square_root", "historic_five_percent_floor", "childhood_targets_2005"}


@pytest.mark.parametrize("case", cases("historic_square_root"))
def test_prevalence_as_it_was_and_as_it_became(case: dict[str, str]) -> None:
    own = Constant(number(case, "practice_prevalence"), PERCENT, "own")
    national = Constant(number(case, "national_prevalence"), PERCENT, "national")
    rules = {"square_root": history.square_root_factor, "linear": history.linear_factor}
    factor = rules[case["rule"]](own, national)
    if "factor_places" in case:
        factor = Named(factor.name, factor.label, "factors", Round(factor, 3))
        assert case["factor_places"] == "3"
    tree = history.pounds(
        Constant(number(case, "points"), POINTS, "points"),
        Constant(number(case, "point_value") * 100, PENCE.per(POINTS), "value of a point"),
        history.list_factor(Constant(int(case["practice_list"]), PEOPLE, "list")),
        factor,
    )

    assert exact.value(factor, {}, {}) == number(case, "factor")
    pounds = Fraction(exact.value(tree, {}, {})) / 100
    shown = {"rounded": round_half_up(pounds, 0), "truncated": floor(pounds)}[case["result"]]
    assert shown == int(case["expected"])


@pytest.mark.parametrize("case", cases("historic_five_percent_floor"))
def test_the_least_prevalence_that_counted(case: dict[str, str]) -> None:
    highest = Constant(number(case, "highest_prevalence"), PERCENT, "highest")
    for own, wanted in [("0", case["expected"]), (case["expected"], case["expected"]), ("2", "2")]:
        tree = history.floored_prevalence(Constant(Fraction(own), PERCENT, "own"), highest)
        assert exact.value(tree, {}, {}) == Fraction(wanted)


@pytest.mark.parametrize("case", cases("childhood_targets_2005"))
def test_the_lower_target_was_worth_a_third(case: dict[str, str]) -> None:
    higher = Constant(int(case["higher_90"]) * 100, PENCE, "higher")
    paid = {}
    for percent in (69, 70, 89, 90):
        done, eligible = Constant(percent, PEOPLE, "done"), Constant(100, PEOPLE, "eligible")
        paid[percent] = exact.value(history.childhood_target(done, eligible, higher), {}, {})

    lower = int(case["lower_70"]) * 100
    assert paid == {69: 0, 70: lower, 89: lower, 90: int(case["higher_90"]) * 100}
    assert Fraction(paid[90]) / paid[70] == int(case["expected_ratio"])
