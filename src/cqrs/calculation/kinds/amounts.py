"""Kinds that pay pounds directly: each builds the amount of a line before its limits."""

from collections.abc import Callable
from typing import Any

from cqrs.calculation.kinds.numbers import (
    LARGEST_AMOUNT,
    PER,
    Numbers,
    amount_of,
    fee_of,
    figure,
    named_share,
)
from cqrs.calculation.nodes import (
    MONTHS,
    PENCE,
    PEOPLE,
    PERCENT,
    RATIO,
    Band,
    Bands,
    Clamp,
    Constant,
    Difference,
    Input,
    Maximum,
    Minimum,
    Named,
    Node,
    Product,
    Ratio,
    Round,
    Sum,
    When,
    WhenPositive,
)
from cqrs.definitions import schema
from cqrs.definitions.schema import Definition
from cqrs.values import day_words, month_of

NOBODY = Constant(0, PEOPLE, "0")
NOTHING = Constant(0, PENCE, "nothing")


def amount(indicator: schema.Payment, numbers: Numbers) -> Node:
    """The amount of a line, in pence, before its cap and floor."""
    build: Callable[[Any, Numbers], Node] = BUILDERS[type(indicator)]
    return build(indicator, numbers)


def _item_of_service(indicator: schema.ItemOfServiceIndicator, numbers: Numbers) -> Node:
    """A fee for each item that is paid."""
    if isinstance(indicator.fees, schema.FieldFees):
        fees = indicator.fees
        return Sum(
            tuple(
                Product((counted, _fee(step.pounds, f"fee for each {step.field}", fees)))
                for step in fees.steps
                for counted in (numbers.submitted(f"count {step.field}", step.field),)
            )
        )
    paid = _paid_items(indicator, numbers)
    if isinstance(indicator.fees, schema.DatedFees):
        return Product((paid, _dated(indicator.fees, numbers)))
    if isinstance(indicator.fees, schema.TieredFees):
        return _tiered(indicator.fees, paid)
    if indicator.fee is None:
        raise ValueError(f"{indicator.id} has neither fee nor fees")
    return Product((paid, fee_of(indicator.fee)))


def _paid_items(indicator: schema.ItemOfServiceIndicator, numbers: Numbers) -> Named:
    """The items claimed, but for those above a cap."""
    limits: list[Node] = [numbers.count]
    if indicator.field_of("register"):
        limits.append(numbers.register)
    cap = indicator.cap
    if cap and cap.items:
        limits.append(figure(cap.items.value, PEOPLE, "most items paid", cap.items))
    if cap and cap.register_percent:
        share = cap.register_percent
        percent = figure(share.value / 100, RATIO, "share of the register", share)
        whole = Round(Product((numbers.register, percent)), 0, "down")
        limits.append(Named("most_items", "most items for this register", "patients", whole))
    counted = Minimum(tuple(limits)) if len(limits) > 1 else limits[0]
    return Named("paid_items", "number paid", "patients", counted)


def _fee(pence: int, label: str, sourced: schema.Sourced) -> Constant:
    return figure(pence, PENCE.per(PEOPLE), label, sourced)


def _dated(fees: schema.DatedFees, numbers: Numbers) -> Named:
    """The fee of the month that the counts are of."""
    year = numbers.definition.year
    bands = tuple(
        Band(
            Constant(month_of(max(step.from_, year.start)), MONTHS, day_words(step.from_)),
            _fee(step.pounds, f"fee from {day_words(step.from_)}", fees),
        )
        for step in fees.steps
    )
    return Named("fee", "fee for each", "pounds", Bands(numbers.month, bands, "fee by date"))


def _tiered(fees: schema.TieredFees, paid: Node) -> Sum:
    """Each tier's items at its own fee."""
    parts = []
    ends = [step.above for step in fees.steps[1:]]
    for place, step in enumerate(fees.steps):
        start = figure(step.above, PEOPLE, f"{step.above:,}", fees)
        inside: Node = paid
        label = f"items above {step.above:,}"
        if place < len(ends):
            inside = Minimum((paid, figure(ends[place], PEOPLE, f"{ends[place]:,}", fees)))
            label = f"items {step.above + 1:,} to {ends[place]:,}"
        if step.above:
            inside = Maximum((Difference(inside, start), NOBODY))
        items = Named(f"tier_{place + 1}", label, "patients", inside)
        parts.append(Product((items, _fee(step.pounds, f"fee above {step.above:,}", fees))))
    return Sum(tuple(parts))


def _threshold(indicator: schema.ThresholdPayment, numbers: Numbers) -> Node:
    """An amount for a level that was reached; nothing without patients."""
    unit = PERCENT if indicator.of == "percentage" else PEOPLE
    reached: Node = named_share(numbers) if indicator.of == "percentage" else numbers.count
    people = numbers.people_of(indicator.for_each) if indicator.for_each else None
    paid = PENCE.per(people.unit) if people else PENCE
    earned: Node
    if indicator.bands is not None:
        bands = tuple(
            Band(
                figure(step.from_, unit, "reached", indicator.bands),
                figure(step.pounds, paid, "amount", indicator.bands),
            )
            for step in indicator.bands.steps
        )
        earned = Bands(reached, bands, "amount by level")
    elif indicator.sliding is not None:
        scale = indicator.sliding
        lower = figure(scale.lower, unit, "lower threshold", scale)
        upper = figure(scale.upper, unit, "upper threshold", scale)
        way = Clamp(Ratio(Difference(reached, lower), Difference(upper, lower)))
        progress = Named("progress", "share of the amount", "pounds", way)
        earned = Product((figure(scale.pounds, paid, "full amount", scale), progress))
    else:
        raise ValueError(f"{indicator.id} has neither bands nor sliding")
    if indicator.of == "percentage":
        earned = WhenPositive(numbers.denominator, earned, "no patients in the denominator")
    if people is None:
        return earned
    return Product((Named("level", "amount for each", "pounds", earned), people))


def _capitation(indicator: schema.CapitationPayment, numbers: Numbers) -> Product:
    """A rate for each head."""
    unit = PENCE.per(PER[indicator.rate.per])
    rate = figure(indicator.rate.pence, unit, f"rate for each {indicator.rate.per}", indicator.rate)
    return Product((numbers.people_of(indicator.of), rate))


def _block(indicator: schema.BlockPayment, _: Numbers) -> Node:
    return amount_of(indicator.amount, "amount for the year")


def _participation(indicator: schema.ParticipationPayment, _: Numbers) -> Node:
    return amount_of(indicator.amount, "amount for taking part")


def _retainer(indicator: schema.RetainerPayment, numbers: Numbers) -> Sum:
    """The retainer and a fee for each item above those included."""
    items: Node = numbers.count
    if indicator.included is not None:
        included = figure(indicator.included.value, PEOPLE, "items included", indicator.included)
        items = Maximum((Difference(items, included), NOBODY))
    above = Named("paid_items", "items paid on top", "patients", items)
    activity = Product((above, fee_of(indicator.fee)))
    return Sum((amount_of(indicator.retainer, "retainer"), activity))


def _claw_back(indicator: schema.ClawBackPayment, numbers: Numbers) -> Node:
    """The fee for a share of those eligible where uptake stays below the threshold, as a minus."""
    share = figure(indicator.share.value / 100, RATIO, "share repaid", indicator.share)
    cohort = Named(
        "repaid_items",
        "items repaid",
        "patients",
        Minimum((Product((numbers.denominator, share)), numbers.numerator)),
    )
    repaid = Difference(NOTHING, Product((cohort, fee_of(indicator.fee))))
    below = figure(indicator.below.value, PERCENT, "uptake wanted", indicator.below)
    outcome = When(named_share(numbers), below, NOTHING, repaid)
    return WhenPositive(numbers.denominator, outcome, "nobody was eligible")


def _aspiration(indicator: schema.AspirationPayment, numbers: Numbers) -> Product:
    """A percentage of last year's payment, uprated by how the value of a point changed."""
    now = amount_of(indicator.point_value, "value of a point")
    before = amount_of(indicator.previous_point_value, "value of a point the year before")
    index = Named("uprating", "uprating index", "factors", Ratio(now, before))
    share = figure(indicator.percent.value / 100, RATIO, "aspiration share", indicator.percent)
    return Product((numbers.fact(indicator.previous), share, index))


def _reconciliation(indicator: schema.ReconciliationPayment, numbers: Numbers) -> Difference:
    """What is due less what was paid."""
    return Difference(numbers.fact(indicator.due), numbers.fact(indicator.paid))


def _composite(indicator: schema.CompositePayment, numbers: Numbers) -> Node:
    """All parts together; its limits make the difference that the line is."""
    definition = numbers.definition
    parts = tuple(_line(definition, name) for name in indicator.of)
    return Named("together", "all together", "pounds", Sum(parts))


def _line(definition: Definition, name: str) -> Input:
    """Another line of the same statement, by its indicator."""
    title = definition.by_id[name].title
    return Input(line_name(name), PENCE, title, "calculation", LARGEST_AMOUNT, -LARGEST_AMOUNT)


def line_name(indicator_id: str) -> str:
    """The input that is another line's pence."""
    return f"line {indicator_id}"


BUILDERS: dict[type, Callable[[Any, Numbers], Node]] = {
    schema.ItemOfServiceIndicator: _item_of_service,
    schema.ThresholdPayment: _threshold,
    schema.CapitationPayment: _capitation,
    schema.BlockPayment: _block,
    schema.RetainerPayment: _retainer,
    schema.ClawBackPayment: _claw_back,
    schema.AspirationPayment: _aspiration,
    schema.ReconciliationPayment: _reconciliation,
    schema.ParticipationPayment: _participation,
    schema.CompositePayment: _composite,
}
