"""The rules of limits and of time: caps, floors, parts of a year, settlements, composites."""

from collections import Counter
from collections.abc import Callable

from cqrs.definitions import schema
from cqrs.definitions.faults import Fault, Faults
from cqrs.definitions.payment_rules import payments, rising
from cqrs.definitions.schema import CompositePayment, Definition, Indicator, Schedule
from cqrs.values import is_month_end, month_of, plain_text, pounds_text

OF_THE_YEAR = (
    schema.BlockPayment,
    schema.RetainerPayment,
    schema.ParticipationPayment,
    schema.AspirationPayment,
    schema.ReconciliationPayment,
)
"""What these pay is of the whole year, whatever is counted in a month of it."""


def _limits(definition: Definition) -> Faults:
    for at, indicator in payments(definition):
        cap = indicator.cap.pounds if indicator.cap else None
        if cap is not None and indicator.floor is not None and cap.pence < indicator.floor.pence:
            words = (
                f"no more than {pounds_text(cap.pence)} can be paid but no less than "
                f"{pounds_text(indicator.floor.pence)}: the cap is below the floor. Correct one"
            )
            yield Fault(f"{at}.cap", words)
        if indicator.cap is not None and indicator.cap == schema.Cap():
            words = "it limits nothing. Name items, register_percent or pounds, or remove it"
            yield Fault(f"{at}.cap", words)
        share = indicator.cap.register_percent if indicator.cap else None
        if share is not None and not 0 < share.value <= 100:
            words = f"{plain_text(share.value)}% of a register limits nothing or everything"
            yield Fault(f"{at}.cap.register_percent", f"{words}. Use more than 0 and at most 100")
        of_items = indicator.cap and (indicator.cap.items or indicator.cap.register_percent)
        if of_items and not isinstance(indicator, schema.ItemOfServiceIndicator):
            words = "only an item of service has items to cap. Cap the pounds"
            yield Fault(f"{at}.cap", words)
        if indicator.instalments is not None:
            yield from _schedule(f"{at}.instalments", indicator.instalments, definition)
            if isinstance(indicator, schema.CompositePayment):
                words = "the lines it limits are paid in their own parts. Remove it"
                yield Fault(f"{at}.instalments", words)
        limited = indicator.cap is not None or indicator.floor is not None
        if limited and isinstance(indicator, schema.ClawBackPayment):
            yield Fault(at, "what is paid back has no cap or floor. Remove it")
        in_time = indicator.instalments is not None or indicator.part_year
        if in_time and isinstance(indicator, schema.ClawBackPayment):
            words = "what is paid back follows its counts, not days or parts"
            yield Fault(at, f"{words}. Remove part_year and instalments")


def _schedule(at: str, schedule: Schedule, definition: Definition) -> Faults:
    if (schedule.every is None) == (not schedule.parts):
        yield Fault(at, "there must be either equal parts (every) or named parts. Keep one")
    months = [month_of(part.due) for part in schedule.parts]
    months += {"month": range(1, 13), "quarter": range(3, 13, 3), None: ()}[schedule.every]
    collected = definition.collection
    if not set(months) <= set(definition.collection.paying_months):
        often = f"{collected.frequency} counts"
        if collected.pays == "year_end":
            often = "the counts at the end of the year"
        words = f"only {often} pay, so some parts would never be paid"
        yield Fault(at, f"{words}. Change the parts or the collection")
    if not schedule.parts:
        return
    total = sum(part.percent for part in schedule.parts)
    if total != 100:
        yield Fault(f"{at}.parts", f"they come to {plain_text(total)}%. Make them 100%")
    yield from rising(f"{at}.parts", [part.due for part in schedule.parts])
    for part in schedule.parts:
        if part.due not in definition.year or not is_month_end(part.due):
            words = f"{part.due} isn't a month end of {definition.year}. Correct the date"
            yield Fault(f"{at}.parts", words)


def _once_a_year(definition: Definition) -> Faults:
    if len(definition.collection.paying_months) == 1:
        return
    often = definition.collection.frequency
    for at, indicator in payments(definition):
        if isinstance(indicator, OF_THE_YEAR) and indicator.instalments is None:
            words = (
                f"the amount of the whole year would be paid in full in each of the {often} counts"
            )
            yield Fault(
                f"{at}.instalments", f"{words}. Add instalments, or let only the year's end pay"
            )


def _settlements(definition: Definition) -> Faults:
    for at, indicator in payments(definition):
        if not isinstance(indicator, schema.ReconciliationPayment):
            continue
        if indicator.due == indicator.paid:
            words = f"{indicator.due} less {indicator.paid} is always nothing. Name another fact"
            yield Fault(f"{at}.paid", words)
        if indicator.part_year or indicator.cap is not None or indicator.floor is not None:
            words = "what is due and what was paid are settled as they are"
            yield Fault(at, f"{words}. Remove part_year, cap and floor")
        parts = indicator.instalments
        if parts is not None and (parts.every is not None or len(parts.parts) > 1):
            words = "a settlement is paid at once. Name one part of 100%"
            yield Fault(f"{at}.instalments", words)


def _composites(definition: Definition) -> Faults:
    before: set[str] = set()
    paid = {indicator.id for indicator in definition.paid}
    for indicator in definition.indicators:
        if isinstance(indicator, schema.CompositePayment):
            at = f"indicators.{indicator.id}.of"
            if not indicator.of:
                yield Fault(at, "there is nothing to take together. Name indicators")
            if indicator.cap is None and indicator.floor is None:
                words = "without a cap or a floor it changes nothing. Add one"
                yield Fault(f"indicators.{indicator.id}", words)
            for name in indicator.of:
                if name not in definition.by_id:
                    words = "isn't one of the indicators. Add it or correct the spelling"
                    yield Fault(at, f"'{name}' {words}")
                elif name not in paid:
                    yield Fault(at, f"{name} is never paid. Remove it")
                elif name not in before:
                    yield Fault(at, f"{name} must stand before {indicator.id}. Move it up")
            if len(set(indicator.of)) < len(indicator.of):
                yield Fault(at, "an indicator stands twice. Keep it once")
        before.add(indicator.id)


def _limits_fit_lines(definition: Definition) -> Faults:
    limits = [(at, one) for at, one in payments(definition) if isinstance(one, CompositePayment)]
    limited = Counter(name for _, one in limits for name in set(one.of))
    for at, one in limits:
        if len(definition.collection.paying_months) > 1:
            often = definition.collection.frequency
            words = f"its limits are of the year, but {often} counts are paid one by one"
            yield Fault(at, f"{words}. Limit each line, or let only the year's end pay")
        for name in dict.fromkeys(one.of):
            if limited[name] > 1:
                words = f"{name} is under {limited[name]} limits, so it would be cut twice"
                yield Fault(f"{at}.of", f"{words}. Name it in one of them")
            line = definition.by_id.get(name)
            if line is None:
                continue
            if not _is_whole_amount(line):
                words = f"{name} is a part of the year's amount, not the amount itself"
                yield Fault(f"{at}.of", f"{words}. Remove it, or its instalments and what was paid")
            if getattr(line, "part_year", False) != one.part_year:
                words = f"the limits and {name} must both follow the days, or neither"
                yield Fault(f"{at}.part_year", f"{words}. Make part_year the same for both")


def _is_whole_amount(line: Indicator) -> bool:
    """Whether a line is what a year comes to, with nothing of it paid before."""
    parts_of_it = (schema.AspirationPayment, schema.ReconciliationPayment, CompositePayment)
    parts, paid = getattr(line, "instalments", None), getattr(line, "paid", None)
    return parts is None and paid is None and not isinstance(line, parts_of_it)


RULES: tuple[Callable[[Definition], Faults], ...] = (
    _limits,
    _once_a_year,
    _settlements,
    _composites,
    _limits_fit_lines,
)
