"""The same counts under the rules of two years: what a change of rules is worth.

An indicator of the old year is worth something under the new rules where it still exists, under
its id or as the one that follows it. Everything else is told apart: what was retired, what is new
and nobody has counted yet, and what counts other patients than before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cqrs.calculation.difference import NOTHING, Amount, amount_of
from cqrs.calculation.statement import (
    CalculationError,
    Key,
    PracticeInputs,
    Values,
    calculate,
    chosen,
    numbers_of,
)
from cqrs.definitions.diff import Lineage
from cqrs.definitions.schema import Definition, FieldKind, Indicator

CARRIED: tuple[FieldKind, ...] = ("numerator", "denominator", "register", "yes_no", "count")
"""Fields that carry over by what they are, where the years call them differently."""


@dataclass(frozen=True)
class Compared:
    """One indicator under both years' rules. None: it isn't there, or can't be compared."""

    old: str | None
    new: str | None
    before: Amount | None
    after: Amount | None
    reason: str
    """Why there is nothing to compare; empty where there is."""

    @property
    def comparable(self) -> bool:
        """Whether both sides are the worth of the same counts."""
        return not self.reason

    @property
    def change(self) -> Amount:
        """After less before, of what can be compared."""
        return (self.after or NOTHING) - (self.before or NOTHING) if self.comparable else NOTHING


@dataclass(frozen=True)
class Comparison:
    """A practice's counts under both years' rules, indicator by indicator."""

    practice_code: str
    lines: tuple[Compared, ...]
    before: Amount
    """All that the counts earn under the old rules, comparable or not."""
    after: Amount
    """All that the same counts earn under the new rules."""

    @property
    def comparable_before(self) -> Amount:
        """Under the old rules, of what can be compared."""
        return sum((line.before or NOTHING for line in self.lines if line.comparable), NOTHING)

    @property
    def lost(self) -> Amount:
        """What earned under the old rules and has no worth under the new ones."""
        return self.before - self.comparable_before


def compare(
    old: Definition, new: Definition, lineage: Lineage, inputs: PracticeInputs
) -> Comparison:
    """Calculate counts of the old year under both rules; `inputs` are those of the old year.

    List and national prevalence are taken as they are: only the rules differ. Raises
    CalculationError where the counts don't suffice for the old rules.
    """
    before = {line.indicator: amount_of(line) for line in calculate(old, inputs).lines}
    moved, refused = restated(old, new, lineage, inputs)
    after = {line.indicator: amount_of(line) for line in calculate(new, moved).lines}
    return Comparison(
        practice_code=inputs.practice_code,
        lines=tuple(_lines(lineage, before, after, refused)),
        before=sum(before.values(), NOTHING),
        after=sum(after.values(), NOTHING),
    )


def _lines(
    lineage: Lineage,
    before: dict[str, Amount],
    after: dict[str, Amount],
    refused: dict[str, str],
) -> Iterator[Compared]:
    for one, name in lineage.pairs:
        reason = refused.get(name, "")
        if one not in before:
            reason = "no counts of it were given"
        elif name not in after and not reason:
            reason = "the new rules need counts that the old year has not"
        yield Compared(one, name, before.get(one), after.get(name), reason)
    for name, several in lineage.merged:
        told = " and ".join(several)
        yield Compared(None, name, None, None, f"it follows {told}, which counted other patients")
        for one in several:
            if one in before:
                yield Compared(one, None, before[one], None, f"it became part of {name}")
    for one in lineage.retired:
        if one in before:
            yield Compared(one, None, before[one], None, "it is retired")
    for name in lineage.new:
        if name in after:
            yield Compared(None, name, None, after[name], "it is new and needs no counts")
        else:
            yield Compared(None, name, None, None, "it is new: nobody has counted it yet")


def restated(
    old: Definition, new: Definition, lineage: Lineage, inputs: PracticeInputs
) -> tuple[PracticeInputs, dict[str, str]]:
    """The inputs as the new year would have them, and why indicators (new id) are left out.

    The list keeps its size and bears the date that the new rules name: the same patients, a year
    on.
    """
    values: dict[Key, int] = {}
    for one, name in lineage.pairs:
        values |= _carried(old.by_id[one], new.by_id[name], inputs.values)
    moved = replace(
        inputs,
        achievement_date=_same_month(inputs.achievement_date, new),
        list_date=new.list_size_date or inputs.list_date,
        values=values,
    )
    refused = {}
    given = {name for name, _ in values}
    for formula in chosen(new, moved):
        if formula.indicator.id in given:
            try:
                numbers_of(formula, moved)
            except CalculationError as error:
                refused[formula.indicator.id] = str(error)
    kept = {key: value for key, value in values.items() if key[0] not in refused}
    return replace(moved, values=kept), refused


def _carried(old: Indicator, new: Indicator, values: Values) -> Values:
    """The counts of an indicator under the new names of its fields."""
    names = {name: name for name in old.fields if name in new.fields}
    for kind in CARRIED:
        one, other = old.field_of(kind), new.field_of(kind)
        if one is not None and other is not None and one not in names:
            names[one] = other
    return {
        (new.id, name): values[old.id, field]
        for field, name in names.items()
        if (old.id, field) in values
    }


def _same_month(day: date, new: Definition) -> date:
    """The month end of the new year that stands where `day` stands in its own year."""
    year = new.year.starts_in + (day.month < 4)
    following = date(year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)
