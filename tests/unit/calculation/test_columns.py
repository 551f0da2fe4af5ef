"""The columns reader, node by node: what it gives, and what it refuses to compute at all."""

from fractions import Fraction
from itertools import product
from math import isqrt

import numpy as np
import pytest

from cqrs.calculation import exact, nodes
from cqrs.calculation.columns.evaluate import evaluate
from cqrs.calculation.columns.program import WIDE, Overflow
from cqrs.calculation.columns.query import BoundsError
from cqrs.calculation.nodes import PENCE, PEOPLE, RATIO, Band, Constant, Input, Named, Node
from cqrs.values import RoundingMode, rounded

MODES: tuple[RoundingMode, ...] = ("half_up", "half_even", "down")


def number(name: str, most: int = 10**6, least: int = 0, places: int = 0) -> Input:
    return Input(name, RATIO, f"the {name}", "submission", most, least, places)


def figure(value: Fraction | int) -> Constant:
    return Constant(value, RATIO, str(value))


A, B = number("a", 100, -100), number("b", 100, -100)
SMALL = range(-3, 4)
PAIRS = {
    "a": [a for a, _ in product(SMALL, SMALL)],
    "b": [b for _, b in product(SMALL, SMALL)],
}
HALF, THIRD = figure(Fraction(1, 2)), figure(Fraction(-1, 3))
BANDS = (
    Band(figure(-2), nodes.Product((A, HALF))),
    Band(figure(0), figure(7)),
    Band(figure(Fraction(3, 2)), nodes.Product((B, THIRD))),
)
NODES: tuple[Node, ...] = (
    A,
    figure(Fraction(5, 4)),
    Named("step", "a step", "points", B),
    nodes.Difference(A, B),
    nodes.Difference(nodes.Product((A, HALF)), nodes.Product((B, THIRD))),
    nodes.Difference(figure(0), nodes.Difference(figure(1), number("a", 1, 1))),
    nodes.Sum((A, B, HALF)),
    nodes.Sum((nodes.Product((A, B)), nodes.Product((A, HALF)))),
    nodes.Product((A, B, HALF, A)),
    nodes.Ratio(A, figure(-7)),
    nodes.Minimum((A, B, HALF)),
    nodes.Maximum((nodes.Product((A, B)), nodes.Product((A, HALF)))),
    nodes.Clamp(nodes.Product((A, HALF))),
    nodes.WhenPositive(A, B, "not above nought"),
    nodes.WhenPositive(nodes.Product((A, B)), HALF, "not above nought"),
    nodes.WhenPositive(A, nodes.Ratio(B, A), "nothing to divide by"),
    nodes.WhenPositive(nodes.Difference(figure(0), A), nodes.Ratio(B, A), "not below nought"),
    nodes.When(A, B, nodes.Product((A, HALF)), nodes.Product((B, THIRD))),
    nodes.When(A, figure(1), nodes.Ratio(B, A), figure(0)),
    nodes.When(figure(0), A, figure(1), nodes.Ratio(B, A)),
    nodes.When(nodes.Product((A, A)), nodes.Product((A, B)), figure(1), figure(0)),
    nodes.Bands(A, BANDS, "bands"),
    nodes.Bands(nodes.Product((A, HALF)), BANDS[1:], "bands"),
    nodes.Root(nodes.Maximum((A, figure(0))), 3),
    *(nodes.Round(nodes.Product((A, HALF)), 0, mode) for mode in MODES),
    *(nodes.Round(nodes.Ratio(A, figure(6)), 1, mode) for mode in MODES),
)


@pytest.mark.parametrize("node", NODES, ids=lambda node: type(node).__name__)
def test_each_node_comes_to_what_the_exact_reader_says(node: Node) -> None:
    rows = PAIRS if node is not NODES[5] else {"a": [1] * 49, "b": PAIRS["b"]}
    expected = [
        exact.value(node, {"a": a, "b": b}, {}) for a, b in zip(rows["a"], rows["b"], strict=True)
    ]
    assert evaluate(node, rows) == expected


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("under", [1, 2, 3, 4, 8, 1000])
@pytest.mark.parametrize("places", [0, 2])
def test_rounding_is_that_of_values_above_and_below_nought(mode, under: int, places: int) -> None:
    tops = list(range(-40, 41))
    node = nodes.Round(nodes.Ratio(A, figure(under)), places, mode)
    assert evaluate(node, {"a": tops}) == [
        rounded(Fraction(top, under), places, mode) for top in tops
    ]


@pytest.mark.parametrize(
    ("mode", "pence"), [("half_up", [-3, -1, 1, 3]), ("half_even", [-2, 0, 0, 2])]
)
def test_a_half_penny_under_a_column_goes_where_the_mode_says(mode, pence: list[int]) -> None:
    node = nodes.Round(nodes.Ratio(A, number("b", 100, 1)), 0, mode)
    assert evaluate(node, {"a": [-15, -3, 3, 15], "b": [6, 6, 6, 6]}) == pence


def test_inputs_with_places_are_hundredths() -> None:
    assert evaluate(number("points", 10**4, places=2), {"points": [1695]}) == [Fraction(339, 20)]


def test_a_root_is_exact_beside_every_square_that_a_double_would_miss() -> None:
    squares = [n * n for n in (1, 2, 94_906_267, 3_037_000_499, 4 * 10**8 + 1)]
    near = [s + d for s in squares for d in (-1, 0, 1) if s + d <= 2**63 - 1]
    node = nodes.Root(number("a", 2**63 - 1), 5)
    expected = [Fraction((isqrt(4 * 10**10 * n) + 1) // 2, 10**5) for n in near]
    assert evaluate(node, {"a": near}) == expected


def test_a_root_between_two_whole_numbers_goes_to_the_nearer() -> None:
    below = [m * (m + 1) for m in (0, 1, 2, 7, 10**6, 10**9, 3 * 10**9)]
    node = nodes.Root(number("a", 2**63 - 1), 0)
    roots = [isqrt(number) for number in below]
    assert evaluate(node, {"a": below}) == roots
    assert evaluate(node, {"a": [n + 1 for n in below]}) == [one + 1 for one in roots]


def test_a_root_is_exact_far_beyond_what_a_double_tells_apart() -> None:
    some = [2**60 + 12_345, 2**61 - 2, 10**18 + 1]
    node = nodes.Root(nodes.Product((number("a", 2**61), number("b", 2**61))), 0)
    assert evaluate(node, {"a": some, "b": some}) == some
    assert evaluate(node, {"a": some, "b": [one + 1 for one in some]}) == some
    above = [one + 1 for one in some]
    assert evaluate(node, {"a": some, "b": [one + 2 for one in some]}) == above


# Numbers that don't fit ---------------------------------------------------------------------------

LARGE = [number(name, 10**9) for name in "abcdef"]
ALL_LARGEST = {name: [10**9] for name in "abcdef"}


def test_what_leaves_64_bits_is_computed_in_128() -> None:
    node = nodes.Product(tuple(LARGE[:4]))
    columns = {name: np.array(column) for name, column in ALL_LARGEST.items()}
    with np.errstate(over="ignore"):
        wrapped = columns["a"] * columns["b"] * columns["c"] * columns["d"]
    assert wrapped[0] != 10**36
    assert evaluate(node, ALL_LARGEST) == [10**36]


def test_what_could_leave_128_bits_is_refused_though_the_row_at_hand_is_small() -> None:
    node = Named("pay", "the payment", "pounds", nodes.Product(tuple(LARGE[:5])))
    with pytest.raises(Overflow) as refused:
        evaluate(node, {name: [1] for name in "abcde"})
    assert refused.value.label == "the payment"
    assert refused.value.digits == 46
    assert "declare a smaller largest number under bounds" in str(refused.value)


LIMIT = [number("a", 2**62), number("b", 2**62)]
JUST_FITS = nodes.Product((*LIMIT, figure(4)))  # 2^126


@pytest.mark.parametrize(
    "node",
    [
        nodes.Product((JUST_FITS, figure(2))),
        nodes.Sum((JUST_FITS, JUST_FITS, nodes.Product((A, A)))),
        nodes.Round(nodes.Ratio(JUST_FITS, figure(3)), 0),
        nodes.Round(nodes.Ratio(JUST_FITS, number("c", 2**62, 1)), 1),
        nodes.Minimum((JUST_FITS, HALF, figure(0))),
        nodes.When(JUST_FITS, nodes.Ratio(A, number("c", 9, 1)), A, B),
        nodes.Root(JUST_FITS, 0),
        nodes.Root(nodes.Product((*LIMIT, figure(Fraction(7, 4)))), 0),
        nodes.Bands(JUST_FITS, (Band(THIRD, A),), "bands"),
        figure(2**127),
        nodes.Sum((A, figure(Fraction(1, 3**81)))),
    ],
    ids=lambda node: type(node).__name__,
)
def test_doubling_and_comparing_must_fit_too(node: Node) -> None:
    with pytest.raises(Overflow):
        evaluate(node, {"a": [1], "b": [1], "c": [1]})


def test_the_largest_number_that_fits_is_right() -> None:
    rows = {"a": [2**62, 2**62 - 1], "b": [2**62, 1]}
    assert evaluate(JUST_FITS, rows) == [2**126, 2**64 - 4]
    assert evaluate(nodes.Difference(figure(-WIDE + 2**62), LIMIT[0]), rows)[0] == -WIDE


def test_an_input_declared_beyond_64_bits_is_refused() -> None:
    with pytest.raises(Overflow, match="the a: "):
        evaluate(number("a", 2**63), {"a": [1]})


def test_a_list_that_multiplies_and_divides_falls_out() -> None:
    patients = Input("list", PEOPLE, "list", "list", 10**9, 1)
    register = Input("register", PEOPLE, "register", "submission", 10**9)
    share, others = nodes.Ratio(register, patients), tuple(LARGE[:3])
    with pytest.raises(Overflow):
        evaluate(
            nodes.Product((*others, LARGE[3], LARGE[4], patients)), ALL_LARGEST | {"list": [7]}
        )
    rows = ALL_LARGEST | {"list": [7], "register": [3]}
    assert evaluate(nodes.Product((*others, patients, share)), rows) == [3 * 10**27]


# Inputs and guards --------------------------------------------------------------------------------


@pytest.mark.parametrize("beyond", [-1, 101])
def test_an_input_outside_its_bounds_is_refused_by_name_and_row(beyond: int) -> None:
    with pytest.raises(BoundsError, match=f"row 2: count is {beyond}, .* between 0 and 100"):
        evaluate(number("count", 100), {"count": [0, 100, beyond]})


def test_only_whole_numbers_come_in() -> None:
    with pytest.raises(BoundsError, match="a: hand in whole numbers"):
        evaluate(A, {"a": [Fraction(1, 2)]})  # type: ignore[list-item]


@pytest.mark.parametrize("rows", [{}, {"a": [1, 2], "b": [1]}])
def test_columns_have_one_length(rows: dict[str, list[int]]) -> None:
    with pytest.raises(BoundsError, match="columns of one length"):
        evaluate(nodes.Sum((A, B)), rows)


RATE = nodes.Ratio(Constant(100, PENCE, "a pound"), nodes.Ratio(A, B))


def test_a_division_by_nought_names_the_step_and_the_first_row() -> None:
    step = Named("rate", "the rate", "factors", nodes.Ratio(B, A))
    with pytest.raises(ZeroDivisionError, match=r"the rate, row 1: it divides by the a, which is"):
        evaluate(step, {"a": [1, 0, 0], "b": [1, 1, 1]})


def test_each_of_two_divisions_is_found() -> None:
    for a, b, found in ((0, 1, "a number"), (1, 0, "the b")):
        with pytest.raises(ZeroDivisionError, match=found):
            evaluate(RATE, {"a": [a], "b": [b]})
    assert evaluate(RATE, {"a": [4], "b": [-2]}) == [-50]


def test_rows_that_a_guard_keeps_away_from_a_division_do_not_fail() -> None:
    guarded = nodes.WhenPositive(number("c"), nodes.Ratio(B, A), "nothing there")
    rows = {"a": [0, 2, 0], "b": [1, 1, 1], "c": [0, 1, 0]}
    assert evaluate(guarded, rows) == [0, Fraction(1, 2), 0]
    with pytest.raises(ZeroDivisionError, match="row 2"):
        evaluate(guarded, rows | {"c": [0, 1, 1]})


def test_a_guarded_division_inside_a_rounding_leaves_the_rest_of_the_sum_alone() -> None:
    part = nodes.Round(nodes.WhenPositive(A, nodes.Ratio(B, A), "nothing"), 0)
    total = nodes.Sum((B, part, nodes.WhenPositive(A, nodes.Ratio(B, A), "nothing")))
    assert evaluate(total, {"a": [0, 2], "b": [5, 5]}) == [5, Fraction(21, 2)]


def test_a_band_that_is_not_reached_may_divide_by_nought() -> None:
    by_b = nodes.Ratio(figure(6), B)
    bands = (Band(figure(0), by_b), Band(figure(10), figure(7)), Band(figure(20), by_b))
    node = nodes.Bands(A, bands, "bands")
    assert evaluate(node, {"a": [-1, 5, 15, 25], "b": [0, 2, 0, 3]}) == [0, 3, 7, 2]
    for a in (5, 25):
        with pytest.raises(ZeroDivisionError):
            evaluate(node, {"a": [a], "b": [0]})


def test_nought_times_anything_has_reached_nought_times_more() -> None:
    c = number("c", 3)
    node = nodes.When(nodes.Product((c, A)), nodes.Product((c, B)), figure(1), figure(0))
    assert evaluate(node, {"a": [1, 1, 2], "b": [2, 2, 1], "c": [0, 1, 1]}) == [1, 0, 1]


def test_a_root_of_less_than_nought_is_an_error_in_a_row_that_needs_it() -> None:
    rooted = nodes.Root(A, 2)
    with pytest.raises(ValueError, match="row 1: it takes the square root of less than nought"):
        evaluate(rooted, {"a": [4, -4]})
    kept = nodes.When(A, figure(0), rooted, figure(9))
    assert evaluate(kept, {"a": [4, -4]}) == [2, 9]


def test_a_formula_without_inputs_has_a_value_for_every_row() -> None:
    assert evaluate(HALF, {"a": [1, 2, 3]}) == [Fraction(1, 2)] * 3
    assert evaluate(nodes.Sum((A, HALF)), {"a": []}) == []
