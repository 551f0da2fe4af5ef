"""Open one figure: its workings, what one more patient is worth, what was missed."""

from dataclasses import dataclass
from fractions import Fraction
from typing import get_args

from cqrs.calculation import exact, nodes, words
from cqrs.calculation.calculator import Keys, keys
from cqrs.calculation.kinds import Formula, formulas, walk
from cqrs.calculation.statement import (
    CalculationError,
    PracticeInputs,
    calculate,
    chosen,
    numbers_of,
)
from cqrs.definitions.schema import CompositePayment, Definition
from cqrs.values import Pence, plain_text

PERIOD = {"year_end": "for the year", "each": "for these counts"}
"""What an amount is of: the whole year, or each collection."""


@dataclass(frozen=True)
class Used:
    """A number the workings start from, and where it comes from."""

    name: str
    label: str
    value: str
    origin: nodes.Origin
    source: str
    """For a figure of the definition: its source and confidence. Empty for the others."""


@dataclass(frozen=True)
class Explanation:
    """Everything behind one amount: sentence, steps, calculator keys, inputs."""

    indicator: str
    sentence: str
    steps: tuple[words.Step, ...]
    factors: tuple[tuple[str, str], ...]
    """The top line, (number, label) each: points, pounds a point, factors, the amount."""
    keys: Keys | None
    used: tuple[Used, ...]
    points: Fraction | None
    pence: Pence


@dataclass(frozen=True)
class NextPoint:
    """The fewest more successes for one more point, or for the rest when less is left."""

    patients: int
    points: Fraction
    pence: Pence


def explain(definition: Definition, inputs: PracticeInputs, indicator_id: str) -> Explanation:
    """The workings of one indicator. Raises CalculationError when it can't be calculated."""
    formula, numbers = opened(definition, inputs, indicator_id)
    working = exact.work(formula.pence, numbers)
    points = exact.value(formula.points, numbers, {}) if formula.points else None
    return Explanation(
        indicator=indicator_id,
        sentence=words.sentence(formula.pence.part),
        steps=words.steps(working),
        factors=_factors(working, PERIOD[definition.collection.pays]),
        keys=keys(working),
        used=_used(formula, numbers),
        points=None if points is None else Fraction(points),
        pence=int(working.value),
    )


def formula_of(definition: Definition, indicator_id: str) -> Formula:
    """The formula of a paid indicator."""
    for formula in formulas(definition):
        if formula.indicator.id == indicator_id:
            return formula
    raise CalculationError(f"{definition.short_title} pays nothing for {indicator_id}")


def opened(
    definition: Definition, inputs: PracticeInputs, indicator_id: str
) -> tuple[Formula, dict[str, int]]:
    """The formula that made a line of the statement, and the numbers it was made of.

    That is the protected formula where protected points are given; a composite is made of the
    other lines of the statement.
    """
    formula_of(definition, indicator_id)
    held = {formula.indicator.id: formula for formula in chosen(definition, inputs)}
    formula = held[indicator_id]
    together = isinstance(formula.indicator, CompositePayment)
    lines = calculate(definition, inputs).lines if together else ()
    return formula, numbers_of(formula, inputs, lines)


def _factors(working: exact.Working, period: str) -> tuple[tuple[str, str], ...]:
    product = working
    through = nodes.Named | nodes.Round | nodes.WhenPositive
    while isinstance(product.node, through):
        product = product.parts[-1]
    if not isinstance(product.node, nodes.Product):
        return ((words.text(working.value, nodes.PENCE, "pounds"), period),)
    shown = [(words.filled(part, "factors"), words.sentence(part.node)) for part in product.parts]
    return (*shown, (words.text(working.value, nodes.PENCE, "pounds"), period))


def _used(formula: Formula, numbers: dict[str, int]) -> tuple[Used, ...]:
    found: dict[Used, None] = {}
    for node in walk(formula.pence):
        if isinstance(node, nodes.Input):
            given = Fraction(numbers[node.name], 10**node.places)
            value = words.text(given, node.unit, "patients")
            found[Used(node.name, node.label, value, node.origin, "")] = None
        elif isinstance(node, nodes.Constant) and node.source:
            share = node.unit == nodes.RATIO
            value = (
                plain_text(node.value) if share else words.text(node.value, node.unit, "patients")
            )
            found[Used("", node.label, value, "definition", node.source)] = None
    order = get_args(nodes.Origin)
    return tuple(sorted(found, key=lambda used: order.index(used.origin)))


def next_point(
    definition: Definition, inputs: PracticeInputs, indicator_id: str
) -> NextPoint | None:
    """How many more patients would have earned one more point; None at the maximum.

    Points never fall with more successes, so the fewest are found by halving.
    """
    formula, numbers = opened(definition, inputs, indicator_id)
    if formula.points is None or "numerator" not in formula.needs or not numbers["denominator"]:
        return None
    now = exact.value(formula.points, numbers, {})
    best = _with(formula, numbers, numbers["denominator"])
    goal = min(now + 1, best[0])
    if goal <= now:
        return None
    low, high = numbers["numerator"], numbers["denominator"]
    while high - low > 1:
        middle = (low + high) // 2
        if _with(formula, numbers, middle)[0] >= goal:
            high = middle
        else:
            low = middle
    points, pence = _with(formula, numbers, high)
    return NextPoint(high - numbers["numerator"], Fraction(points), pence)


def missed(definition: Definition, inputs: PracticeInputs, indicator_id: str) -> Pence:
    """The pounds that full achievement of the same patients would have added."""
    formula, numbers = opened(definition, inputs, indicator_id)
    if "numerator" not in formula.needs or not numbers["denominator"]:
        return 0
    earned = int(exact.value(formula.pence, numbers, {}))
    return _with(formula, numbers, numbers["denominator"])[1] - earned


def _with(formula: Formula, numbers: dict[str, int], numerator: int) -> tuple[exact.Number, Pence]:
    memo: exact.Memo = {}
    changed = {**numbers, "numerator": numerator}
    points = exact.value(formula.points, changed, memo) if formula.points else 0
    return points, int(exact.value(formula.pence, changed, memo))
