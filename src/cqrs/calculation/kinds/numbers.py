"""The numbers that formulas start from: counts, lists, facts about a provider, figures."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from cqrs.calculation.nodes import (
    BEDS,
    DAYS,
    MONTHS,
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
    Unit,
    UnitError,
)
from cqrs.definitions import schema
from cqrs.definitions.schema import Definition, Sourced

HUNDRED = Constant(100, PERCENT, "100")
UNITS: dict[str, Unit] = {
    "people": PEOPLE,
    "beds": BEDS,
    "days": DAYS,
    "points": POINTS,
    "pence": PENCE,
}
PER: dict[str, Unit] = {"person": PEOPLE, "item": PEOPLE, "bed": BEDS, "day": DAYS}
"""What a rate is for each of. An item is a person served, so a register can cap it."""

LARGEST_AMOUNT = 10**12
"""Ten thousand million pounds in pence: no line of a statement comes near it."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """The inputs of one definition's formulas, with the largest numbers it declares."""

    definition: Definition
    shared: dict[str, Named] = field(default_factory=dict)
    """Steps that several formulas have in common, such as the CPI."""

    @cached_property
    def numerator(self) -> Input:
        """Patients for whom it was done."""
        return self.submitted("numerator")

    @cached_property
    def denominator(self) -> Input:
        """Patients who count."""
        return self.submitted("denominator")

    @cached_property
    def register(self) -> Input:
        """People on the register."""
        return self.submitted("register")

    @cached_property
    def flag(self) -> Input:
        """1 for a yes, 0 for a no."""
        return Input("flag", RATIO, "yes (1) or no (0)", "submission", 1)

    @cached_property
    def count(self) -> Input:
        """Items claimed."""
        return self.submitted("count", "number claimed")

    @cached_property
    def registered_list(self) -> Input:
        """Registered patients at the date that the definition names."""
        most = self.definition.bounds.list
        return Input("list", PEOPLE, "your registered list", "list", most, 1)

    @cached_property
    def national_register(self) -> Input:
        """England's people on a register."""
        most = self.definition.bounds.national
        return Input("national_register", PEOPLE, "England’s register", "reference", most)

    @cached_property
    def national_list(self) -> Input:
        """England's registered patients."""
        most = self.definition.bounds.national
        return Input("national_list", PEOPLE, "England’s registered patients", "reference", most, 1)

    @cached_property
    def month(self) -> Input:
        """The month of the achievement date: April is 1, March is 12."""
        return Input("month", MONTHS, "month of the year (April is 1)", "submission", 12, 1)

    def submitted(self, name: str, label: str = "") -> Input:
        """A count under a name."""
        return Input(name, PEOPLE, label or name, "submission", self.definition.bounds.counts)

    def fact(self, name: str) -> Input:
        """A fact of the definition; UnitError when it has none of that name."""
        fact = self.definition.facts.get(name)
        if fact is None:
            known = ", ".join(self.definition.facts) or "none"
            raise UnitError(f"'{name}' is not one of the facts ({known}). Add it under facts")
        return Input(
            name, UNITS[fact.unit], fact.title, "fact", fact.most, 0, fact.places, fact.default
        )

    def people_of(self, name: str) -> Input:
        """What a rate is multiplied by: the registered list, the count, or a fact."""
        if name == "registered_list":
            return self.registered_list
        return self.count if name == "count" else self.fact(name)


def figure(value: Fraction | int, unit: Unit, label: str, sourced: Sourced) -> Constant:
    """A figure of the definition as a constant that names its source."""
    return Constant(value, unit, label, f"{sourced.source} ({sourced.confidence})")


def fee_of(money: schema.MoneyFigure, label: str = "fee for each") -> Constant:
    """A fee in pence a person."""
    return figure(money.pence, PENCE.per(PEOPLE), label, money)


def amount_of(money: schema.MoneyFigure, label: str) -> Constant:
    """An amount in pence."""
    return figure(money.pence, PENCE, label, money)


def percentage(part: Node, whole: Node) -> Product:
    """Part / whole x 100."""
    return Product((Ratio(part, whole), HUNDRED))


def named_share(numbers: Numbers) -> Named:
    """The share of patients achieved, in percent."""
    share = percentage(numbers.numerator, numbers.denominator)
    return Named("achieved", "share of patients achieved", "patients", share)
