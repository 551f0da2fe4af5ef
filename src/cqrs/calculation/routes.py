"""What more patients are worth, and the fewest of them that reach a target in points or pounds.

A patient is somebody already counted who isn't a success yet: the numerator moves up to the
denominator, or the number claimed up to the register. Everything else stays as it is. Each number
comes from the formula itself, one patient at a time, so steps and lumps are met as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from cqrs.calculation import exact
from cqrs.calculation.cheapest import cheapest
from cqrs.calculation.difference import NOTHING, Amount
from cqrs.calculation.kinds import Formula
from cqrs.calculation.statement import (
    CalculationError,
    PracticeInputs,
    calculate,
    chosen,
    numbers_of,
)
from cqrs.definitions.schema import CompositePayment, Definition
from cqrs.values import Pence

MOVES = (("numerator", "denominator"), ("count", "register"))
"""The inputs that more patients raise, each with the input it can't exceed."""


@dataclass(frozen=True)
class Way:
    """What further patients of one indicator gain: `gains[k]` with k of them, gains[0] nothing.

    The gains end where more patients gain no more.
    """

    indicator: str
    left: int
    """Patients who are counted and aren't a success yet."""
    gains: tuple[Amount, ...]

    @property
    def next_patient(self) -> Amount:
        """What the very next patient gains: nothing at the maximum or below a lower threshold."""
        return self.gains[1] if len(self.gains) > 1 else NOTHING

    @property
    def to_the_most(self) -> int:
        """The fewest patients that gain all there is to gain."""
        return len(self.gains) - 1

    @cached_property
    def pence_a_patient(self) -> Fraction:
        """The pence each patient gains, on average, on the way to the most. 0 at the most."""
        return Fraction(self.gains[-1].pence, max(self.to_the_most, 1))

    @cached_property
    def next_point(self) -> int | None:
        """The fewest patients for one more point, or for the rest; None where there is none."""
        goal = min(Fraction(1), self.gains[-1].points)
        return next((k for k, gain in enumerate(self.gains) if gain.points >= goal > 0), None)


@dataclass(frozen=True)
class Target:
    """What is to be reached: so many points, or so many pence."""

    points: Fraction | None = None
    pence: Pence | None = None

    def __post_init__(self) -> None:
        if (self.points is None) == (self.pence is None):
            raise ValueError("a target is a number of points or of pence, one of the two")


@dataclass(frozen=True)
class Step:
    """One indicator's part of a route."""

    indicator: str
    patients: int
    left: int
    gain: Amount


@dataclass(frozen=True)
class Route:
    """The fewest further patients that reach a target, with the steps, the dearest gain first."""

    target: Target
    now: Amount
    most: Amount
    """What could be reached with every patient who is counted."""
    steps: tuple[Step, ...] | None
    """None where the target can't be reached, however many patients succeed."""

    @property
    def patients(self) -> int:
        """How many further patients the route takes."""
        return sum(step.patients for step in self.steps or ())

    @property
    def reached(self) -> Amount:
        """What there is at the end of the route."""
        return sum((step.gain for step in self.steps or ()), self.now)


def ways(definition: Definition, inputs: PracticeInputs) -> tuple[Way, ...]:
    """What further patients of each indicator gain; those that patients can't move are left out.

    Raises CalculationError when an indicator can't be calculated.
    """
    submitted = {indicator for indicator, _ in inputs.values}
    found = []
    for formula in chosen(definition, inputs):
        if formula.indicator.id not in submitted or isinstance(formula.indicator, CompositePayment):
            continue
        numbers = numbers_of(formula, inputs)
        for moved, most in MOVES:
            if moved in formula.needs and numbers.get(most, 0) > numbers[moved]:
                left = numbers[most] - numbers[moved]
                found.append(Way(formula.indicator.id, left, _gains(formula, numbers, moved, left)))
                break
    return tuple(found)


def _gains(formula: Formula, numbers: dict[str, int], moved: str, left: int) -> tuple[Amount, ...]:
    now, best = _worth(formula, numbers, moved, 0), _worth(formula, numbers, moved, left)
    low, high = -1, left
    while high - low > 1:
        middle = (low + high) // 2
        if _worth(formula, numbers, moved, middle) == best:
            high = middle
        else:
            low = middle
    return tuple(_rising(_worth(formula, numbers, moved, k) - now for k in range(high + 1)))


def _rising(gains: Iterator[Amount]) -> Iterator[Amount]:
    """Never less than with fewer patients: whoever has gained enough can stop."""
    most = NOTHING
    for gain in gains:
        most = Amount(max(most.points, gain.points), max(most.pence, gain.pence))
        yield most


def _worth(formula: Formula, numbers: dict[str, int], moved: str, more: int) -> Amount:
    memo: exact.Memo = {}
    changed = {**numbers, moved: numbers[moved] + more}
    points = exact.value(formula.points, changed, memo) if formula.points else 0
    return Amount(Fraction(points), int(exact.value(formula.pence, changed, memo)))


def route(definition: Definition, inputs: PracticeInputs, target: Target) -> Route:
    """The fewest further patients that reach the target. No other route takes fewer.

    Patients count alike, whatever the work is. Raises CalculationError when something can't be
    calculated, or when a limit over several payments makes one's gain depend on another's.
    """
    bound = [i.id for i in definition.paid if isinstance(i, CompositePayment)]
    if bound:
        raise CalculationError(
            f"{definition.short_title} limits several payments together ({', '.join(bound)}), so "
            "no route can be told; look at the patients to the next point of each indicator"
        )
    statement = calculate(definition, inputs)
    now = Amount(statement.points, statement.pence)
    found = ways(definition, inputs)
    scale = 10**definition.rounding.points_places
    if target.points is not None:
        options = [[int(gain.points * scale) for gain in way.gains] for way in found]
        missing = -((now.points - target.points) * scale // 1)
    else:
        options = [[gain.pence for gain in way.gains] for way in found]
        missing = (target.pence or 0) - now.pence
    taken = cheapest(options, int(missing))
    most = sum((way.gains[-1] for way in found), now)
    return Route(target, now, most, None if taken is None else _steps(found, taken))


def _steps(found: tuple[Way, ...], taken: tuple[int, ...]) -> tuple[Step, ...]:
    steps = [
        Step(way.indicator, patients, way.left, way.gains[patients])
        for way, patients in zip(found, taken)
        if patients
    ]
    return tuple(sorted(steps, key=lambda step: (-step.gain.pence, step.indicator)))
