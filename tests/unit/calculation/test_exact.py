"""What each node comes to, in both ways of the exact reader: alone, and with its workings."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest

from cqrs.calculation import exact, nodes
from cqrs.calculation.nodes import PENCE, PEOPLE, POINTS, RATIO, Band, Constant, Input, Node, Unit

PEOPLE_OF = Input("people", PEOPLE, "people", "submission", 99)
POINTS_OF = Input("points", POINTS, "last year's points", "fact", 99_999, places=2)


def figure(value: int | Fraction | str, unit: Unit = RATIO) -> Constant:
    return Constant(Fraction(value), unit, "a figure")


def steps(*bands: tuple[int, int]) -> tuple[Band, ...]:
    return tuple(Band(figure(start, PEOPLE), figure(then, PENCE)) for start, then in bands)


def when(left: int, right: int) -> nodes.When:
    return nodes.When(figure(left), figure(right), figure(7, PENCE), figure(9, PENCE))


def fee(number: int) -> nodes.Bands:
    """635 pence from 10 people on, 800 from 20."""
    return nodes.Bands(figure(number, PEOPLE), steps((10, 635), (20, 800)), "fee")


def ratio(top: int, bottom: int) -> nodes.Ratio:
    return nodes.Ratio(figure(top), figure(bottom))


THIRD = ratio(1, 3)
NOBODY = figure(0, PEOPLE)
CASES: list[tuple[Node, int | str]] = [
    (figure("17.5"), "17.5"),
    (PEOPLE_OF, 6),
    (POINTS_OF, "17.05"),
    (nodes.Named("a", "a", "points", THIRD), "1/3"),
    (nodes.Difference(figure(2), figure(5)), -3),
    (nodes.Sum((figure(2), figure(5), figure("0.5"))), "7.5"),
    (nodes.Sum((figure(2),)), 2),
    (nodes.Product((figure(2), figure("0.25"), figure(-3))), "-1.5"),
    (nodes.Product((THIRD, figure(6))), 2),
    (nodes.Product((ratio(2, 3), ratio(5, 7))), "10/21"),
    (nodes.Product(()), 1),
    (THIRD, "1/3"),
    (nodes.Ratio(figure("0.75"), figure("0.5")), "1.5"),
    (ratio(-6, 4), "-1.5"),
    (nodes.Minimum((figure(3), figure(2), figure(4))), 2),
    (nodes.Maximum((figure(3), figure(4), figure(2))), 4),
    (nodes.Clamp(figure("-0.1")), 0),
    (nodes.Clamp(figure(0)), 0),
    (nodes.Clamp(THIRD), "1/3"),
    (nodes.Clamp(figure(1)), 1),
    (nodes.Clamp(figure("1.1")), 1),
    (nodes.Round(figure("0.125"), 2), "0.13"),
    (nodes.Round(figure("0.125"), 2, "half_even"), "0.12"),
    (nodes.Round(figure("0.129"), 2, "down"), "0.12"),
    (nodes.WhenPositive(figure(1), figure(7, PENCE), "no"), 7),
    (nodes.WhenPositive(figure("0.01"), figure(7, PENCE), "no"), 7),
    (nodes.WhenPositive(figure(0), figure(7, PENCE), "no"), 0),
    (nodes.WhenPositive(figure(-1), figure(7, PENCE), "no"), 0),
    (when(4, 5), 9),
    (when(5, 5), 7),
    (when(6, 5), 7),
    (fee(9), 0),
    (fee(10), 635),
    (fee(19), 635),
    (fee(20), 800),
    (fee(99), 800),
    (nodes.Root(figure(0), 3), 0),
    (nodes.Root(figure(1), 3), 1),
    (nodes.Root(figure("0.25"), 0), 1),
    (nodes.Root(figure("2.25"), 0), 2),
    (nodes.Root(figure("2.2499"), 0), 1),
    (nodes.Root(figure(2), 5), "1.41421"),
    (nodes.Root(ratio(1, 2), 4), "0.7071"),
    # An input is found wherever it stands.
    (nodes.Named("a", "a", "patients", PEOPLE_OF), 6),
    (nodes.Sum((PEOPLE_OF, PEOPLE_OF)), 12),
    (nodes.WhenPositive(PEOPLE_OF, PEOPLE_OF, "nobody"), 6),
    (nodes.When(PEOPLE_OF, PEOPLE_OF, PEOPLE_OF, NOBODY), 6),
    (nodes.When(NOBODY, PEOPLE_OF, NOBODY, PEOPLE_OF), 6),
    (nodes.Bands(PEOPLE_OF, (Band(NOBODY, PEOPLE_OF),), "people"), 6),
]
GIVEN = {"people": 6, "points": 1705}


@pytest.mark.parametrize(("node", "wanted"), CASES, ids=lambda case: type(case).__name__)
def test_comes_to(node: Node, wanted: int | str) -> None:
    assert exact.value(node, GIVEN, {}) == Fraction(wanted)


@pytest.mark.parametrize(("node", "wanted"), CASES, ids=lambda case: type(case).__name__)
def test_the_workings_come_to_the_same(node: Node, wanted: int | str) -> None:
    working = exact.work(node, GIVEN)
    assert working.node is node
    assert working.value == Fraction(wanted)


def test_whole_numbers_stay_whole_and_nothing_becomes_a_float() -> None:
    for node, _ in CASES:
        for number in (exact.value(node, GIVEN, {}), exact.work(node, GIVEN).value):
            assert isinstance(number, int | Fraction), node
    assert isinstance(exact.value(PEOPLE_OF, GIVEN, {}), int)
    assert isinstance(exact.value(nodes.Product((PEOPLE_OF, PEOPLE_OF)), GIVEN, {}), int)


def test_a_ratio_by_nought_is_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        exact.value(ratio(1, 0), {}, {})
    with pytest.raises(ZeroDivisionError):
        exact.work(ratio(1, 0), {})


def roots() -> Iterator[tuple[Fraction, int]]:
    """Ratios around every tie: a root that ends in a half, and its neighbours."""
    for places in (0, 1, 5):
        for half in range(1, 60, 2):
            tie = Fraction(half, 2 * 10**places) ** 2
            for shift in (-1, 0, 1):
                yield tie + Fraction(shift, 10**16), places
        for top in range(60):
            yield Fraction(top, 7), places


def test_roots_agree_with_decimal_arithmetic_at_every_tie() -> None:
    with localcontext() as context:
        context.prec = 60
        for ratio_, places in roots():
            root = (Decimal(ratio_.numerator) / Decimal(ratio_.denominator)).sqrt()
            wanted = root.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
            assert exact.value(nodes.Root(figure(ratio_), places), {}, {}) == Fraction(wanted)
