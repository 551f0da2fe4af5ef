"""Payment kinds: each a small builder that turns what a definition says into a formula tree."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from cqrs.calculation.kinds.amounts import amount
from cqrs.calculation.kinds.limits import pounds
from cqrs.calculation.kinds.numbers import Numbers
from cqrs.calculation.kinds.points import (
    baseline_names,
    fraction_points,
    pounds_of_points,
    protected_points,
    register_points,
    yes_no_points,
)
from cqrs.calculation.nodes import PENCE, Input, Named, Node, UnitError
from cqrs.definitions import schema
from cqrs.definitions.remember import ByDigest
from cqrs.definitions.schema import Definition, PaidIndicator, PointsIndicator

INPUT_OF = {
    "numerator": "numerator",
    "denominator": "denominator",
    "register": "register",
    "yes_no": "flag",
    "count": "count",
}
"""The input that a submitted field of each kind is; removals are not inputs."""

UNITS_FIT = "Correct the unit of a fact, or what a rate is for each of"
"""The remedy where two things were put together that aren't the same kind of thing."""


class FormulaError(ValueError):
    """A definition whose parts can't be put together; names the path in the YAML."""

    def __init__(self, path: str, words: str) -> None:
        super().__init__(f"{path}: {words}")
        self.path = path
        self.words = words


@dataclass(frozen=True)
class Formula:
    """The trees of one indicator: `points` in points (None where pounds are paid), `pence`."""

    indicator: PaidIndicator
    points: Named | None
    pence: Named
    attainable: Input | None
    """Nought here leaves the indicator out of the attainable points."""
    register_id: str | None
    """The register whose national prevalence the formula needs."""
    protected: "Formula | None" = None
    """The formula that holds instead where the protected points are given."""

    @property
    def available(self) -> int | None:
        """The most points the indicator can earn; None where pounds are paid."""
        return self.indicator.points.value if isinstance(self.indicator, PointsIndicator) else None

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs of the formula, by name, each once."""
        found = {node.name: node for node in walk(self.pence) if isinstance(node, Input)}
        return tuple(found[name] for name in sorted(found))

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The names of the inputs that must be there."""
        return tuple(node.name for node in self.inputs)

    @cached_property
    def baselines(self) -> tuple[tuple[str, str], ...]:
        """The facts that improvement is measured from: numerator and denominator of each year."""
        rule = getattr(self.indicator, "improvement", None)
        pairs = [baseline_names(self.indicator.id, y.slug) for y in rule.years] if rule else ()
        return tuple(pair for pair in pairs if pair[0] in self.needs)

    @cached_property
    def given(self) -> tuple[tuple[tuple[str, str], str], ...]:
        """The submitted fields that are inputs, each with the name of its input."""
        by_field = isinstance(getattr(self.indicator, "fees", None), schema.FieldFees)
        return tuple(
            (
                (self.indicator.id, name),
                f"count {name}" if by_field and field.kind == "count" else INPUT_OF[field.kind],
            )
            for name, field in self.indicator.fields.items()
            if field.kind in INPUT_OF
        )

    @cached_property
    def removed(self) -> tuple[tuple[str, str], ...]:
        """The submitted fields that are PCAs."""
        return tuple((self.indicator.id, name) for name in self.indicator.pca_fields)


def walk(node: Node) -> Iterator[Node]:
    """A node and everything under it."""
    yield node
    for part in node.parts:
        yield from walk(part)


@ByDigest
def formulas(definition: Definition) -> tuple[Formula, ...]:
    """The formulas of every paid indicator, in the definition's order; built once.

    Raises FormulaError where units don't fit or a part is unknown.
    """
    numbers = Numbers(definition)
    return tuple(_build(numbers, indicator) for indicator in definition.paid)


def facts_of(definition: Definition) -> dict[str, Input]:
    """Every fact that a definition's formulas may use, protected ones too, by its name."""
    built = formulas(definition)
    every = [*built, *(one.protected for one in built if one.protected)]
    return {node.name: node for one in every for node in one.inputs if node.origin == "fact"}


def _build(numbers: Numbers, indicator: PaidIndicator) -> Formula:
    with _at(f"indicators.{indicator.id}"):
        if isinstance(indicator, PointsIndicator):
            return _points(numbers, indicator)
        paid = amount(indicator, numbers)
        _pence_only(paid)
        return Formula(indicator, None, pounds(indicator, paid, numbers), None, None)


def _pence_only(node: Node) -> None:
    if node.unit != PENCE:
        raise UnitError(f"this comes to {node.unit}, not to pence")


@contextmanager
def _at(path: str) -> Iterator[None]:
    try:
        yield
    except UnitError as error:
        words = str(error)
        raise FormulaError(path, words if ". " in words else f"{words}. {UNITS_FIT}") from error


def _points(numbers: Numbers, indicator: PointsIndicator) -> Formula:
    definition = numbers.definition
    guard: Input | None = None
    match indicator:
        case schema.FractionIndicator():
            points, guard = fraction_points(indicator, numbers), numbers.denominator
        case schema.RegisterIndicator():
            points = register_points(indicator, numbers)
            guard = None if indicator.paid_at_nil else numbers.register
        case schema.YesNoIndicator():
            points = yes_no_points(indicator, numbers)
    formula = _with_pounds(numbers, indicator, points, guard)
    protection = definition.protection
    if protection is None or indicator.id not in protection.indicators:
        return formula
    places = definition.rounding.points_places
    kept = protected_points(indicator, str(protection.base_year), places)
    frozen = _with_pounds(numbers, indicator, kept, None)
    return Formula(
        indicator, formula.points, formula.pence, guard, formula.register_id, protected=frozen
    )


def _with_pounds(
    numbers: Numbers, indicator: PointsIndicator, points: Named, guard: Input | None
) -> Formula:
    money = numbers.definition.money
    if money is None:
        raise UnitError("it earns points, but not what a point is worth. Add money")
    adjusted = not isinstance(indicator, schema.YesNoIndicator) and bool(
        indicator.prevalence_adjusted.value
    )
    register_id = None
    if adjusted and not isinstance(indicator, schema.YesNoIndicator):
        register_id = indicator.register_id
    pence = pounds_of_points(points, money, numbers, adjusted=adjusted)
    _pence_only(pence)
    return Formula(indicator, points, pence, guard, register_id)
