"""Random formulas that are put together rightly, and rows of inputs that lie where it hurts."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from cqrs.calculation import nodes
from cqrs.calculation.nodes import PENCE, PEOPLE, POINTS, RATIO, Constant, Input, Node, Unit

UNITS = (RATIO, PEOPLE, POINTS, PENCE)
Draw = Callable
Rows = dict[str, list[int]]

small = st.integers(-12, 12)
ends = st.sampled_from((0, 1, 2, 10, 100, 1000, 10**6, 10**9))
figures = st.one_of(
    small,
    st.sampled_from((100, 635, 10_184, 22_549, 10**6)),
    # Halves, eighths and hundredths make ties; thirds never do.
    st.builds(Fraction, st.integers(-400, 400), st.sampled_from((2, 3, 8, 100, 1000))),
)


@dataclass(frozen=True)
class Case:
    """A formula and, for each of its inputs, a column of numbers."""

    node: Node
    rows: Rows


@st.composite
def cases(draw: Draw, rows: int = 8) -> Case:
    """A random formula of a random unit over up to six inputs."""
    pool = draw(st.lists(_inputs(), min_size=2, max_size=6, unique_by=lambda one: one.name))
    node = draw(trees(draw(st.sampled_from(UNITS)), tuple(pool), draw(st.integers(1, 4))))
    columns = {one.name: draw(_column(one, rows)) for one in pool}
    return Case(node, columns)


@st.composite
def _inputs(draw: Draw) -> Input:
    low, high = sorted((draw(ends) * draw(st.sampled_from((1, 1, 1, -1))), draw(ends)))
    return Input(
        draw(st.sampled_from("abcdefgh")),
        draw(st.sampled_from(UNITS)),
        "an input",
        "submission",
        high,
        low,
        draw(st.sampled_from((0, 0, 0, 2))),
    )


def _column(one: Input, rows: int) -> st.SearchStrategy[list[int]]:
    near = {one.least, one.least + 1, one.most - 1, one.most, -1, 0, 1, 2, 5, 50}
    inside = sorted(number for number in near if one.least <= number <= one.most)
    number = st.one_of(st.sampled_from(inside), st.integers(one.least, one.most))
    return st.lists(number, min_size=rows, max_size=rows)


@st.composite
def trees(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    """A tree of a unit, at most so deep."""
    own = [one for one in pool if one.unit == unit]
    if depth == 0:
        if own and draw(st.integers(0, 3)):
            return draw(st.sampled_from(own))
        return Constant(draw(figures), unit, "a figure")
    makers = [*_ANY, *(_RATIOS if unit == RATIO else ())]
    return draw(st.sampled_from(makers))(draw, unit, pool, depth - 1)


def _sum(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    return nodes.Sum(_several(draw, unit, pool, depth))


def _difference(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    return nodes.Difference(draw(trees(unit, pool, depth)), draw(trees(unit, pool, depth)))


def _minimum(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    return nodes.Minimum(_several(draw, unit, pool, depth))


def _maximum(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    return nodes.Maximum(_several(draw, unit, pool, depth))


def _product(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    other = draw(st.sampled_from(UNITS))
    rest = draw(trees(other, pool, depth))
    price = Constant(draw(figures), unit.per(other), "a price")
    return nodes.Product((rest, price) if draw(st.booleans()) else (price, rest))


def _scaled(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    factors = (draw(trees(RATIO, pool, depth)), draw(trees(unit, pool, depth)))
    return nodes.Product(factors)


def _ratio(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    """A ratio under a guard on its bottom, or now and then without."""
    if unit == RATIO:
        other = draw(st.sampled_from(UNITS))
        top, bottom = draw(trees(other, pool, depth)), draw(trees(other, pool, depth))
    else:
        top, bottom = draw(trees(unit, pool, depth)), draw(trees(RATIO, pool, depth))
    ratio = nodes.Ratio(top, bottom)
    if not draw(st.integers(0, 5)):
        return ratio
    if draw(st.booleans()):
        one = Constant(1, bottom.unit, "one")
        return nodes.When(bottom, one, ratio, draw(trees(unit, pool, depth)))
    return nodes.WhenPositive(bottom, ratio, "nothing to divide by")


def _round(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    mode = draw(st.sampled_from(("half_up", "half_even", "down")))
    return nodes.Round(draw(trees(unit, pool, depth)), draw(st.integers(0, 3)), mode)


def _when_positive(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    test = draw(trees(draw(st.sampled_from(UNITS)), pool, depth))
    return nodes.WhenPositive(test, draw(trees(unit, pool, depth)), "not above nought")


def _when(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    other = draw(st.sampled_from(UNITS))
    sides = [draw(trees(other, pool, depth)) for _ in "ab"]
    return nodes.When(*sides, *(draw(trees(unit, pool, depth)) for _ in "ab"))


def _bands(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    other = draw(st.sampled_from(UNITS))
    starts = sorted(draw(st.sets(figures, min_size=1, max_size=3)))
    bands = tuple(
        nodes.Band(Constant(start, other, "a start"), draw(trees(unit, pool, depth)))
        for start in starts
    )
    return nodes.Bands(draw(trees(other, pool, depth)), bands, "bands")


def _named(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    return nodes.Named("step", "a step", "points", draw(trees(unit, pool, depth)))


def _twice(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    """One step used in two places, as points are in pounds."""
    step = nodes.Named("step", "a step", "points", draw(trees(unit, pool, depth)))
    return nodes.Sum((step, nodes.Product((step, draw(trees(RATIO, pool, depth))))))


def _clamp(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    return nodes.Clamp(draw(trees(unit, pool, depth)))


def _root(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> Node:
    part = draw(trees(unit, pool, depth))
    if draw(st.integers(0, 5)):
        part = nodes.Maximum((part, Constant(0, RATIO, "nought")))
    return nodes.Root(part, draw(st.integers(0, 4)))


def _several(draw: Draw, unit: Unit, pool: tuple[Input, ...], depth: int) -> tuple[Node, ...]:
    return tuple(draw(st.lists(trees(unit, pool, depth), min_size=1, max_size=3)))


_ANY = (
    _sum,
    _difference,
    _minimum,
    _maximum,
    _product,
    _scaled,
    _ratio,
    _round,
    _when_positive,
    _when,
    _bands,
    _named,
    _twice,
)
_RATIOS = (_clamp, _root)
