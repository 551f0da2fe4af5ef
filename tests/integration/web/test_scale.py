"""The threshold scale, and files that a spreadsheet opens: small things pages stand on."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqrs.portal.web.shared.csv_files import content
from cqrs.portal.web.shared.scale import END, LOWER, START, UPPER, scale


@pytest.mark.parametrize(
    ("achieved", "lower", "upper", "state", "x"),
    [
        (0, 40, 90, "below", "6.0"),
        (20, 40, 90, "below", "21.0"),
        (40, 40, 90, "below", "36.0"),
        (65, 40, 90, "between", "78.0"),
        (90, 40, 90, "above", "120.0"),
        (95, 40, 90, "above", "135.0"),
        (100, 40, 90, "above", "150.0"),
        (0, 0, 90, "below", "36.0"),
        (100, 50, 100, "above", "120.0"),
    ],
)
def test_marks_stand_where_the_rule_puts_them(
    achieved: int, lower: int, upper: int, state: str, x: str
) -> None:
    drawn = scale(Fraction(achieved), Fraction(lower), Fraction(upper))

    assert (drawn.state, drawn.x) == (state, x)


def test_nobody_to_count_draws_the_track_only() -> None:
    drawn = scale(None, Fraction(40), Fraction(90))

    assert drawn.state == "empty"
    assert drawn.words == "Thresholds 40% to 90%: no patients, not counted"


@given(
    numbers=st.tuples(st.integers(0, 100), st.integers(0, 100)).filter(lambda n: n[0] < n[1]),
    counts=st.integers(1, 400).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))),
)
def test_between_the_thresholds_the_distance_is_the_share_of_the_points(
    numbers: tuple[int, int], counts: tuple[int, int]
) -> None:
    lower, upper = map(Fraction, numbers)
    achieved = Fraction(counts[0] * 100, counts[1])

    drawn = scale(achieved, lower, upper)

    assert START <= Fraction(drawn.x) <= END
    share = max(Fraction(0), min(Fraction(1), (achieved - lower) / (upper - lower)))
    assert abs(Fraction(drawn.fill) - share * (UPPER - LOWER)) <= Fraction(1, 20)
    assert (drawn.state == "below") == (share == 0)
    assert (drawn.state == "above") == (share == 1)


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@sum", "\tx", "\rx"])
def test_no_cell_starts_a_formula(cell: str) -> None:
    assert content([[cell, "plain"]]).decode("utf-8-sig").lstrip('"').startswith("'")
