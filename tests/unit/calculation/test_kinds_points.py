"""Kinds that earn points: thresholds, lump, improvement, register, yes or no, protection."""

from typing import Any

import pytest

from cqrs.calculation.columns.country import Country, Lines
from cqrs.calculation.nation import Nation
from cqrs.calculation.statement import CalculationError, calculate
from cqrs.definitions.schema import Definition
from tests.unit.calculation.small import (
    MONEY,
    Raw,
    Row,
    fact,
    fig,
    hold,
    inputs,
    line_of,
    payment,
    small,
)

SHARE = {"Done": "numerator", "Eligible": "denominator"}
REGISTER = {"Ill": "register"}
ILL = {"ILL": {"title": "Register of the ill", "field": "Ill"}}


def share(done: int, eligible: int, ill: int | None = None) -> dict[str, int]:
    told = {"Done": done, "Eligible": eligible}
    return told if ill is None else told | {"Ill": ill}


def fraction(points: int = 10, lower: str = "40", upper: str = "90", **own: Any) -> Raw:
    told: dict[str, Any] = {
        "points": fig(value=str(points)),
        "thresholds": fig(lower=lower, upper=upper),
        "prevalence_adjusted": fig(value="no"),
        "base_population": "own",
    }
    return payment("fraction", fields=own.pop("fields", SHARE), **(told | own))


def paid(*indicators: Raw, **changes: Any) -> Definition:
    return small(*indicators, **({"money": MONEY} | changes))


# Between two thresholds --------------------------------------------------------------------------


def test_no_points_at_the_lower_threshold_and_all_at_the_upper() -> None:
    """£200.00 a point; 40.1% is 0.1/50 of 10 points, 0.02; 65.04% is 5.008, so 5.01."""
    rows = [
        Row(0, share(0, 10), points="0"),
        Row(0, share(40, 100), points="0"),
        Row(400, share(401, 1000), points="0.02"),
        Row(100_000, share(65, 100), points="5"),
        Row(100_200, share(6504, 10000), points="5.01"),
        Row(199_600, share(899, 1000), points="9.98"),
        Row(200_000, share(90, 100), points="10"),
        Row(200_000, share(100, 100), points="10"),
        Row(0, share(0, 0), points="0"),
    ]
    hold(paid(fraction()), rows)


@pytest.mark.parametrize(
    ("mode", "points", "pence"),
    [("half_up", "0.13", 2_600), ("half_even", "0.12", 2_400), ("down", "0.12", 2_400)],
)
def test_half_a_hundredth_of_a_point_goes_as_the_definition_says(
    mode: str, points: str, pence: int
) -> None:
    """325 of 800 are 40.625%: an eighth of the way from 40% to 45%, 0.125 of one point."""
    rounding = {"points_places": "2", "mode": mode, "money": "per_indicator"}
    definition = paid(fraction(1, "40", "45"), rounding=rounding)
    hold(definition, [Row(pence, share(325, 800), points=points)])


def test_points_of_three_places_are_told_with_three() -> None:
    rounding = {"points_places": "3", "mode": "half_up", "money": "per_indicator"}
    hold(paid(fraction(), rounding=rounding), [Row(160, share(4004, 10000), points="0.008")])


def test_the_list_weighs_the_pounds_not_the_points() -> None:
    rows = [
        Row(100_000, share(65, 100), registered_list=10_000, points="5"),
        Row(50_000, share(65, 100), registered_list=5_000, points="5"),
        Row(10, share(65, 100), registered_list=1, points="5"),
    ]
    hold(paid(fraction()), rows)


def test_an_average_list_that_is_a_fact() -> None:
    money = {k: v for k, v in MONEY.items() if k != "average_list"}
    definition = paid(
        fraction(),
        money=money | {"average_list_fact": "average"},
        facts={"average": fact("people", 1_000_000)},
    )
    rows = [
        Row(25_000, share(65, 100), {"average": 40_000}),
        Row(0, share(65, 100), {"average": 0}),
    ]
    hold(definition, rows)


# A lump and an improvement -----------------------------------------------------------------------


def test_a_lump_at_the_lower_threshold_and_the_rest_on_the_way_up() -> None:
    """VI001 2021/22: 3 points at 90%, 18 at 95%."""
    definition = paid(fraction(18, "90", "95", lump=fig(value="3")))
    rows = [
        Row(0, share(899, 1000), points="0"),
        Row(60_000, share(90, 100), points="3"),
        Row(66_000, share(901, 1000), points="3.3"),
        Row(120_000, share(91, 100), points="6"),
        Row(360_000, share(95, 100), points="18"),
        Row(360_000, share(100, 100), points="18"),
        Row(0, share(0, 0), points="0"),
    ]
    hold(definition, rows)


BASELINE = ["2023/24", "2024/25"]


def baseline(*years: tuple[int, int]) -> dict[str, int]:
    told: dict[str, int] = {}
    for year, (done, eligible) in zip(("2023_24", "2024_25"), years, strict=False):
        told |= {f"PAY.numerator_{year}": done, f"PAY.denominator_{year}": eligible}
    return told


def test_the_better_of_the_scale_and_the_own_improvement() -> None:
    """Baselines of 60% and 70% mean 65%; 5 to 10 percentage points above it are nothing to all."""
    scale = fig(years=BASELINE, lower="5", upper="10")
    definition = paid(fraction(10, "80", "90", improvement=scale))
    own = baseline((60, 100), (70, 100))
    rows = [
        Row(0, share(70, 100), own, points="0"),
        Row(40_000, share(71, 100), own, points="2"),
        Row(200_000, share(75, 100), own, points="10"),
        Row(200_000, share(82, 100), own, points="10"),
        Row(40_000, share(82, 100), baseline((80, 100), (82, 100)), points="2"),
        Row(0, share(60, 100), own, points="0"),
        Row(200_000, share(90, 100), baseline((99, 100), (99, 100)), points="10"),
        Row(0, share(0, 0), own, points="0"),
    ]
    hold(definition, rows)


def test_without_both_years_of_a_baseline_only_the_scale_counts() -> None:
    scale = fig(years=BASELINE, lower="5", upper="10")
    definition = paid(fraction(10, "80", "90", improvement=scale))
    rows = [
        Row(0, share(75, 100), points="0"),
        Row(0, share(75, 100), baseline((60, 100), (0, 0)), points="0"),
        Row(0, share(75, 100), baseline((0, 0), (70, 100)), points="0"),
        Row(40_000, share(82, 100), baseline((60, 100), (0, 0)), points="2"),
    ]
    hold(definition, rows)


HALF: list[tuple[dict[str, int], str]] = [
    (
        {"PAY.denominator_2023_24": 100, "PAY.denominator_2024_25": 100},
        "of the baseline, PAY.numerator_2023_24, PAY.numerator_2024_25 is missing; give all of it",
    ),
    (
        baseline((60, 100)),
        "of the baseline, PAY.numerator_2024_25, PAY.denominator_2024_25 is missing; give all of",
    ),
    (
        baseline((60, 100), (101, 100)),
        "the baseline PAY.numerator_2024_25 101 is larger than PAY.denominator_2024_25 100; corr",
    ),
]


@pytest.mark.parametrize(("facts", "words"), HALF)
def test_a_baseline_that_cannot_be_is_refused_by_name(facts: dict[str, int], words: str) -> None:
    """A forgotten numerator would count as 0% then, so any share now as an improvement."""
    scale = fig(years=BASELINE, lower="5", upper="10")
    definition = paid(fraction(10, "80", "90", improvement=scale))
    sound = inputs(definition, Row(0, share(75, 100), baseline((60, 100), (70, 100))))
    given = inputs(definition, Row(0, share(75, 100), facts))
    with pytest.raises(CalculationError, match=f"A99001, PAY: {words}"):
        calculate(definition, given)
    side_by_side = Country.of(definition, [sound, given])
    assert Lines(side_by_side).left_to_exact() == [1]
    with pytest.raises(CalculationError, match=f"A99001, PAY: {words}"):
        Nation(side_by_side)


def test_a_baseline_is_not_asked_of_protected_points_nor_without_counts() -> None:
    scale = fig(years=BASELINE, lower="5", upper="10")
    protected = fig(indicators=["PAY"], base_year="2024/25", words="Points are frozen.")
    definition = paid(fraction(10, "80", "90", improvement=scale), protection=protected)
    half = baseline((60, 100))
    kept = inputs(definition, Row(0, share(75, 100), {**half, "PAY.protected_points": 825}))
    silent = inputs(definition, Row(0, facts=half))
    statements = [calculate(definition, one) for one in (kept, silent)]
    assert [one.pence for one in statements] == [165_000, 0]
    nation = Nation(Country.of(definition, [kept, silent]))
    assert [one.content for one in nation.outcomes()] == [one.content for one in statements]


# Register, yes or no -----------------------------------------------------------------------------


def test_all_points_for_a_register_with_anybody_on_it() -> None:
    told: Raw = {
        "points": fig(value="5"),
        "register_id": "ILL",
        "prevalence_adjusted": fig(value="no"),
    }
    definition = paid(payment("register", fields=REGISTER, **told), registers=ILL)
    hold(definition, [Row(0, {"Ill": 0}, points="0"), Row(100_000, {"Ill": 1}, points="5")])
    at_nil = payment("register", fields=REGISTER, **told, paid_at_nil="yes")
    hold(paid(at_nil, registers=ILL), [Row(100_000, {"Ill": 0}, points="5")])


def test_prevalence_weighs_the_pounds_of_a_register() -> None:
    """England has 5%: 500 of 10,000 weigh 1, 250 a half, 1 a five-hundredth, nobody nothing."""
    told: Raw = {
        "points": fig(value="5"),
        "register_id": "ILL",
        "prevalence_adjusted": fig(value="yes"),
    }
    at_nil = payment("register", fields=REGISTER, **told, paid_at_nil="yes")
    rows = [
        Row(100_000, {"Ill": 500}, points="5"),
        Row(50_000, {"Ill": 250}, points="5"),
        Row(200, {"Ill": 1}, points="5"),
        Row(0, {"Ill": 0}, points="5"),
        Row(100_000, {"Ill": 500}, registered_list=5_000, points="5"),
    ]
    hold(paid(at_nil, registers=ILL), rows)


def test_all_points_for_a_yes_and_none_for_a_no() -> None:
    told = payment("yes_no", fields={"Flag": "yes_no"}, points=fig(value="7"))
    rows = [Row(140_000, {"Flag": 1}, points="7"), Row(0, {"Flag": 0}, points="0")]
    hold(paid(told), rows)


def test_prevalence_by_the_denominator_is_each_indicator_s_own() -> None:
    """Two indicators of one register: what one of them remembers must not be the other's."""
    own: Raw = {"register_id": "ILL", "prevalence_adjusted": fig(value="yes")}
    fields = SHARE | REGISTER
    two = [fraction(id=name, fields=fields, **own) for name in ("A", "B")]
    definition = paid(*two, money=MONEY | {"prevalence_from": "denominator"}, registers=ILL)
    given = inputs(definition, Row(0))
    counts = {"A": share(250, 250, 9), "B": share(500, 500, 9)}
    values = {(name, field): n for name, told in counts.items() for field, n in told.items()}
    statement = calculate(definition, type(given)(**{**vars(given), "values": values}))
    assert [line_of(statement, name).pence for name in "AB"] == [100_000, 200_000]


# Income protection -------------------------------------------------------------------------------


def test_protected_points_hold_where_they_are_given_and_never_above_the_maximum() -> None:
    """Last year's 8.25 points at this year's value, list and prevalence; 12 are no more than 10."""
    protected = fig(indicators=["PAY"], base_year="2024/25", words="Points are frozen.")
    definition = paid(fraction(), protection=protected)
    rows = [
        Row(0, share(10, 100), points="0"),
        Row(200_000, share(90, 100), points="10"),
    ]
    hold(definition, rows)
    frozen = [
        Row(165_000, share(10, 100), {"PAY.protected_points": 825}, points="8.25"),
        Row(165_000, share(90, 100), {"PAY.protected_points": 825}, points="8.25"),
        Row(82_500, share(0, 0), {"PAY.protected_points": 825}, registered_list=5_000),
        Row(0, share(90, 100), {"PAY.protected_points": 0}, points="0"),
        Row(200_000, share(0, 100), {"PAY.protected_points": 1_000}, points="10"),
    ]
    hold(definition, frozen)
