"""Rounding in every mode, refereed by decimal arithmetic, and numbers as people read them."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from cqrs.values import (
    RoundingMode,
    decimal_text,
    plain_text,
    pounds_text,
    round_half_up,
    rounded,
)

REFEREE: dict[RoundingMode, str] = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
}
EIGHTHS = range(-400, 401)


@pytest.mark.parametrize("mode", REFEREE)
@pytest.mark.parametrize("places", [0, 1, 2, 3])
def test_every_eighth_is_rounded_as_decimal_arithmetic_does(
    places: int, mode: RoundingMode
) -> None:
    for eighths in EIGHTHS:
        wanted = (Decimal(eighths) / 8).quantize(Decimal(1).scaleb(-places), REFEREE[mode])
        assert rounded(Fraction(eighths, 8), places, mode) == Fraction(wanted), eighths


@pytest.mark.parametrize(
    ("number", "half_up", "half_even", "down"),
    [
        (Fraction("0.5"), 1, 0, 0),
        (Fraction("1.5"), 2, 2, 1),
        (Fraction("-0.5"), -1, 0, 0),
        (Fraction("-2.5"), -3, -2, -2),
        (Fraction("-0.99"), -1, -1, 0),
        (Fraction(2, 3), 1, 1, 0),
        (Fraction(10**30 * 2 + 1, 2), 10**30 + 1, 10**30, 10**30),
        (17, 17, 17, 17),
        (-17, -17, -17, -17),
        (0, 0, 0, 0),
    ],
)
def test_the_three_modes_side_by_side(
    number: Fraction | int, half_up: int, half_even: int, down: int
) -> None:
    assert rounded(number, 0, "half_up") == round_half_up(number, 0) == half_up
    assert rounded(number, 0, "half_even") == half_even
    assert rounded(number, 0, "down") == down


@pytest.mark.parametrize("mode", REFEREE)
def test_a_rounded_number_is_a_fraction_that_stays_when_rounded_again(mode: RoundingMode) -> None:
    for number in (7, -7, Fraction(22, 7), Fraction(-22, 7)):
        once = rounded(number, 2, mode)
        assert isinstance(once, Fraction)
        assert rounded(once, 2, mode) == once
        assert abs(once - number) < Fraction(1, 100)


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (0, 0, "0"),
        (0, 2, "0.00"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(-5, 1000), 2, "-0.01"),
        (Fraction(1, 100), 2, "0.01"),
        (Fraction("-12.5"), 1, "-12.5"),
        (1_234_567, 1, "1234567.0"),
    ],
)
def test_a_number_is_written_with_its_places(
    number: Fraction | int, places: int, text: str
) -> None:
    assert decimal_text(number, places) == text


def test_thousands_are_grouped_when_asked_for() -> None:
    assert decimal_text(Fraction("-1234567.5"), 2, grouping=True) == "-1,234,567.50"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (100, "100"),
        (Fraction("100.10"), "100.1"),
        (Fraction("-20.0"), "-20"),
        (Fraction(1, 3), "0.3333333333"),
        (Fraction(2, 3), "0.6666666667"),
    ],
)
def test_trailing_noughts_are_left_out_but_only_after_the_point(
    number: Fraction | int, text: str
) -> None:
    assert plain_text(number) == text


def test_at_most_so_many_digits_are_written() -> None:
    assert plain_text(Fraction("15.456"), at_most=2) == "15.46"
    assert plain_text(1200, at_most=0) == "1200"


@pytest.mark.parametrize(
    ("pence", "text"),
    [(0, "£0.00"), (1, "£0.01"), (-1, "−£0.01"), (100, "£1.00"), (-123_456, "−£1,234.56")],
)
def test_pounds_are_written_with_a_real_minus_only_below_nought(pence: int, text: str) -> None:
    assert pounds_text(pence) == text
