"""The same counts under two years' rules: what can be compared is, the rest is told apart."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from cqrs.calculation.compare import Comparison, compare, restated
from cqrs.calculation.statement import CalculationError, calculate
from cqrs.definitions.diff import lineage
from cqrs.definitions.load import build, load
from cqrs.definitions.schema import Definition

from .conftest import make_inputs, one

CHD015 = {"numerator": 60, "denominator": 100, "register": 300}


@pytest.fixture(scope="module")
def old() -> Definition:
    return load("qof/2023-24")


def compared(old: Definition, new: Definition, *given: dict[tuple[str, str], int]) -> Comparison:
    values = {key: value for counts in given for key, value in counts.items()}
    return compare(old, new, lineage(old, new), make_inputs(old, values))


def test_the_same_counts_under_both_rules(old: Definition, qof: Definition) -> None:
    """60 of 100 on 40-77 of 12 points are 6.49; on 40-90 of 33 they are 13.2."""
    found = compared(old, qof, one(old, "CHD015", **CHD015))
    (line,) = [line for line in found.lines if line.before is not None]
    assert (line.old, line.new, line.comparable) == ("CHD015", "CHD015", True)
    assert line.before is not None
    assert line.after is not None
    assert (line.before.points, line.after.points) == (Fraction("6.49"), Fraction("13.2"))
    assert line.change.pence == line.after.pence - line.before.pence > 0
    assert (found.before, found.after) == (line.before, line.after)


def test_each_side_is_what_calculate_says(old: Definition, qof: Definition) -> None:
    given = one(old, "CHD015", **CHD015)
    found = compared(old, qof, given)
    assert found.before.pence == calculate(old, make_inputs(old, given)).pence
    assert found.after.pence == calculate(qof, make_inputs(qof, given)).pence


def test_what_is_retired_has_no_worth_under_the_new_rules(old: Definition, qof: Definition) -> None:
    found = compared(old, qof, one(old, "CHD015", **CHD015), one(old, "AF001", register=200))
    told = {line.old: line for line in found.lines if line.old}
    retired = told["AF001"]
    assert (retired.after, retired.reason) == (None, "it is retired")
    assert retired.before is not None
    assert retired.before.points == 5
    assert retired.change.pence == 0
    assert found.lost == retired.before
    assert found.before == found.comparable_before + found.lost


def test_what_was_not_counted_says_so(old: Definition, qof: Definition) -> None:
    found = compared(old, qof, one(old, "CHD015", **CHD015))
    told = {line.new: line.reason for line in found.lines if line.new}
    assert told["CHD016"] == "no counts of it were given"
    assert told["CHOL004"] == "it is new: nobody has counted it yet"


def edited(definition: Definition, **follows: tuple[str, ...]) -> Definition:
    """The definition with indicators renamed: new id = the ids it follows, the first being it."""
    raw: dict[str, Any] = json.loads(definition.content)
    for name, before in follows.items():
        found = next(item for item in raw["indicators"] if item["id"] == before[0])
        found["id"], found["follows"] = name, list(before)
        raw["indicators"] = [item for item in raw["indicators"] if item["id"] not in before[1:]]
    return build(raw, "edited")


def test_a_renamed_indicator_keeps_its_counts(qof: Definition) -> None:
    new = edited(qof, CHD099=("CHD015",))
    found = compared(qof, new, one(qof, "CHD015", **CHD015))
    line = next(line for line in found.lines if line.old == "CHD015")
    assert (line.new, line.before, line.reason) == ("CHD099", line.after, "")
    assert found.before == found.after


def test_several_that_became_one_are_not_compared(qof: Definition) -> None:
    new = edited(qof, CHD099=("CHD015", "CHD016"))
    found = compared(qof, new, one(qof, "CHD015", **CHD015), one(qof, "CHD016", **CHD015))
    told = {(line.old, line.new): line.reason for line in found.lines if not line.comparable}
    assert told[None, "CHD099"] == "it follows CHD015 and CHD016, which counted other patients"
    assert told["CHD015", None] == told["CHD016", None] == "it became part of CHD099"
    assert found.after.pence == 0
    assert found.lost == found.before


def test_fields_carry_over_by_what_they_are(qof: Definition) -> None:
    raw = json.loads(qof.content)
    item = next(item for item in raw["indicators"] if item["id"] == "VI003")
    item["fields"]["Vaccinated"] = item["fields"].pop("Numerator")
    new = build(raw, "edited")
    values = one(qof, "VI003", numerator=39, denominator=41)
    moved, refused = restated(qof, new, lineage(qof, new), make_inputs(qof, values))
    assert refused == {}
    assert moved.values == {("VI003", "Vaccinated"): 39, ("VI003", "Denominator"): 41}


def test_a_register_nobody_struck_is_told(qof: Definition) -> None:
    """The new rules draw a factor from a register that England's figures lack."""
    raw = json.loads(qof.content)
    item = next(item for item in raw["indicators"] if item["id"] == "CHD015")
    item["register_id"] = "XX"
    raw["registers"]["XX"] = {"title": "Other", "field": "Coronary Heart Disease Register"}
    new = build(raw, "edited")
    found = compared(qof, new, one(qof, "CHD015", **CHD015))
    line = next(line for line in found.lines if line.old == "CHD015")
    assert line.after is None
    assert "England's prevalence of XX" in line.reason
    assert found.lost == found.before


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2024, 3, 31), date(2026, 3, 31)),
        (date(2023, 12, 31), date(2025, 12, 31)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2023, 4, 30), date(2025, 4, 30)),
    ],
)
def test_the_dates_are_those_of_the_new_year(
    old: Definition, qof: Definition, day: date, moved: date
) -> None:
    inputs = replace(make_inputs(old, one(old, "CHD015", **CHD015)), achievement_date=day)
    restated_inputs, _ = restated(old, qof, lineage(old, qof), inputs)
    assert restated_inputs.achievement_date == moved
    assert qof.money is not None
    assert restated_inputs.list_date == qof.money.list_date


def test_counts_that_do_not_suffice_for_the_old_rules_are_refused(
    old: Definition, qof: Definition
) -> None:
    with pytest.raises(CalculationError, match="denominator"):
        compared(old, qof, one(old, "CHD015", numerator=60, register=300))
