"""Lines taken together: what their limits add or take, by hand, and what stands in the words."""

from dataclasses import replace
from typing import Any

import pytest

from cqrs.calculation import workings
from cqrs.calculation.columns.evaluate import evaluate
from cqrs.calculation.statement import calculate
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


def together(a: int, b: int | None, **own: Any) -> int:
    """What the composite adds or takes where A and B have so many items at £10.00 and £7.00."""
    facts = {"days_held": own.pop("days")} if "days" in own else {}
    held = {"days_held": {"title": "days held", "unit": "days", "most": "365"}} if facts else {}
    definition = small(
        payment("item_of_service", "A", {"Items": "count"}, fee=pounds("10.00")),
        payment("item_of_service", "B", {"Items": "count"}, fee=pounds("7.00")),
        payment("composite", "ALL", **LIMITED, **own),
        facts=held,
    )
    counts = {("A", "Items"): a} | ({} if b is None else {("B", "Items"): b})
    given = replace(inputs(definition, Row(0, facts=facts)), values=counts)
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
        (2, None, 2_000),
        (12, None, -2_000),
    ],
)
def test_limits_on_lines_together_make_the_difference(a: int, b: int | None, pence: int) -> None:
    """£40.00 to £100.00 together; a line without counts is nothing, not a reason to pay nothing."""
    assert together(a, b) == pence


def test_limits_follow_the_days_while_the_lines_stay() -> None:
    """73 of 365 days: £8.00 to £20.00."""
    assert together(1, 0, part_year="yes", days=73) == 0
    assert together(0, 1, part_year="yes", days=73) == 100
    assert together(3, 0, part_year="yes", days=73) == -1_000
    assert together(3, 0, part_year="yes", days=365) == 1_000
    assert together(3, 0, part_year="yes", days=0) == -3_000
