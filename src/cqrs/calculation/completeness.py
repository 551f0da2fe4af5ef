"""Whether enough counts are in for national prevalence to become final.

In 2014/15 one supplier left 31 March out: England's prevalence was struck without its practices,
and every practice in the country was paid about 2 % wrongly. So a supplier that is missing as a
whole always blocks, however small it is; single practices only beyond a share agreed beforehand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cqrs.calculation.prevalence import registers_needed
from cqrs.calculation.statement import Values
from cqrs.definitions.schema import Definition
from cqrs.values import day_words

NAMED = 5
FEWEST_EXPECTED = 5
"""So many people, by the other suppliers' average, are not missing from a register by chance."""


@dataclass(frozen=True)
class Expected:
    """A practice that takes part. Its supplier is empty where nobody knows it."""

    practice_code: str
    name: str
    supplier: str


@dataclass(frozen=True)
class Received:
    """What a practice sent: the day its counts are of, and the counts."""

    achievement_date: date
    values: Values


@dataclass(frozen=True)
class Arrivals:
    """How many practices of a supplier take part, and how many have sent counts of the day."""

    supplier: str
    expected: int
    received: int

    @property
    def is_missing(self) -> bool:
        """Nothing of a known supplier is there."""
        return bool(self.supplier) and self.expected > 0 and self.received == 0


@dataclass(frozen=True)
class Completeness:
    """What is in, what isn't, and why national prevalence may not become final, if so."""

    achievement_date: date
    agreed_share: Fraction
    suppliers: tuple[Arrivals, ...]
    absent: tuple[Expected, ...]
    """Practices without counts of the day, by their code."""
    other_dates: Mapping[str, date]
    """Those of them that sent counts of another day, by their code."""
    silent_registers: Mapping[str, tuple[str, ...]]
    """Registers on which a supplier that did send counts has nobody, in any of its practices."""

    @property
    def expected(self) -> int:
        """How many practices take part."""
        return sum(one.expected for one in self.suppliers)

    @property
    def may_be_final(self) -> bool:
        """Whether nothing that must be there is missing."""
        return not self.refusal

    @property
    def refusal(self) -> str:
        """Why not: sentences that name suppliers, numbers and some practices. Empty when it may."""
        return " ".join((*self._suppliers(), *self._practices(), *self._registers()))

    def _suppliers(self) -> Iterator[str]:
        for one in self.suppliers:
            if not one.is_missing:
                continue
            theirs = [p for p in self.absent if p.supplier == one.supplier]
            none = f"none of its {one.expected:,} practices"
            who = none if one.expected > 1 else "its only practice"
            verb = "has" if one.expected > 1 else "has not"
            yield (
                f"{one.supplier} is missing as a whole: {who} {verb} sent counts of "
                f"{day_words(self.achievement_date)}{self._of_other_days(theirs)}: "
                f"{_named(theirs)}."
            )

    def _practices(self) -> Iterator[str]:
        if too_many(len(self.absent), self.expected, self.agreed_share):
            number = len(self.absent)
            who = "1 practice that takes part has" if number == 1 else (
                f"{number:,} practices that take part have"
            )  # fmt: skip
            agreed = f", more than the {_share(self.agreed_share)} that was agreed"
            yield (
                f"{who} sent nothing{self._of_other_days(self.absent)}"
                f"{agreed if self.agreed_share else ''}: {_named(self.absent)}."
            )

    def _registers(self) -> Iterator[str]:
        for supplier, registers in self.silent_registers.items():
            many = "registers" if len(registers) > 1 else "register"
            yield (
                f"{supplier} has nobody on the {many} {' and '.join(registers)} in any of its "
                "practices."
            )

    def _of_other_days(self, practices: Sequence[Expected]) -> str:
        days = sorted({self.other_dates[p.practice_code] for p in practices
                       if p.practice_code in self.other_dates})  # fmt: skip
        return f" (but of {' and '.join(day_words(day) for day in days)})" if days else ""


def completeness(
    definition: Definition,
    achievement_date: date,
    expected: Iterable[Expected],
    received: Mapping[str, Received],
    agreed_share: Fraction,
) -> Completeness:
    """Compare who takes part with what came, by practice code.

    `agreed_share` is the share of practices that may be missing, such as 1/200; 0 asks for all.
    Counts of another day count as missing. ValueError for a share that isn't from 0 to under 1.
    """
    if not 0 <= agreed_share < 1:
        raise ValueError(f"{agreed_share} is not a share: agree on 0, or a part such as 1/200")
    practices = sorted(expected, key=lambda one: one.practice_code)
    day = {code: one for code, one in received.items() if one.achievement_date == achievement_date}
    groups: dict[str, list[Expected]] = {}
    for practice in practices:
        groups.setdefault(practice.supplier, []).append(practice)
    present = {
        supplier: [day[p.practice_code].values for p in members if p.practice_code in day]
        for supplier, members in groups.items()
    }
    absent = tuple(p for p in practices if p.practice_code not in day)
    return Completeness(
        achievement_date=achievement_date,
        agreed_share=agreed_share,
        suppliers=tuple(
            Arrivals(supplier, len(groups[supplier]), len(present[supplier]))
            for supplier in sorted(groups)
        ),
        absent=absent,
        other_dates={
            p.practice_code: received[p.practice_code].achievement_date
            for p in absent
            if p.practice_code in received
        },
        silent_registers=_silent_registers(definition, present),
    )


def too_many(absent: int, expected: int, agreed_share: Fraction) -> bool:
    """Whether more than the agreed share is missing: 32 of 6,300 at 1/200 are, 31 aren't."""
    return absent > agreed_share * expected


def in_short(suppliers: Sequence[Arrivals], agreed_share: Fraction) -> str:
    """What stops national prevalence from being final, as far as arrivals tell, in one phrase."""
    expected = sum(one.expected for one in suppliers)
    absent = expected - sum(one.received for one in suppliers)
    whole = [one.supplier for one in suppliers if one.is_missing]
    if not whole and not too_many(absent, expected, agreed_share):
        return ""
    have = "has" if absent == 1 else "have"
    words = f"{absent:,} of {expected:,} practices {have} sent nothing"
    if whole:
        names = whole[0] if len(whole) == 1 else f"{', '.join(whole[:-1])} and {whole[-1]}"
        words += f"; {names} {'is' if len(whole) == 1 else 'are'} missing as a whole"
    return words


def _silent_registers(
    definition: Definition, present: Mapping[str, Sequence[Values]]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for register_id, keys in registers_needed(definition).items():
        given = {
            supplier: [
                people
                for values in many
                if (people := next((values[key] for key in keys if key in values), None))
                is not None
            ]
            for supplier, many in present.items()
            if many
        }
        for supplier in sorted(given):
            if supplier and _is_silent(supplier, given, len(present[supplier])):
                found.setdefault(supplier, []).append(register_id)
    return {supplier: tuple(registers) for supplier, registers in found.items()}


def _is_silent(supplier: str, given: Mapping[str, Sequence[int]], practices: int) -> bool:
    """Absent everywhere; or nought everywhere, where the others make that no chance."""
    if not given[supplier]:
        return True
    if any(given[supplier]):
        return False
    others = [people for other, many in given.items() if other != supplier for people in many]
    return not any(others) or sum(others) * practices >= FEWEST_EXPECTED * len(others)


def _named(practices: Sequence[Expected]) -> str:
    names = ", ".join(f"{p.name} ({p.practice_code})" for p in practices[:NAMED])
    return names + (" and others" if len(practices) > NAMED else "")


def _share(share: Fraction) -> str:
    return f"{share.numerator:,} in {share.denominator:,}"
