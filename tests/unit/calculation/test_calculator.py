"""The keys to press: an order that gives the stored pennies, whatever the kind; else none."""

from fractions import Fraction
from typing import Any

import pytest

from cqrs.calculation import exact, nodes
from cqrs.calculation.calculator import Keys, keys
from cqrs.calculation.nodes import (
    PENCE,
    PEOPLE,
    Constant,
    Input,
    Named,
    Product,
    Ratio,
    Round,
)
from cqrs.calculation.workings import explain
from cqrs.definitions.schema import Definition
from cqrs.values import RoundingMode, rounded
from tests.unit.calculation.small import MONEY, Row, fact, fig, inputs, payment, pounds, small

HALF_EVEN = {"points_places": "2", "mode": "half_even", "money": "per_indicator"}


def pressed(definition: Definition, row: Row) -> Keys | None:
    return explain(definition, inputs(definition, row), "PAY").keys


def shown(told: Keys) -> Fraction:
    """A calculator written for this test: it cuts off, never rounds, after each operation."""
    display = Fraction(told.pressed[0])
    assert told.pressed[-1] == "="
    for sign, text in zip(told.pressed[1:-1:2], told.pressed[2:-1:2], strict=True):
        display = display * Fraction(text) if sign == "×" else display / Fraction(text)
        whole = len(str(int(display)))
        assert whole <= told.digits, f"overflow at {text}"
        display = Fraction(int(display * 10 ** (told.digits - whole)), 10 ** (told.digits - whole))
    return display


def test_items_at_a_fee() -> None:
    definition = small(payment("item_of_service", fields={"Items": "count"}, fee=pounds("140.00")))
    told = pressed(definition, Row(0, {"Items": 12}))
    assert told is not None
    assert told.pressed == ("12", "×", "140.00", "=")
    assert (told.digits, told.shown, told.pounds) == (8, "1680", "£1,680.00")


@pytest.mark.parametrize(
    ("mode", "amount", "pence"),
    [
        ("half_up", 5, "£3.65"),
        ("half_even", 5, "£3.64"),
        ("down", 5, "£3.64"),
        ("down", 9, "£6.56"),
    ],
)
def test_the_display_is_rounded_as_the_definition_says(mode: str, amount: int, pence: str) -> None:
    """5 x £0.729 = £3.645; 9 x £0.729 = £6.561."""
    definition = small(
        payment("capitation", rate=fig(pounds="0.729", per="person"), of="registered_list"),
        list_date="2026-01-01",
        rounding=HALF_EVEN | {"mode": mode},
    )
    told = pressed(definition, Row(0, registered_list=amount))
    assert told is not None
    assert told.pounds == pence


@pytest.mark.parametrize(("seen", "pence"), [(11, 250), (30, 5_000), (50, 10_000), (60, 10_000)])
def test_a_share_that_is_kept_at_all_of_it(seen: int, pence: int) -> None:
    """Above the upper threshold the keys are those of the whole amount, not of more than it."""
    scale = fig(lower="10", upper="50", pounds="100.00")
    definition = small(payment("threshold", fields={"Seen": "count"}, of="count", sliding=scale))
    told = pressed(definition, Row(0, {"Seen": seen}))
    assert told is not None
    assert shown(told) * 100 == pence


def test_a_number_that_stands_twice_above_the_line_cancels_once() -> None:
    """365 patients for 365 of 365 days: one of the two stays."""
    held = {"title": "days held", "unit": "days", "most": "365"}
    definition = small(
        payment(
            "capitation",
            rate=fig(pounds="1.10", per="person"),
            of="registered_list",
            part_year="yes",
        ),
        list_date="2026-01-01",
        facts={"days_held": held},
    )
    told = pressed(definition, Row(0, facts={"days_held": 365}, registered_list=365))
    assert told is not None
    assert told.cancelled == ("365",)
    assert (shown(told), told.pounds) == (Fraction("401.5"), "£401.50")


def test_as_many_ill_as_registered_can_be_typed_too() -> None:
    """Everybody on the register: list and register are the same number, on the line twice."""
    indicator = payment(
        "register",
        fields={"Ill": "register"},
        points=fig(value="5"),
        register_id="ILL",
        prevalence_adjusted=fig(value="yes"),
    )
    registers = {"ILL": {"title": "Register of the ill", "field": "Ill"}}
    definition = small(indicator, money=MONEY, registers=registers)
    told = pressed(definition, Row(0, {"Ill": 500}, registered_list=500))
    assert told is not None
    assert (rounded(shown(told), 2, "half_up"), told.pounds) == (1000, "£1,000.00")


@pytest.mark.parametrize(
    ("indicator", "row"),
    [
        (
            payment("reconciliation", due="a", paid="b"),
            Row(0, facts={"a": 100, "b": 101}),
        ),
        (payment("reconciliation", due="a", paid="b"), Row(0, facts={"a": 7, "b": 7})),
    ],
)
def test_nothing_is_pressed_for_nothing_or_less(indicator: Any, row: Row) -> None:
    definition = small(indicator, facts={"a": fact("pence"), "b": fact("pence")})
    assert pressed(definition, row) is None


def amount(part: nodes.Node, mode: RoundingMode = "half_up") -> Named:
    return Named("pence", "pounds", "pounds", Round(part, 0, mode))


def test_a_step_without_an_end_of_decimals_is_not_typed() -> None:
    """A third that is one step of the workings, not a division on the line."""
    third = Constant(Fraction(100, 3), PENCE, "a third", "made up")
    assert keys(exact.work(amount(third), {})) is None


def test_multiplying_first_keeps_a_division_exact() -> None:
    """A third of £3.00, cut off: 1 ÷ 3 × 3 shows 0.99…, and 3 ÷ 3 shows £1.00."""
    people = Input("people", PEOPLE, "people", "submission", 9, 1)
    part = Ratio(people, Constant(3, PEOPLE, "3"))
    tree = amount(Product((part, Constant(300, PENCE, "£3.00"))), "down")
    told = keys(exact.work(tree, {"people": 1}))
    assert told is not None
    assert shown(told) == 1


def test_no_keys_are_better_than_keys_that_no_calculator_takes() -> None:
    """Sixteen digits and two pence can't be typed on 16."""
    for pence, digits in [(10**17 + 1, None), (10**16 - 1, 16), (99_999_999, 8), (999_999_999, 10)]:
        told = keys(exact.work(amount(Constant(pence, PENCE, "much")), {}))
        assert (told and told.digits) == digits


def test_a_number_longer_than_the_calculator_moves_to_a_larger_one() -> None:
    previous = payment(
        "aspiration",
        percent=fig(value="80"),
        previous="last",
        point_value=pounds("225.49"),
        previous_point_value=pounds("220.62"),
    )
    definition = small(previous, facts={"last": fact("pence", 10**11)})
    small_one = pressed(definition, Row(0, facts={"last": 10_000}))
    large_one = pressed(definition, Row(0, facts={"last": 99_999_999_999}))
    assert small_one is not None
    assert large_one is not None
    assert small_one.digits == 8
    assert large_one.digits > 10
    for told in (small_one, large_one):
        assert told.pounds.replace("£", "").replace(",", "") == f"{_two(shown(told))}"


def _two(number: Fraction) -> str:
    whole = rounded(number, 2, "half_up") * 100
    return f"{int(whole) // 100}.{int(whole) % 100:02}"
