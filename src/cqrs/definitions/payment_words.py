"""Payment kinds in plain English: what each counts and what it pays, read from its figures."""

from collections.abc import Callable
from typing import Any

from cqrs.definitions import schema
from cqrs.definitions.schema import Definition, Payment, Schedule
from cqrs.values import day_words, plain_text, pounds_text


def listed(parts: list[str] | tuple[str, ...]) -> str:
    """Parts as a sentence has them: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def brief(payment: Payment) -> str:
    """What a payment pays, in a few words: "£140.00 each"."""
    tell: Callable[[Any], str] = BRIEF[type(payment)]
    return tell(payment)


def counted(definition: Definition, payment: Payment) -> str:
    """What is counted for it, with CQRS's names of the fields."""
    match payment:
        case schema.ItemOfServiceIndicator() | schema.RetainerPayment():
            names = [name for name, field in payment.fields.items() if field.kind == "count"]
            cap = payment.field_of("register")
            return f"What counts: {listed(names)}{f', never more than {cap}' if cap else ''}."
        case schema.ThresholdPayment(of="count"):
            return f"What counts: {payment.field_of('count')}."
        case schema.ThresholdPayment() | schema.ClawBackPayment():
            share = f"{payment.field_of('numerator')} ÷ {payment.field_of('denominator')}"
            return f"What counts: {share}, the share of patients for whom it was done."
        case schema.CapitationPayment(of="count"):
            return f"What counts: {payment.field_of('count')}."
        case schema.CompositePayment():
            titles = [definition.by_id[name].title for name in payment.of]
            return f"Taken together: {listed(titles)}."
    return "Nothing is counted for it."


def earned(definition: Definition, payment: Payment) -> list[str]:
    """What is paid, then its limits, part of a year and instalments, a sentence each."""
    tell: Callable[[Definition, Any], list[str]] = EARNED[type(payment)]
    lines = tell(definition, payment)
    if payment.part_year and not isinstance(payment, schema.CompositePayment):
        lines.append("A contract of a part of the year is paid by its days.")
    limits = _limits(payment, _in_each(definition, payment))
    lines += limits
    if payment.part_year and limits:
        lines.append("In a contract of a part of the year these limits follow its days.")
    if isinstance(payment, schema.RetainerPayment) and payment.paid is not None:
        paid = _small(definition.facts[payment.paid].title)
        lines.append(f"What was paid already ({paid}) is taken off: the rest is the true-up.")
    if payment.instalments is not None:
        lines.append(_instalments(payment.instalments))
        if payment.instalments.paid is not None:
            paid = _small(definition.facts[payment.instalments.paid].title)
            lines.append(
                f"What was paid already ({paid}) is taken off, so who joins late catches up."
            )
    return lines


def _in_each(definition: Definition, payment: Payment) -> str:
    """The words " in each month" where each month is paid by itself, else nothing."""
    collection = definition.collection
    if collection.pays == "year_end" or payment.instalments is not None:
        return ""
    return {"monthly": " in each month", "quarterly": " in each quarter", "yearly": ""}[
        collection.frequency
    ]


def _limits(payment: Payment, in_each: str) -> list[str]:
    lines = []
    cap = payment.cap
    if cap is not None and cap.items is not None:
        items = "1 item is" if cap.items.value == 1 else f"{cap.items.value:,} items are"
        lines.append(f"No more than {items} paid{in_each}.")
    if cap is not None and cap.register_percent is not None:
        share = plain_text(cap.register_percent.value)
        lines.append(
            f"No more items are paid{in_each} than {share}% of the register, in whole items."
        )
    if payment.floor is not None:
        lines.append(f"It is never less than {pounds_text(payment.floor.pence)}{in_each}.")
    if cap is not None and cap.pounds is not None:
        lines.append(f"It is never more than {pounds_text(cap.pounds.pence)}{in_each}.")
    return lines


def _instalments(schedule: Schedule) -> str:
    if schedule.every is not None:
        often = {"month": "12 monthly", "quarter": "4 quarterly"}[schedule.every]
        return f"It is paid in {often} parts, whose pennies add up to the year’s amount."
    if len(schedule.parts) == 1:
        return f"It is paid once, at {day_words(schedule.parts[0].due)}."
    parts = [f"{plain_text(part.percent)}% at {day_words(part.due)}" for part in schedule.parts]
    return f"It is paid in parts: {listed(parts)}."


# Each kind ---------------------------------------------------------------------------------------


def _items_brief(payment: schema.ItemOfServiceIndicator) -> str:
    if payment.fee is not None:
        return f"{pounds_text(payment.fee.pence)} each"
    fees = [pounds_text(step.pounds) for step in payment.fees.steps] if payment.fees else []
    return f"{' or '.join(dict.fromkeys(fees))} each"


def _items(definition: Definition, payment: schema.ItemOfServiceIndicator) -> list[str]:
    match payment.fees:
        case schema.DatedFees(steps=steps):
            told = [f"{pounds_text(step.pounds)} from {day_words(step.from_)}" for step in steps]
            return [f"For each: {listed(told)}."]
        case schema.FieldFees(steps=steps):
            return [f"For each: {listed([f'{pounds_text(s.pounds)} ({s.field})' for s in steps])}."]
        case schema.TieredFees(steps=steps):
            told = [
                f"{pounds_text(step.pounds)} for those above {step.above:,}"
                if step.above
                else f"{pounds_text(step.pounds)} for the first"
                for step in steps
            ]
            in_each = _in_each(definition, payment)
            again = f", counted anew{in_each}" if in_each else ""
            return [f"For each: {listed(told)}{again}."]
    return [f"{_items_brief(payment).removesuffix(' each')} for each."]


def _threshold_brief(payment: schema.ThresholdPayment) -> str:
    if payment.sliding is not None:
        return f"up to {pounds_text(payment.sliding.pounds)}, sliding"
    steps = payment.bands.steps if payment.bands else ()
    most = pounds_text(max((step.pounds for step in steps), default=0))
    return f"{most}, all or nothing" if len(steps) == 1 else f"up to {most}, in bands"


def _threshold(definition: Definition, payment: schema.ThresholdPayment) -> list[str]:
    sign = "%" if payment.of == "percentage" else ""
    if payment.sliding is not None:
        scale = payment.sliding
        lower, upper = plain_text(scale.lower), plain_text(scale.upper)
        told = (
            f"Nothing up to {lower}{sign}, {pounds_text(scale.pounds)} from {upper}{sign}, "
            "in proportion between"
        )
    else:
        steps = payment.bands.steps if payment.bands else ()
        parts = [f"{pounds_text(s.pounds)} from {plain_text(s.from_)}{sign}" for s in steps]
        told = f"{listed(parts)}, nothing below"
    if payment.for_each is None:
        return [f"{told}."]
    return [f"{told}, times {_people(definition, payment.for_each)}."]


def _people(definition: Definition, name: str) -> str:
    if name == "registered_list":
        return "the registered list"
    return (
        "the number claimed" if name == "count" else f"the {_small(definition.facts[name].title)}"
    )


def _small(title: str) -> str:
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _rate(payment: schema.CapitationPayment) -> str:
    pounds = plain_text(payment.rate.pounds)
    whole, _, part = pounds.partition(".")
    return f"£{whole}.{part.ljust(2, '0')} for each {payment.rate.per}"


def _capitation(definition: Definition, payment: schema.CapitationPayment) -> list[str]:
    return [f"{_rate(payment)}: {_people(definition, payment.of)}."]


def _retainer(_: Definition, payment: schema.RetainerPayment) -> list[str]:
    above = f" above {payment.included.value:,}" if payment.included else ""
    fixed, fee = pounds_text(payment.retainer.pence), pounds_text(payment.fee.pence)
    return [f"{fixed} and {fee} for each item{above}."]


def _claw_back(_: Definition, payment: schema.ClawBackPayment) -> list[str]:
    below, share = plain_text(payment.below.value), plain_text(payment.share.value)
    fee = pounds_text(payment.fee.pence)
    return [
        f"Below {below}%, {fee} is paid back for {share}% of those eligible, and for no more than "
        "were done. From there on nothing is paid back."
    ]


def _aspiration(definition: Definition, payment: schema.AspirationPayment) -> list[str]:
    share = plain_text(payment.percent.value)
    now, before = payment.point_value.pence, payment.previous_point_value.pence
    return [
        f"{share}% of the {_small(definition.facts[payment.previous].title)}, uprated by the value "
        f"of a point: {pounds_text(now)} ÷ {pounds_text(before)}."
    ]


def _reconciliation(definition: Definition, payment: schema.ReconciliationPayment) -> list[str]:
    due, paid = (_small(definition.facts[name].title) for name in (payment.due, payment.paid))
    return [f"The {due} less the {paid}; below nought it is recovered."]


BRIEF: dict[type, Callable[[Any], str]] = {
    schema.ItemOfServiceIndicator: _items_brief,
    schema.ThresholdPayment: _threshold_brief,
    schema.CapitationPayment: _rate,
    schema.BlockPayment: lambda payment: f"{pounds_text(payment.amount.pence)} for the year",
    schema.RetainerPayment: lambda payment: (
        f"{pounds_text(payment.retainer.pence)} and {pounds_text(payment.fee.pence)} each"
    ),
    schema.ClawBackPayment: lambda payment: f"paid back below {plain_text(payment.below.value)}%",
    schema.AspirationPayment: lambda payment: (
        f"{plain_text(payment.percent.value)}% of last year, uprated"
    ),
    schema.ReconciliationPayment: lambda _: "what is due less what was paid",
    schema.ParticipationPayment: lambda payment: (
        f"{pounds_text(payment.amount.pence)} for taking part"
    ),
    schema.CompositePayment: lambda _: "a limit on the lines together",
}
EARNED: dict[type, Callable[[Definition, Any], list[str]]] = {
    schema.ItemOfServiceIndicator: _items,
    schema.ThresholdPayment: _threshold,
    schema.CapitationPayment: _capitation,
    schema.BlockPayment: lambda _, p: [f"{pounds_text(p.amount.pence)} for the year."],
    schema.RetainerPayment: _retainer,
    schema.ClawBackPayment: _claw_back,
    schema.AspirationPayment: _aspiration,
    schema.ReconciliationPayment: _reconciliation,
    schema.ParticipationPayment: lambda _, p: [
        f"{pounds_text(p.amount.pence)} for taking part, whatever is counted."
    ],
    schema.CompositePayment: lambda _, __: [
        "Its amount is what the limits below add to the lines or take from them."
    ],
}
