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

from cqrs.calculation.kinds import formulas
from cqrs.calculation.statement import (
    CalculationError,
    Line,
    PracticeInputs,
    Statement,
    calculate,
)
from cqrs.definitions.schema import CompositePayment, Definition
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

    Calculates again only indicators that more than one swap can move. Where the new counts lack
    what the old rules need, a swap moves nothing, and its part stands under the next: the rules.
    An indicator that ends where it began is unchanged, even where two swaps cancelled out.
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
    before, after = _lines(old), _lines(new)
    moved = {i for i in before.keys() | after.keys() if _moved(before.get(i), after.get(i))}
    swapped: tuple[Reason, ...] = ("counts",)
    reasons: dict[str, tuple[Reason, ...]] = dict.fromkeys(moved, swapped)
    steps: list[tuple[Reason, Worth]] = []
    if old is not None and new is not None:
        swapped = tuple(reason for reason in ORDER if _differs(reason, old, new))
        reasons = _reasons(swapped, old, new, moved)
        if not all(reasons.values()):
            raise DifferenceError(
                f"{code}: the figures differ, yet counts, list, prevalence and rules are the same. "
                "One of the sets was changed by hand or made by another version: replay both"
            )
        unclear = {indicator for indicator, many in reasons.items() if len(many) > 1}
        steps = _steps(swapped, old, new, unclear)
    return PracticeChange(
        practice_code=code,
        standing=_standing(old, new, bool(moved)),
        before=Amount(old.statement.points, old.statement.pence) if old else NOTHING,
        after=Amount(new.statement.points, new.statement.pence) if new else NOTHING,
        swapped=swapped,
        indicators=tuple(
            _change(indicator, before.get(indicator), after.get(indicator), many, steps)
            for indicator in {**after, **before}
            if (many := reasons.get(indicator)) is not None
        ),
        unchanged=len(before.keys() | after.keys()) - len(moved),
    )


def _standing(old: Calculated | None, new: Calculated | None, moved: bool) -> Standing:
    if old is None:
        return "new"
    if new is None:
        return "gone"
    return "changed" if moved else "unchanged"


def _lines(one: Calculated | None) -> dict[str, Line]:
    return {line.indicator: line for line in one.statement.lines} if one else {}


def _moved(old: Line | None, new: Line | None) -> bool:
    return old is None or new is None or old.pence != new.pence or old.points != new.points


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


def _reasons(
    swapped: tuple[Reason, ...], old: Calculated, new: Calculated, moved: set[str]
) -> dict[str, tuple[Reason, ...]]:
    """The swaps that can move each indicator at all; most have one, and need no calculation."""
    facts = old.inputs.facts != new.inputs.facts
    day = old.inputs.achievement_date != new.inputs.achievement_date
    if not moved or facts or day or _has_sums(old.definition) or _has_sums(new.definition):
        return dict.fromkeys(moved, swapped)
    first, second = old.inputs.values, new.inputs.values
    counted = {key[0] for key in first.keys() | second.keys() if first.get(key) != second.get(key)}
    was, now = old.inputs.reference.national, new.inputs.reference.national
    struck = {r for r in was.keys() | now.keys() if was.get(r) != now.get(r)}
    adjusted = {f.indicator.id for f in formulas(old.definition) if f.register_id in struck}
    reach: dict[Reason, set[str]] = {
        "counts": counted, "list": moved, "prevalence": adjusted, "rules": moved,
    }  # fmt: skip
    return {i: tuple(reason for reason in swapped if i in reach[reason]) for i in moved}


def _has_sums(definition: Definition) -> bool:
    """Whether an indicator is made of others, so that none can be calculated alone."""
    return any(isinstance(indicator, CompositePayment) for indicator in definition.paid)


def _steps(
    swapped: tuple[Reason, ...], old: Calculated, new: Calculated, unclear: set[str]
) -> list[tuple[Reason, Worth]]:
    """What the indicators with several reasons are worth after each swap but the last."""
    if not unclear:
        return []
    steps: list[tuple[Reason, Worth]] = []
    last = _worth(old.statement.lines)
    for reason in swapped[:-1]:
        inputs = _swapped_to(reason, old, new)
        if not _has_sums(old.definition):
            own = {key: value for key, value in inputs.values.items() if key[0] in unclear}
            inputs = replace(inputs, values=own)
        last = _worth_under_old_rules(old.definition, inputs, last)
        steps.append((reason, last))
    return steps


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


def _change(
    indicator: str,
    old: Line | None,
    new: Line | None,
    reasons: tuple[Reason, ...],
    steps: list[tuple[Reason, Worth]],
) -> IndicatorChange:
    before, after = amount_of(old) if old else None, amount_of(new) if new else None
    way = [(reason, worth.get(indicator, NOTHING)) for reason, worth in steps]
    parts: dict[Reason, Amount] = {}
    last = before or NOTHING
    for reason, now in [*(way if len(reasons) > 1 else []), (reasons[-1], after or NOTHING)]:
        if now != last:
            parts[reason] = parts.get(reason, NOTHING) + now - last
        last = now
    return IndicatorChange(indicator, before, after, parts)


def amount_of(line: Line) -> Amount:
    """What a line is worth; where pounds are paid the points are nought."""
    return Amount(line.points or Fraction(0), line.pence)


def worth_of(statement: Statement) -> Worth:
    """What each line of a statement is worth, by indicator."""
    return _worth(statement.lines)


def _worth(lines: Iterable[Line]) -> Worth:
    return {line.indicator: amount_of(line) for line in lines}


def _summed(many: Iterable[Parts]) -> Parts:
    found: dict[Reason, Amount] = {}
    for parts in many:
        for reason, amount in parts.items():
            found[reason] = found.get(reason, NOTHING) + amount
    return {reason: found[reason] for reason in ORDER if reason in found}
