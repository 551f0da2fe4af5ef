"""Practices side by side as columns: what scenarios are laid over, as often as wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cqrs.calculation.columns.plan import Amounts, Plan, Table
from cqrs.calculation.columns.query import Numbers
from cqrs.calculation.kinds import Formula, formulas
from cqrs.calculation.kinds.points import protected_name
from cqrs.calculation.prevalence import registers_needed
from cqrs.calculation.statement import (
    CalculationError,
    PracticeInputs,
    Reference,
    baseline_fault,
    nothing_sent,
    refuse_another_list,
)
from cqrs.definitions.schema import CompositePayment, Definition
from cqrs.values import month_of

Mask = npt.NDArray[np.bool_]
REMEMBERED = 64
"""How many plans are kept: scenarios that change no rules can share theirs."""
_PLANS: dict[tuple[str, tuple[int, ...]], Plan] = {}
NATIONAL = ("national_register", "national_list")


@dataclass(frozen=True)
class Basis:
    """Providers of one service and date; `counts` and `known` are providers x formulas by input.

    The formulas of protected points stand behind all others.
    """

    definition: Definition
    codes: tuple[str, ...]
    counts: Mapping[str, Numbers]
    known: Mapping[str, Mask]
    """Where a count was given."""
    present: Mask
    """Where an indicator is calculated."""
    lists: Numbers
    facts: Mapping[str, Numbers]
    month: int
    reference: Reference

    @classmethod
    def of(cls, definition: Definition, many: Sequence[PracticeInputs]) -> "Basis":
        """Put providers side by side. All bear the same date and the same national figures.

        Raises CalculationError, naming provider and indicator, where a number is missing, where a
        list is of another date than the rules want, or where a limit over several payments makes
        one line depend on others.
        """
        _refuse_limits(definition)
        for inputs in many:
            refuse_another_list(definition, inputs)
        made = all_formulas(definition)
        names = sorted({name for formula in made for _, name in formula.given})
        size = (len(many), len(made))
        counts = {name: np.zeros(size, np.int64) for name in names}
        known = {name: np.zeros(size, np.bool_) for name in names}
        present = np.zeros(size, np.bool_)
        base = len(formulas(definition))
        for row, inputs in enumerate(many):
            submitted = {indicator for indicator, _ in inputs.values}
            for column, formula in enumerate(made):
                indicator = formula.indicator
                if not nothing_sent(indicator, submitted, inputs.facts, ()):
                    held = _holds(formula, inputs, kept=column >= base)
                    present[row, column] = held
                    _refuse_unsound(formula, inputs, held=held)
                for key, name in formula.given:
                    value = inputs.values.get(key)
                    if value is not None:
                        counts[name][row, column] = value
                        known[name][row, column] = True
        first = many[0]
        found = cls(
            definition=definition,
            codes=tuple(inputs.practice_code for inputs in many),
            counts=counts,
            known=known,
            present=present,
            lists=np.array([inputs.registered_list for inputs in many], np.int64),
            facts=_facts(made, many, present),
            month=month_of(first.achievement_date),
            reference=first.reference,
        )
        found.refuse_missing()
        return found

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas, in the order of the columns."""
        return all_formulas(self.definition)

    @property
    def base(self) -> int:
        """How many columns are indicators; those behind hold protected points of some of them."""
        return len(formulas(self.definition))

    @property
    def scale(self) -> int:
        """How many of the whole numbers that points are told in make a point."""
        return int(10**self.definition.rounding.points_places)

    def refuse_missing(self) -> None:
        """Raise CalculationError for the first number that a formula needs and nobody gave."""
        for column, formula in enumerate(self.formulas):
            for name in formula.needs:
                if name in self.known:
                    gaps = self.present[:, column] & ~self.known[name][:, column]
                    if gaps.any():
                        code = self.codes[int(np.flatnonzero(gaps)[0])]
                        raise CalculationError(
                            f"{code}, {formula.indicator.id}: the {name} is missing; submit it"
                        )

    @cached_property
    def amounts(self) -> Amounts:
        """Points and pence of every provider and formula; 0 where it isn't the one that counts."""
        live = self.live
        found = self.calculated(live)
        points, pence = (
            np.zeros(self.present.shape, np.int64),
            np.zeros_like(self.present, np.int64),
        )
        points[:, live], pence[:, live] = found.points, found.pence
        return Amounts(points, pence)

    @cached_property
    def live(self) -> list[int]:
        """The places of the formulas that count for anybody."""
        return [int(place) for place in np.flatnonzero(self.present.any(axis=0))]

    def calculated(self, columns: Sequence[int]) -> Amounts:
        """Points and pence of some indicators, by their place."""
        chosen = tuple(columns)
        key = (self.definition.digest, chosen)
        plan = _PLANS.get(key)
        if plan is None:
            places = self.definition.rounding.points_places
            plan = Plan.of([self.formulas[column] for column in chosen], places)
            if len(_PLANS) >= REMEMBERED:
                _PLANS.clear()
            _PLANS[key] = plan
        return plan.run(self._table(list(chosen)))

    def _table(self, chosen: list[int]) -> Table:
        whole = len(chosen) == len(self.formulas)
        return Table(
            present=self.present if whole else self.present[:, chosen],
            counts={n: c if whole else c[:, chosen] for n, c in self.counts.items()},
            facts={
                "list": self.lists,
                "month": np.full(len(self.codes), self.month, np.int64),
                **self.facts,
            },
            shared=self._national(chosen),
        )

    def _national(self, chosen: Sequence[int]) -> dict[str, Numbers]:
        pairs = []
        for column in chosen:
            formula = self.formulas[column]
            needed = formula.register_id
            found = self.reference.national.get(needed) if needed else None
            if needed and found is None and self.present[:, column].any():
                raise CalculationError(
                    f"{formula.indicator.id} needs England's prevalence of {needed}: load it or "
                    "strike it from the counts"
                )
            pairs.append(found or (0, 1))
        table = np.array(pairs, np.int64).reshape(-1, 2)
        return {name: table[:, place] for place, name in enumerate(NATIONAL)}

    def folded(self, columns: Numbers) -> Numbers:
        """Columns with those of protected points added to their indicators: one for each."""
        found = columns[..., : self.base].copy()
        base = self.formulas[: self.base]
        places = {formula.indicator.id: place for place, formula in enumerate(base)}
        for place, formula in enumerate(self.formulas[self.base :], self.base):
            found[..., places[formula.indicator.id]] += columns[..., place]
        return found

    def part(self, codes: Sequence[str]) -> "Basis":
        """Some of the providers, with the same national figures. KeyError for an unknown code."""
        places = {code: place for place, code in enumerate(self.codes)}
        rows = [places[code] for code in codes]
        return replace(
            self,
            codes=tuple(codes),
            counts={name: column[rows] for name, column in self.counts.items()},
            known={name: column[rows] for name, column in self.known.items()},
            present=self.present[rows],
            lists=self.lists[rows],
            facts={name: column[rows] for name, column in self.facts.items()},
        )

    def struck(self) -> dict[str, tuple[int, int]]:
        """National prevalence as these providers make it: what `prevalence.strike` pools."""
        base = formulas(self.definition)
        places = {formula.indicator.id: place for place, formula in enumerate(base)}
        found = {}
        for register_id, keys in registers_needed(self.definition).items():
            people, given = np.zeros_like(self.lists), np.zeros(len(self.codes), np.bool_)
            for key in keys:
                column = places[key[0]]
                name = dict(base[column].given)[key]
                fresh = self.known[name][:, column] & ~given
                people = np.where(fresh, self.counts[name][:, column], people)
                given |= fresh
            found[register_id] = (int(people.sum()), int(self.lists[given].sum()))
        return found


def all_formulas(definition: Definition) -> tuple[Formula, ...]:
    """The formula of every paid indicator, then those that hold where points are protected."""
    made = formulas(definition)
    return (*made, *(formula.protected for formula in made if formula.protected))


def _holds(formula: Formula, inputs: PracticeInputs, *, kept: bool) -> bool:
    """Whether a formula is the one that counts: the protected one where its points are given."""
    protects = kept or formula.protected is not None
    return kept == (protects and protected_name(formula.indicator.id) in inputs.facts)


def _refuse_unsound(formula: Formula, inputs: PracticeInputs, *, held: bool) -> None:
    unsound = baseline_fault(formula, inputs.facts) if held and formula.baselines else None
    if unsound is not None:
        raise CalculationError(f"{inputs.practice_code}, {formula.indicator.id}: {unsound}")


def _refuse_limits(definition: Definition) -> None:
    bound = [one.id for one in definition.paid if isinstance(one, CompositePayment)]
    if bound:
        raise CalculationError(
            f"{definition.short_title} limits several payments together ({', '.join(bound)}); "
            "calculate it provider by provider"
        )


def _facts(
    made: Sequence[Formula], many: Sequence[PracticeInputs], present: Mask
) -> dict[str, Numbers]:
    found = {}
    nodes = {n.name: n for formula in made for n in formula.inputs if n.origin == "fact"}
    for name, node in nodes.items():
        users = [place for place, formula in enumerate(made) if name in formula.needs]
        asked = present[:, users].sum(axis=1).tolist()
        values = [inputs.facts.get(name, node.default) for inputs in many]
        for inputs, value, wanted in zip(many, values, asked, strict=True):
            if wanted and value is None:
                raise CalculationError(
                    f"{inputs.practice_code}: the fact {name} ({node.label}) is missing; give it"
                )
        found[name] = np.array([node.least if v is None else v for v in values], np.int64)
    return found
