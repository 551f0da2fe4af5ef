"""Drawing a practice's counts: registers, who is in scope, who is removed and who succeeded.

Patients are drawn from the top down, so the numbers agree as real ones must: base population =
denominator + everybody removed, numerator <= denominator, a part of a register <= the register.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cqrs.definitions import schema
from cqrs.definitions.counts import Key, PracticeCounts, Value
from cqrs.definitions.schema import Definition, Indicator
from cqrs.extraction.synthetic.chance import Chance
from cqrs.extraction.synthetic.england import England
from cqrs.extraction.synthetic.organisations import Practice
from cqrs.extraction.synthetic.people import People, people_of
from cqrs.extraction.synthetic.rates import IndicatorTotals, rates
from cqrs.values import month_of

UNDER_80, OVER_79 = "PAT_AGEO79", "PAT_AGEU80"
"""The removal reasons that split a register by age: the first leaves those of 79 and under."""

AGE = {"VI001": -0.3, "VI002": -0.3, "VI003": -0.3, "VI004": 0.35, "CS005": -0.22, "CS006": 0.03}
"""How much more an indicator's patients are where people are older, per deviation of age."""

REGISTERS = {"LDHC021": "LD"}
"""Registers of indicators whose definition doesn't name one."""

SPREAD = 0.45
"""How far practices lie apart in a success rate p: a deviation of this times p(1-p)."""


@dataclass(frozen=True)
class _Plan:
    """One fraction indicator, worked out once for all practices."""

    id: str
    totals: IndicatorTotals
    achieved: float
    numerator: Key
    denominator: Key
    register: Key | None
    register_id: str | None
    excluded: tuple[Key, ...]
    removed: tuple[tuple[Key, float], ...]
    """Each PCA with its share of the patients that no earlier PCA took."""
    on_register: bool
    split: str
    scope: float
    """Share in scope: of the register where there is one, else of all registered patients."""


class CountMaker:
    """Draws the counts of any practice for one definition and date, whatever the others are.

    Before the year's end fewer patients have been seen: success rates are lower.
    """

    def __init__(
        self, definition: Definition, *, seed: int, achievement_date: date | None = None
    ) -> None:
        self.achievement_date = achievement_date or definition.year.end
        self._seed = seed
        months = month_of(self.achievement_date)
        self._progress = 0.55 + 0.45 * months / 12
        self._register_ids = {r.field: name for name, r in definition.registers.items()}
        self._plans = tuple(
            self._plan(i) for i in definition.indicators if isinstance(i, schema.FractionIndicator)
        )
        self._others = tuple(
            i for i in definition.indicators if not isinstance(i, schema.FractionIndicator)
        )

    def _plan(self, indicator: schema.FractionIndicator) -> _Plan:
        totals = rates().totals(indicator.id)
        fields, ident = indicator.fields, indicator.id
        register = indicator.field_of("register")
        register_id = self._register_ids.get(register or "")
        if register_id == "SMOK":
            register_id = None  # that register is whoever SMOK002 finds in scope
        base = rates().registers[register_id] if register_id else 1.0
        excluded = tuple((ident, n) for n, f in fields.items() if f.kind == "exclusion")
        split = excluded[0][1] if len(excluded) == 1 else ""
        return _Plan(
            id=ident,
            totals=totals,
            achieved=totals.achieved * self._progress,
            numerator=(ident, indicator.field_of("numerator") or ""),
            denominator=(ident, indicator.field_of("denominator") or ""),
            register=(ident, register) if register else None,
            register_id=register_id,
            excluded=excluded,
            removed=tuple(_removal_shares(ident, indicator.pca_fields)),
            on_register=indicator.base_population == "register",
            split=split if split in (UNDER_80, OVER_79) else "",
            scope=totals.in_scope / rates().registered_patients / base,
        )

    def of(self, practice: Practice) -> PracticeCounts:
        """The counts of one practice."""
        chance = Chance(self._seed, f"{practice.code}:{self.achievement_date}")
        people = people_of(practice, seed=self._seed)
        values: dict[Key, Value] = {}
        young: dict[str | None, int] = {}
        for plan in self._plans:
            self._fraction(plan, practice, people, chance, values, young)
        for indicator in self._others:
            _other(indicator, self._register_ids, people, chance, values)
        return PracticeCounts(practice.code, self.achievement_date, values)

    def _fraction(
        self,
        plan: _Plan,
        practice: Practice,
        people: People,
        chance: Chance,
        values: dict[Key, Value],
        young: dict[str | None, int],
    ) -> None:
        known = people.registers[plan.register_id] if plan.register_id else None
        scope = _in_scope(plan, practice, people, known, chance, young)
        share = plan.totals.pca_share * (1 + 0.35 * people.removal + 0.3 * chance.normal())
        gone = chance.some_of(scope, min(max(share, 0.0), 0.9))
        denominator = scope - gone
        left = max((known or 0) - scope, 0) if plan.on_register else _beyond(plan, scope, chance)
        p = plan.achieved
        tilt = 0.75 * people.care + 0.65 * chance.normal()
        p = min(max(p + SPREAD * p * (1 - p) * tilt, 0.0), 1.0)
        values[plan.numerator] = chance.some_of(denominator, p)
        values[plan.denominator] = denominator
        if plan.register:
            values[plan.register] = scope if known is None else known
        _deal_out(plan.excluded, left, values)
        for key, part in plan.removed:
            here = gone if part == 1.0 else min(int(gone * part + chance.share()), gone)
            values[key] = here
            gone -= here


def counts(
    definition: Definition,
    country: England,
    *,
    seed: int | None = None,
    achievement_date: date | None = None,
) -> Iterator[PracticeCounts]:
    """The counts of every practice, in the order of their codes, at the year's end unless told."""
    maker = CountMaker(
        definition,
        seed=country.seed if seed is None else seed,
        achievement_date=achievement_date,
    )
    return (maker.of(practice) for practice in country.practices)


def _in_scope(
    plan: _Plan,
    practice: Practice,
    people: People,
    known: int | None,
    chance: Chance,
    young: dict[str | None, int],
) -> int:
    """How many patients are counted or removed by a PCA."""
    if not plan.on_register:
        base = practice.registered_list if known is None else known
        tilt = 1 + AGE.get(plan.id, 0.0) * people.age
        if plan.register and known is None and plan.id == "SMOK002":
            return people.registers["SMOK"]
        return min(chance.around(base * plan.scope * max(tilt, 0.03)), practice.registered_list)
    whole = known or 0
    if plan.split == OVER_79 and plan.register_id in young:
        return whole - young[plan.register_id]
    if not plan.excluded:
        return whole
    share = plan.scope * (1 + 0.08 * chance.normal())
    if plan.split:
        share = plan.scope * (1 - 0.06 * people.age)
    scope = chance.some_of(whole, share)
    if plan.split == UNDER_80:
        young[plan.register_id] = scope
    return scope


def _beyond(plan: _Plan, scope: int, chance: Chance) -> int:
    """People looked at and excluded where no register bounds them: about one in twenty."""
    return chance.some_of(scope, 0.05) if plan.excluded else 0


def _removal_shares(ident: str, fields: tuple[str, ...]) -> Iterator[tuple[Key, float]]:
    """Each PCA's share of those left by the PCAs before it; the last takes the rest."""
    weights = [_weight(name) for name in fields]
    for place, name in enumerate(fields):
        yield (ident, name), weights[place] / sum(weights[place:])


def _weight(field: str) -> int:
    """How common a removal reason is, by what its code says."""
    marks = (("INV", 36), ("REG1", 14), ("PCADEC", 18), ("PCAPU", 10), ("MAX", 14), ("DIAG", 8))
    return next((weight for mark, weight in marks if mark in field), 6)


def _deal_out(keys: tuple[Key, ...], people: int, values: dict[Key, Value]) -> None:
    """Put everybody excluded under a reason: the first takes most, the last what is left."""
    for key in keys[:-1]:
        values[key] = people * 3 // 5
        people -= people * 3 // 5
    if keys:
        values[keys[-1]] = people


def _other(
    indicator: Indicator,
    register_ids: dict[str, str],
    people: People,
    chance: Chance,
    values: dict[Key, Value],
) -> None:
    """Registers, answers and a month's items; management information may be left out, and is."""
    if isinstance(indicator, schema.ManagementInformation):
        return
    register = 0
    for name, field in indicator.fields.items():
        if field.kind == "register":
            register = people.registers[register_ids.get(name) or REGISTERS[indicator.id]]
            values[indicator.id, name] = register
    for name, field in indicator.fields.items():
        if field.kind == "yes_no":
            values[indicator.id, name] = chance.share() < 0.97
        elif field.kind == "count":
            values[indicator.id, name] = chance.some_of(
                register, max(0.12 + 0.02 * people.care, 0.0)
            )
