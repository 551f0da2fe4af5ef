"""What changed between two result sets of one service, and why: counts, list, prevalence or rules.

After a re-extraction everybody asks "why is it another figure?". One ingredient is swapped at a
time, always in this order: counts (and facts about the provider), then the list, then England's
prevalence, then the rules. What each swap moves is its part, so the parts of an indicator, a
practice or the nation add up to the whole change, to the penny. Another order would give other
parts of the same whole: where counts and list both rise, the list is paid on the new counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

from cqrs.calculation.statement import (
    CalculationError,
    Line,
    PracticeInputs,
    Statement,
    calculate,
)
from cqrs.definitions.schema import Definition
from cqrs.values import Pence

Reason = Literal["counts", "list", "prevalence", "rules"]
ORDER: tuple[Reason, ...] = ("counts", "list", "prevalence", "rules")
"""The order in which the ingredients are swapped."""

Standing = Literal["changed", "unchanged", "new", "gone"]


class DifferenceError(Exception):
    """The two sets can't be compared; says why and what to do."""


@dataclass(frozen=True)
class Calculated:
    """One practice of a result set: its rules, what went in, and the statement that came out."""

    definition: Definition
    inputs: PracticeInputs
    statement: Statement


@dataclass(frozen=True)
class Amount:
    """Points and pence; an item of service has no points, which counts as nought."""

    points: Fraction = Fraction(0)
    pence: Pence = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.points + other.points, self.pence + other.pence)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.points - other.points, self.pence - other.pence)


NOTHING = Amount()
Parts = Mapping[Reason, Amount]
"""What each swap moved: only the ingredients that moved something, in ORDER."""
Worth = dict[str, Amount]
"""What each indicator is worth, by its id."""


@dataclass(frozen=True)
class IndicatorChange:
    """One indicator whose points or pence changed. None: it had no line in that set."""

    indicator: str
    before: Amount | None
    after: Amount | None
    parts: Parts

    @property
    def change(self) -> Amount:
        """After less before."""
        return (self.after or NOTHING) - (self.before or NOTHING)


@dataclass(frozen=True)
class PracticeChange:
    """One practice in both sets, or in one of them: "new" or "gone", all of it for its counts."""

    practice_code: str
    standing: Standing
    before: Amount
    after: Amount
    swapped: tuple[Reason, ...]
    """The ingredients that differ, whether or not they moved anything."""
    indicators: tuple[IndicatorChange, ...]
    """Those that changed, in the order of the newer rules."""
    unchanged: int
    """How many indicators did not change."""

    @property
    def change(self) -> Amount:
        """After less before."""
        return self.after - self.before

    @cached_property
    def parts(self) -> Parts:
        """What each swap moved, over all indicators."""
        return _summed(change.parts for change in self.indicators)


@dataclass(frozen=True)
class Difference:
    """Every practice of either set by its code, and the sums."""

    service: str
    practices: tuple[PracticeChange, ...]
    counted: Mapping[Standing, int] = field(default_factory=dict)
    """How many practices stand how: changed, unchanged, new, gone."""

    @cached_property
    def before(self) -> Amount:
        """The older set in all."""
        return sum((practice.before for practice in self.practices), NOTHING)

    @cached_property
    def after(self) -> Amount:
        """The newer set in all."""
        return sum((practice.after for practice in self.practices), NOTHING)

    @property
    def change(self) -> Amount:
        """After less before."""
        return self.after - self.before

    @cached_property
    def parts(self) -> Parts:
        """What each swap moved, over all practices."""
        return _summed(practice.parts for practice in self.practices)


def difference(old: Iterable[Calculated], new: Iterable[Calculated]) -> Difference:
    """Compare two result sets of one service and year, practice by practice.

    Calculates again only where more than one ingredient differs. Where the new counts lack what
    the old rules need, the swap moves nothing and its part stands under the rules.
    Raises DifferenceError when a practice stands twice, when the sets are of different services,
    or when figures differ though nothing that goes into them does.
    """
    before, after = _by_practice(old, "older"), _by_practice(new, "newer")
    services = {one.definition.id for one in (*before.values(), *after.values())}
    if len(services) > 1:
        raise DifferenceError(
            f"These are results of {' and of '.join(sorted(services))}: compare two sets of one "
            "service and year"
        )
    practices = tuple(
        _practice(code, before.get(code), after.get(code))
        for code in sorted(before.keys() | after.keys())
    )
    counted: dict[Standing, int] = dict.fromkeys(("changed", "unchanged", "new", "gone"), 0)
    for practice in practices:
        counted[practice.standing] += 1
    return Difference(next(iter(services), ""), practices, counted)


def _by_practice(results: Iterable[Calculated], which: str) -> dict[str, Calculated]:
    found: dict[str, Calculated] = {}
    for one in results:
        code = one.inputs.practice_code
        if code in found:
            raise DifferenceError(
                f"{code} stands twice in the {which} set: keep one result of each practice"
            )
        found[code] = one
    return found


def _practice(code: str, old: Calculated | None, new: Calculated | None) -> PracticeChange:
    if old is None or new is None:
        return _on_one_side(code, old, new)
    before, after = _worth(old.statement.lines), _worth(new.statement.lines)
    swapped = tuple(reason for reason in ORDER if _differs(reason, old, new))
    if before == after:
        changes: tuple[IndicatorChange, ...] = ()
    elif swapped:
        changes = _changes(before, after, _steps(swapped, old, new, before, after))
    else:
        raise DifferenceError(
            f"{code}: the figures differ, yet counts, list, prevalence and rules are the same. One "
            "of the sets was changed by hand or made by another version: replay both"
        )
    return PracticeChange(
        practice_code=code,
        standing="changed" if changes else "unchanged",
        before=_total(before),
        after=_total(after),
        swapped=swapped,
        indicators=changes,
        unchanged=len(before.keys() | after.keys()) - len(changes),
    )


def _on_one_side(code: str, old: Calculated | None, new: Calculated | None) -> PracticeChange:
    before = _worth(old.statement.lines) if old else {}
    after = _worth(new.statement.lines) if new else {}
    return PracticeChange(
        practice_code=code,
        standing="gone" if old else "new",
        before=_total(before),
        after=_total(after),
        swapped=("counts",),
        indicators=_changes(before, after, [("counts", after)]),
        unchanged=0,
    )


def _differs(reason: Reason, old: Calculated, new: Calculated) -> bool:
    match reason:
        case "counts":
            return _without_counts(old.inputs, new.inputs) != new.inputs
        case "list":
            return old.inputs.registered_list != new.inputs.registered_list
        case "prevalence":
            return old.inputs.reference.national != new.inputs.reference.national
        case "rules":
            return old.definition.digest != new.definition.digest


def _without_counts(old: PracticeInputs, new: PracticeInputs) -> PracticeInputs:
    """The old inputs with all that isn't counts or facts from the new ones."""
    return replace(
        old,
        achievement_date=new.achievement_date,
        registered_list=new.registered_list,
        list_date=new.list_date,
        submission_digest=new.submission_digest,
        reference=new.reference,
    )


def _steps(
    swapped: tuple[Reason, ...], old: Calculated, new: Calculated, before: Worth, after: Worth
) -> list[tuple[Reason, Worth]]:
    """What each indicator is worth after each swap; the last swap gives the new statement."""
    steps: list[tuple[Reason, Worth]] = []
    last = before
    for reason in swapped[:-1]:
        last = _worth_under_old_rules(old.definition, _swapped_to(reason, old, new), last)
        steps.append((reason, last))
    return [*steps, (swapped[-1], after)]


def _swapped_to(reason: Reason, old: Calculated, new: Calculated) -> PracticeInputs:
    """The new inputs up to this swap, the old ones after it; dated as the old rules want them."""
    inputs = replace(new.inputs, list_date=old.inputs.list_date)
    if reason == "counts":
        inputs = replace(inputs, registered_list=old.inputs.registered_list)
    if reason in ("counts", "list"):
        inputs = replace(inputs, reference=old.inputs.reference)
    return inputs


def _worth_under_old_rules(rules: Definition, inputs: PracticeInputs, before: Worth) -> Worth:
    """Indicators that the old rules can't work out keep what they were worth before."""
    try:
        return _worth(calculate(rules, inputs).lines)
    except CalculationError:
        lost = {i.id for i in rules.paid if not _calculable(rules, inputs, i.id)}
    rest = {key: value for key, value in inputs.values.items() if key[0] not in lost}
    try:
        found = _worth(calculate(rules, replace(inputs, values=rest)).lines)
    except CalculationError:
        return before
    return found | {indicator: before[indicator] for indicator in lost if indicator in before}


def _calculable(rules: Definition, inputs: PracticeInputs, indicator: str) -> bool:
    own = {key: value for key, value in inputs.values.items() if key[0] == indicator}
    try:
        calculate(rules, replace(inputs, values=own))
    except CalculationError:
        return False
    return True


def _changes(
    before: Worth, after: Worth, steps: list[tuple[Reason, Worth]]
) -> tuple[IndicatorChange, ...]:
    found = []
    for indicator in {**after, **before}:
        old, new = before.get(indicator), after.get(indicator)
        if old == new:
            continue
        parts: dict[Reason, Amount] = {}
        last = old or NOTHING
        for reason, worth in steps:
            now = worth.get(indicator, NOTHING)
            if now != last:
                parts[reason] = now - last
            last = now
        found.append(IndicatorChange(indicator, old, new, parts))
    return tuple(found)


def _worth(lines: Iterable[Line]) -> Worth:
    return {line.indicator: Amount(line.points or Fraction(0), line.pence) for line in lines}


def _total(worth: Worth) -> Amount:
    return sum(worth.values(), NOTHING)


def _summed(many: Iterable[Parts]) -> Parts:
    found: dict[Reason, Amount] = {}
    for parts in many:
        for reason, amount in parts.items():
            found[reason] = found.get(reason, NOTHING) + amount
    return {reason: found[reason] for reason in ORDER if reason in found}
