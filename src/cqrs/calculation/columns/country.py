"""The lines of every practice's statement at once, as the columns reader finds them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cqrs.calculation.columns.counts import CountTable, Mask, any_of
from cqrs.calculation.columns.plan import Amounts, Plan, Table
from cqrs.calculation.columns.program import Overflow
from cqrs.calculation.columns.query import BoundsError, Numbers
from cqrs.calculation.kinds import Formula, formulas
from cqrs.calculation.kinds.amounts import line_name
from cqrs.calculation.kinds.points import protected_name
from cqrs.calculation.nodes import Input
from cqrs.calculation.statement import (
    PracticeInputs,
    Reference,
    baseline_fault,
    group_registers,
)
from cqrs.definitions.counts import Key, demands
from cqrs.definitions.schema import (
    CompositePayment,
    Definition,
    PaidIndicator,
    ReconciliationPayment,
)
from cqrs.values import month_of

SHOWN = ("numerator", "denominator", "register", "count")
"""The inputs that a line tells, besides its results."""
LARGEST_FACT = 2**62
Optional = list[int | None]


@dataclass(frozen=True)
class Country:
    """Practices of one service and date, with everything that their statements are made of."""

    definition: Definition
    achievement_date: date
    reference: Reference
    counts: CountTable
    lists: Sequence[int]
    list_dates: Sequence[date]
    submissions: Sequence[str]
    """The digest of each practice's counts."""
    facts: Sequence[Mapping[str, int]] = ()
    """By practice, as `PracticeInputs` has them; empty where nobody has any."""

    @classmethod
    def of(cls, definition: Definition, many: Sequence[PracticeInputs]) -> "Country":
        """Put practices side by side; all are of one date and one set of national figures."""
        first = many[0]
        codes = [one.practice_code for one in many]
        return cls(
            definition=definition,
            achievement_date=first.achievement_date,
            reference=first.reference,
            counts=CountTable.of(demands(definition), codes, [one.values for one in many]),
            lists=[one.registered_list for one in many],
            list_dates=[one.list_date for one in many],
            submissions=[one.submission_digest for one in many],
            facts=[one.facts for one in many],
        )

    def facts_of(self, row: int) -> Mapping[str, int]:
        """The facts about one practice."""
        return self.facts[row] if self.facts else {}

    def inputs(self, row: int) -> PracticeInputs:
        """What one practice's statement is made of, for the exact reader."""
        return PracticeInputs(
            practice_code=self.counts.codes[row],
            achievement_date=self.achievement_date,
            values=self.counts.values(row),
            registered_list=self.lists[row],
            list_date=self.list_dates[row],
            submission_digest=self.submissions[row],
            reference=self.reference,
            facts=self.facts_of(row),
        )


@dataclass(frozen=True)
class LineColumn:
    """One indicator's lines, an entry for each practice; None where a number wasn't given."""

    formula: Formula
    present: list[bool]
    shown: Mapping[str, Optional]
    pcas: Optional
    attainable: list[bool]
    protected: list[bool]
    points: list[int]
    """In 10^-points_places."""
    pence: list[int]


@dataclass(frozen=True)
class Totals:
    """The sums of every statement, an entry for each practice."""

    points: list[int]
    attainable: list[int]
    group_rule: list[int]
    pence: list[int]


class Lines:
    """Every line of a country's statements.

    `exact` tells the practices that columns can't compute, whose lines mean nothing here: those
    with odd counts, with a number that is missing or out of bounds, or a list of another date.
    """

    def __init__(self, country: Country) -> None:
        self._country = country
        self._counts = country.counts
        self._base = formulas(country.definition)
        kept = [(place, f.protected) for place, f in enumerate(self._base) if f.protected]
        self._kept = {place: len(self._base) + number for number, (place, _) in enumerate(kept)}
        self._all = (*self._base, *(formula for _, formula in kept))
        size = len(country.lists)
        self.exact: Mask = np.zeros(size, np.bool_)
        self.exact[list(self._counts.odd)] = True
        wanted = country.definition.list_size_date
        if wanted is not None:
            self.exact |= np.array([day != wanted for day in country.list_dates], np.bool_)
        self._lists = self._whole([*country.lists])
        self._submitted = self._any_submitted()
        self._held = {place: self._holds(place) for place in self._kept}
        self._present = np.zeros((size, len(self._all)), np.bool_)
        for place in range(len(self._base)):
            held = self._held.get(place)
            there = self._submitted[:, place]
            if held is None:
                self._present[:, place] = there
            else:
                self._present[:, place] = there & ~held
                self._present[:, self._kept[place]] = there & held
        self._amounts = self._calculated()

    # What formulas read -------------------------------------------------------------------------

    def _whole(self, values: Sequence[int | None]) -> Numbers:
        """Numbers as a column; where one is missing or huge, the practice is left to exact."""
        fits = [value is not None and abs(value) < LARGEST_FACT for value in values]
        self.exact |= ~np.array(fits, np.bool_)
        return np.array([v if ok else 0 for v, ok in zip(values, fits, strict=True)], np.int64)

    def _any_submitted(self) -> Mask:
        """Where something was sent for an indicator, as the exact reader has it."""
        columns: dict[str, Mask] = {}
        for formula in self._base:
            columns[formula.indicator.id] = self._sent(formula.indicator, columns)
        return np.column_stack(list(columns.values()))

    def _sent(self, indicator: PaidIndicator, before: Mapping[str, Mask]) -> Mask:
        match indicator:
            case CompositePayment(of=names):
                there = np.ones(len(self._lists), np.bool_)
                for name in names:
                    there &= before.get(name, there)
                return there
            case ReconciliationPayment(due=due, paid=paid):
                return self._any_fact(due, paid)
        if not indicator.fields:
            return np.ones(len(self._lists), np.bool_)
        (asked,) = (o for o in self._counts.demands.indicators if o.indicator == indicator.id)
        return self._counts.of_indicator(asked)

    def _any_fact(self, *names: str) -> Mask:
        rows = map(self._country.facts_of, range(len(self._lists)))
        return np.array([any(name in facts for name in names) for facts in rows], np.bool_)

    def _holds(self, place: int) -> Mask:
        """Where the protected points of an indicator are given."""
        return self._any_fact(protected_name(self._base[place].indicator.id))

    def _given(self, name: str) -> Iterator[tuple[int, Key]]:
        """The formulas that have an input of this name among their fields, with the field."""
        for place, formula in enumerate(self._all):
            for key, known in formula.given:
                if known == name:
                    yield place, key

    @cached_property
    def _submissions(self) -> Mapping[str, tuple[Numbers, Mask]]:
        """By input, practices x formulas: the counts, and where they were given."""
        names = sorted({name for formula in self._all for _, name in formula.given})
        found = {}
        for name in names:
            numbers = np.zeros(self._present.shape, np.int64)
            given = np.zeros(self._present.shape, np.bool_)
            for place, key in self._given(name):
                column = self._counts.places[key]
                numbers[:, place] = self._counts.numbers[:, column]
                given[:, place] = self._counts.given[:, column]
            found[name] = numbers, given
        return found

    def _facts(self) -> dict[str, Numbers]:
        rows = range(len(self._lists))
        wanted = {node.name: node for f in self._all for node in f.inputs if node.origin == "fact"}
        found = {}
        for name, node in wanted.items():
            given = [self._country.facts_of(row).get(name, node.default) for row in rows]
            users = [place for place, f in enumerate(self._all) if name in f.needs]
            asked = any_of(self._present[:, users]).tolist()
            found[name] = self._whole(
                [value if ask else node.least for value, ask in zip(given, asked, strict=True)]
            )
        return found

    def _national(self) -> dict[str, Numbers]:
        known = self._country.reference.national
        pairs = []
        for place, formula in enumerate(self._all):
            figures = known.get(formula.register_id) if formula.register_id else (0, 1)
            if figures is None:
                self.exact |= self._present[:, place]
            pairs.append(figures or (0, 1))
        return {
            name: np.array([pair[place] for pair in pairs], np.int64)
            for place, name in enumerate(("national_register", "national_list"))
        }

    # Calculating them -----------------------------------------------------------------------------

    def _calculated(self) -> Amounts:
        size = len(self._lists)
        facts = {
            **self._facts(),
            "list": self._lists,
            "month": np.full(size, month_of(self._country.achievement_date), np.int64),
        }
        shared = self._national()
        for place, formula in enumerate(self._all):
            for node in formula.inputs:
                self.exact |= self._present[:, place] & self._unfit(place, node, facts, shared)
            self.exact |= self._present[:, place] & self._unsound(formula)
        if self._reads_later_lines():
            self.exact[:] = True
        present = self._present & ~self.exact[:, np.newaxis]
        counts = {name: numbers for name, (numbers, _) in self._submissions.items()}
        try:
            plan = Plan.of(self._all, self._country.definition.rounding.points_places)
            return plan.run(Table(present, counts, facts, shared))
        except (Overflow, BoundsError, ArithmeticError, ValueError):
            # The exact reader finds whose numbers they are, and says so.
            self.exact[:] = True
            nothing = np.zeros(present.shape, np.int64)
            return Amounts(nothing, nothing)

    def _unfit(
        self, place: int, node: Input, facts: Mapping[str, Numbers], shared: Mapping[str, Numbers]
    ) -> Mask:
        """Where an input of a formula is missing or out of its bounds."""
        size = len(self._lists)
        given: Mask = np.ones(size, np.bool_)
        if node.name in self._submissions:
            numbers, known = self._submissions[node.name]
            values, given = numbers[:, place], known[:, place]
        elif node.name in facts:
            values = facts[node.name]
        elif node.name in shared:
            values = np.full(size, shared[node.name][place], np.int64)
        else:
            return np.zeros(size, np.bool_)
        return ~given | (values < node.least) | (values > node.most)

    def _unsound(self, formula: Formula) -> Mask:
        """Where the baseline of an improvement can't be."""
        if not formula.baselines:
            return np.zeros(len(self._lists), np.bool_)
        rows = map(self._country.facts_of, range(len(self._lists)))
        return np.array([baseline_fault(formula, facts) is not None for facts in rows], np.bool_)

    def _reads_later_lines(self) -> bool:
        """The exact reader goes through the lines in order, and knows only those before."""
        names = [line_name(formula.indicator.id) for formula in self._base]
        return any(
            name in names[place:]
            for place, formula in enumerate(self._base)
            for name in formula.needs
        )

    def left_to_exact(self) -> list[int]:
        """The practices that columns can't compute, whose lines mean nothing here."""
        return list(np.flatnonzero(self.exact).tolist())

    # What came of it ------------------------------------------------------------------------------

    def _of_base(self, table: Numbers, place: int) -> Numbers:
        """A column of the results, protected where points are kept."""
        if place not in self._kept:
            return table[:, place]
        return np.where(self._held[place], table[:, self._kept[place]], table[:, place])

    def _attainable(self, place: int) -> Mask:
        guard = self._base[place].attainable
        if guard is None:
            return np.ones(len(self._lists), np.bool_)
        above: Mask = self._submissions[guard.name][0][:, place] > 0
        return above | self._held[place] if place in self._held else above

    def columns(self) -> Iterator[LineColumn]:
        """The lines of each indicator, in the definition's order."""
        for place, formula in enumerate(self._base):
            held = self._held.get(place)
            yield LineColumn(
                formula=formula,
                present=self._submitted[:, place].tolist(),
                shown={name: self._told(name, place) for name in SHOWN},
                pcas=self._pcas(formula),
                attainable=self._attainable(place).tolist(),
                protected=[False] * len(self._lists) if held is None else held.tolist(),
                points=self._of_base(self._amounts.points, place).tolist(),
                pence=self._of_base(self._amounts.pence, place).tolist(),
            )

    def _told(self, name: str, place: int) -> Optional:
        numbers, given = self._submissions.get(name, (None, None))
        if numbers is None or given is None:
            return [None] * len(self._lists)
        return _optional(numbers[:, place], given[:, place])

    def _pcas(self, formula: Formula) -> Optional:
        if not formula.removed:
            return [None] * len(self._lists)
        places = [self._counts.places[key] for key in formula.removed]
        return list(self._counts.numbers[:, places].sum(axis=1).tolist())

    def totals(self) -> Totals:
        """The sums of every statement."""
        size = len(self._lists)
        attainable, group_rule = np.zeros(size, np.int64), np.zeros(size, np.int64)
        dropped = self._dropped()
        for place, formula in enumerate(self._base):
            there = self._submitted[:, place] * (formula.available or 0)
            attainable += there * self._attainable(place)
            group_rule += there * ~dropped.get(formula.indicator.group, np.zeros(size, np.bool_))
        present = self._present
        return Totals(
            (self._amounts.points * present).sum(axis=1).tolist(),
            attainable.tolist(),
            group_rule.tolist(),
            (self._amounts.pence * present).sum(axis=1).tolist(),
        )

    def _dropped(self) -> dict[str, Mask]:
        """Where a group leaves the maximum, since its register is nought."""
        found = {}
        for group, carriers in group_registers(self._country.definition):
            known = np.zeros(len(self._lists), np.bool_)
            nought = known.copy()
            for key in carriers:
                place = self._counts.places[key]
                fresh = self._counts.given[:, place] & ~known
                nought |= fresh & (self._counts.numbers[:, place] == 0)
                known |= fresh
            found[group] = nought
        return found


def _optional(numbers: npt.NDArray[np.int64], given: Mask) -> Optional:
    told = list(numbers.tolist())
    if given.all():
        return told
    return [number if known else None for number, known in zip(told, given.tolist(), strict=True)]
