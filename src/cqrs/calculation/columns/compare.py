"""The same counts under the rules of two years, for a whole country at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from cqrs.calculation.columns.nation import Nation
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

    Raises CalculationError as `Nation.of` does.
    """
    first = Nation.of(old, many)
    second = Nation.of(new, [restated(old, new, lineage, inputs)[0] for inputs in many])
    changes = np.zeros(len(many), np.int64)
    lines = []
    scale = 10**old.rounding.points_places, 10**new.rounding.points_places
    for (one, name), before, after in _places(lineage, first, second):
        both = first.present[:, before] & second.present[:, after]
        points, pence = first.amounts.points[both, before], first.amounts.pence[both, before]
        more, pennies = second.amounts.points[both, after], second.amounts.pence[both, after]
        changes[both] += pennies - pence
        lines.append(
            Summed(
                old=one,
                new=name,
                before=Amount(Fraction(int(points.sum()), scale[0]), int(pence.sum())),
                after=Amount(Fraction(int(more.sum()), scale[1]), int(pennies.sum())),
                practices=int(both.sum()),
                left_out=int(first.present[:, before].sum() - both.sum()),
            )
        )
    whole = first.amounts
    return NationComparison(
        lines=tuple(lines),
        before=Amount(Fraction(int(whole.points.sum()), scale[0]), int(whole.pence.sum())),
        codes=first.codes,
        changes=tuple(int(change) for change in changes),
    )


def _places(
    lineage: Lineage, first: Nation, second: Nation
) -> Iterator[tuple[tuple[str, str], int, int]]:
    """Each pair with the places of its two indicators."""
    old = {formula.indicator.id: place for place, formula in enumerate(first.formulas)}
    new = {formula.indicator.id: place for place, formula in enumerate(second.formulas)}
    for one, name in lineage.pairs:
        yield (one, name), old[one], new[name]
