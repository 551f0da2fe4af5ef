"""The one validator: what a definition demands of a practice's counts, however they came in.

What is demanded stands in `demands`; here it is asked of one practice and put into words.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from cqrs.definitions.counts.demands import AtMost, Conserved, OfIndicator, demands
from cqrs.definitions.counts.form import Key, PracticeCounts, Problem, shown
from cqrs.definitions.schema import Definition
from cqrs.values import is_month_end, month_of

Severity = Literal["error", "warning"]

CORRECT = "Correct the wrong one in the source system and send both again"


def validate(definition: Definition, counts: PracticeCounts) -> list[Problem]:
    """Every problem of one practice's counts; none of severity error means they are accepted."""
    return list(Validator(definition).problems(counts))


def validate_all(definition: Definition, many: Iterable[PracticeCounts]) -> list[Problem]:
    """Every problem of many practices' counts, in their order."""
    validator = Validator(definition)
    return [problem for counts in many for problem in validator.problems(counts)]


MONTHS_NAMED = {
    "monthly": ("any month end",),
    "quarterly": ("30 June", "30 September", "31 December", "31 March"),
    "yearly": ("31 March",),
}


def day_fault(definition: Definition, day: date) -> tuple[str, str] | None:
    """Why a date can't be an achievement date of the service, and what to do; None if it can."""
    if not is_month_end(day):
        words = f"the achievement date {day} is not the last day of a month"
        return words, "Send the counts as they stood at a month end"
    if day not in definition.year:
        words = f"the achievement date {day} is not in {definition.year}"
        return words, "Send the counts to the service of their own year"
    often = definition.collection.frequency
    if month_of(day) not in definition.collection.months:
        words = f"{definition.short_title} is collected {often}, and {day} ends no such period"
        return words, f"Send the counts of {' or '.join(MONTHS_NAMED[often])}"
    return None


def missing(definition: Definition, counts: PracticeCounts) -> tuple[str, ...]:
    """The paid indicators for which nothing at all was submitted, in the definition's order."""
    return tuple(i.id for i in definition.paid if i.id not in counts.indicators)


class Validator:
    """The demands of one definition, worked out once and asked of any number of practices."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._demands = demands(definition)

    def problems(self, counts: PracticeCounts) -> Iterator[Problem]:
        """Problems of the date and the single values first, then of how the values agree."""
        yield from self._date(counts)
        faulty = list(self._values(counts))
        yield from faulty
        if faulty:
            return
        for demanded in self._demands.indicators:
            if demanded.indicator in counts.indicators:
                yield from _disagreements(demanded, counts)
        yield from self._repeated(counts)

    def _date(self, counts: PracticeCounts) -> Iterator[Problem]:
        if fault := day_fault(self._definition, counts.achievement_date):
            yield Problem(
                words=fault[0],
                remedy=fault[1],
                file=counts.source,
                row=counts.rows[0] if counts.rows else None,
                practice_code=counts.practice_code,
                field="achievement date",
            )

    def _values(self, counts: PracticeCounts) -> Iterator[Problem]:
        kinds, largest = self._demands.kinds, self._demands.largest
        for key, value in counts.values.items():
            kind = kinds.get(key)
            if kind is None:
                yield self._unknown(counts, key)
            elif kind == "yes_no":
                if not isinstance(value, bool):
                    yield _of(counts, key, f"{value} is not a yes or no", "Answer yes or no")
            elif type(value) is not int or not 0 <= value <= largest:
                wanted = f"Give a whole number from 0 to {largest:,}"
                yield _of(counts, key, f"{shown(str(value))} is not a count", wanted)

    def _unknown(self, counts: PracticeCounts, key: Key) -> Problem:
        title = self._definition.short_title
        if key[0] in self._definition.by_id:
            words = f"'{shown(key[1])}' is not a field of {key[0]} in {title}"
            return _of(counts, key, words, "Correct the name of the field, or leave it out")
        words = f"'{shown(key[0])}' is not an indicator of {title}"
        return _of(counts, key, words, "Correct the indicator, or leave it out")

    def _repeated(self, counts: PracticeCounts) -> Iterator[Problem]:
        given: dict[str, int] = {}
        values = counts.values
        for name, keys in self._demands.registers.items():
            first: Key | None = None
            for key in keys:
                if key not in values:
                    continue
                if first is None:
                    first, given[name] = key, values[key]
                elif values[key] != given[name]:
                    yield _of(
                        counts,
                        key,
                        f"this register is {values[key]} here but {given[name]} under {first[0]}"
                        f"{_at(counts, first)}",
                        f"A register is one number in a practice. {CORRECT}",
                    )
        for inner, outer in self._demands.within:
            if given.get(inner, 0) > given.get(outer, self._demands.largest):
                yield _of(
                    counts,
                    next(key for key in self._demands.registers[inner] if key in values),
                    f"{given[inner]} people are on this register but only {given[outer]} on "
                    f"'{outer}', of which it is a part",
                    "Check both registers; the counts are accepted",
                    severity="warning",
                )


def _disagreements(demanded: OfIndicator, counts: PracticeCounts) -> Iterator[Problem]:
    """What an indicator of which something was submitted lacks, and where it disagrees."""
    for key in demanded.required:
        if key not in counts.values:
            yield _lacks(counts, key)
    severity: Severity = "warning" if demanded.only_warns else "error"
    for one in demanded.at_most:
        yield from _exceeds(counts, one, severity)
    if demanded.base is not None:
        above = list(_exceeds(counts, demanded.base, severity))
        yield from above
        if not above and demanded.conserved is not None:
            yield from _lost(counts, demanded.conserved)


def _lacks(counts: PracticeCounts, key: Key) -> Problem:
    indicator, name = key
    return Problem(
        words=f"{indicator} was submitted without its {name}",
        remedy=f"Add the {name}, or send nothing at all for {indicator}",
        file=counts.source,
        row=counts.row_of(indicator),
        practice_code=counts.practice_code,
        indicator=indicator,
        field=name,
    )


def _exceeds(counts: PracticeCounts, demand: AtMost, severity: Severity) -> Iterator[Problem]:
    values, part, whole = counts.values, demand.part, demand.whole
    if part in values and whole in values and values[part] > values[whole]:
        words = (
            f"the {part[1]} {values[part]} is larger than the {whole[1]} {values[whole]}"
            f"{_at(counts, whole)}"
        )
        yield _of(counts, part, words, CORRECT, severity=severity)


def _lost(counts: PracticeCounts, demand: Conserved) -> Iterator[Problem]:
    values, denominator, register = counts.values, demand.denominator, demand.register
    if not all(key in values for key in (denominator, register, *demand.removed)):
        return
    out = sum(values[key] for key in demand.removed)
    if values[denominator] + out != values[register]:
        yield _of(
            counts,
            denominator,
            f"the {denominator[1]} {values[denominator]} and the {out} patients removed make "
            f"{values[denominator] + out}, but the {register[1]} is {values[register]}"
            f"{_at(counts, register)}",
            f"Everybody on the register is counted or removed, once. {CORRECT}",
        )


def _of(
    counts: PracticeCounts,
    key: Key,
    words: str,
    remedy: str,
    severity: Severity = "error",
) -> Problem:
    return Problem(
        severity=severity,
        words=words,
        remedy=remedy,
        file=counts.source,
        row=counts.row_of(*key),
        practice_code=counts.practice_code,
        indicator=key[0],
        field=key[1],
    )


def _at(counts: PracticeCounts, key: Key) -> str:
    row = counts.row_of(*key)
    return f" (row {row})" if row else ""
