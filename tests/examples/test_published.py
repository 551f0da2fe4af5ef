"""What others published about QOF comes out of our definitions and our formulas too."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cqrs.calculation import exact
from cqrs.calculation.kinds import formulas, walk
from cqrs.calculation.nodes import Named
from cqrs.definitions import load
from cqrs.definitions.rules import point_value_by_law
from cqrs.definitions.schema import Definition
from cqrs.values import round_half_up

FILE = Path(__file__).parent / "published_worked_examples.yaml"
PUBLISHED: Any = load.read_yaml(FILE.read_text(encoding="utf-8"), FILE.name)
HALF_PENNY = Fraction(1, 200)


def cases(section: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in PUBLISHED[section]]


def number(case: dict[str, str], name: str) -> Fraction:
    return Fraction(case[name])


# A definition with one indicator, so that any year's sum can be worked out with today's formulas --


def one_indicator(case: dict[str, str], *, adjusted: bool = False) -> Definition:
    """QOF 2023/24 cut down to AF006, with the points, value, list and thresholds of a case."""
    raw = json.loads(load.load("qof/2023-24").content)
    (indicator,) = [i for i in raw["indicators"] if i["id"] == "AF006"]
    indicator["points"]["value"] = case["points"]
    indicator["prevalence_adjusted"]["value"] = "yes" if adjusted else "no"
    for name in ("lower", "upper"):
        indicator["thresholds"][name] = case.get(name, indicator["thresholds"][name])
    raw["indicators"] = [indicator]
    raw["money"]["point_value"]["pounds"] = case.get("point_value", "213.43")
    raw["money"]["average_list"]["value"] = case.get("average_list", "9639")
    return load.build(raw, case["id"])


def pounds(definition: Definition, **inputs: int) -> Fraction:
    """The pounds of everybody done: all points."""
    (formula,) = formulas(definition)
    numbers = {"numerator": 1, "denominator": 1, **inputs}
    return Fraction(exact.value(formula.pence, numbers, {})) / 100


def worth(case: dict[str, str]) -> Fraction:
    """What a case comes to with nothing rounded before the penny."""
    list_size = int(case["practice_list"])
    if "national_prevalence" not in case:
        return pounds(one_indicator(case), list=list_size)
    register = (
        Fraction(case["register"])
        if "register" in case
        else number(case, "practice_prevalence") / 100 * list_size
    )
    assert register.denominator == 1, "a register is a whole number of people"
    return pounds(
        one_indicator(case, adjusted=True),
        list=list_size,
        register=int(register),
        national_register=int(number(case, "national_prevalence") * 100),
        national_list=10000,
    )


def factors(case: dict[str, str]) -> dict[str, Fraction]:
    """CPI and APDF of a case, unrounded."""
    found = {"cpi": number(case, "practice_list") / number(case, "average_list")}
    if "national_prevalence" in case:
        own = (
            number(case, "register") / number(case, "practice_list") * 100
            if "register" in case
            else number(case, "practice_prevalence")
        )
        found["apdf"] = own / number(case, "national_prevalence")
    return found


def tolerance(case: dict[str, str]) -> Fraction:
    """How far an unrounded answer may lie from the published one, given how it was rounded."""
    shown = {"pence": HALF_PENNY, "hundreds": Fraction(50)}.get(case["result"])
    if shown is None:
        return number(case, "tolerance")
    share = sum(
        Fraction(1, 2 * 10 ** int(case[f"{name}_places"])) / value
        for name, value in factors(case).items()
        if f"{name}_places" in case
    )
    # Two rounded factors multiply: the product of their shares is added by squaring the sum.
    return shown + HALF_PENNY + number(case, "expected") * (share + share * share)


@pytest.mark.parametrize("case", cases("point_payment"))
def test_payments_agree_within_the_source_s_rounding(case: dict[str, str]) -> None:
    assert abs(worth(case) - number(case, "expected")) <= tolerance(case)


@pytest.mark.parametrize("case", [c for c in cases("point_payment") if "cpi_places" in c.values[0]])
def test_the_source_s_rounded_factors_give_its_answer(case: dict[str, str]) -> None:
    rounded = {
        name: round_half_up(value, int(case.get(f"{name}_places", "12")))
        for name, value in factors(case).items()
    }
    product = number(case, "points") * number(case, "point_value")
    for value in rounded.values():
        product *= value
    places = {"pence": 2, "hundreds": -2}[case["result"]]
    shown = round_half_up(product / 100, 0) * 100 if places < 0 else round_half_up(product, places)
    assert shown == number(case, "expected")


@pytest.mark.parametrize(
    "case",
    [
        c
        for c in cases("point_payment")
        if c.values[0]["result"] == "pence" and "cpi_places" not in c.values[0]
    ],
)
def test_payments_without_rounded_factors_agree_to_the_penny(case: dict[str, str]) -> None:
    assert worth(case) == number(case, "expected")


@pytest.mark.parametrize("case", cases("cpi"))
def test_the_list_factor(case: dict[str, str]) -> None:
    (formula,) = formulas(one_indicator({**case, "points": "1"}))
    (cpi,) = {n for n in walk(formula.pence) if isinstance(n, Named) and n.name == "cpi"}

    value = exact.value(cpi, {"list": int(case["practice_list"])}, {})

    assert round_half_up(value, int(case["places"])) == number(case, "expected")


@pytest.mark.parametrize("case", cases("interpolation"))
def test_points_between_thresholds(case: dict[str, str]) -> None:
    (formula,) = formulas(one_indicator(case))
    assert formula.points is not None
    counts = {"numerator": int(case["numerator"]), "denominator": int(case["denominator"])}

    points = exact.value(formula.points, counts, {})

    # The source shows more decimals than points have; ours are rounded to two.
    assert points == round_half_up(number(case, "expected"), 2)


# Totals ------------------------------------------------------------------------------------------


def points(service: str) -> dict[str, int]:
    return {line.indicator.id: line.available or 0 for line in formulas(load.load(service))}


def test_the_retired_points_of_2025_26() -> None:
    retired = PUBLISHED["totals"]["retired_2025_26"]
    before, after = points("qof/2023-24"), points("qof/2025-26")
    kinds = {i.id: i.kind for i in load.load("qof/2023-24").paid}

    assert sum(p for i, p in before.items() if kinds[i] == "register") == int(retired["registers"])
    assert sum(p for i, p in before.items() if kinds[i] == "yes_no") == int(retired["improvement"])
    assert {i: str(before[i]) for i in retired["others"]} == retired["others"]
    others = sum(int(p) for p in retired["others"].values())
    total = int(retired["registers"]) + int(retired["improvement"]) + others
    assert total == int(retired["sum"])
    assert not any(i in after for i in retired["others"])


def test_the_increases_of_2025_26() -> None:
    increases = PUBLISHED["totals"]["increases_2025_26"]
    followed = {"CHOL003": "CHOL001", "CHOL004": "CHOL002", "DM036": "DM033"}
    before, after = points("qof/2023-24"), points("qof/2025-26")

    grown = {i: after[i] - before[followed.get(i, i)] for i in increases["points"]}

    assert {i: str(more) for i, more in grown.items()} == increases["points"]
    assert sum(grown.values()) == int(increases["sum"])
    retired = int(PUBLISHED["totals"]["retired_2025_26"]["sum"])
    assert sum(before.values()) - sum(after.values()) == int(increases["leaving"])
    assert retired - int(increases["sum"]) == int(increases["leaving"])


def test_the_weighted_points_of_2025_26() -> None:
    weighted = PUBLISHED["totals"]["weighted_2025_26"]
    built = formulas(load.load("qof/2025-26"))

    assert sum(f.available or 0 for f in built) == int(weighted["total"])
    assert sum(f.available or 0 for f in built if f.register_id) == int(weighted["weighted"])


@pytest.mark.parametrize("year", PUBLISHED["point_values"])
def test_the_value_of_a_point_follows_from_the_average_list(year: str) -> None:
    row = PUBLISHED["point_values"][year]
    assert point_value_by_law(int(row["average_list"])) == Fraction(row["pounds"]) * 100


@pytest.mark.parametrize("service", ["qof/2023-24", "qof/2025-26"])
def test_our_point_values_are_the_published_ones(service: str) -> None:
    definition = load.load(service)
    assert definition.money is not None
    row = PUBLISHED["point_values"][str(definition.year)]
    assert definition.money.point_value.pence == Fraction(row["pounds"]) * 100
    assert definition.money.average_list.value == int(row["average_list"])
