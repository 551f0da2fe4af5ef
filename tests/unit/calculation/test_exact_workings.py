"""Workings show the steps that were taken, no others; a named step is computed once a practice."""

from dataclasses import dataclass

import pytest

from cqrs.calculation import exact, nodes
from cqrs.calculation.nodes import PENCE, PEOPLE, Band, Constant, Input, Node

PEOPLE_OF = Input("people", PEOPLE, "people", "submission", 99)
SEVEN = Constant(7, PENCE, "seven pence")
NINE = Constant(9, PENCE, "nine pence")
TEN_PEOPLE = Constant(10, PEOPLE, "ten people")
TWENTY_PEOPLE = Constant(20, PEOPLE, "twenty people")
IMPOSSIBLE = nodes.Named(
    "impossible", "by nought", "pounds", nodes.Ratio(SEVEN, Constant(0, nodes.RATIO, "nought"))
)
FEE = nodes.Bands(PEOPLE_OF, (Band(TEN_PEOPLE, SEVEN), Band(TWENTY_PEOPLE, NINE)), "fee")


def seen(node: Node, people: int) -> list[tuple[Node, exact.Number]]:
    """The parts shown under a node and what each came to."""
    return [(part.node, part.value) for part in exact.work(node, {"people": people}).parts]


def test_a_number_has_no_workings() -> None:
    assert exact.work(SEVEN, {}) == exact.Working(SEVEN, 7)
    assert exact.work(PEOPLE_OF, {"people": 4}) == exact.Working(PEOPLE_OF, 4)


def test_every_part_is_shown_in_order_down_to_the_numbers() -> None:
    total = nodes.Sum((SEVEN, NINE))
    named = nodes.Named("total", "in all", "pounds", total)
    assert exact.work(named, {}) == exact.Working(
        named,
        16,
        (exact.Working(total, 16, (exact.Working(SEVEN, 7), exact.Working(NINE, 9))),),
    )


def test_a_guard_shows_the_test_and_then_what_it_guards() -> None:
    guarded = nodes.WhenPositive(PEOPLE_OF, SEVEN, "nobody")
    assert seen(guarded, 4) == [(PEOPLE_OF, 4), (SEVEN, 7)]
    assert seen(guarded, 0) == [(PEOPLE_OF, 0)]


def test_a_choice_shows_what_was_compared_and_the_outcome_taken() -> None:
    choice = nodes.When(PEOPLE_OF, TEN_PEOPLE, SEVEN, NINE)
    assert seen(choice, 10) == [(PEOPLE_OF, 10), (TEN_PEOPLE, 10), (SEVEN, 7)]
    assert seen(choice, 9) == [(PEOPLE_OF, 9), (TEN_PEOPLE, 10), (NINE, 9)]


def test_bands_show_the_start_that_was_reached_and_its_outcome() -> None:
    assert seen(FEE, 9) == [(PEOPLE_OF, 9)]
    assert seen(FEE, 10) == [(PEOPLE_OF, 10), (TEN_PEOPLE, 10), (SEVEN, 7)]
    assert seen(FEE, 45) == [(PEOPLE_OF, 45), (TWENTY_PEOPLE, 20), (NINE, 9)]


@pytest.mark.parametrize(
    "node",
    [
        nodes.WhenPositive(PEOPLE_OF, IMPOSSIBLE, "nobody"),
        nodes.When(PEOPLE_OF, TEN_PEOPLE, IMPOSSIBLE, Constant(0, PENCE, "nothing")),
        nodes.Bands(PEOPLE_OF, (Band(TEN_PEOPLE, IMPOSSIBLE),), "fee"),
    ],
    ids=lambda node: type(node).__name__,
)
def test_what_does_not_apply_is_not_computed(node: Node) -> None:
    nobody, many = {"people": 0}, {"people": 10}
    assert exact.value(node, nobody, {}) == exact.work(node, nobody).value == 0
    with pytest.raises(ZeroDivisionError):
        exact.value(node, many, {})
    with pytest.raises(ZeroDivisionError):
        exact.work(node, many)


@dataclass
class Counted(dict):
    """Inputs that count how often they were asked."""

    asked: int = 0

    def __getitem__(self, name: str) -> int:
        self.asked += 1
        return 5


@pytest.mark.parametrize(
    "around",
    [
        lambda node: nodes.Sum((node, node)),
        lambda node: nodes.Named("outer", "outer", "patients", nodes.Sum((node, node))),
        lambda node: nodes.WhenPositive(node, nodes.Sum((node, node)), "nobody"),
        lambda node: nodes.When(node, node, nodes.Sum((node, node)), node),
        lambda node: nodes.Bands(
            node, (Band(Constant(1, PEOPLE, "one"), nodes.Sum((node, node))),), "steps"
        ),
    ],
)
def test_a_named_step_is_computed_once_for_a_practice(around) -> None:
    inputs = Counted()
    step = nodes.Named("people", "people", "patients", PEOPLE_OF)
    assert exact.value(around(step), inputs, {}) == 10
    assert inputs.asked == 1


def test_a_step_that_came_to_nought_is_not_computed_again() -> None:
    step = nodes.Named("people", "people", "patients", PEOPLE_OF)
    memo: exact.Memo = {}
    assert exact.value(step, {"people": 0}, memo) == 0
    assert exact.value(step, {"people": 9}, memo) == 0
    assert exact.value(step, {"people": 9}, {}) == 9
