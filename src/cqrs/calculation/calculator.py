"""The key sequence for a pocket calculator, checked digit by digit against the stored pennies."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from cqrs.calculation import nodes
from cqrs.calculation.exact import Working
from cqrs.calculation.nodes import PERCENT, POINTS
from cqrs.values import RoundingMode, plain_text, pounds_text, rounded

CALCULATOR_DIGITS = (8, 10, 12, 16)
TYPED_DECIMALS = 6
WORKED_OUT = ("points", "annual", "level")
"""Steps that have a line of workings of their own, so that their result is typed in."""


class _TooLongError(ArithmeticError):
    """A step has no end of decimals, so it can't be typed in."""


@dataclass(frozen=True)
class Keys:
    """What to press on a calculator, and what it then shows before rounding to the penny."""

    pressed: tuple[str, ...]
    digits: int
    shown: str
    pounds: str
    cancelled: tuple[str, ...]
    """Numbers above and below the line, which needn't be pressed."""


def keys(working: Working) -> Keys | None:
    """The key sequence for an amount; None where nothing is paid or no order of keys gives it."""
    if working.value <= 0:
        return None
    try:
        up, down = _chain(working)
    except _TooLongError:
        return None
    both = list((Counter(up) & Counter(down)).elements())
    for term in both:
        up.remove(term)
        down.remove(term)
    first, *rest = [("×", term) for term in up] + [("÷", term) for term in down]
    cancelled = tuple(shown for shown, _ in both)
    return _pressed(first[1], _alternating(rest), int(working.value), _mode(working), cancelled)


def _mode(working: Working) -> RoundingMode:
    """How the amount was rounded to the penny."""
    while isinstance(working.node, nodes.Named):
        working = working.parts[0]
    return working.node.mode if isinstance(working.node, nodes.Round) else "half_up"


Term = tuple[str, Fraction]
Press = tuple[str, Term]


def _alternating(presses: list[Press]) -> list[Press]:
    """The natural order: the price, then down and up in turn, so that no number grows long."""
    times = [press for press in presses if press[0] == "×"]
    order, times = times[:1], times[1:]
    for over in [press for press in presses if press[0] == "÷"]:
        order.append(over)
        order += times[:1]
        times = times[1:]
    return order + times


def _pressed(
    first: Term,
    presses: list[Press],
    pence: int,
    mode: RoundingMode,
    cancelled: tuple[str, ...],
) -> Keys | None:
    """The first order of the keys that gives the pennies on the smallest calculator."""
    for digits in CALCULATOR_DIGITS:
        for order in permutations(presses):
            shown = _calculator(first[1], order, digits)
            if shown is not None and rounded(shown, 2, mode) * 100 == pence:
                keys = [first[0], *(key for sign, (text, _) in order for key in (sign, text)), "="]
                pounds = pounds_text(pence)
                return Keys(tuple(keys), digits, plain_text(shown), pounds, cancelled)
    return None


def _chain(working: Working) -> tuple[list[Term], list[Term]]:
    """An amount as factors above and below the line; points stay one rounded figure."""
    node, value = working.node, Fraction(working.value)
    if isinstance(node, nodes.Constant) and node.unit == PERCENT:
        return [], []  # percentages are divided by percentages here: their hundreds cancel
    if isinstance(node, nodes.Named) and node.name in WORKED_OUT:
        return _one_number(value, node.unit)
    match node:
        case nodes.Constant() | nodes.Input() | nodes.Minimum():
            return _one_number(value, node.unit)
        case nodes.Ratio():
            (up, down), (under, over) = (_chain(part) for part in working.parts)
            return up + over, down + under
        case nodes.WhenPositive():
            return _chain(working.parts[1])
        case nodes.Clamp() if value != working.parts[0].value:
            return _one_number(value, node.unit)
        case (
            nodes.Sum() | nodes.Difference() | nodes.Maximum() | nodes.When() | nodes.Bands()
            | nodes.Root()
        ):  # fmt: skip
            return _one_number(value, node.unit)
    sides = [_chain(part) for part in working.parts]
    return [t for up, _ in sides for t in up], [t for _, down in sides for t in down]


def _one_number(value: Fraction, unit: nodes.Unit) -> tuple[list[Term], list[Term]]:
    """A figure that is typed in as it stands; what has no end can't be."""
    shown = value / 100 if dict(unit.powers).get("pence") else value
    text = plain_text(shown, at_most=TYPED_DECIMALS)
    if Fraction(text) != shown:
        raise _TooLongError
    whole, _, part = text.partition(".")
    decimal = dict(unit.powers).get("pence") or unit == POINTS
    return [(f"{whole}.{part.ljust(2, '0')}" if decimal else text, shown)], []


def _calculator(first: Fraction, presses: Sequence[Press], digits: int) -> Fraction | None:
    """What a calculator with so many digits shows: it cuts off after each key; None: overflow."""
    shown = first
    if any(_typed(figure) > digits for figure in (first, *(figure for _, (_, figure) in presses))):
        return None
    for sign, (_, figure) in presses:
        shown = shown * figure if sign == "×" else shown / figure
        whole = len(str(int(shown)))
        if whole > digits:
            return None
        scale = 10 ** (digits - whole)
        shown = Fraction(int(shown * scale), scale)
    return shown


def _typed(figure: Fraction) -> int:
    """How many digits are typed for a figure; noughts at the end of its decimals needn't be."""
    return len(plain_text(figure, at_most=TYPED_DECIMALS).replace(".", ""))
