"""The words reader: a formula as a sentence, the same sentence with a practice's numbers.

Also the key sequence for a pocket calculator, checked digit by digit against the stored pennies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from cqrs.calculation import nodes
from cqrs.calculation.exact import Number, Working
from cqrs.calculation.nodes import PENCE, PEOPLE, PERCENT, POINTS, Node, Stage
from cqrs.values import decimal_text, plain_text, pounds_text, round_half_up

CALCULATOR_DIGITS = (8, 10, 12, 16)


@dataclass(frozen=True)
class Step:
    """One line of the workings: what it is, the formula in words, with numbers, the result."""

    name: str
    label: str
    stage: Stage
    words: str
    numbers: str
    result: str
    note: str


@dataclass(frozen=True)
class Keys:
    """What to press on a calculator, and what it then shows before rounding to the penny."""

    pressed: tuple[str, ...]
    digits: int
    shown: str
    pounds: str
    cancelled: tuple[str, ...]
    """Numbers above and below the line, which needn't be pressed."""


def steps(working: Working) -> tuple[Step, ...]:
    """Every named step under a working, in the order of the rule, each once."""
    found: dict[str, Step] = {}
    _collect(working, found)
    return tuple(found.values())


def _collect(working: Working, found: dict[str, Step]) -> None:
    for part in working.parts:
        _collect(part, found)
    node = working.node
    if isinstance(node, nodes.Named) and node.name not in found:
        found[node.name] = step(node, working)


def step(node: nodes.Named, working: Working) -> Step:
    """A named node and what it came to, as a line of the workings."""
    inner = working.parts[0]
    return Step(
        name=node.name,
        label=node.label,
        stage=node.stage,
        words=sentence(node.part),
        numbers=_numbers(inner, node.stage),
        result=text(working.value, node.unit, node.stage),
        note=_note(inner),
    )


def sentence(node: Node, *, figures: bool = False) -> str:
    """The formula in words: "points x value of a point x list size (CPI)".

    With `figures` the definition's figures stand in it: "points x £213.43 x list size (CPI)".
    """
    match node:
        case nodes.Constant() if figures and node.source:
            return text(node.value, node.unit, "factors", bare=node.unit == POINTS)
        case nodes.Constant() | nodes.Input() | nodes.Named():
            return node.label
        case nodes.Clamp(part=part) | nodes.Round(part=part) | nodes.WhenPositive(then=part):
            return sentence(part, figures=figures)
        case nodes.Minimum(parts=parts):
            told = (sentence(part, figures=figures) for part in parts)
            return "the smaller of " + " and ".join(told)
    signs = {nodes.Product: " × ", nodes.Ratio: " ÷ ", nodes.Difference: " − "}
    return signs[type(node)].join(
        _wrapped(part, sentence(part, figures=figures), node) for part in node.parts
    )


def rule(formula: Node) -> dict[str, str]:
    """Every named step of a formula by its name, with the definition's figures and its limits."""
    found: dict[str, str] = {}
    for part in formula.parts:
        found |= rule(part)
    if isinstance(formula, nodes.Named):
        told = f"{formula.label} = {sentence(formula.part, figures=True)}"
        found[formula.name] = "; ".join([told, *_limits(formula.part)])
    return found


def _limits(node: Node) -> list[str]:
    """What is done to a step besides its arithmetic."""
    match node:
        case nodes.WhenPositive(then=then, otherwise=otherwise):
            return [*_limits(then), f"{otherwise}: 0"]
        case nodes.Round():
            return [_rounded(node)]
        case nodes.Clamp():
            return ["never below 0 or above 1"]
    return []


def _wrapped(part: Node, words: str, around: Node) -> str:
    inner = part
    while isinstance(inner, nodes.Clamp | nodes.Round):
        inner = inner.part
    loose = isinstance(inner, nodes.Difference) or (
        isinstance(around, nodes.Ratio)
        and part is around.bottom
        and isinstance(inner, nodes.Product | nodes.Ratio)
    )
    return f"({words})" if loose else words


def _numbers(working: Working, stage: Stage) -> str:
    """The formula with numbers, and what it came to before any rounding."""
    node = working.node
    if isinstance(node, nodes.WhenPositive):
        if len(working.parts) == 1:
            return f"{node.otherwise}: 0"
        return _numbers(working.parts[1], stage)
    if isinstance(node, nodes.Round):
        before = working.parts[0]
        exact_value: Number = before.value
        if node.unit == PENCE:
            exact_value = Fraction(exact_value) / 100
        return f"{filled(before, stage)} = {decimal_text(exact_value, 4)}"
    return filled(working, stage)


def filled(working: Working, stage: Stage) -> str:
    """A formula with its numbers; a named part or an input is one number."""
    node = working.node
    match node:
        case nodes.Named() if node.unit == POINTS:
            return decimal_text(working.value, 2)
        case nodes.Constant() | nodes.Input() | nodes.Named():
            return text(working.value, node.unit, stage, bare=True)
        case nodes.Clamp() | nodes.Round():
            return filled(working.parts[0], stage)
        case nodes.WhenPositive():
            return filled(working.parts[1], stage) if len(working.parts) > 1 else "0"
        case nodes.Minimum():
            return "the smaller of " + " and ".join(filled(p, stage) for p in working.parts)
    signs = {nodes.Product: " × ", nodes.Ratio: " ÷ ", nodes.Difference: " − "}
    return signs[type(node)].join(
        _wrapped(part.node, filled(part, stage), node) for part in working.parts
    )


def text(value: Number, unit: nodes.Unit, stage: Stage, *, bare: bool = False) -> str:
    """A value as people read it: 4 decimals of a percentage, 6 of a factor, points, pounds."""
    if unit == PERCENT:
        return _decimals(value, 4 if stage in ("patients", "points") else 6) + "%" * (not bare)
    if unit == POINTS:
        return plain_text(value) if bare else f"{decimal_text(value, 2)} points"
    if unit == PENCE or unit.per(PENCE).powers in (
        (("points", -1),),
        (("people", -1),),
    ):
        return pounds_text(int(value))
    if unit == PEOPLE:
        return f"{int(value):,}"
    return _decimals(value, 6)


def _decimals(value: Number, places: int) -> str:
    whole = Fraction(value).denominator == 1
    return f"{int(value)}" if whole else decimal_text(value, places)


def _note(working: Working) -> str:
    node = working.node
    if isinstance(node, nodes.WhenPositive) and len(working.parts) == 2:
        return _note(working.parts[1])
    if isinstance(node, nodes.Round):
        return _rounded(node)
    if isinstance(node, nodes.Clamp):
        inner = working.parts[0].value
        return "never below 0" if inner < 0 else "never above 1" if inner > 1 else ""
    return ""


def _rounded(node: nodes.Round) -> str:
    if node.unit == PENCE:
        return "rounded to the penny, half a penny up"
    return f"rounded to {node.places} decimals, to the nearest, a half up"


def keys(working: Working) -> Keys | None:
    """The key sequence for an amount; None where nothing is paid."""
    if working.value <= 0:
        return None
    up, down = _chain(working)
    both = [term for term in up if term in down]
    for term in both:
        up.remove(term)
        down.remove(term)
    first, *rest = [("×", term) for term in up] + [("÷", term) for term in down]
    cancelled = tuple(shown for shown, _ in both)
    return _pressed(first[1], _alternating(rest), int(working.value), cancelled)


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


def _pressed(first: Term, presses: list[Press], pence: int, cancelled: tuple[str, ...]) -> Keys:
    """The first order of the keys that gives the pennies on the smallest calculator."""
    for digits in CALCULATOR_DIGITS:
        for order in permutations(presses):
            shown = _calculator(first[1], order, digits)
            if shown is not None and round_half_up(shown, 2) == Fraction(pence, 100):
                keys = [first[0], *(key for sign, (text, _) in order for key in (sign, text)), "="]
                pounds = pounds_text(pence)
                return Keys(tuple(keys), digits, plain_text(shown), pounds, cancelled)
    raise ArithmeticError(f"no order of {presses} comes to {pounds_text(pence)}")


def _chain(working: Working) -> tuple[list[Term], list[Term]]:
    """An amount as factors above and below the line; points stay one rounded figure."""
    node, value = working.node, Fraction(working.value)
    if isinstance(node, nodes.Constant) and node.unit == PERCENT:
        return [], []  # percentages are divided by percentages here: their hundreds cancel
    if isinstance(node, nodes.Named) and node.name == "points":
        return [(decimal_text(value, 2), value)], []
    match node:
        case nodes.Constant() | nodes.Input() | nodes.Minimum():
            if dict(node.unit.powers).get("pence"):
                return [(decimal_text(value / 100, 2), value / 100)], []
            return [(plain_text(value), value)], []
        case nodes.Ratio():
            (up, down), (under, over) = (_chain(part) for part in working.parts)
            return up + over, down + under
        case nodes.WhenPositive():
            return _chain(working.parts[1])
    sides = [_chain(part) for part in working.parts]
    return [t for up, _ in sides for t in up], [t for _, down in sides for t in down]


def _calculator(first: Fraction, presses: Sequence[Press], digits: int) -> Fraction | None:
    """What a calculator with so many digits shows: it cuts off after each key; None: overflow."""
    shown = first
    for sign, (_, figure) in presses:
        shown = shown * figure if sign == "×" else shown / figure
        whole = len(str(int(shown)))
        if whole > digits or len(str(int(figure))) > digits:
            return None
        scale = 10 ** (digits - whole)
        shown = Fraction(int(shown * scale), scale)
    return shown
