"""The one validator: what a definition demands of a practice's counts, however they came in.

Sources: required fields and relations are CQRS's (numerator <= denominator, count <= register);
base population = denominator + everybody removed, since success is selected before any removal.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from cqrs.definitions import schema
from cqrs.definitions.counts.form import Key, PracticeCounts, Problem, shown
from cqrs.definitions.schema import Definition, FieldKind, Indicator
from cqrs.values import is_month_end

CORRECT = "Correct the wrong one in the source system and send both again"


def validate(definition: Definition, counts: PracticeCounts) -> list[Problem]:
    """Every problem of one practice's counts; none of severity error means they are accepted."""
    return list(Validator(definition).problems(counts))


def validate_all(definition: Definition, many: Iterable[PracticeCounts]) -> list[Problem]:
    """Every problem of many practices' counts, in their order."""
    validator = Validator(definition)
    return [problem for counts in many for problem in validator.problems(counts)]


def day_fault(definition: Definition, day: date) -> tuple[str, str] | None:
    """Why a date can't be an achievement date of the service, and what to do; None if it can."""
    if not is_month_end(day):
        words = f"the achievement date {day} is not the last day of a month"
        return words, "Send the counts as they stood at a month end"
    if day not in definition.year:
        words = f"the achievement date {day} is not in {definition.year}"
        return words, "Send the counts to the service of their own year"
    return None


def missing(definition: Definition, counts: PracticeCounts) -> tuple[str, ...]:
    """The paid indicators for which nothing at all was submitted, in the definition's order."""
    return tuple(i.id for i in definition.paid if i.id not in counts.indicators)


class Validator:
    """The demands of one definition, worked out once and asked of any number of practices."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._largest = definition.bounds.counts
        self._kinds: dict[Key, FieldKind] = {
            (indicator.id, name): known.kind
            for indicator in definition.indicators
            for name, known in indicator.fields.items()
        }
        self._checks = tuple(_Check(indicator) for indicator in definition.indicators)
        self._registers = _carried_registers(definition)
        self._within = _registers_within_registers(definition)

    def problems(self, counts: PracticeCounts) -> Iterator[Problem]:
        """Problems of the date and the single values first, then of how the values agree."""
        yield from self._date(counts)
        faulty = list(self._values(counts))
        yield from faulty
        if faulty:
            return
        for check in self._checks:
            yield from check.problems(counts)
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
        kinds = self._kinds
        for key, value in counts.values.items():
            kind = kinds.get(key)
            if kind is None:
                yield self._unknown(counts, key)
            elif kind == "yes_no":
                if not isinstance(value, bool):
                    yield _of(counts, key, f"{value} is not a yes or no", "Answer yes or no")
            elif type(value) is not int or not 0 <= value <= self._largest:
                wanted = f"Give a whole number from 0 to {self._largest:,}"
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
        for name, keys in self._registers.items():
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
        for inner, outer in self._within:
            if given.get(inner, 0) > given.get(outer, self._largest):
                yield _of(
                    counts,
                    next(key for key in self._registers[inner] if key in values),
                    f"{given[inner]} people are on this register but only {given[outer]} on "
                    f"'{outer}', of which it is a part",
                    "Check both registers; the counts are accepted",
                    severity="warning",
                )


class _Check:
    """What one indicator demands: its required fields, and how its numbers agree."""

    def __init__(self, indicator: Indicator) -> None:
        self.indicator = indicator
        self.required = _required(indicator)
        self.severity: Literal["error", "warning"] = "error"
        if isinstance(indicator, schema.ManagementInformation):
            self.severity = "warning"
        self.numerator = indicator.field_of("numerator")
        self.denominator = indicator.field_of("denominator")
        self.register = indicator.field_of("register")
        self.count = indicator.field_of("count")
        self.removed = tuple((indicator.id, name) for name in indicator.removed_fields)
        self.on_register = (
            isinstance(indicator, schema.FractionIndicator)
            and indicator.base_population == "register"
        )

    def problems(self, counts: PracticeCounts) -> Iterator[Problem]:
        """The problems of this indicator; none where nothing of it was submitted."""
        ident = self.indicator.id
        if ident not in counts.indicators:
            return
        values = counts.values
        for name in self.required:
            if (ident, name) not in values:
                yield self._lacks(counts, name)
        yield from self._at_most(counts, self.numerator, self.denominator)
        yield from self._at_most(counts, self.count, self.register)
        if self.on_register:
            above = list(self._at_most(counts, self.denominator, self.register))
            yield from above or self._conservation(counts)

    def _lacks(self, counts: PracticeCounts, name: str) -> Problem:
        return Problem(
            words=f"{self.indicator.id} was submitted without its {name}",
            remedy=f"Add the {name}, or send nothing at all for {self.indicator.id}",
            file=counts.source,
            row=counts.row_of(self.indicator.id),
            practice_code=counts.practice_code,
            indicator=self.indicator.id,
            field=name,
        )

    def _at_most(
        self, counts: PracticeCounts, name: str | None, limit: str | None
    ) -> Iterator[Problem]:
        if name is None or limit is None:
            return
        key, bound = (self.indicator.id, name), (self.indicator.id, limit)
        values = counts.values
        if key in values and bound in values and values[key] > values[bound]:
            words = (
                f"the {name} {values[key]} is larger than the {limit} {values[bound]}"
                f"{_at(counts, bound)}"
            )
            yield _of(counts, key, words, CORRECT, severity=self.severity)

    def _conservation(self, counts: PracticeCounts) -> Iterator[Problem]:
        values, ident = counts.values, self.indicator.id
        register, denominator = (ident, self.register or ""), (ident, self.denominator or "")
        if register not in values or denominator not in values or not self.removed:
            return
        if not all(key in values for key in self.removed):
            return
        out = sum(values[key] for key in self.removed)
        if values[denominator] + out != values[register]:
            yield _of(
                counts,
                denominator,
                f"the {self.denominator} {values[denominator]} and the {out} patients removed make "
                f"{values[denominator] + out}, but the {self.register} is {values[register]}"
                f"{_at(counts, register)}",
                f"Everybody on the register is counted or removed, once. {CORRECT}",
            )


def _required(indicator: Indicator) -> tuple[str, ...]:
    """The fields without which a submitted indicator can't be paid."""
    kinds: tuple[FieldKind, ...] = ()
    match indicator:
        case schema.FractionIndicator():
            kinds = ("numerator", "denominator")
            if indicator.prevalence_adjusted.value:
                kinds += ("register",)
        case schema.RegisterIndicator():
            kinds = ("register",)
        case schema.YesNoIndicator():
            kinds = ("yes_no",)
        case schema.ItemOfServiceIndicator():
            counts = [name for name, field in indicator.fields.items() if field.kind == "count"]
            register = indicator.field_of("register")
            return (*counts, register) if register else tuple(counts)
        case schema.ThresholdPayment(of="percentage") | schema.ClawBackPayment():
            kinds = ("numerator", "denominator")
        case schema.ThresholdPayment() | schema.RetainerPayment():
            kinds = ("count",)
        case schema.CapitationPayment(of="count"):
            kinds = ("count",)
    return tuple(name for kind in kinds if (name := indicator.field_of(kind)) is not None)


def _carried_registers(definition: Definition) -> dict[str, tuple[Key, ...]]:
    """Each register by CQRS's name, with every place in which it may be repeated.

    Management information isn't such a place: it counts something of its own, such as those of
    the COPD register whose diagnosis spirometry confirmed, under the name of the register.
    """
    places: dict[str, list[Key]] = {}
    for indicator in definition.paid:
        for name, known in indicator.fields.items():
            if known.kind == "register":
                places.setdefault(name, []).append((indicator.id, name))
    return {name: tuple(keys) for name, keys in places.items()}


def _registers_within_registers(definition: Definition) -> tuple[tuple[str, str], ...]:
    """Registers that are a part of another, by their ids: HF_LVSD is a part of HF."""
    fields = {key: register.field for key, register in definition.registers.items()}
    pairs = ((key, key.rpartition("_")[0]) for key in fields)
    return tuple((fields[inner], fields[outer]) for inner, outer in pairs if outer in fields)


def _of(
    counts: PracticeCounts,
    key: Key,
    words: str,
    remedy: str,
    severity: Literal["error", "warning"] = "error",
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
