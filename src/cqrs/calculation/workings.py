"""Open one figure: its workings, what one more patient is worth, what was missed."""

from dataclasses import dataclass
from fractions import Fraction

from cqrs.calculation import exact, nodes, words
from cqrs.calculation.calculator import Keys, keys
from cqrs.calculation.kinds import Formula, formulas, walk
from cqrs.calculation.statement import CalculationError, PracticeInputs, numbers_of
from cqrs.definitions.schema import Definition
from cqrs.values import Pence


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
    formula = formula_of(definition, indicator_id)
    numbers = numbers_of(formula, inputs)
    working = exact.work(formula.pence, numbers)
    points = exact.value(formula.points, numbers, {}) if formula.points else None
    return Explanation(
        indicator=indicator_id,
        sentence=words.sentence(formula.pence.part),
        steps=words.steps(working),
        factors=_factors(working),
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


def _factors(working: exact.Working) -> tuple[tuple[str, str], ...]:
    product = working
    through = nodes.Named | nodes.Round | nodes.WhenPositive
    while isinstance(product.node, through):
        product = product.parts[-1]
    if not isinstance(product.node, nodes.Product):
        return ((words.text(working.value, nodes.PENCE, "pounds"), "for the year"),)
    shown = [(words.filled(part, "factors"), words.sentence(part.node)) for part in product.parts]
    return (*shown, (words.text(working.value, nodes.PENCE, "pounds"), "for the year"))


def _used(formula: Formula, numbers: dict[str, int]) -> tuple[Used, ...]:
    found: dict[str, Used] = {}
    for node in walk(formula.pence):
        if isinstance(node, nodes.Input):
            value = words.text(numbers[node.name], node.unit, "patients")
            found[node.label] = Used(node.name, node.label, value, node.origin, "")
        elif isinstance(node, nodes.Constant) and node.source:
            value = words.text(node.value, node.unit, "patients")
            found[node.label] = Used("", node.label, value, "definition", node.source)
    order = ("submission", "list", "reference", "definition")
    return tuple(sorted(found.values(), key=lambda used: order.index(used.origin)))


def next_point(
    definition: Definition, inputs: PracticeInputs, indicator_id: str
) -> NextPoint | None:
    """How many more patients would have earned one more point; None at the maximum.

    Points never fall with more successes, so the fewest are found by halving.
    """
    formula = formula_of(definition, indicator_id)
    numbers = numbers_of(formula, inputs)
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
    formula = formula_of(definition, indicator_id)
    numbers = numbers_of(formula, inputs)
    if "numerator" not in formula.needs or not numbers["denominator"]:
        return 0
    earned = int(exact.value(formula.pence, numbers, {}))
    return _with(formula, numbers, numbers["denominator"])[1] - earned


def _with(formula: Formula, numbers: dict[str, int], numerator: int) -> tuple[exact.Number, Pence]:
    memo: exact.Memo = {}
    changed = {**numbers, "numerator": numerator}
    points = exact.value(formula.points, changed, memo) if formula.points else 0
    return points, int(exact.value(formula.pence, changed, memo))
