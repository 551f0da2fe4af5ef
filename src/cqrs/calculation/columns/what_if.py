"""What-if for a country or a part of it: only the indicators that a scenario moves are calculated.

The same scenario gives to the penny what `cqrs.calculation.what_if` gives provider by provider.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from cqrs.calculation.columns.basis import Basis, Mask, all_formulas
from cqrs.calculation.columns.plan import Amounts
from cqrs.calculation.columns.query import Numbers
from cqrs.calculation.difference import Amount
from cqrs.calculation.kinds import Formula
from cqrs.calculation.scenario import (
    EVERY,
    LIMITS,
    CountChange,
    Scenario,
    ScenarioError,
    Shift,
    check_counts,
    supposed_reference,
    supposed_rules,
)
from cqrs.calculation.statement import Reference
from cqrs.calculation.what_if import Moved
from cqrs.definitions.faults import Fault
from cqrs.values import Pence, canonical_json, digest

SHARES = (0, 10, 25, 50, 75, 90, 100)
"""The percentages of providers whose changes are told: least, quarters, middle, most."""


@dataclass(frozen=True)
class NationOutcome:
    """A country before and after: totals, indicators, and every provider's change."""

    before: Amount
    after: Amount
    indicators: tuple[Moved, ...]
    codes: tuple[str, ...]
    changes: tuple[Pence, ...]
    """What each provider gains or loses, in the order of the codes."""
    held: int
    """Counts that couldn't change as far as supposed, since they had reached what they can be."""

    @property
    def winners(self) -> int:
        """Providers that gain."""
        return sum(change > 0 for change in self.changes)

    @property
    def losers(self) -> int:
        """Providers that lose."""
        return sum(change < 0 for change in self.changes)

    @cached_property
    def ranked(self) -> tuple[tuple[Pence, str], ...]:
        """Every change with its provider, from the largest loss to the largest gain."""
        return tuple(sorted(zip(self.changes, self.codes, strict=True)))

    def spread(self) -> Mapping[int, Pence]:
        """The change that so many percent of providers don't exceed."""
        last = len(self.ranked) - 1
        return {share: self.ranked[last * share // 100][0] for share in SHARES}


def what_if_nation(
    basis: Basis, scenario: Scenario, *, codes: Sequence[str] = (), restrike: bool = False
) -> NationOutcome:
    """What a scenario does to a country, or to the providers named.

    England's figures stay as they are, unless the scenario supposes others or `restrike` pools
    them anew from the supposed counts and lists of all that are asked. Raises ScenarioError,
    CalculationError, and Overflow or BoundsError for numbers beyond what the rules declare.
    """
    before = basis.part(codes) if codes else basis
    after, held = suppose(before, scenario, restrike=restrike)
    moved = _moved(before, after)
    fresh = after.calculated(moved) if moved else None
    return _outcome(before, moved, fresh, after.scale, held)


def suppose(basis: Basis, scenario: Scenario, *, restrike: bool) -> tuple[Basis, int]:
    """The country as the scenario has it, and how many counts were held at their limit."""
    definition = supposed_rules(basis.definition, scenario.rules)
    _refuse_other_counts(basis.formulas, all_formulas(definition))
    check_counts(definition, scenario)
    supposed, held = replace(basis, definition=definition), 0
    if scenario.counts:
        supposed, held = _counted(supposed, scenario.counts)
    for shift in scenario.lists:
        supposed = replace(supposed, lists=_shifted(supposed.lists, shift))
    if (supposed.lists < 1).any():
        code = basis.codes[int(np.flatnonzero(supposed.lists < 1)[0])]
        words = f"{code} would have no patients. Suppose at least 1"
        raise ScenarioError([Fault("list", words)])
    reference = basis.reference
    if restrike:
        struck = supposed.struck()
        content = {name: list(figures) for name, figures in struck.items()}
        reference = Reference(struck, "provisional", digest(canonical_json(content)))
    return replace(supposed, reference=supposed_reference(reference, scenario.national)), held


def _refuse_other_counts(old: Sequence[Formula], new: Sequence[Formula]) -> None:
    for before, after in zip(old, new, strict=True):
        if set(before.given) != set(after.given):
            words = (
                "this changes what is counted, which can't be supposed of a country. Suppose "
                "figures, or ask for one practice"
            )
            raise ScenarioError([Fault(f"indicators.{after.indicator.id}", words)])


def _counted(supposed: Basis, changes: Sequence[CountChange]) -> tuple[Basis, int]:
    counts = {name: column.copy() for name, column in supposed.counts.items()}
    fixed: set[tuple[int, str]] = set()
    for change in changes:
        for name, places in _places(supposed.formulas, change).items():
            counts[name][:, places] = _shifted(counts[name][:, places], change.shift)
            if change.shift.how == "to":
                fixed |= {(place, name) for place in places}
    held = _hold(supposed, counts, fixed)
    return replace(supposed, counts=counts), held


def _places(made: Sequence[Formula], change: CountChange) -> dict[str, list[int]]:
    """Where the counts of a change stand: by input, the places of the indicators."""
    found: dict[str, list[int]] = {}
    for place, formula in enumerate(made):
        fields = formula.indicator.fields
        for (indicator, field), name in formula.given:
            meant = change.field == (field if change.field in fields else fields[field].kind)
            if meant and change.indicator in (EVERY, indicator):
                found.setdefault(name, []).append(place)
    return found


def _hold(basis: Basis, counts: dict[str, Numbers], fixed: set[tuple[int, str]]) -> int:
    held = 0
    for part, whole in LIMITS:
        if part not in counts or whole not in counts:
            continue
        known = basis.known[part] & basis.known[whole]
        over = known & (counts[part] > counts[whole])
        for place in np.flatnonzero(over.any(axis=0)):
            if (int(place), part) in fixed:
                _refuse(basis, counts, int(place), part, whole, over[:, place])
        counts[part] = np.where(over, counts[whole], counts[part])
        held += int(over[:, : basis.base].sum())
    return held


def _refuse(
    basis: Basis,
    counts: dict[str, Numbers],
    place: int,
    part: str,
    whole: str,
    over: Mask,
) -> None:
    row = int(np.flatnonzero(over)[0])
    indicator = basis.formulas[place].indicator
    words = (
        f"{counts[part][row, place]:,} is more than the {whole}, which is "
        f"{counts[whole][row, place]:,} at {basis.codes[row]}. Suppose no more, or a change "
        "such as +5%"
    )
    raise ScenarioError([Fault(f"{indicator.id}.{part}", words)])


def _shifted(numbers: Numbers, shift: Shift) -> Numbers:
    """What `Shift.of` makes of each number; ScenarioError if the largest comes to too much."""
    shift.of(int(numbers.max(initial=0)))
    if shift.how == "to":
        return np.full_like(numbers, int(shift.number))
    if shift.how == "by":
        return np.maximum(numbers + int(shift.number), 0)
    # In 64 bits: what is divided is at most LARGEST, doubled, times 10^6 for the decimals.
    share = Fraction(100 + shift.number) / 100
    over, under = max(share.numerator, 0), share.denominator
    return (2 * numbers * over + under) // (2 * under)


def _moved(before: Basis, after: Basis) -> list[int]:
    """The places of the formulas that differ, or whose inputs do, where they count for anybody."""
    pairs = zip(before.formulas, after.formulas, strict=True)
    found = {
        place
        for place, (old, new) in enumerate(pairs)
        if old is not new and (old.pence != new.pence or old.points != new.points)
    }
    for name, column in after.counts.items():
        if column is not before.counts[name]:
            differs = (column != before.counts[name]).any(axis=0)
            found |= {int(place) for place in np.flatnonzero(differs)}
    lists = before.lists is not after.lists and bool((before.lists != after.lists).any())
    old_national, new_national = before.reference.national, after.reference.national
    for place, formula in enumerate(after.formulas):
        needed = formula.register_id
        national = needed and old_national.get(needed) != new_national.get(needed)
        if national or (lists and "list" in formula.needs):
            found.add(place)
    return sorted(found.intersection(after.live))


def _outcome(
    basis: Basis, moved: list[int], fresh: Amounts | None, scale: int, held: int
) -> NationOutcome:
    """Put together before and after; what was calculated afresh has points of 1/scale."""
    old = basis.amounts
    points = np.array([Fraction(each, basis.scale) for each in old.points.sum(axis=0).tolist()])
    pence = old.pence.sum(axis=0)
    new_points, new_pence = points.copy(), pence.copy()
    changes = np.zeros(len(basis.codes), np.int64)
    if fresh is not None:
        sums = fresh.points.sum(axis=0).tolist()
        new_points[moved] = [Fraction(each, scale) for each in sums]
        new_pence[moved] = fresh.pence.sum(axis=0)
        changes = fresh.pence.sum(axis=1) - old.pence[:, moved].sum(axis=1)
    columns = (basis.folded(sums) for sums in (points, pence, new_points, new_pence))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    given = basis.folded(basis.present.sum(axis=0)).tolist()
    indicators = tuple(
        Moved(formula.indicator.id, Amount(*row[:2]), Amount(*row[2:]))
        for formula, row, there in zip(basis.formulas, rows, given)
        if there
    )
    return NationOutcome(
        before=Amount(sum(points.tolist(), Fraction(0)), int(pence.sum())),
        after=Amount(sum(new_points.tolist(), Fraction(0)), int(new_pence.sum())),
        indicators=indicators,
        codes=basis.codes,
        changes=tuple(changes.tolist()),
        held=held,
    )
