"""The same counts under the rules of two years, for a whole country at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from cqrs.calculation.columns.basis import Basis, Mask
from cqrs.calculation.columns.query import Numbers
from cqrs.calculation.compare import restated
from cqrs.calculation.difference import NOTHING, Amount
from cqrs.calculation.statement import PracticeInputs
from cqrs.definitions.diff import Lineage
from cqrs.definitions.schema import Definition
from cqrs.values import Pence


@dataclass(frozen=True)
class Summed:
    """One indicator under both years' rules, over the practices where it can be compared."""

    old: str
    new: str
    before: Amount
    after: Amount
    practices: int
    left_out: int
    """Practices with counts under the old rules that the new ones can't use."""


@dataclass(frozen=True)
class NationComparison:
    """A country's counts under both years' rules."""

    lines: tuple[Summed, ...]
    before: Amount
    """All that the counts earn under the old rules."""
    codes: tuple[str, ...]
    changes: tuple[Pence, ...]
    """What each practice gains or loses by what can be compared, in the order of the codes."""

    @property
    def comparable_before(self) -> Amount:
        """Under the old rules, of what can be compared."""
        return sum((line.before for line in self.lines), NOTHING)

    @property
    def after(self) -> Amount:
        """Under the new rules, of what can be compared."""
        return sum((line.after for line in self.lines), NOTHING)

    @property
    def lost(self) -> Amount:
        """What earned under the old rules and has no worth under the new ones."""
        return self.before - self.comparable_before


def compare_nation(
    old: Definition, new: Definition, lineage: Lineage, many: Sequence[PracticeInputs]
) -> NationComparison:
    """Calculate a country's counts of the old year under both rules: `compare`, added up.

    Raises CalculationError as `Basis.of` does.
    """
    first = _Side(Basis.of(old, many))
    moved = [restated(old, new, lineage, inputs)[0] for inputs in many]
    second = _Side(Basis.of(new, moved))
    changes = np.zeros(len(many), np.int64)
    lines = []
    for (one, name), before, after in _places(lineage, first, second):
        both = first.there[:, before] & second.there[:, after]
        old_sums, pence = first.summed(both, before)
        new_sums, pennies = second.summed(both, after)
        changes[both] += pennies - pence
        lines.append(
            Summed(
                old=one,
                new=name,
                before=old_sums,
                after=new_sums,
                practices=int(both.sum()),
                left_out=int(first.there[:, before].sum() - both.sum()),
            )
        )
    points, pence = first.points.sum(), first.pence.sum()
    return NationComparison(
        lines=tuple(lines),
        before=Amount(Fraction(int(points), first.scale), int(pence)),
        codes=first.codes,
        changes=tuple(changes.tolist()),
    )


class _Side:
    """A country under one year's rules, a column for each indicator."""

    def __init__(self, basis: Basis) -> None:
        self.codes = basis.codes
        self.scale = 10**basis.definition.rounding.points_places
        self.ids = [formula.indicator.id for formula in basis.formulas[: basis.base]]
        self.there = basis.folded(basis.present.astype(np.int64)) > 0
        self.points = basis.folded(basis.amounts.points)
        self.pence = basis.folded(basis.amounts.pence)

    def summed(self, rows: Mask, place: int) -> tuple[Amount, Numbers]:
        """What an indicator is worth in some practices, and the pence of each."""
        points, pence = self.points[rows, place], self.pence[rows, place]
        return Amount(Fraction(int(points.sum()), self.scale), int(pence.sum())), pence


def _places(
    lineage: Lineage, first: _Side, second: _Side
) -> Iterator[tuple[tuple[str, str], int, int]]:
    """Each pair with the places of its two indicators."""
    old = {name: place for place, name in enumerate(first.ids)}
    new = {name: place for place, name in enumerate(second.ids)}
    for one, name in lineage.pairs:
        yield (one, name), old[one], new[name]
