"""The words of a formula: frozen nodes that know their unit and cannot be put together wrongly.

A formula is a tree. `exact` computes it with rationals, `columns` computes it for all providers at
once and `words` writes it as sentences; all know nodes, not services, so a new payment kind needs
no new reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from cqrs.values import RoundingMode

Origin = Literal["submission", "list", "reference", "fact", "calculation", "definition"]
"""Where a number comes from. A fact is about the provider, such as beds or last year's points;
a calculation is another line of the same statement."""

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
BEDS = Unit((("beds", 1),))
DAYS = Unit((("days", 1),))
MONTHS = Unit((("months", 1),))


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
    """A number that differs between providers, taken from the inputs by name.

    It is handed in as a whole number of 10^-places of its unit, from `least` to `most`: points of
    2 places come as hundredths. Without a largest number nothing could be proven about a result.
    """

    name: str
    unit: Unit
    label: str
    origin: Origin
    most: int
    least: int = 0
    places: int = 0
    default: int | None = None
    """What holds where nothing is given; None where it must be given."""
    parts: tuple[Node, ...] = ()

    def __post_init__(self) -> None:
        if not self.least <= self.most:
            raise UnitError(f"{self.label}: nothing lies between {self.least} and {self.most}")


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
class Sum:
    """All parts added, of one unit."""

    parts: tuple[Node, ...]

    def __post_init__(self) -> None:
        _same("added to", *self.parts)

    @property
    def unit(self) -> Unit:
        """The common unit."""
        return self.parts[0].unit


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
class Maximum:
    """The largest of its parts, of one unit."""

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
    """Rounded to `places` decimals of its unit; unless said otherwise an exact half up."""

    part: Node
    places: int
    mode: RoundingMode = "half_up"

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


@dataclass(frozen=True)
class When:
    """`then` where `left` is at least `right`, else `otherwise`."""

    left: Node
    right: Node
    then: Node
    otherwise: Node

    def __post_init__(self) -> None:
        _same("compared with", self.left, self.right)
        _same("put in the place of", self.then, self.otherwise)

    @property
    def unit(self) -> Unit:
        """The unit of either outcome."""
        return self.then.unit

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is compared, and the two outcomes."""
        return (self.left, self.right, self.then, self.otherwise)


@dataclass(frozen=True)
class Bands:
    """A step for each band: the `then` of the last band whose start `part` has reached, else 0."""

    part: Node
    bands: tuple[Band, ...]
    label: str

    def __post_init__(self) -> None:
        if not self.bands:
            raise UnitError(f"{self.label}: there are no bands")
        _same("compared with", self.part, *(band.start for band in self.bands))
        _same("put in the place of", *(band.then for band in self.bands))
        starts = [band.start.value for band in self.bands]
        if any(a >= b for a, b in pairwise(starts)):
            raise UnitError(f"{self.label}: each band must start above the one before")

    @property
    def unit(self) -> Unit:
        """The common unit of the bands' outcomes."""
        return self.bands[0].then.unit

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is looked up, then start and outcome of each band in turn."""
        return (self.part, *(node for band in self.bands for node in (band.start, band.then)))


@dataclass(frozen=True)
class Band:
    """One step: from `start` on, `then` holds."""

    start: Constant
    then: Node


@dataclass(frozen=True)
class Root:
    """The square root of a ratio, rounded half up to `places` decimals (history, to 2008/09)."""

    part: Node
    places: int

    def __post_init__(self) -> None:
        if self.part.unit != RATIO:
            raise UnitError(f"only a ratio has a square root here, not {self.part.unit}")

    @property
    def unit(self) -> Unit:
        """A ratio."""
        return RATIO

    @property
    def parts(self) -> tuple[Node, ...]:
        """The one part."""
        return (self.part,)


Node = (
    Constant
    | Input
    | Named
    | Difference
    | Sum
    | Product
    | Ratio
    | Minimum
    | Maximum
    | Clamp
    | Round
    | WhenPositive
    | When
    | Bands
    | Root
)


def _same(verb: str, first: Node, *others: Node) -> None:
    for other in others:
        if other.unit != first.unit:
            raise UnitError(f"{other.unit} can't be {verb} {first.unit}")
