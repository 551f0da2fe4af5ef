"""Lines taken together: what their limits add or take, by hand, and what stands in the words."""

from dataclasses import replace
from typing import Any

import pytest

from cqrs.calculation import workings
from cqrs.calculation.columns.country import Country
from cqrs.calculation.columns.evaluate import evaluate
from cqrs.calculation.nation import Nation
from cqrs.calculation.statement import CalculationError, PracticeInputs, calculate
from cqrs.definitions.schema import Definition
from tests.unit.calculation.small import (
    Row,
    inputs,
    line_of,
    payment,
    pounds,
    reads_well,
    small,
)

LIMITED: dict[str, Any] = {
    "of": ["A", "B"],
    "floor": pounds("40.00"),
    "cap": {"pounds": pounds("100.00")},
}


def limited(a: int, b: int | None, **own: Any) -> tuple[Definition, PracticeInputs]:
    """A limit on A and B, and a practice that has so many items at £10.00 and £7.00."""
    facts = {"days_held": own.pop("days")} if "days" in own else {}
    held = {"days_held": {"title": "days held", "unit": "days", "most": "365"}} if facts else {}
    definition = small(
        payment("item_of_service", "A", {"Items": "count"}, fee=pounds("10.00")),
        payment("item_of_service", "B", {"Items": "count"}, fee=pounds("7.00")),
        payment("composite", "ALL", **LIMITED, **own),
        facts=held,
    )
    counts = {("A", "Items"): a} | ({} if b is None else {("B", "Items"): b})
    return definition, replace(inputs(definition, Row(0, facts=facts)), values=counts)


def together(a: int, b: int, **own: Any) -> int:
    """What the composite adds or takes where A and B have so many items at £10.00 and £7.00."""
    definition, given = limited(a, b, **own)
    statement = calculate(definition, given)
    line = line_of(statement, "ALL")
    assert statement.pence == sum(one.pence for one in statement.lines)
    told = workings.explain(definition, given, "ALL")
    assert told.pence == line.pence
    reads_well(told)
    formula, numbers = workings.opened(definition, given, "ALL")
    columns = {one: [numbers[one]] for one in formula.needs}
    assert evaluate(formula.pence, columns) == [line.pence]
    return int(line.pence)


@pytest.mark.parametrize(
    ("a", "b", "pence"),
    [
        (4, 0, 0),
        (3, 1, 300),
        (0, 0, 4_000),
        (10, 0, 0),
        (3, 10, 0),
        (9, 2, -400),
        (20, 20, -24_000),
    ],
)
def test_limits_on_lines_together_make_the_difference(a: int, b: int, pence: int) -> None:
    """£40.00 to £100.00 together."""
    assert together(a, b) == pence


def test_limits_follow_the_days_while_the_lines_stay() -> None:
    """73 of 365 days: £8.00 to £20.00."""
    assert together(1, 0, part_year="yes", days=73) == 0
    assert together(0, 1, part_year="yes", days=73) == 100
    assert together(3, 0, part_year="yes", days=73) == -1_000
    assert together(3, 0, part_year="yes", days=365) == 1_000
    assert together(3, 0, part_year="yes", days=0) == -3_000


@pytest.mark.parametrize("a", [2, 12])
def test_a_limit_waits_for_every_line_under_it(a: int) -> None:
    """A floor on A alone would pay for counts of B that may still come."""
    definition, given = limited(a, None)
    statement = calculate(definition, given)
    assert statement.missing == ("B", "ALL")
    assert [line.indicator for line in statement.lines] == ["A"]
    assert statement.pence == a * 1_000
    with pytest.raises(CalculationError, match="A99001, ALL: the line B is missing; submit it"):
        workings.explain(definition, given, "ALL")


def test_columns_leave_out_the_same_limits() -> None:
    definition, whole = limited(2, 1)
    many = [
        replace(whole, practice_code=f"A9900{number}", values=values)
        for number, values in enumerate(
            [whole.values, {("A", "Items"): 2}, {("B", "Items"): 1}, {}], start=1
        )
    ]
    country = Country.of(definition, many)
    wanted = [calculate(definition, one) for one in many]
    assert [one.missing for one in wanted] == [(), ("B", "ALL"), ("A", "ALL"), ("A", "B", "ALL")]
    nation = Nation(country)
    assert [one.content for one in nation.outcomes()] == [one.content for one in wanted]
    assert [one.pence for one in nation.totals] == [4_000, 2_000, 700, 0]
