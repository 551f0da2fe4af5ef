"""The rules that payment kinds must agree with: fees, bands, caps, shares, facts, composites."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from cqrs.definitions import schema
from cqrs.definitions.faults import Fault, Faults
from cqrs.definitions.schema import Definition, PaymentBase
from cqrs.definitions.schema.payments import DAYS_HELD, AmountFrom
from cqrs.values import month_of, plain_text, pounds_text


def payments(definition: Definition) -> Iterator[tuple[str, Any]]:
    """The payments in pounds, each with its path."""
    for indicator in definition.indicators:
        if isinstance(indicator, PaymentBase):
            yield f"indicators.{indicator.id}", indicator


def _items(definition: Definition) -> Faults:
    for at, indicator in payments(definition):
        if not isinstance(indicator, schema.ItemOfServiceIndicator):
            continue
        if (indicator.fee is None) == (indicator.fees is None):
            yield Fault(at, "there must be either one fee or fees by date, field or tier. Keep one")
        if indicator.fee is not None and indicator.fee.pence == 0:
            yield Fault(f"{at}.fee", "the fee is nothing. Write the pounds")
        counts = [name for name, field in indicator.fields.items() if field.kind == "count"]
        by_field = isinstance(indicator.fees, schema.FieldFees)
        if len(counts) != 1 and not by_field:
            words = f"exactly one count field is wanted, there are {len(counts)}. Put that right"
            yield Fault(f"{at}.fields", words)
        if indicator.fees is not None:
            yield from _fees(f"{at}.fees", indicator, counts, definition)
        cap = indicator.cap
        if cap and cap.register_percent and not indicator.field_of("register"):
            words = "there is no register field to take a share of. Add it or remove the cap"
            yield Fault(f"{at}.cap.register_percent", words)
        if cap and by_field and (cap.items or cap.register_percent):
            words = "items of several fields can't be capped together. Cap the pounds"
            yield Fault(f"{at}.cap", words)
        if by_field and indicator.field_of("register"):
            words = "items of several fields aren't held to a register. Remove the register field"
            yield Fault(f"{at}.fields", words)


def _fees(
    at: str, indicator: schema.ItemOfServiceIndicator, counts: Sequence[str], definition: Definition
) -> Faults:
    match indicator.fees:
        case schema.DatedFees(steps=steps):
            yield from _dated(f"{at}.steps", [step.from_ for step in steps], definition)
        case schema.TieredFees(steps=steps):
            yield from rising(f"{at}.steps", [Fraction(step.above) for step in steps])
            if not steps or steps[0].above != 0:
                yield Fault(f"{at}.steps", "the first tier must be above 0. Add it")
            yield from _pays_something(f"{at}.steps", [step.pounds for step in steps])
        case schema.FieldFees(steps=steps):
            named = [step.field for step in steps]
            if sorted(named) != sorted(counts):
                words = f"the fees are of {_list(named)}, the count fields are {_list(counts)}"
                yield Fault(f"{at}.steps", f"{words}. Give each count field one fee")


def _dated(at: str, starts: Sequence[date], definition: Definition) -> Faults:
    year, collection = definition.year, definition.collection
    yield from rising(at, starts)
    if not starts or starts[0] > year.start:
        before = starts[0] if starts else "the end of the year"
        yield Fault(at, f"nothing says what is paid before {before}. Add the first step")
    for start in starts[1:]:
        if start not in year or start == year.start:
            yield Fault(at, f"{start} isn't within {year}. Correct the date or remove the step")
        elif start.day != 1 or month_of(start) - 1 not in collection.months:
            words = f"{start} is within a count, and counts are {collection.frequency}"
            yield Fault(at, f"{words}. Use the first day of a count")
        elif month_of(start) - 1 not in collection.paying_months:
            words = "only the counts at the end of the year pay, all of them at the fee of March"
            yield Fault(at, f"{words}. Let each count pay (pays: each), or keep one fee")


def _pays_something(at: str, amounts: Sequence[int]) -> Faults:
    if 0 in amounts:
        yield Fault(at, "a step pays nothing. Write its pounds, or remove the step")


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def rising(at: str, starts: Sequence[Any]) -> Faults:
    """Dates or numbers must rise."""
    for before, after in pairwise(starts):
        if not before < after:
            shown = [
                s.isoformat() if isinstance(s, date) else plain_text(s) for s in (after, before)
            ]
            words = f"the bands overlap: one from {shown[0]} follows one from {shown[1]}"
            yield Fault(at, f"{words}. Put them in rising order, each start once")


def _levels(definition: Definition) -> Faults:
    for at, indicator in payments(definition):
        if not isinstance(indicator, schema.ThresholdPayment):
            continue
        if (indicator.bands is None) == (indicator.sliding is None):
            yield Fault(at, "there must be either bands or a sliding scale. Keep one of the two")
        kinds = {field.kind for field in indicator.fields.values()}
        wanted = {"numerator", "denominator"} if indicator.of == "percentage" else {"count"}
        if not wanted <= kinds:
            words = f"a {indicator.of} needs the fields {_list(sorted(wanted))}. Add them"
            yield Fault(f"{at}.fields", words)
        if indicator.bands is not None:
            yield from rising(f"{at}.bands.steps", [s.from_ for s in indicator.bands.steps])
            if not indicator.bands.steps:
                yield Fault(f"{at}.bands.steps", "there is no step. Add one")
            yield from _pays_something(
                f"{at}.bands.steps", [s.pounds for s in indicator.bands.steps]
            )
            yield from _never_falling(f"{at}.bands.steps", indicator.bands.steps)
        scale = indicator.sliding
        levels = [step.from_ for step in indicator.bands.steps] if indicator.bands else []
        highest = max([*levels, *([scale.upper] if scale else [])], default=Fraction(0))
        if scale is not None:
            yield from _pays_something(f"{at}.sliding", [scale.pounds])
        if scale is not None and not scale.lower < scale.upper:
            told = f"{plain_text(scale.lower)} to {plain_text(scale.upper)}"
            yield Fault(f"{at}.sliding", f"{told} can't be: lower must be below upper. Correct it")
        if indicator.of == "percentage" and highest > 100:
            yield Fault(at, f"nobody reaches {plain_text(highest)}%. Use at most 100")


def _never_falling(at: str, steps: Sequence[AmountFrom]) -> Faults:
    for before, after in pairwise(steps):
        if after.pounds < before.pounds:
            words = (
                f"{pounds_text(before.pounds)} from {plain_text(before.from_)} but "
                f"{pounds_text(after.pounds)} from {plain_text(after.from_)}: more is paid less"
            )
            yield Fault(at, f"{words}. Correct one of them")


def _facts(definition: Definition) -> Faults:
    for at, indicator in payments(definition):
        schedule = indicator.instalments
        if indicator.part_year and schedule is not None and schedule.paid is None:
            words = (
                "who joins late would miss the parts before. Name the fact that holds what was paid"
            )
            yield Fault(f"{at}.instalments.paid", words)
        counted = any(field.kind == "count" for field in indicator.fields.values())
        if schedule is not None and schedule.paid is None and counted:
            words = "a part of each count would be paid and the rest never"
            remedy = "Remove the instalments, or name the fact that holds what was paid"
            yield Fault(f"{at}.instalments", f"{words}. {remedy}")
        if schedule is not None and schedule.paid and getattr(indicator, "paid", None):
            words = "what was paid would be taken off twice. Name it once"
            yield Fault(f"{at}.instalments.paid", words)
        if indicator.part_year and DAYS_HELD not in definition.facts:
            words = f"the days of the contract are the fact {DAYS_HELD}. Add it under facts"
            yield Fault(f"{at}.part_year", words)
    for path, name, also in _named_facts(definition):
        if name not in definition.facts and name not in also:
            words = f"'{name}' isn't one of the facts. Add it under facts or correct the spelling"
            if name == "count":
                words = "there is no count field. Add it or name a fact"
            yield Fault(path, words)
    lists = [path for path, name, _ in _named_facts(definition) if name == "registered_list"]
    if lists and definition.list_size_date is None:
        words = f"{lists[0]} uses the registered list, but not of which date. Add list_date"
        yield Fault("list_date", words)
    for name in dict.fromkeys(_settled_facts(definition)):
        fact = definition.facts.get(name)
        if fact is not None and fact.default is not None:
            words = "who forgets what was paid or is due would be paid wrongly. Remove the default"
            yield Fault(f"facts.{name}.default", words)
    for name, fact in definition.facts.items():
        if fact.default is not None and fact.default > fact.most:
            words = f"{fact.default:,} is more than {fact.most:,}. Correct one of them"
            yield Fault(f"facts.{name}.default", words)
    held = definition.facts.get(DAYS_HELD)
    days = (definition.year.end - definition.year.start).days + 1
    if held is not None and (held.unit, held.places, held.most) != ("days", 0, days):
        words = f"it must be whole days, at most the {days} of {definition.year}. Correct it"
        yield Fault(f"facts.{DAYS_HELD}", words)


def facts_used(definition: Definition) -> Iterator[str]:
    """The facts that payments and the money part name."""
    yield from (name for _, name, _ in _named_facts(definition))
    if any(indicator.part_year for _, indicator in payments(definition)):
        yield DAYS_HELD


def _settled_facts(definition: Definition) -> Iterator[str]:
    """The facts that say what was paid, or what a settlement is of."""
    for at, name, _ in _named_facts(definition):
        if at.rpartition(".")[2] in ("paid", "due"):
            yield name


def _named_facts(definition: Definition) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Where a fact is named, its name, and what may stand there besides a fact."""
    keys: dict[type, tuple[str, ...]] = {
        schema.CapitationPayment: ("of",),
        schema.ThresholdPayment: ("for_each",),
        schema.RetainerPayment: ("paid",),
        schema.AspirationPayment: ("previous",),
        schema.ReconciliationPayment: ("due", "paid"),
    }
    for at, indicator in payments(definition):
        for key in keys.get(type(indicator), ()):
            name = getattr(indicator, key)
            if name is not None:
                counted = ("count",) if indicator.field_of("count") else ()
                heads = ("registered_list", *counted) if key in ("of", "for_each") else ()
                yield f"{at}.{key}", name, heads
        if indicator.instalments is not None and indicator.instalments.paid is not None:
            yield f"{at}.instalments.paid", indicator.instalments.paid, ()
    money = definition.money
    if money is not None and money.average_list_fact is not None:
        yield "money.average_list_fact", money.average_list_fact, ()


def _scales(definition: Definition) -> Faults:
    for indicator in definition.indicators:
        if not isinstance(indicator, schema.FractionIndicator):
            continue
        at, lump = f"indicators.{indicator.id}", indicator.lump
        if lump is not None and not 0 < lump.value < indicator.points.value:
            words = f"{lump.value} of {indicator.points.value} points can't be earned at once"
            yield Fault(f"{at}.lump", f"{words}. Use more than 0 and fewer than all")
        rule = indicator.improvement
        if rule is None:
            continue
        if lump is not None:
            words = "points at the lower threshold and an improvement scale don't go together"
            yield Fault(at, f"{words}. Remove one")
        if not rule.lower < rule.upper <= 100:
            told = f"{plain_text(rule.lower)} to {plain_text(rule.upper)}"
            yield Fault(f"{at}.improvement", f"{told} can't be: lower must be below upper")
        if not rule.years or not all(year < definition.year for year in rule.years):
            words = f"the baseline must be of years before {definition.year}. Correct years"
            yield Fault(f"{at}.improvement.years", words)
        if len(set(rule.years)) < len(rule.years):
            yield Fault(f"{at}.improvement.years", "a year stands twice. Keep it once")


SHARES: dict[type, tuple[str, ...]] = {
    schema.ClawBackPayment: ("below", "share"),
    schema.AspirationPayment: ("percent",),
}
AMOUNTS: dict[type, tuple[str, ...]] = {
    schema.BlockPayment: ("amount",),
    schema.ParticipationPayment: ("amount",),
    schema.CapitationPayment: ("rate",),
    schema.ClawBackPayment: ("fee",),
    schema.AspirationPayment: ("point_value", "previous_point_value"),
}


def _amounts(definition: Definition) -> Faults:
    for at, indicator in payments(definition):
        for key in AMOUNTS.get(type(indicator), ()):
            if getattr(indicator, key).pence == 0:
                yield Fault(f"{at}.{key}", "it is nothing. Write the pounds")
        retained = isinstance(indicator, schema.RetainerPayment)
        if retained and indicator.retainer.pence == indicator.fee.pence == 0:
            words = "neither the retainer nor the fee is anything. Write the pounds of one"
            yield Fault(at, words)
        for key in SHARES.get(type(indicator), ()):
            percent = getattr(indicator, key).value
            if not 0 < percent <= 100:
                words = f"{plain_text(percent)}% can't be. Use more than 0 and at most 100"
                yield Fault(f"{at}.{key}", words)


def _bounds(definition: Definition) -> Faults:
    for name in ("counts", "list", "national"):
        if getattr(definition.bounds, name) == 0:
            yield Fault(f"bounds.{name}", "nothing fits under 0. Write the largest there can be")


def _average(definition: Definition) -> Faults:
    money = definition.money
    if money is not None and (money.average_list is None) == (money.average_list_fact is None):
        words = "there must be either the average list or the fact that holds it. Keep one"
        yield Fault("money.average_list", words)


RULES: tuple[Callable[[Definition], Faults], ...] = (
    _items,
    _levels,
    _facts,
    _scales,
    _amounts,
    _bounds,
    _average,
)
