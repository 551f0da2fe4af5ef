"""What-if for a country gives to the penny what it gives practice by practice."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

import numpy as np
import pytest

from cqrs.calculation.columns.basis import Basis
from cqrs.calculation.columns.what_if import SHARES, suppose, what_if_nation
from cqrs.calculation.kinds import facts_of
from cqrs.calculation.prevalence import strike
from cqrs.calculation.scenario import (
    CountChange,
    NationalChange,
    RuleChange,
    Scenario,
    ScenarioError,
    Shift,
    supposed_inputs,
)
from cqrs.calculation.statement import CalculationError, PracticeInputs, Reference, calculate
from cqrs.calculation.what_if import what_if
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition, FractionIndicator
from cqrs.extraction.synthetic import counts, england

from .conftest import make_inputs, one


def shift(text: str) -> Shift:
    return Shift.parse("test", text)


def rule(path: str, value: str) -> Scenario:
    return Scenario(rules=(RuleChange(path, value),))


def count(indicator: str, field: str, text: str) -> Scenario:
    return Scenario(counts=(CountChange(indicator, field, shift(text)),))


SCENARIOS = {
    "nothing": Scenario(),
    "threshold": rule("indicators.DM020.thresholds.upper", "80"),
    "points": rule("indicators.DM020.points", "30"),
    "value": rule("money.point_value", "230.01"),
    "average": rule("money.average_list", "9999"),
    "whole points": rule("rounding.points_places", "0"),
    "finer points": rule("rounding.points_places", "5"),
    "rounding down": rule("rounding.mode", "down"),
    "flag": rule("indicators.DM020.prevalence_adjusted", "no"),
    "numerators": count("*", "numerator", "+7.5%"),
    "fewer": count("*", "numerator", "-33%"),
    "one field": count("DM020", "Numerator", "+12"),
    "fewer patients": count("*", "denominator", "-10%"),
    "nobody": count("DM020", "numerator", "0"),
    "registers": count("*", "register", "+3%"),
    "lists": Scenario(lists=(shift("+4%"), shift("-11"))),
    "many decimals": count("*", "numerator", "+5.1234%"),
    "fewest decimals": Scenario(lists=(shift("-0.0001%"), shift("+33.3333%"))),
    "a million times": count("*", "numerator", "+99999999.9999%"),
    "very many": count("DM020", "numerator", "+999999999"),
    "national": Scenario(national=(NationalChange("DM", shift("+5%")),)),
    "all": Scenario(
        rules=(RuleChange("indicators.VI003.thresholds.lower", "70"),),
        counts=(CountChange("*", "numerator", shift("+5%")),),
        lists=(shift("+1%"),),
        national=(NationalChange("AF", shift("-5%")),),
    ),
}


@pytest.fixture(scope="module")
def many(qof: Definition) -> list[PracticeInputs]:
    """Five made-up practices; the first has no patients for one indicator, and lacks another."""
    country = england(practices=20)
    given = list(zip(country.practices, counts(qof, country), strict=True))
    pool = [(p.code, p.registered_list, one.values) for p, one in given]
    struck = strike(qof, pool)["registers"]
    national = {name: (figures["register"], figures["list"]) for name, figures in struck.items()}
    made: list[PracticeInputs] = []
    for practice, found in given[:5]:
        values = {key: int(value) for key, value in found.values.items()}
        if not made:
            values["DM020", "Numerator"] = values["DM020", "Denominator"] = 0
            values = {key: value for key, value in values.items() if key[0] != "MH002"}
        if len(made) == 1:  # no diabetes register at all
            values = {key: value for key, value in values.items() if key[0][:2] != "DM"}
        if len(made) == 2:  # a register that two indicators tell differently
            values["DM006", "Diabetes Mellitus Register"] += 7
        inputs = make_inputs(qof, values, registered_list=practice.registered_list)
        reference = Reference(national, "final", "ab" * 32)
        made.append(replace(inputs, practice_code=practice.code, reference=reference))
    return made


@pytest.fixture(scope="module")
def nation(qof: Definition, many: list[PracticeInputs]) -> Basis:
    return Basis.of(qof, many)


def test_columns_and_statements_agree(
    qof: Definition, many: list[PracticeInputs], nation: Basis
) -> None:
    statements = [calculate(qof, inputs) for inputs in many]
    assert nation.amounts.pence.sum(axis=1).tolist() == [one.pence for one in statements]
    points = [int(one.points * 100) for one in statements]
    assert nation.amounts.points.sum(axis=1).tolist() == points


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_country_is_the_sum_of_its_practices(
    qof: Definition, many: list[PracticeInputs], nation: Basis, name: str
) -> None:
    found = what_if_nation(nation, SCENARIOS[name])
    single = [what_if(qof, inputs, SCENARIOS[name]) for inputs in many]
    assert found.before.pence == sum(one.before.pence for one in single)
    assert found.after.pence == sum(one.after.pence for one in single)
    assert found.after.points == sum(one.after.points for one in single)
    assert list(found.changes) == [one.after.pence - one.before.pence for one in single]
    assert found.held == sum(len(one.held) for one in single)
    assert name == "nothing" or found.after != found.before
    for moved in found.indicators:
        parts = [m for one in single for m in one.indicators if m.indicator == moved.indicator]
        assert moved.change.pence == sum(part.change.pence for part in parts)
        assert moved.change.points == sum((part.change.points for part in parts), Fraction(0))


def test_columns_shift_numbers_as_one_by_one(nation: Basis) -> None:
    """Changes of any size and any number of them, on numbers of any size: the same, or refused."""
    draw, outcomes = Random("shifts"), set()  # noqa: S311 - draws of made-up changes
    for _ in range(300):
        shifts = tuple(shift(drawn(draw)) for _ in range(draw.randint(1, 3)))
        numbers = [draw.choice([1, 150, 9_842, 10**6, draw.randint(1, 10**9)]) for _ in range(5)]
        wanted: list[int] | None = numbers
        try:
            for one_shift in shifts:
                wanted = [one_shift.of(number) for number in wanted or []]
        except ScenarioError:
            wanted = None
        if wanted and min(wanted) < 1:
            wanted = None
        basis = replace(nation, lists=np.array(numbers, np.int64))
        try:
            supposed, _ = suppose(basis, Scenario(lists=shifts), restrike=False)
            found = supposed.lists.tolist()
        except ScenarioError:
            found = None
        assert found == wanted, (shifts, numbers)
        outcomes.add(found is None)
    assert outcomes == {True, False}


def drawn(draw: Random) -> str:
    """A change as somebody may write it."""
    whole = str(draw.randint(0, 10 ** draw.randint(1, 9) - 1))
    sign = draw.choice(["+", "+", "-"])
    decimals = "".join(draw.choice("0123456789") for _ in range(draw.randint(1, 4)))
    return draw.choice([whole, sign + whole, f"{sign}{whole}%", f"{sign}{whole}.{decimals}%"])


@pytest.mark.parametrize("name", ["numerators", "registers", "lists", "all"])
def test_national_figures_struck_anew(
    qof: Definition, many: list[PracticeInputs], nation: Basis, name: str
) -> None:
    """Registers and lists that everybody has more of make no practice richer by prevalence."""
    scenario = replace(SCENARIOS[name], national=())
    moved = [supposed_inputs(qof, inputs, scenario).inputs for inputs in many]
    struck = strike(qof, [(i.practice_code, i.registered_list, i.values) for i in moved])
    fresh = {k: (v["register"], v["list"]) for k, v in struck["registers"].items()}
    single = [
        what_if(qof, replace(inputs, reference=Reference(fresh, "final", "")), scenario).after
        for inputs in many
    ]
    found = what_if_nation(nation, scenario, restrike=True)
    assert found.after.pence == sum(one.pence for one in single)
    assert found.before.pence == nation.amounts.pence.sum()


def test_some_practices_are_told_by_themselves(
    qof: Definition, many: list[PracticeInputs], nation: Basis
) -> None:
    codes = [many[3].practice_code, many[1].practice_code]
    found = what_if_nation(nation, SCENARIOS["all"], codes=codes)
    single = [what_if(qof, many[place], SCENARIOS["all"]) for place in (3, 1)]
    assert found.codes == tuple(codes)
    assert found.before.pence == sum(one.before.pence for one in single)
    assert found.after.pence == sum(one.after.pence for one in single)
    assert found.before.pence < nation.amounts.pence.sum()
    assert found.held == sum(len(one.held) for one in single)


def test_winners_losers_and_how_changes_are_spread(nation: Basis) -> None:
    found = what_if_nation(nation, SCENARIOS["threshold"])
    assert (found.winners, found.losers) == (0, sum(change < 0 for change in found.changes))
    assert found.losers > 0
    assert [change for change, _ in found.ranked] == sorted(found.changes)
    spread = found.spread()
    assert tuple(spread) == SHARES
    assert (spread[0], spread[100]) == (min(found.changes), max(found.changes))
    assert spread[50] == sorted(found.changes)[2]


def test_the_country_itself_is_untouched(nation: Basis) -> None:
    before = {name: column.copy() for name, column in nation.counts.items()}
    lists, pence = nation.lists.copy(), nation.amounts.pence.copy()
    what_if_nation(nation, SCENARIOS["all"])
    assert all((column == before[name]).all() for name, column in nation.counts.items())
    assert (nation.lists == lists).all()
    assert (nation.amounts.pence == pence).all()


# Networks, whose prevalence is drawn from denominators -------------------------------------------


@pytest.fixture(scope="module", params=["2021-22", "2023-24", "2024-25"])
def networks(request: pytest.FixtureRequest) -> tuple[Definition, list[PracticeInputs]]:
    """Five made-up networks of the Investment and Impact Fund."""
    fund = load(f"investment_and_impact_fund/{request.param}")
    draw, given = Random(fund.id), []  # noqa: S311 - draws of made-up counts
    for place in range(5):
        values: dict[tuple[str, str], int] = {}
        for indicator in fund.paid:
            if isinstance(indicator, FractionIndicator) and (place or draw.random() < 0.7):
                denominator = draw.randint(40, 900)
                share = draw.randint(0, denominator)
                counted = {"numerator": share, "denominator": denominator}
                values |= one(fund, indicator.id, **counted)
        inputs = make_inputs(fund, values, registered_list=draw.randint(30_000, 60_000))
        wanted = fund.list_size_date or inputs.list_date
        facts = dict.fromkeys(facts_of(fund), 48_000)
        code = f"U{place:05}"
        given.append(replace(inputs, practice_code=code, list_date=wanted, facts=facts))
    pool = [(one.practice_code, one.registered_list, one.values) for one in given]
    struck = strike(fund, pool)["registers"]
    national = {name: (figures["register"], figures["list"]) for name, figures in struck.items()}
    assert national
    reference = Reference(national, "final", "ab" * 32)
    return fund, [replace(inputs, reference=reference) for inputs in given]


@pytest.mark.parametrize("restrike", [False, True])
@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(),
        count("*", "numerator", "+7.1234%"),
        count("*", "denominator", "+12.5%"),
        Scenario(lists=(shift("+4%"), shift("-11"))),
        rule("money.point_value", "230.01"),
    ],
    ids=str,
)
def test_networks_are_the_sum_of_each(
    networks: tuple[Definition, list[PracticeInputs]], scenario: Scenario, restrike: bool
) -> None:
    fund, given = networks
    basis = Basis.of(fund, given)
    moved = [supposed_inputs(fund, inputs, scenario).inputs for inputs in given]
    struck = strike(fund, [(i.practice_code, i.registered_list, i.values) for i in moved])
    fresh = {k: (v["register"], v["list"]) for k, v in struck["registers"].items()}
    reference = Reference(fresh, "final", "") if restrike else given[0].reference
    single = [
        what_if(fund, replace(inputs, reference=reference), scenario, calculate(fund, inputs))
        for inputs in given
    ]
    found = what_if_nation(basis, scenario, restrike=restrike)
    assert list(found.changes) == [one.after.pence - one.before.pence for one in single]
    assert found.after.points == sum(one.after.points for one in single)
    assert found.after.pence == sum(one.after.pence for one in single) > 0
    assert basis.struck() == {
        name: tuple(figures) for name, figures in given[0].reference.national.items()
    }


def test_a_list_of_another_date_is_refused_as_one_by_one(
    qof: Definition, many: list[PracticeInputs]
) -> None:
    """In 2014 the list sizes of the wrong year were used."""
    wrong = replace(many[1], list_date=date(2013, 1, 1))
    with pytest.raises(CalculationError) as told:
        calculate(qof, wrong)
    with pytest.raises(CalculationError, match="the list size is of 2013-01-01") as refused:
        Basis.of(qof, [many[0], wrong])
    assert str(refused.value) == str(told.value)


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        (count("*", "numerator", "999999"), "is more than the denominator"),
        (count("DM999", "numerator", "+1"), "has no indicator 'DM999'"),
        (Scenario(lists=(shift("-100%"),)), "would have no patients"),
        (rule("indicators.DM020.thresholds.upper", "20"), "lower must be below upper"),
        (rule("indicators.DM020.fields.DMMAX.kind", "exclusion"), "general"),
        (rule("indicators.DM020.register_id", "XX"), "XX"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused(nation: Basis, scenario: Scenario, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        what_if_nation(nation, scenario)


def test_what_is_counted_cannot_be_supposed_of_a_country() -> None:
    service = load("learning_disability_health_check/2025-26")
    inputs = make_inputs(service, one(service, "LDHC021", count=1, register=2))
    scenario = rule("indicators.LDHC021.fields.Number (Scaled).kind", "numerator")
    with pytest.raises(ScenarioError):
        what_if_nation(Basis.of(service, [inputs]), scenario)


def test_a_missing_number_names_practice_and_indicator(qof: Definition) -> None:
    full = make_inputs(qof, one(qof, "DM020", numerator=1, denominator=2, register=3))
    lacking = replace(
        make_inputs(qof, one(qof, "DM020", numerator=1, register=3)), practice_code="A99002"
    )
    with pytest.raises(CalculationError, match="A99002, DM020: the denominator is missing"):
        Basis.of(qof, [full, lacking])


def test_a_missing_national_figure_is_named(qof: Definition) -> None:
    inputs = make_inputs(qof, one(qof, "DM020", numerator=1, denominator=2, register=3))
    bare = replace(inputs, reference=Reference({}, "final", ""))
    with pytest.raises(CalculationError, match="needs England's prevalence of"):
        _ = Basis.of(qof, [bare]).amounts


def test_protected_points_are_kept() -> None:
    """Two practices keep an earlier year's points, one of them nought; one has none to keep."""
    old = load("qof/2024-25")
    counted = {"numerator": 39, "denominator": 41}
    values = one(old, "AST008", **counted, register=300) | one(old, "VI003", **counted)
    plain = make_inputs(old, values)
    many = [
        replace(plain, practice_code="P1"),
        replace(plain, practice_code="P2", facts={"AST008.protected_points": 300}),
        replace(plain, practice_code="P3", facts={"AST008.protected_points": 0}),
    ]
    basis = Basis.of(old, many)
    for scenario in (
        Scenario(),
        rule("money.point_value", "300"),
        count("*", "register", "+9%"),
        count("*", "numerator", "+9%"),
    ):
        found = what_if_nation(basis, scenario)
        single = [what_if(old, inputs, scenario) for inputs in many]
        assert found.before.points == 6 + 3 + 3 * Fraction("16.95")
        assert found.before.pence == sum(one.before.pence for one in single)
        assert list(found.changes) == [one.after.pence - one.before.pence for one in single]
        assert found.held == sum(len(one.held) for one in single)
        told = {moved.indicator: moved.after for moved in found.indicators}
        for name in ("AST008", "VI003"):
            after = [moved.after for one in single for moved in one.indicators]
            names = [moved.indicator for one in single for moved in one.indicators]
            pence = sum(a.pence for n, a in zip(names, after, strict=True) if n == name and a)
            assert told[name] is not None
            assert told[name].pence == pence  # type: ignore[union-attr]


@pytest.mark.parametrize("places", ["0", "3"])
def test_protected_points_are_never_read_as_other_points(places: str) -> None:
    """16.95 points of an earlier year are told as 1695, which would be 1,695 whole points."""
    old = load("qof/2024-25")
    values = one(old, "AST008", numerator=39, denominator=41, register=300)
    kept = replace(make_inputs(old, values), facts={"AST008.protected_points": 1695})
    scenario = rule("rounding.points_places", places)
    told = "protected_points is told in. Suppose something else"
    with pytest.raises(ScenarioError, match=told):
        what_if_nation(Basis.of(old, [kept]), scenario)
    with pytest.raises(ScenarioError, match=told):
        what_if(old, kept, scenario)


def test_limits_over_several_payments_are_asked_one_by_one() -> None:
    service = load("local_care_homes/2025-26")
    with pytest.raises(CalculationError, match="limits several payments together"):
        Basis.of(service, [])


def test_dates_within_the_year_are_read(qof: Definition) -> None:
    inputs = make_inputs(qof, one(qof, "DM020", numerator=1, denominator=2, register=3))
    assert Basis.of(qof, [replace(inputs, achievement_date=date(2025, 4, 30))]).month == 1
