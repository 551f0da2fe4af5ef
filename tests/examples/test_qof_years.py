"""QOF of every year: its totals, its money, and what it pays, as others published them."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from cqrs.calculation import exact
from cqrs.calculation.kinds import formulas
from cqrs.calculation.statement import PracticeInputs, Reference, Statement, calculate
from cqrs.definitions import check, load
from cqrs.definitions.figures import figures
from cqrs.definitions.rules import points_of
from cqrs.definitions.schema import (
    FractionIndicator,
    RegisterIndicator,
    YesNoIndicator,
)
from cqrs.values import round_half_up
from tests.examples.qof import PUBLISHED, each_year, of_kind, qof, worth

FACTS = Path(__file__).parents[3] / "shared" / "facts" / "qof"

# Each year by itself -----------------------------------------------------------------------------


def test_every_year_is_here() -> None:
    found = [s.partition("/")[2] for s in load.all_services() if s.startswith("qof/")]
    assert found == list(PUBLISHED)


@each_year
def test_a_year_loads_and_agrees_with_itself(year: str) -> None:
    assert check.check_service(f"qof/{year}").errors == ()


@each_year
def test_its_points_add_up_to_the_published_total_and_domains(year: str) -> None:
    count, total, domains, _, _ = PUBLISHED[year]
    definition = qof(year)
    by_domain = dict.fromkeys(domains, 0)
    for indicator in definition.paid:
        by_domain[str(definition.groups[indicator.group].domain)] += points_of(indicator)

    assert len(definition.paid) == count
    assert by_domain == domains
    assert sum(domains.values()) == total
    assert definition.money is not None
    assert definition.money.total_points.value == total


@each_year
def test_its_value_of_a_point_and_its_average_list_are_the_published_ones(year: str) -> None:
    money = qof(year).money
    assert money is not None
    assert money.average_list is not None
    assert (money.point_value.pence, money.average_list.value) == PUBLISHED[year][3:]
    assert money.list_date.isoformat() == f"20{year[-2:]}-01-01"


@each_year
def test_it_is_told_as_the_rules_of_its_own_year(year: str) -> None:
    definition = qof(year)
    short = year[2:4] + year[5:]
    assert definition.quality_service == f"QOF{short}"
    assert str(definition.year) in definition.reference
    assert f"{PUBLISHED[year][0]} indicators" in definition.summary
    # Its own year stands in the head too: a copied head would name another.
    text = (load.SERVICES / definition.id / "service.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"# The rules of QOF {definition.year} as data.")


@each_year
def test_every_figure_that_was_not_seen_in_a_document_says_so(year: str) -> None:
    unseen = ("no document seen", "our setting")
    for finding in figures(qof(year)):
        if finding.sourced.source in unseen:
            assert finding.sourced.confidence in ("memory", "inferred", "doubtful"), finding.path


# What a year pays --------------------------------------------------------------------------------

EVERYBODY = 40


def earned(
    year: str, share: int = EVERYBODY, *, names: set[str] | None = None, **sizes: int
) -> Statement:
    """What a practice earns where `share` of 40 patients are done, in all indicators or in some.

    Its list is the average one and its prevalence England's, unless `sizes` say otherwise.
    """
    definition = qof(year)
    average = PUBLISHED[year][4]
    on_register = sizes.get("register", 50)
    numbers = {"numerator": share, "denominator": EVERYBODY, "register": on_register, "yes_no": 1}
    values = {
        (one.id, name): numbers[field.kind]
        for one in definition.indicators
        for name, field in one.fields.items()
        if field.kind in numbers and (names is None or one.id in names)
    }
    england = (sizes.get("england", on_register), sizes.get("of", average))
    inputs = PracticeInputs(
        practice_code="A99001",
        achievement_date=definition.year.end,
        values=values,
        registered_list=sizes.get("list_size", average),
        list_date=date(definition.year.starts_in + 1, 1, 1),
        submission_digest="0" * 64,
        reference=Reference(dict.fromkeys(definition.registers, england), "final", "0" * 64),
    )
    return calculate(definition, inputs)


@each_year
def test_an_average_practice_that_does_everything_earns_every_point_at_its_value(year: str) -> None:
    _, total, _, pence, _ = PUBLISHED[year]
    statement = earned(year)
    assert (statement.points, statement.pence) == (total, total * pence)
    assert statement.missing == ()


@each_year
def test_a_practice_that_reaches_nobody_is_paid_for_registers_and_answers_alone(year: str) -> None:
    kept = of_kind(year, RegisterIndicator) | of_kind(year, YesNoIndicator)
    assert earned(year, share=0).points == worth(year, kept)


@pytest.mark.parametrize(("register", "pence"), [(53, 661998), (72, 899318)])
def test_dementia_in_2020_21_pays_what_ardens_published(register: int, pence: int) -> None:
    both = {"DEM001", "DEM004"}
    statement = earned(
        "2020-21", names=both, register=register, england=78, of=10**4, list_size=10**4
    )
    assert statement.points == 44
    # Ours are two lines, each rounded to the penny; theirs is one sum.
    assert abs(statement.pence - pence) <= 1


def test_vaccination_and_improvement_in_2021_22_pay_what_was_published() -> None:
    children = earned("2021-22", names={"VI001", "VI002", "VI003"})
    shingles = earned("2021-22", names={"VI004"})
    work = earned("2021-22", names=of_kind("2021-22", YesNoIndicator))
    # Practice Index; Pulse Intelligence
    assert (children.pence, shingles.pence, work.pence) == (1086264, 201160, 1488584)


def scored(year: str, name: str, done: int, patients: int) -> Fraction:
    (formula,) = [f for f in formulas(qof(year)) if f.indicator.id == name]
    assert formula.points is not None
    return Fraction(exact.value(formula.points, {"numerator": done, "denominator": patients}, {}))


@pytest.mark.parametrize("year", ["2021-22", "2022-23"])
@pytest.mark.parametrize(
    ("name", "done", "shown"),
    [
        ("VI001", 900, "3.0"),
        ("VI001", 910, "6.0"),
        ("VI002", 911, "9.4"),
        ("VI003", 881, "8.5"),
        ("VI001", 899, "0"),
        ("VI002", 899, "0"),
        ("VI003", 869, "0"),
        ("VI003", 870, "7.0"),
    ],
)
def test_vaccination_points_begin_with_a_lump(year: str, name: str, done: int, shown: str) -> None:
    assert round_half_up(scored(year, name, done, 1000), 1) == Fraction(shown)


@pytest.mark.parametrize("name", ["VI001", "VI002", "VI003"])
def test_the_lump_ended_with_2022_23(name: str) -> None:
    for year in PUBLISHED:
        one = qof(year).by_id.get(name)
        lump = isinstance(one, FractionIndicator) and one.lump is not None
        assert lump == (year in ("2021-22", "2022-23")), year
        improves = isinstance(one, FractionIndicator) and one.improvement is not None
        assert improves == (year == "2026-27"), year


# Against the facts these were written from, where they are beside the repository ------------------


def rows(year: str) -> Iterator[dict[str, str]]:
    path = FACTS / f"indicators_{year.replace('-', '_')}.csv"
    if not path.is_file():
        pytest.skip(f"the facts ({path.name}) are not beside the repository")
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@each_year
def test_points_thresholds_and_factors_are_the_facts(year: str) -> None:
    definition = qof(year)
    told = {row["indicator_id"]: row for row in rows(year)}
    assert set(told) == {i.id for i in definition.indicators if not i.id.startswith("COPD009MI")}
    for name, row in told.items():
        one = definition.by_id[name]
        assert points_of(one) == int(row["points"]), name
        if isinstance(one, FractionIndicator):
            limits = (one.thresholds.lower, one.thresholds.upper)
            assert limits == (Fraction(row["lower"]), Fraction(row["upper"])), name
        if isinstance(one, FractionIndicator | RegisterIndicator):
            assert one.prevalence_adjusted.value == (row["prevalence_adjusted"] == "yes"), name
            # A register without a prevalence has no name in the facts.
            assert (
                one.register_id == row["prevalence_register"]
                or name == "CON001"
                or (one.register_id is None and not row["prevalence_register"])
            ), name


@each_year
def test_what_the_facts_call_memory_is_not_called_verified(year: str) -> None:
    definition = qof(year)
    for row in rows(year):
        one = definition.by_id[row["indicator_id"]]
        if isinstance(one, FractionIndicator) and row["threshold_source"].startswith("memory"):
            assert one.thresholds.confidence in ("memory", "doubtful"), one.id
        confirmed = re.search(r"\d+ pts confirmed", row["note"])
        if row["points_source"].startswith("memory") and not confirmed:
            assert isinstance(one, FractionIndicator | RegisterIndicator | YesNoIndicator)
            assert one.points.confidence == "memory", one.id


# Names of fields ---------------------------------------------------------------------------------


@each_year
def test_no_field_has_a_name_that_cqrs_does_not_use_unless_it_says_so(year: str) -> None:
    listed = qof("2023-24").indicators
    known = {(name, field.kind) for one in listed for name, field in one.fields.items()}
    for one in qof(year).indicators:
        ours = {(name, field.kind) for name, field in one.fields.items()} - known
        assert {kind for _, kind in ours} <= {"register"}, one.id
        if ours:
            assert one.fields_source is not None
            assert "is ours" in one.fields_source.note, one.id


@each_year
def test_patients_are_held_to_the_register_only_where_the_reasons_to_remove_them_are_known(
    year: str,
) -> None:
    for one in qof(year).paid:
        if isinstance(one, FractionIndicator) and one.base_population == "register":
            assert one.register_id, one.id
            assert one.removed_fields, one.id
