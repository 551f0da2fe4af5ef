"""A formula that mixes units can't be put together, and the refusal names both kinds of thing."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from cqrs.calculation import nodes
from cqrs.calculation.nodes import (
    PENCE,
    PEOPLE,
    POINTS,
    RATIO,
    Band,
    Constant,
    Input,
    Node,
    UnitError,
)

PEOPLE_3 = Constant(3, PEOPLE, "three people")
POINTS_2 = Constant(2, POINTS, "two points")
PENCE_9 = Constant(9, PENCE, "nine pence")


def people(number: int | Fraction) -> Constant:
    return Constant(number, PEOPLE, f"{number} people")


def bands(*steps: Band) -> nodes.Bands:
    return nodes.Bands(PEOPLE_3, steps, "fee by uptake")


@pytest.mark.parametrize(
    ("build", "refusal"),
    [
        (lambda: nodes.Difference(POINTS_2, PENCE_9), "pence can't be taken from points"),
        (lambda: nodes.Difference(PENCE_9, POINTS_2), "points can't be taken from pence"),
        (lambda: nodes.Sum((POINTS_2, PENCE_9)), "pence can't be added to points"),
        (lambda: nodes.Sum((POINTS_2, POINTS_2, PEOPLE_3)), "people can't be added to points"),
        (lambda: nodes.Minimum((PEOPLE_3, PENCE_9)), "pence can't be compared with people"),
        (lambda: nodes.Maximum((PEOPLE_3, PENCE_9)), "pence can't be compared with people"),
        (
            lambda: nodes.When(PEOPLE_3, POINTS_2, PENCE_9, PENCE_9),
            "points can't be compared with people",
        ),
        (
            lambda: nodes.When(PEOPLE_3, PEOPLE_3, PENCE_9, POINTS_2),
            "points can't be put in the place of pence",
        ),
        (
            lambda: bands(Band(people(1), PENCE_9), Band(POINTS_2, PENCE_9)),
            "points can't be compared with people",
        ),
        (
            lambda: bands(Band(people(1), PENCE_9), Band(people(2), POINTS_2)),
            "points can't be put in the place of pence",
        ),
        (
            lambda: nodes.Bands(POINTS_2, (Band(people(1), PENCE_9),), "fee by points"),
            "people can't be compared with points",
        ),
        (bands, "fee by uptake: there are no bands"),
        (
            lambda: bands(Band(people(2), PENCE_9), Band(people(2), PENCE_9)),
            "fee by uptake: each band must start above the one before",
        ),
        (
            lambda: bands(
                Band(people(1), PENCE_9), Band(people(4), PENCE_9), Band(people(3), PENCE_9)
            ),
            "fee by uptake: each band must start above the one before",
        ),
        (
            lambda: nodes.Clamp(POINTS_2),
            "only a ratio can be kept between 0 and 1, not points",
        ),
        (lambda: nodes.Root(PEOPLE_3, 2), "only a ratio has a square root here, not people"),
        (
            lambda: Input("list", PEOPLE, "your list", "list", 4, least=5),
            "your list: nothing lies between 5 and 4",
        ),
    ],
)
def test_is_refused_in_words(build: Callable[[], Node], refusal: str) -> None:
    with pytest.raises(UnitError) as refused:
        build()
    assert str(refused.value) == refusal


def test_one_possible_number_is_enough_for_an_input() -> None:
    only = Input("beds", PEOPLE, "beds", "fact", 5, least=5)
    assert (only.least, only.most) == (5, 5)


def test_bands_may_lie_closer_than_whole_numbers() -> None:
    half = bands(Band(people(0), PENCE_9), Band(people(Fraction(1, 2)), PENCE_9))
    assert half.unit == PENCE


def test_a_condition_may_be_of_another_unit_than_its_outcome() -> None:
    assert nodes.WhenPositive(PEOPLE_3, PENCE_9, "nobody").unit == PENCE
    assert nodes.When(PEOPLE_3, PEOPLE_3, PENCE_9, PENCE_9).unit == PENCE
    assert nodes.Clamp(nodes.Ratio(PEOPLE_3, PEOPLE_3)).unit == RATIO
