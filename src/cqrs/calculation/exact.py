"""The exact reader: a formula computed in rationals, alone or with every step kept.

Floats never occur. `value` is used for the nation, `work` for one figure that somebody opened;
both compute a node in the same place, so the workings can't differ from the payment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, prod
from typing import Any

from cqrs.calculation import nodes
from cqrs.calculation.nodes import Node
from cqrs.values import rounded

Number = Fraction | int
Inputs = Mapping[str, int]
Memo = dict[int, Number]


@dataclass(frozen=True)
class Working:
    """A node, what it came to, and the workings of its parts (guarded parts may be absent)."""

    node: Node
    value: Number
    parts: tuple["Working", ...] = ()


def value(node: Node, inputs: Inputs, memo: Memo) -> Number:
    """Compute a node. Named nodes are remembered in `memo`, which serves one practice only."""
    if isinstance(node, nodes.Input):
        given = inputs[node.name]
        return Fraction(given, 10**node.places) if node.places else given
    if isinstance(node, nodes.Constant):
        return node.value
    if isinstance(node, nodes.Named):
        known = memo.get(id(node))
        if known is None:
            known = memo[id(node)] = value(node.parts[0], inputs, memo)
        return known
    if isinstance(node, nodes.WhenPositive):
        test, then = node.parts
        return value(then, inputs, memo) if value(test, inputs, memo) > 0 else 0
    if isinstance(node, nodes.When):
        reached = value(node.left, inputs, memo) >= value(node.right, inputs, memo)
        return value(node.then if reached else node.otherwise, inputs, memo)
    if isinstance(node, nodes.Bands):
        band = _band(node, value(node.part, inputs, memo))
        return value(band.then, inputs, memo) if band else 0
    return _COMPUTE[type(node)](node, [value(part, inputs, memo) for part in node.parts])


def work(node: Node, inputs: Inputs) -> Working:
    """Compute a node and keep the workings of every step."""
    match node:
        case nodes.Input() | nodes.Constant():
            return Working(node, value(node, inputs, {}))
        case nodes.WhenPositive(test=test, then=then):
            first = work(test, inputs)
            if first.value <= 0:
                return Working(node, 0, (first,))
            second = work(then, inputs)
            return Working(node, second.value, (first, second))
        case nodes.Named(part=part):
            inner = work(part, inputs)
            return Working(node, inner.value, (inner,))
        case nodes.When():
            left, right = work(node.left, inputs), work(node.right, inputs)
            chosen = work(node.then if left.value >= right.value else node.otherwise, inputs)
            return Working(node, chosen.value, (left, right, chosen))
        case nodes.Bands():
            looked_up = work(node.part, inputs)
            band = _band(node, looked_up.value)
            if band is None:
                return Working(node, 0, (looked_up,))
            found = work(band.then, inputs)
            return Working(node, found.value, (looked_up, work(band.start, inputs), found))
    parts = tuple(work(part, inputs) for part in node.parts)
    return Working(node, _COMPUTE[type(node)](node, [part.value for part in parts]), parts)


def _band(node: nodes.Bands, number: Number) -> nodes.Band | None:
    """The last band whose start the number has reached."""
    reached = [band for band in node.bands if number >= band.start.value]
    return reached[-1] if reached else None


def _product(_: nodes.Product, values: list[Number]) -> Number:
    # One reduction to lowest terms for all factors, not one a factor: a third of the time.
    under = prod([number.denominator for number in values])
    over = prod([number.numerator for number in values])
    return over if under == 1 else Fraction(over, under)


def _ratio(_: nodes.Ratio, values: list[Number]) -> Number:
    top, bottom = values
    return Fraction(top.numerator * bottom.denominator, top.denominator * bottom.numerator)


def _round(node: nodes.Round, values: list[Number]) -> Number:
    return rounded(values[0], node.places, node.mode)


def _root(node: nodes.Root, values: list[Number]) -> Number:
    """The nearest whole number s of 10^-places to the root: (2s-1)^2 <= 4r < (2s+1)^2."""
    scale = 10**node.places
    square = 4 * Fraction(values[0]) * scale * scale
    return Fraction((isqrt(square.numerator // square.denominator) + 1) // 2, scale)


_COMPUTE: dict[type, Callable[[Any, list[Number]], Number]] = {
    nodes.Difference: lambda _, values: values[0] - values[1],
    nodes.Product: _product,
    nodes.Ratio: _ratio,
    nodes.Sum: lambda _, values: sum(values),
    nodes.Minimum: lambda _, values: min(values),
    nodes.Maximum: lambda _, values: max(values),
    nodes.Clamp: lambda _, values: max(0, min(values[0], 1)),
    nodes.Round: _round,
    nodes.Root: _root,
}
