"""The words of a formula: frozen nodes that know their unit and cannot be put together wrongly.

A formula is a tree. `exact` computes it with rationals and `words` writes it as sentences; both
know nodes, not services, so a new payment kind needs no new reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Origin = Literal["submission", "list", "reference", "definition"]
Stage = Literal["patients", "points", "factors", "pounds"]


class UnitError(ValueError):
    """Two things were added or compared that aren't the same kind of thing."""


@dataclass(frozen=True)
class Unit:
    """What a number counts, as powers of base units: pence per point is pence^1 points^-1."""

    powers: tuple[tuple[str, int], ...] = ()

    def times(self, other: Unit, sign: int = 1) -> Unit:
        """The unit of a product, or with sign -1 of a ratio."""
        sums = dict(self.powers)
        for base, power in other.powers:
            sums[base] = sums.get(base, 0) + sign * power
        return Unit(tuple(sorted((b, p) for b, p in sums.items() if p)))

    def per(self, other: Unit) -> Unit:
        """The unit of a ratio."""
        return self.times(other, -1)

    def __str__(self) -> str:
        over = [base for base, power in self.powers for _ in range(power)]
        under = [base for base, power in self.powers for _ in range(-power)]
        top = " x ".join(over) or "1"
        return f"{top} per {' x '.join(under)}" if under else top if over else "ratio"


RATIO = Unit()
PERCENT = Unit((("percent", 1),))
POINTS = Unit((("points", 1),))
PENCE = Unit((("pence", 1),))
PEOPLE = Unit((("people", 1),))
ITEMS = Unit((("items", 1),))


@dataclass(frozen=True)
class Constant:
    """A figure of the definition, with where it comes from."""

    value: Fraction | int
    unit: Unit
    label: str
    source: str = ""
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Input:
    """A number that differs between practices, taken from the inputs by name."""

    name: str
    unit: Unit
    label: str
    origin: Origin
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Named:
    """A step of the workings: its part has a name, a label for people, and a stage."""

    name: str
    label: str
    stage: Stage
    part: Node

    @property
    def unit(self) -> Unit:
        """The unit of the part."""
        return self.part.unit

    @property
    def parts(self) -> tuple[Node, ...]:
        """The one part."""
        return (self.part,)


@dataclass(frozen=True)
class Difference:
    """left - right, of one unit."""

    left: Node
    right: Node

    def __post_init__(self) -> None:
        _same("taken from", self.left, self.right)

    @property
    def unit(self) -> Unit:
        """The common unit."""
        return self.left.unit

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is subtracted from what."""
        return (self.left, self.right)


@dataclass(frozen=True)
class Product:
    """All factors multiplied; units multiply too."""

    parts: tuple[Node, ...]

    @property
    def unit(self) -> Unit:
        """The product of the units."""
        unit = RATIO
        for part in self.parts:
            unit = unit.times(part.unit)
        return unit


@dataclass(frozen=True)
class Ratio:
    """top / bottom, exact. A bottom of nought is an error: guard it with WhenPositive."""

    top: Node
    bottom: Node

    @property
    def unit(self) -> Unit:
        """The unit of top per unit of bottom."""
        return self.top.unit.per(self.bottom.unit)

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is divided by what."""
        return (self.top, self.bottom)


@dataclass(frozen=True)
class Minimum:
    """The smallest of its parts, of one unit."""

    parts: tuple[Node, ...]

    def __post_init__(self) -> None:
        _same("compared with", *self.parts)

    @property
    def unit(self) -> Unit:
        """The common unit."""
        return self.parts[0].unit


@dataclass(frozen=True)
class Clamp:
    """A pure number kept between 0 and 1."""

    part: Node

    def __post_init__(self) -> None:
        if self.part.unit != RATIO:
            raise UnitError(f"only a ratio can be kept between 0 and 1, not {self.part.unit}")

    @property
    def unit(self) -> Unit:
        """A ratio."""
        return RATIO

    @property
    def parts(self) -> tuple[Node, ...]:
        """The one part."""
        return (self.part,)


@dataclass(frozen=True)
class Round:
    """Rounded to `places` decimals of its unit, an exact half up."""

    part: Node
    places: int

    @property
    def unit(self) -> Unit:
        """The unit of the part."""
        return self.part.unit

    @property
    def parts(self) -> tuple[Node, ...]:
        """The one part."""
        return (self.part,)


@dataclass(frozen=True)
class WhenPositive:
    """`then` where `test` is above nought, else nought; `otherwise` says why in words."""

    test: Node
    then: Node
    otherwise: str

    @property
    def unit(self) -> Unit:
        """The unit of `then`."""
        return self.then.unit

    @property
    def parts(self) -> tuple[Node, ...]:
        """The test and what it guards."""
        return (self.test, self.then)


Node = (
    Constant | Input | Named | Difference | Product | Ratio | Minimum | Clamp | Round | WhenPositive
)


def _same(verb: str, first: Node, *others: Node) -> None:
    for other in others:
        if other.unit != first.unit:
            raise UnitError(f"{other.unit} can't be {verb} {first.unit}")
