"""Payment kinds: each a small builder that turns what a definition says into a formula tree.

Sources: the shape of points and of pounds is the Statement of Financial Entitlements as
practices are told it (points between two thresholds; points x value x APDF x CPI). Rounding is a
setting of the definition, since no source publishes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from cqrs.calculation import nodes
from cqrs.calculation.nodes import (
    PENCE,
    PEOPLE,
    PERCENT,
    POINTS,
    RATIO,
    Constant,
    Input,
    Named,
    Node,
    Product,
    Ratio,
    WhenPositive,
)
from cqrs.definitions import schema
from cqrs.definitions.schema import Definition, PaidIndicator, PointsMoney, Sourced

HUNDRED = Constant(100, PERCENT, "100")
LIST = Input("list", PEOPLE, "your registered list", "list", 10**6, 1)
NUMERATOR = Input("numerator", PEOPLE, "numerator", "submission", 10**6)
DENOMINATOR = Input("denominator", PEOPLE, "denominator", "submission", 10**6)
REGISTER = Input("register", PEOPLE, "register", "submission", 10**6)
FLAG = Input("flag", RATIO, "yes (1) or no (0)", "submission", 1)
COUNT = Input("count", PEOPLE, "number claimed", "submission", 10**6)
NATIONAL_REGISTER = Input("national_register", PEOPLE, "England’s register", "reference", 10**8)
NATIONAL_LIST = Input(
    "national_list", PEOPLE, "England’s registered patients", "reference", 10**8, 1
)


INPUT_OF = {
    "numerator": "numerator",
    "denominator": "denominator",
    "register": "register",
    "yes_no": "flag",
    "count": "count",
}
"""The input that a submitted field of each kind is; removals are not inputs."""

PointsIndicator = schema.FractionIndicator | schema.RegisterIndicator | schema.YesNoIndicator


@dataclass(frozen=True)
class Formula:
    """The trees of one indicator: `points` in points (None where paid per item), `pence`."""

    indicator: PaidIndicator
    points: Named | None
    pence: Named
    attainable: Input | None
    """Nought here leaves the indicator out of the attainable points."""
    register_id: str | None
    """The register whose national prevalence the formula needs."""

    @property
    def available(self) -> int | None:
        """The most points the indicator can earn; None where items are paid."""
        if isinstance(self.indicator, schema.ItemOfServiceIndicator):
            return None
        return self.indicator.points.value

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The names of the inputs that must be there."""
        return tuple(sorted({node.name for node in walk(self.pence) if isinstance(node, Input)}))

    @cached_property
    def given(self) -> tuple[tuple[tuple[str, str], str], ...]:
        """The submitted fields that are inputs, each with the name of its input."""
        return tuple(
            ((self.indicator.id, name), INPUT_OF[field.kind])
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


_BUILT: dict[str, tuple[Formula, ...]] = {}


def formulas(definition: Definition) -> tuple[Formula, ...]:
    """The formulas of every paid indicator, in the definition's order; built once."""
    built = _BUILT.get(definition.digest)
    if built is None:
        built = tuple(_build(definition, indicator) for indicator in definition.paid)
        _BUILT[definition.digest] = built
    return built


def _build(definition: Definition, indicator: PaidIndicator) -> Formula:
    match indicator:
        case schema.ItemOfServiceIndicator():
            return Formula(indicator, None, item_of_service(indicator), None, None)
        case schema.FractionIndicator():
            points = fraction_points(indicator, definition.rounding.points_places)
            return _with_pounds(definition, indicator, points, DENOMINATOR)
        case schema.RegisterIndicator():
            points = register_points(indicator)
            guard = None if indicator.paid_at_nil else REGISTER
            return _with_pounds(definition, indicator, points, guard)
        case schema.YesNoIndicator():
            return _with_pounds(definition, indicator, yes_no_points(indicator), None)


def fraction_points(indicator: schema.FractionIndicator, places: int) -> Named:
    """Points between two thresholds: (D - E) / (F - E) x G, 0 to G; 39/41 of 18 on 81-96: 16.95."""
    thresholds = indicator.thresholds
    lower = _figure(thresholds.lower, PERCENT, "lower threshold", thresholds)
    upper = _figure(thresholds.upper, PERCENT, "upper threshold", thresholds)
    share = _percentage(NUMERATOR, DENOMINATOR)
    achieved = Named("achieved", "share of patients achieved", "patients", share)
    way = Ratio(nodes.Difference(achieved, lower), nodes.Difference(upper, lower))
    progress = Named("progress", "share of the points", "points", nodes.Clamp(way))
    earned = nodes.Round(Product((_available(indicator.points), progress)), places)
    guarded = WhenPositive(DENOMINATOR, earned, "no patients in the denominator, so no points")
    return Named("points", "points", "points", guarded)


def register_points(indicator: schema.RegisterIndicator) -> Named:
    """All points for a register with anybody on it; some may be paid at nil (palliative care)."""
    available: Node = _available(indicator.points)
    if not indicator.paid_at_nil:
        available = WhenPositive(REGISTER, available, "nobody on the register, so no points")
    return Named("points", "points", "points", available)


def yes_no_points(indicator: schema.YesNoIndicator) -> Named:
    """All points for a yes, none for a no."""
    return Named("points", "points", "points", Product((_available(indicator.points), FLAG)))


def item_of_service(indicator: schema.ItemOfServiceIndicator) -> Named:
    """A fee for each item, for no more items than people on the register."""
    paid = Named("paid_items", "number paid", "patients", nodes.Minimum((COUNT, REGISTER)))
    fee = _figure(indicator.fee.pence, PENCE.per(PEOPLE), "fee for each", indicator.fee)
    return _pounds(Product((paid, fee)))


def _with_pounds(
    definition: Definition,
    indicator: PointsIndicator,
    points: Named,
    guard: Input | None,
) -> Formula:
    money = definition.money
    if money is None:
        raise ValueError(f"{definition.id}: {indicator.id} earns points but there is no money part")
    factors: list[Node] = [points, _point_value(money), _cpi(money)]
    register_id = None
    if not isinstance(indicator, schema.YesNoIndicator) and indicator.prevalence_adjusted.value:
        register_id = indicator.register_id
        factors.append(_apdf())
    return Formula(indicator, points, _pounds(Product(tuple(factors))), guard, register_id)


def _percentage(part: Node, whole: Node) -> Product:
    return Product((Ratio(part, whole), HUNDRED))


def _pounds(product: Product) -> Named:
    return Named("pence", "pounds", "pounds", nodes.Round(product, 0))


@cache
def _cpi(money: PointsMoney) -> Named:
    average = _figure(money.average_list.value, PEOPLE, "average list", money.average_list)
    return Named("cpi", "list size (CPI)", "factors", Ratio(LIST, average))


@cache
def _apdf() -> Named:
    own = Named("prevalence", "your prevalence", "factors", _percentage(REGISTER, LIST))
    share = _percentage(NATIONAL_REGISTER, NATIONAL_LIST)
    national = Named("national_prevalence", "England’s prevalence", "factors", share)
    guarded = WhenPositive(REGISTER, Ratio(own, national), "nobody on the register")
    return Named("apdf", "disease (APDF)", "factors", guarded)


def _point_value(money: PointsMoney) -> Constant:
    unit = PENCE.per(POINTS)
    return _figure(money.point_value.pence, unit, "value of a point", money.point_value)


def _available(points: schema.WholeFigure) -> Constant:
    return _figure(points.value, POINTS, "points available", points)


def _figure(value: Fraction | int, unit: nodes.Unit, label: str, sourced: Sourced) -> Constant:
    return Constant(value, unit, label, f"{sourced.source} ({sourced.confidence})")
