"""The words reader: a formula as a sentence, the same sentence with a practice's numbers."""

from dataclasses import dataclass
from fractions import Fraction

from cqrs.calculation import nodes
from cqrs.calculation.exact import Number, Working
from cqrs.calculation.nodes import (
    BEDS,
    DAYS,
    MONTHS,
    PENCE,
    PEOPLE,
    PERCENT,
    POINTS,
    RATIO,
    Node,
    Stage,
)
from cqrs.values import MINUS, decimal_text, plain_text, pounds_text


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
        case nodes.Constant() if figures and node.source and node.unit == RATIO:
            return plain_text(node.value)
        case nodes.Constant() if figures and node.source:
            return text(node.value, node.unit, "factors", bare=node.unit == POINTS)
        case nodes.Constant() | nodes.Input() | nodes.Named():
            return node.label
        case nodes.Clamp(part=part) | nodes.Round(part=part) | nodes.WhenPositive(then=part):
            return sentence(part, figures=figures)
        case nodes.Minimum(parts=parts) | nodes.Maximum(parts=parts):
            told = [_wrapped(part, sentence(part, figures=figures), node) for part in parts]
            return _choice(node, told)
        case nodes.When(left=left, right=right, then=then, otherwise=otherwise):
            reached, wanted = sentence(left), sentence(right, figures=True)
            first, second = (sentence(part, figures=figures) for part in (then, otherwise))
            return f"{first} where the {reached} is at least {wanted}, else {second}"
        case nodes.Bands(label=label):
            return _bands(node) if figures else label
        case nodes.Root(part=part):
            return f"square root of ({sentence(part, figures=figures)})"
    return SIGNS[type(node)].join(
        _wrapped(part, sentence(part, figures=figures), node) for part in node.parts
    )


SIGNS: dict[type, str] = {
    nodes.Product: " × ",
    nodes.Ratio: " ÷ ",
    nodes.Difference: " − ",
    nodes.Sum: " + ",
}


def _choice(node: nodes.Minimum | nodes.Maximum, told: list[str]) -> str:
    size = "small" if isinstance(node, nodes.Minimum) else "larg"
    ending = "er" if len(told) == 2 else "est"
    return f"the {size}{ending} of {' and '.join([', '.join(told[:-1]), told[-1]])}"


def _bands(node: nodes.Bands) -> str:
    """Each band with its start: "£12.58 from April 2022, £10.06 from September 2022"."""
    return ", ".join(
        f"{sentence(band.then, figures=True)} from {_start(band.start)}" for band in node.bands
    )


def _start(start: nodes.Constant) -> str:
    return start.label if start.unit == MONTHS else text(start.value, start.unit, "patients")


def rule(formula: Node) -> dict[str, str]:
    """Every named step of a formula by its name, with the definition's figures and its limits."""
    found: dict[str, str] = {}
    for part in formula.parts:
        found |= rule(part)
    if isinstance(formula, nodes.Named):
        told = f"{formula.label} = {sentence(formula.part, figures=True)}"
        found[formula.name] = "; ".join(dict.fromkeys([told, *_limits(formula.part)]))
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
        case nodes.When(then=then):
            return _limits(then)
        case nodes.Bands(part=part, bands=bands):
            always = isinstance(part, nodes.Input) and bands[0].start.value <= part.least
            below = f"{sentence(part)} below {_start(bands[0].start)}: 0"
            return [] if always else [below]
    return []


def _wrapped(part: Node, words: str, around: Node) -> str:
    inner = part
    while isinstance(inner, nodes.Clamp | nodes.Round | nodes.WhenPositive):
        inner = inner.then if isinstance(inner, nodes.WhenPositive) else inner.part
    chosen = isinstance(inner, nodes.When | nodes.Minimum | nodes.Maximum)
    if isinstance(around, nodes.Minimum | nodes.Maximum):
        return f"({words})" if chosen else words
    added = isinstance(inner, nodes.Sum) and not isinstance(around, nodes.Sum)
    loose = (
        chosen
        or added
        or isinstance(inner, nodes.Difference)
        or (
            isinstance(around, nodes.Ratio)
            and part is around.bottom
            and isinstance(inner, nodes.Product | nodes.Ratio)
        )
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
            return _points(working.value)
        case nodes.Constant() if node.unit == RATIO:
            return plain_text(working.value)
        case nodes.Constant() | nodes.Input() | nodes.Named():
            return text(working.value, node.unit, stage, bare=True)
        case nodes.Clamp() | nodes.Round():
            return filled(working.parts[0], stage)
        case nodes.WhenPositive():
            return filled(working.parts[1], stage) if len(working.parts) > 1 else "0"
        case nodes.Minimum() | nodes.Maximum():
            told = [_wrapped(part.node, filled(part, stage), node) for part in working.parts]
            return _choice(node, told)
        case nodes.When():
            return filled(working.parts[2], stage)
        case nodes.Bands():
            return filled(working.parts[2], stage) if len(working.parts) > 1 else "0"
        case nodes.Root():
            return f"√({filled(working.parts[0], stage)})"
    first, *rest = (_wrapped(part.node, filled(part, stage), node) for part in working.parts)
    told = [f"({part})" if part.startswith(MINUS) else part for part in rest]
    return SIGNS[type(node)].join([first, *told])


def text(value: Number, unit: nodes.Unit, stage: Stage, *, bare: bool = False) -> str:
    """A value as people read it: 4 decimals of a percentage, 6 of a factor, points, pounds."""
    if unit == PERCENT:
        return _decimals(value, 4 if stage in ("patients", "points") else 6) + "%" * (not bare)
    if unit == POINTS:
        return plain_text(value) if bare else f"{_points(value)} points"
    if dict(unit.powers).get("pence") == 1:
        return _money(value)
    if unit in (PEOPLE, BEDS, DAYS, MONTHS):
        places = len(plain_text(value, at_most=6).partition(".")[2])
        return decimal_text(value, places, grouping=True).replace("-", MINUS)
    return _decimals(value, 6)


def _points(points: Number) -> str:
    """Points with two decimals, and more where a definition rounds to more."""
    places = len(plain_text(points).partition(".")[2])
    return decimal_text(points, max(places, 2))


def _money(pence: Number) -> str:
    """Pounds with two decimals, and more where a rate has them: £0.729."""
    if pence.denominator == 1:
        return pounds_text(int(pence))
    pounds = plain_text(Fraction(pence) / 100, at_most=6)
    return f"£{pounds}" if pence > 0 else f"{MINUS}£{pounds.removeprefix('-')}"


def _decimals(value: Number, places: int) -> str:
    whole = Fraction(value).denominator == 1
    text = f"{int(value)}" if whole else decimal_text(value, places)
    return text.replace("-", MINUS)


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
    pence, whole, decimals = ROUNDED[node.mode]
    if node.unit == PENCE:
        return pence
    return decimals.format(node.places) if node.places else whole


ROUNDED = {
    "half_up": (
        "rounded to the penny, half a penny up",
        "rounded to a whole number, a half up",
        "rounded to {} decimals, to the nearest, a half up",
    ),
    "half_even": (
        "rounded to the penny, half a penny to the even one",
        "rounded to a whole number, a half to the even one",
        "rounded to {} decimals, to the nearest, a half to the even digit",
    ),
    "down": ("cut off at the penny", "cut off to a whole number", "cut off after {} decimals"),
}
"""How a step is rounded: an amount in pence, to a whole number, to decimals."""
