"""A formula can't be built wrong: units are checked when the tree is put together."""

from fractions import Fraction

import pytest

from cqrs.calculation import exact, nodes
from cqrs.calculation.nodes import (
    PENCE,
    PEOPLE,
    POINTS,
    RATIO,
    Constant,
    Input,
    UnitError,
)


def constant(value: int, unit: nodes.Unit) -> Constant:
    return Constant(value, unit, "a figure")


def test_adding_points_to_pence_is_refused() -> None:
    with pytest.raises(UnitError, match="pence can't be taken from points"):
        nodes.Difference(constant(1, POINTS), constant(1, PENCE))


def test_comparing_people_with_pence_is_refused() -> None:
    with pytest.raises(UnitError, match="pence can't be compared with people"):
        nodes.Minimum((constant(1, PEOPLE), constant(1, PENCE)))


def test_only_a_ratio_is_kept_between_nought_and_one() -> None:
    with pytest.raises(UnitError, match="not points"):
        nodes.Clamp(constant(1, POINTS))


def test_units_multiply_and_divide() -> None:
    price = constant(22549, PENCE.per(POINTS))
    assert nodes.Product((constant(3, POINTS), price)).unit == PENCE
    assert nodes.Ratio(constant(1, PEOPLE), constant(2, PEOPLE)).unit == RATIO
    assert str(price.unit) == "pence per points"


def test_every_node_is_computed_exactly() -> None:
    third = nodes.Ratio(constant(1, PEOPLE), constant(3, PEOPLE))
    assert exact.value(third, {}, {}) == Fraction(1, 3)
    assert exact.value(nodes.Product((third, third)), {}, {}) == Fraction(1, 9)
    assert exact.value(nodes.Round(third, 2), {}, {}) == Fraction(33, 100)
    assert exact.value(nodes.Round(constant(5, RATIO), 0), {}, {}) == 5
    assert exact.value(nodes.Difference(third, third), {}, {}) == 0
    smaller = nodes.Minimum((constant(2, PEOPLE), constant(3, PEOPLE)))
    assert exact.value(smaller, {}, {}) == 2
    assert exact.value(nodes.Clamp(constant(3, RATIO)), {}, {}) == 1
    assert exact.value(nodes.Clamp(nodes.Difference(third, constant(1, RATIO))), {}, {}) == 0


def test_half_a_unit_rounds_up() -> None:
    half = nodes.Ratio(constant(1, PEOPLE), constant(2, PEOPLE))
    assert exact.value(nodes.Round(half, 0), {}, {}) == 1


def test_a_guarded_ratio_is_not_computed_when_the_test_is_nought() -> None:
    people = Input("people", PEOPLE, "people", "submission", 9)
    guarded = nodes.WhenPositive(people, nodes.Ratio(people, people), "nobody")
    assert exact.value(guarded, {"people": 0}, {}) == 0
    assert exact.value(guarded, {"people": 4}, {}) == 1
    assert exact.work(guarded, {"people": 0}).value == 0
