"""What others published about QOF comes out of our definitions and our formulas too."""

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cqrs.calculation import exact
from cqrs.calculation.kinds import Formula, formulas, walk
from cqrs.calculation.nodes import Named, Round
from cqrs.definitions import load
from cqrs.definitions.rules import point_value_by_law
from cqrs.definitions.schema import Definition, FractionIndicator
from cqrs.values import round_half_up
from tests.examples import test_history
from tests.examples.published import PUBLISHED, WORKED_OUT, case, cases, number

FACTS = Path(__file__).parents[3] / "shared" / "facts" / "qof" / "worked_examples.yaml"
HALF_PENNY = Fraction(1, 200)
FLU = case("iif", "iif_flu_pca")
PROTECTED = case("totals", "ip_2425")
COVID = case("totals", "covid_2021")
REDISTRIBUTED = case("totals", "redistribute_2526")
WEIGHTED = case("totals", "prev_weighted_2526")
EACH_PERCENT = case("iif", "iif_points_formula")


# A definition with one indicator, so that any year's sum can be worked out with today's formulas --


def one_indicator(case: dict[str, str], *, adjusted: bool = False) -> Definition:
    """QOF 2023/24 cut down to AF006, with the points, value, list and thresholds of a case."""
    raw = json.loads(load.load("qof/2023-24").content)
    (indicator,) = [i for i in raw["indicators"] if i["id"] == "AF006"]
    indicator["points"]["value"] = case["points"]
    indicator["prevalence_adjusted"]["value"] = "yes" if adjusted else "no"
    for name in ("lower", "upper"):
        indicator["thresholds"][name] = case.get(name, indicator["thresholds"][name])
    if "lump" in case:
        indicator["lump"] = indicator["points"] | {"value": case["lump"]}
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


@pytest.mark.parametrize(
    "case", [c for c in cases("point_payment") if "expected_point_value" in c.values[0]]
)
def test_what_one_point_comes_to_there(case: dict[str, str]) -> None:
    """To the penny, but for what a factor that the source rounded first makes of it."""
    one_point = {**case, "points": "1", "expected": case["expected_point_value"]}
    assert abs(worth(one_point) - number(case, "expected_point_value")) <= tolerance(one_point)


@pytest.mark.parametrize("case", cases("cpi"))
def test_the_list_factor(case: dict[str, str]) -> None:
    (formula,) = formulas(one_indicator({**case, "points": "1"}))
    (cpi,) = {n for n in walk(formula.pence) if isinstance(n, Named) and n.name == "cpi"}

    value = exact.value(cpi, {"list": int(case["practice_list"])}, {})

    assert round_half_up(value, int(case["places"])) == number(case, "expected")


@pytest.mark.parametrize("case", cases("interpolation"))
def test_points_between_thresholds(case: dict[str, str]) -> None:
    """To the decimals that the source shows; ours have two, so they are asked before rounding."""
    (formula,) = formulas(one_indicator(case))
    assert formula.points is not None
    counts = {"numerator": int(case["numerator"]), "denominator": int(case["denominator"])}

    (rounding,) = (node for node in walk(formula.points) if isinstance(node, Round))
    unrounded = exact.value(rounding.part, counts, {})
    points = exact.value(formula.points, counts, {})

    assert round_half_up(unrounded, int(case["places"])) == number(case, "expected")
    assert points == round_half_up(unrounded, 2)


# The fund of networks ----------------------------------------------------------------------------

FUNDS = [s for s in load.all_services() if s.startswith("investment_and_impact_fund/")]


def funds() -> Iterator[tuple[FractionIndicator, Formula]]:
    """The indicators of the fund that earn points between two thresholds."""
    for service in FUNDS:
        for formula in formulas(load.load(service)):
            if isinstance(formula.indicator, FractionIndicator):
                yield formula.indicator, formula


def test_patients_removed_for_a_reason_raise_the_share() -> None:
    told = FLU
    left = int(told["people"]) - sum(int(one) for one in told["pcas"])
    flu = [(one, f) for one, f in funds() if "influenza" in one.title.lower() and one.pca_fields]
    assert flu, "an indicator of the fund counts flu vaccine and has PCAs"
    for _, formula in flu:
        (achieved,) = {n for n in walk(formula.pence) if getattr(n, "name", "") == "achieved"}
        counts = {"numerator": int(told["numerator"]), "denominator": left}
        assert exact.value(achieved, counts, {}) == int(told["expected"])
        whole = counts | {"denominator": int(told["people"])}
        assert exact.value(achieved, whole, {}) == int(told["without_pcas"])


def test_each_percent_of_the_fund_earns_its_share_of_the_points() -> None:
    assert EACH_PERCENT["rule"] == "points for each percent = points / (upper - lower)"
    found = list(funds())
    assert len(found) >= 5
    for indicator, formula in found:
        lower, upper = indicator.thresholds.lower, indicator.thresholds.upper
        assert formula.points is not None
        (rounding,) = (node for node in walk(formula.points) if isinstance(node, Round))
        earned = [
            exact.value(rounding.part, {"numerator": int(p * 10), "denominator": 1000}, {})
            for p in (lower + 1, lower + 2)
        ]
        assert earned[1] - earned[0] == indicator.points.value / (upper - lower), indicator.id


# Totals ------------------------------------------------------------------------------------------


def points(service: str) -> dict[str, int]:
    return {line.indicator.id: line.available or 0 for line in formulas(load.load(service))}


def of_kind(service: str, kind: str) -> int:
    found = points(service)
    return sum(found[i.id] for i in load.load(service).paid if i.kind == kind)


def test_what_was_protected_in_2024_25() -> None:
    told = PROTECTED
    definition, found = load.load("qof/2024-25"), points("qof/2024-25")
    assert definition.protection is not None
    protected = {name: found[name] for name in definition.protection.indicators}
    kinds = {name: definition.by_id[name].kind for name in protected}

    assert sum(found.values()) == int(told["total"])
    assert sum(protected.values()) == int(told["protected"])
    assert sum(found.values()) - sum(protected.values()) == int(told["conditional"])
    for kind, part in (("register", "registers"), ("yes_no", "improvement"), ("fraction", "other")):
        assert sum(p for i, p in protected.items() if kinds[i] == kind) == int(told[part])
    others = {i: str(p) for i, p in protected.items() if kinds[i] == "fraction"}
    assert others == told["others"]


def test_what_was_kept_earned_and_paid_in_full_in_2020_21() -> None:
    told = COVID
    definition, found = load.load("qof/2020-21"), points("qof/2020-21")
    assert definition.protection is not None
    kept = set(definition.protection.indicators)
    earned = {i.id: found[i.id] for i in definition.scored if i.id not in kept}
    screening = {"CS005", "CS006"}
    flu = {"CHD007", "COPD007", "DM018", "STIA009"}

    assert sum(found.values()) == int(told["total"])
    assert sum(found[name] for name in kept) == int(told["protected"])
    assert of_kind("qof/2020-21", "yes_no") == int(told["full"])
    assert of_kind("qof/2020-21", "register") == int(told["registers"])
    assert sum(earned[name] for name in screening) == int(told["cervical"])
    assert sum(earned[name] for name in flu) == int(told["flu"])
    assert sum(earned.values()) - int(told["full"]) == int(told["achieved"])


def test_what_the_retired_points_became_in_2025_26() -> None:
    told = REDISTRIBUTED
    followed = {"DM036": "DM033"}
    before, after = points("qof/2024-25"), points("qof/2025-26")
    protection = load.load("qof/2024-25").protection
    assert protection is not None
    retired = sum(before[name] for name in protection.indicators)

    grown = {i: after[i] - before[followed.get(i, i)] for i in told["points"]}

    assert {i: str(more) for i, more in grown.items()} == told["points"]
    assert sum(grown.values()) == int(told["recycled"])
    assert retired == int(told["retired"])
    assert not any(name in after for name in protection.indicators)
    assert sum(before.values()) - sum(after.values()) == int(told["leaving"])
    assert retired - sum(grown.values()) == int(told["leaving"])


def test_the_weighted_points_of_2025_26() -> None:
    weighted = WEIGHTED
    built = formulas(load.load("qof/2025-26"))

    assert sum(f.available or 0 for f in built) == int(weighted["total"])
    assert sum(f.available or 0 for f in built if f.register_id) == int(weighted["weighted"])


# The value of a point ----------------------------------------------------------------------------


@pytest.mark.parametrize("year", PUBLISHED["point_values"])
def test_the_value_of_a_point_follows_from_the_average_list(year: str) -> None:
    row, chain = PUBLISHED["point_values"][year], PUBLISHED["point_value_chain"]
    published = Fraction(row["pounds"])
    assert point_value_by_law(int(row["average_list"])) == published * 100
    share = Fraction(int(row["average_list"]), int(chain["base_list"]))
    assert round_half_up(Fraction(chain["base_value"]) * share, 2) == published


@pytest.mark.parametrize("year", PUBLISHED["point_values"])
def test_our_point_values_are_the_published_ones(year: str) -> None:
    definition = load.load(f"qof/{year.replace('/', '-')}")
    assert definition.money is not None
    assert definition.money.average_list is not None
    row = PUBLISHED["point_values"][year]
    assert definition.money.point_value.pence == Fraction(row["pounds"]) * 100
    assert definition.money.average_list.value == int(row["average_list"])


# Nothing is left out -----------------------------------------------------------------------------


def test_every_entry_is_worked_out_by_a_test() -> None:
    assert {section for section, _ in WORKED_OUT} >= test_history.SECTIONS
    years = ("point_values", "point_value_chain")
    entries = [(s, one) for s in PUBLISHED if s not in years for one in PUBLISHED[s]]
    names = [(section, one["id"]) for section, one in entries]
    assert len(set(names)) == len(names)
    assert set(names) == WORKED_OUT
    assert all(one["source"] for _, one in entries)


def test_no_entry_of_the_facts_is_left_out() -> None:
    if not FACTS.is_file():
        pytest.skip(f"the facts ({FACTS.name}) are not beside the repository")
    facts: Any = load.read_yaml(FACTS.read_text(encoding="utf-8"), FACTS.name)
    assert facts.pop("point_value_chain") == PUBLISHED["point_value_chain"]
    wanted = {(section, one["id"]) for section, entries in facts.items() for one in entries}
    assert wanted == WORKED_OUT
    for section, entries in facts.items():
        ours = {one["id"]: one for one in PUBLISHED[section]}
        for one in entries:
            for key, figure in one.items():
                own = ours[one["id"]].get(OURS.get(key, key))
                if own is not None and isinstance(figure, str) and figure[:1].isdigit():
                    assert Fraction(own) == Fraction(figure), (one["id"], key)


OURS = {
    "apdf_dp": "apdf_places",
    "cpi_dp": "cpi_places",
    "expected_floor_pct": "expected",
    "expected_pct": "expected",
    "expected_points": "expected",
    "lump_points": "lump",
    "max_practice_prev_pct": "highest_prevalence",
    "national_list": "average_list",
    "national_prev_pct": "national_prevalence",
    "practice_prev_pct": "practice_prevalence",
    "prevalence_weighted": "weighted",
    "out": "leaving",
}
"""What the facts call a figure that has another name here."""
