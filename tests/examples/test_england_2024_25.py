"""What was published of England and its ICBs for 2024/25 can have come from our definition.

The files are not part of the project. They are looked for beside the repository.
"""

import csv
from collections import defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from cqrs.definitions import load
from cqrs.definitions.rules import points_of
from cqrs.definitions.schema import FractionIndicator, RegisterIndicator, YesNoIndicator

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "qof"
ICBS = 42
DEFINITION = load.load("qof/2024-25")
SCORED = {one.id: one for one in DEFINITION.scored}
Published = dict[str, str]


@cache
def published(name: str) -> tuple[Published, ...]:
    path = FOLDER / f"qof_2024-25_{name}.csv"
    if not path.is_file():
        pytest.skip(f"the published figures ({path.name}) are not beside the repository")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(csv.DictReader(file))


@pytest.fixture
def indicators() -> tuple[Published, ...]:
    """A row for England and for each ICB and indicator."""
    return published("england_icb_indicators")


@pytest.fixture
def prevalence() -> tuple[Published, ...]:
    """A row for England and for each ICB and register."""
    return published("england_icb_prevalence")


def named(row: Published) -> tuple[str, str]:
    return row["code"], row.get("indicator") or row["group"]


def england_and_icbs(
    rows: tuple[Published, ...], key: str
) -> tuple[dict[str, Published], dict[str, list[Published]]]:
    """England's row and the rows of its ICBs, by indicator or register."""
    icbs: dict[str, list[Published]] = defaultdict(list)
    for row in rows:
        if row["type"] == "ICB":
            icbs[row[key]].append(row)
    return {row[key]: row for row in rows if row["type"] == "National"}, icbs


def test_the_indicators_and_their_points_are_ours(indicators: tuple[Published, ...]) -> None:
    listed = {row["code"]: Fraction(row["points"]) for row in published("indicators_points")}
    assert listed == {name: points_of(one) for name, one in SCORED.items()}
    assert {row["indicator"] for row in indicators} == set(SCORED)
    wrong = [named(r) for r in indicators if Fraction(r["points"]) != listed[r["indicator"]]]
    assert wrong == []


@pytest.mark.parametrize(
    "figure", ["practices", "achieved_points_sum", "numerator", "denominator", "pcas", "register"]
)
def test_the_icbs_add_up_to_england(indicators: tuple[Published, ...], figure: str) -> None:
    """Counts exactly; points too, since each practice's have two decimals."""
    england, icbs = england_and_icbs(indicators, "indicator")
    assert {len(rows) for rows in icbs.values()} == {ICBS}
    for name, whole in england.items():
        assert sum(Fraction(row[figure]) for row in icbs[name]) == Fraction(whole[figure]), name


@pytest.mark.parametrize("figure", ["register", "list_size"])
def test_registers_and_lists_add_up_to_england(
    prevalence: tuple[Published, ...], figure: str
) -> None:
    england, icbs = england_and_icbs(prevalence, "group")
    assert {len(rows) for rows in icbs.values()} == {ICBS}
    for name, whole in england.items():
        assert sum(int(row[figure]) for row in icbs[name]) == int(whole[figure]), name


def test_nobody_has_more_points_than_there_are(indicators: tuple[Published, ...]) -> None:
    above = [
        named(row)
        for row in indicators
        if not 0
        <= Fraction(row["achieved_points_sum"])
        <= int(row["practices"]) * points_of(SCORED[row["indicator"]])
    ]
    assert above == []


def test_registers_and_answers_are_earned_whole(indicators: tuple[Published, ...]) -> None:
    """All or nothing: a sum over practices is a whole multiple of the points."""
    whole = RegisterIndicator | YesNoIndicator
    rows = [row for row in indicators if isinstance(SCORED[row["indicator"]], whole)]
    assert len(rows) == (ICBS + 1) * 25
    torn = [
        named(row)
        for row in rows
        if Fraction(row["achieved_points_sum"]) % points_of(SCORED[row["indicator"]])
    ]
    assert torn == []


def test_points_between_thresholds_have_two_decimals(indicators: tuple[Published, ...]) -> None:
    """Sums of points with two decimals have two: finer rounding would show in 3,000 sums."""
    assert DEFINITION.rounding.points_places == 2
    rows = [r for r in indicators if isinstance(SCORED[r["indicator"]], FractionIndicator)]
    finer = [named(row) for row in rows if (Fraction(row["achieved_points_sum"]) * 100) % 1]
    assert finer == []
    assert any((Fraction(row["achieved_points_sum"]) * 10) % 1 for row in rows)


def test_no_more_are_done_than_count(indicators: tuple[Published, ...]) -> None:
    assert [named(r) for r in indicators if int(r["numerator"]) > int(r["denominator"])] == []
    uncounted = [
        named(row)
        for row in indicators
        if not isinstance(SCORED[row["indicator"]], FractionIndicator)
        and (int(row["numerator"]) or int(row["denominator"]))
    ]
    assert uncounted == []


def test_the_register_of_an_indicator_is_the_one_its_prevalence_is_of(
    indicators: tuple[Published, ...], prevalence: tuple[Published, ...]
) -> None:
    known = {named(row): int(row["register"]) for row in prevalence}
    kept = [row for row in indicators if isinstance(SCORED[row["indicator"]], RegisterIndicator)]
    for row in kept:
        group = SCORED[row["indicator"]].group
        if (row["code"], group) in known:
            assert int(row["register"]) == known[row["code"], group], named(row)
    earned = {SCORED[row["indicator"]].group for row in kept}
    # Depression and non-diabetic hyperglycaemia are counted, but no points are for the register.
    assert {group for _, group in known} - earned == {"DEP", "NDH"}


def test_england_s_registers_are_no_larger_than_its_list(
    prevalence: tuple[Published, ...],
) -> None:
    assert [named(r) for r in prevalence if int(r["register"]) > int(r["list_size"])] == []
    most = max(int(row["list_size"]) for row in prevalence)
    assert most <= DEFINITION.bounds.national
