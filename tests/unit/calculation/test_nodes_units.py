"""Each node knows its unit, and what it is made of in the order in which it is read."""

import pytest

from cqrs.calculation import nodes
from cqrs.calculation.nodes import (
    BEDS,
    DAYS,
    PENCE,
    PEOPLE,
    PERCENT,
    POINTS,
    RATIO,
    Band,
    Constant,
    Input,
    Node,
    Unit,
)

PEOPLE_OF = Input("register", PEOPLE, "people on the register", "submission", 60_000)
LIST = Input("list", PEOPLE, "registered list", "list", 120_000)
PRICE = Constant(22549, PENCE.per(POINTS), "value of a point")
SEVENTEEN = Constant(17, POINTS, "most points")
NOUGHT = Constant(0, POINTS, "no points")
SHARE = nodes.Ratio(PEOPLE_OF, LIST)
FROM_50 = Band(Constant(50, PEOPLE, "50 people"), SEVENTEEN)
FROM_0 = Band(Constant(0, PEOPLE, "nobody"), NOUGHT)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (RATIO, "ratio"),
        (PENCE, "pence"),
        (PENCE.per(POINTS), "pence per points"),
        (PENCE.per(BEDS.times(DAYS)), "pence per beds x days"),
        (PEOPLE.times(PENCE), "pence x people"),
        (DAYS.times(DAYS), "days x days"),
        (RATIO.per(PEOPLE), "1 per people"),
        (RATIO.per(DAYS.times(DAYS)), "1 per days x days"),
    ],
)
def test_a_unit_reads_as_people_say_it(unit: Unit, text: str) -> None:
    assert str(unit) == text


def test_units_cancel_in_any_order() -> None:
    assert PENCE.per(POINTS).times(POINTS) == PENCE
    assert PEOPLE.per(PEOPLE) == RATIO
    assert PENCE.times(PEOPLE) == PEOPLE.times(PENCE)
    assert PENCE.times(PEOPLE).per(PENCE) == PEOPLE
    assert DAYS.times(DAYS).per(DAYS) == DAYS
    assert DAYS.per(DAYS.times(DAYS)) == RATIO.per(DAYS)


@pytest.mark.parametrize(
    ("node", "unit", "parts"),
    [
        (SEVENTEEN, POINTS, ()),
        (LIST, PEOPLE, ()),
        (nodes.Named("share", "share", "factors", SHARE), RATIO, (SHARE,)),
        (nodes.Difference(LIST, PEOPLE_OF), PEOPLE, (LIST, PEOPLE_OF)),
        (nodes.Sum((LIST, PEOPLE_OF, LIST)), PEOPLE, (LIST, PEOPLE_OF, LIST)),
        (nodes.Product((SEVENTEEN, PRICE, SHARE)), PENCE, (SEVENTEEN, PRICE, SHARE)),
        (nodes.Product(()), RATIO, ()),
        (nodes.Ratio(PRICE, LIST), PENCE.per(POINTS).per(PEOPLE), (PRICE, LIST)),
        (nodes.Minimum((LIST, PEOPLE_OF)), PEOPLE, (LIST, PEOPLE_OF)),
        (nodes.Maximum((LIST, PEOPLE_OF)), PEOPLE, (LIST, PEOPLE_OF)),
        (nodes.Clamp(SHARE), RATIO, (SHARE,)),
        (nodes.Round(PRICE, 2), PENCE.per(POINTS), (PRICE,)),
        (nodes.Root(SHARE, 3), RATIO, (SHARE,)),
        (nodes.WhenPositive(LIST, SEVENTEEN, "nobody"), POINTS, (LIST, SEVENTEEN)),
        (
            nodes.When(LIST, PEOPLE_OF, SEVENTEEN, NOUGHT),
            POINTS,
            (LIST, PEOPLE_OF, SEVENTEEN, NOUGHT),
        ),
        (
            nodes.Bands(LIST, (FROM_0, FROM_50), "steps"),
            POINTS,
            (LIST, FROM_0.start, NOUGHT, FROM_50.start, SEVENTEEN),
        ),
    ],
    ids=lambda case: type(case).__name__,
)
def test_unit_and_parts_of(node: Node, unit: Unit, parts: tuple[Node, ...]) -> None:
    assert node.unit == unit
    assert node.parts == parts


def test_what_holds_where_nothing_else_is_said() -> None:
    """Rounding is half up; an input must be given, is a whole number and isn't negative."""
    assert nodes.Round(PRICE, 0).mode == "half_up"
    assert (LIST.least, LIST.places, LIST.default) == (0, 0, None)
    assert PERCENT != RATIO
