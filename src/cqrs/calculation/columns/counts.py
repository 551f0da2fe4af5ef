"""The counts of a whole country as one table of whole numbers, and whether all is in order."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cqrs.calculation.columns.query import Numbers
from cqrs.definitions.counts import Demands, Key, PracticeCounts, Value
from cqrs.definitions.counts.demands import AtMost, OfIndicator
from cqrs.definitions.schema import FieldKind

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CountTable:
    """Practices x fields: what each submitted. A yes is 1, a no is 0; 0 where nothing was given.

    `odd` holds, by row, what a practice submitted that is no count of the definition: it stands
    nowhere in the table, and such a practice must be read by itself.
    """

    demands: Demands
    codes: tuple[str, ...]
    numbers: Numbers
    given: Mask
    odd: Mapping[int, Mapping[Key, Value]]

    @classmethod
    def of(
        cls, demands: Demands, codes: Sequence[str], many: Sequence[Mapping[Key, Value]]
    ) -> "CountTable":
        """The table of counts that were read one by one."""
        places = {key: place for place, key in enumerate(demands.kinds)}
        size = (len(many), len(places))
        numbers, given = np.zeros(size, np.int64), np.zeros(size, np.bool_)
        odd = {}
        kinds, largest = demands.kinds, demands.largest
        for row, values in enumerate(many):
            if all(_is_count(kinds.get(key), value, largest) for key, value in values.items()):
                columns = [places[key] for key in values]
                numbers[row, columns], given[row, columns] = list(values.values()), True
            else:
                odd[row] = values
        return cls(demands, tuple(codes), numbers, given, odd)

    @cached_property
    def places(self) -> Mapping[Key, int]:
        """The column of each field."""
        return {key: place for place, key in enumerate(self.demands.kinds)}

    def values(self, row: int) -> dict[Key, Value]:
        """One practice's counts as they are calculated one by one."""
        if row in self.odd:
            return dict(self.odd[row])
        return {
            key: bool(number) if kind == "yes_no" else int(number)
            for (key, kind), number, given in zip(
                self.demands.kinds.items(), self.numbers[row], self.given[row], strict=True
            )
            if given
        }

    def practice(self, row: int, day: date, source: str) -> PracticeCounts:
        """One practice's counts as they are validated and digested."""
        return PracticeCounts(self.codes[row], day, self.values(row), source)

    def of_indicator(self, demanded: OfIndicator) -> Mask:
        """Where anything of an indicator was given."""
        return any_of(self.given[:, [self.places[key] for key in demanded.fields]])

    def some(self, keys: Collection[Key]) -> Iterator[dict[Key, int]]:
        """Each practice's counts of these fields."""
        places = [self.places[key] for key in keys]
        numbers, given = self.numbers[:, places].tolist(), self.given[:, places].tolist()
        for found, known in zip(numbers, given, strict=True):
            yield {key: n for key, n, there in zip(keys, found, known, strict=True) if there}

    def has_any_of(self, indicators: Collection[str]) -> bool:
        """Whether any practice gave something of any of these indicators."""
        wanted = [one for one in self.demands.indicators if one.indicator in indicators]
        return any(bool(self.of_indicator(one).any()) for one in wanted)

    def has_all_of(self, indicators: Collection[str]) -> bool:
        """Whether every practice gave something of each of these indicators."""
        wanted = [one for one in self.demands.indicators if one.indicator in indicators]
        return all(bool(self.of_indicator(one).all()) for one in wanted)

    @property
    def in_order(self) -> bool:
        """Whether the validator finds nothing to say, not even a warning, about the values."""
        if self.odd:
            return False
        return all(map(self._agrees, self.demands.indicators)) and self._registers_agree()

    def _column(self, key: Key) -> tuple[Numbers, Mask]:
        place = self.places[key]
        return self.numbers[:, place], self.given[:, place]

    def _agrees(self, demanded: OfIndicator) -> bool:
        there = self.of_indicator(demanded)
        pairs = (*demanded.at_most, *([demanded.base] if demanded.base else ()))
        if not there.any():
            return True
        if any((there & ~self._column(key)[1]).any() for key in demanded.required):
            return False
        return not any(map(self._exceeds, pairs)) and not self._loses(demanded)

    def _exceeds(self, demand: AtMost) -> bool:
        (part, has_part), (whole, has_whole) = self._column(demand.part), self._column(demand.whole)
        return bool((has_part & has_whole & (part > whole)).any())

    def _loses(self, demanded: OfIndicator) -> bool:
        demand = demanded.conserved
        if demand is None:
            return False
        columns = [self._column(key) for key in (demand.denominator, *demand.removed)]
        register, complete = self._column(demand.register)
        people = np.zeros_like(register)
        for numbers, given in columns:
            people, complete = people + numbers, complete & given
        return bool((complete & (people != register)).any())

    def _registers_agree(self) -> bool:
        found: dict[str, tuple[Numbers, Mask]] = {}
        for name, keys in self.demands.registers.items():
            people, known = np.zeros(len(self.codes), np.int64), np.zeros(len(self.codes), np.bool_)
            for key in keys:
                numbers, given = self._column(key)
                if (known & given & (numbers != people)).any():
                    return False
                people, known = np.where(known, people, numbers), known | given
            found[name] = people, known
        for inner, outer in self.demands.within:
            if inner not in found or outer not in found:
                continue
            (part, has_part), (whole, has_whole) = found[inner], found[outer]
            # What isn't given is no part of anything, and bounds nothing.
            if (has_part & has_whole & (part > whole)).any():
                return False
        return True


def any_of(mask: Mask) -> Mask:
    """The rows in which any column holds."""
    found: Mask = np.logical_or.reduce(mask, axis=1)
    return found


def _is_count(kind: FieldKind | None, value: object, largest: int) -> bool:
    if kind == "yes_no":
        return type(value) is bool
    return kind is not None and type(value) is int and 0 <= value <= largest
