"""A statement: points and pounds of one practice, frozen to the byte."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from cqrs.calculation.statement import (
    CalculationError,
    PracticeInputs,
    Statement,
    calculate,
    lines_of,
)
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition

from .conftest import make_inputs, one

Make = Callable[..., PracticeInputs]


def statement_of(definition: Definition, indicator_id: str, **counts: int) -> Statement:
    return calculate(definition, make_inputs(definition, one(definition, indicator_id, **counts)))


def test_a_figure_worked_out_by_hand(qof: Definition) -> None:
    """DM020: 426 of 597, register 742, list 9,842 come to 15.45 points and 4,034.06 pounds."""
    statement = statement_of(qof, "DM020", numerator=426, denominator=597, register=742)
    assert statement.points == Fraction("15.45")
    assert statement.pence == 403_406
    assert statement.attainable_points == 17


@pytest.mark.parametrize(
    ("numerator", "denominator", "points"),
    [
        (35, 100, "0"),
        (75, 100, "17"),
        (100, 100, "17"),
        (55, 100, "8.5"),
        (0, 100, "0"),
    ],
)
def test_points_between_the_thresholds(
    qof: Definition, numerator: int, denominator: int, points: str
) -> None:
    statement = statement_of(
        qof, "DM020", numerator=numerator, denominator=denominator, register=742
    )
    assert statement.points == Fraction(points)


def test_the_published_vaccination_points(qof: Definition) -> None:
    """39 of 41 of 18 points between 81 and 96 per cent: the published 16.95."""
    assert statement_of(qof, "VI003", numerator=39, denominator=41, register=41).points == Fraction(
        "16.95"
    )


def test_no_patients_earn_nothing_and_leave_the_attainable_points(
    qof: Definition,
) -> None:
    statement = statement_of(qof, "DM020", numerator=0, denominator=0, register=742)
    assert (statement.points, statement.pence, statement.attainable_points) == (0, 0, 0)


def test_a_register_is_all_or_nothing() -> None:
    qof_2023 = load("qof/2023-24")
    kept = statement_of(qof_2023, "AF001", register=1)
    empty = statement_of(qof_2023, "AF001", register=0)
    assert (kept.points, kept.attainable_points) == (5, 5)
    assert (empty.points, empty.attainable_points, empty.pence) == (0, 0, 0)


def test_palliative_care_is_paid_at_nil() -> None:
    statement = statement_of(load("qof/2023-24"), "PC001", register=0)
    assert (statement.points, statement.attainable_points) == (3, 3)
    assert statement.pence > 0


def test_the_group_rule_takes_a_whole_group_off_the_maximum() -> None:
    qof_2023 = load("qof/2023-24")
    counts = one(qof_2023, "AF001", register=0)
    counts |= one(qof_2023, "AF006", numerator=1, denominator=2, register=0)
    statement = calculate(qof_2023, make_inputs(qof_2023, counts))
    assert statement.attainable_points == 12
    assert statement.attainable_points_group_rule == 0


def test_yes_and_no() -> None:
    qof_2023 = load("qof/2023-24")
    assert statement_of(qof_2023, "QI013", yes_no=1).points == 27
    refused = statement_of(qof_2023, "QI013", yes_no=0)
    assert (refused.points, refused.pence, refused.attainable_points) == (0, 0, 27)


def test_an_item_of_service_is_paid_to_the_register() -> None:
    health_check = load("learning_disability_health_check/2025-26")
    assert statement_of(health_check, "LDHC021", count=12, register=40).pence == 168_000
    assert statement_of(health_check, "LDHC021", count=50, register=40).pence == 560_000


def test_prevalence_adjusts_only_where_the_definition_says_so(qof: Definition) -> None:
    """BP002 carries a register but is not adjusted: 15 points x 225.49 x 9842 / 10184."""
    statement = statement_of(qof, "BP002", numerator=95, denominator=100, register=742)
    assert statement.pence == round(Fraction(15 * 22549 * 9842, 10184))


def test_an_indicator_without_rows_is_missing_and_skipped(qof: Definition) -> None:
    statement = statement_of(qof, "DM020", numerator=1, denominator=2, register=742)
    assert "DM021" in statement.missing
    assert [line.indicator for line in statement.lines] == ["DM020"]


def test_a_missing_number_is_named(qof: Definition) -> None:
    with pytest.raises(CalculationError, match="A99001, DM020: the register is missing"):
        statement_of(qof, "DM020", numerator=1, denominator=2)


def test_missing_national_prevalence_is_named(qof: Definition) -> None:
    inputs = make_inputs(qof, one(qof, "DM020", numerator=1, denominator=2, register=7))
    bare = replace(inputs, reference=replace(inputs.reference, national={}))
    with pytest.raises(CalculationError, match="DM020 needs England's prevalence of DM"):
        calculate(qof, bare)


def test_the_same_inputs_give_the_same_bytes(qof: Definition, practice: Make) -> None:
    counts = one(qof, "DM020", numerator=426, denominator=597, register=742)
    counts |= one(qof, "AF006", numerator=61, denominator=64, register=200)
    first = calculate(qof, practice(qof, counts))
    again = calculate(qof, practice(qof, dict(reversed(list(counts.items())))))
    assert first.content == again.content
    assert first.digest == again.digest


def test_a_stored_statement_gives_its_lines_back(qof: Definition) -> None:
    statement = statement_of(qof, "DM020", numerator=426, denominator=597, register=742)
    assert tuple(lines_of(statement.content)) == statement.lines
    assert json.loads(statement.content)["pence"] == statement.pence


def test_the_total_adds_its_lines(qof: Definition) -> None:
    counts = one(qof, "DM020", numerator=426, denominator=597, register=742)
    counts |= one(qof, "CS005", numerator=50, denominator=60)
    statement = calculate(qof, make_inputs(qof, counts))
    assert statement.pence == sum(line.pence for line in statement.lines)
    assert statement.points == sum(line.points or 0 for line in statement.lines)
