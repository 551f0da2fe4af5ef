"""What is paid in pounds: the kinds of payment that commissioners compose.

Each kind has parameters of its own; a cap, a floor, part of a year and instalments fit them all.
"""

from typing import Annotated, Literal

from pydantic import Field

from cqrs.definitions.schema.figures import (
    Day,
    Exact,
    ExactFigure,
    MoneyFigure,
    Part,
    PoundsAsPence,
    RateFigure,
    Sourced,
    Text,
    Whole,
    WholeFigure,
    YesNo,
)
from cqrs.definitions.schema.indicators import IndicatorBase

DAYS_HELD = "days_held"
"""The fact that holds the days of a contract in the year."""


class Cap(Part):
    """No more than so many items, or such a share of the register, or such a sum."""

    items: WholeFigure | None = None
    register_percent: ExactFigure | None = None
    pounds: MoneyFigure | None = None


class Instalment(Part):
    """A share of the year's amount that falls due on a date."""

    due: Day
    percent: Exact


class Schedule(Sourced):
    """When a year's amount is paid: in equal parts, or in named shares that come to 100."""

    every: Literal["month", "quarter"] | None = None
    parts: tuple[Instalment, ...] = ()
    paid: Text | None = None
    """The fact that holds what was paid in the year so far: who joins late catches up."""


class PaymentBase(IndicatorBase):
    """What every kind of payment may have."""

    cap: Cap | None = None
    floor: MoneyFigure | None = None
    part_year: YesNo = False
    """Whether a contract held for a part of the year is paid by its days (fact `days_held`)."""
    instalments: Schedule | None = None


# A fee for each item -----------------------------------------------------------------------------


class DatedFee(Part):
    """A fee for what was given from a date on."""

    from_: Day = Field(alias="from")
    pounds: PoundsAsPence


class FieldFee(Part):
    """A fee for what is counted in a field of its own, such as an age band."""

    field: Text
    pounds: PoundsAsPence


class TierFee(Part):
    """A fee for the items above a number, up to the next tier."""

    above: Whole
    pounds: PoundsAsPence


class DatedFees(Sourced):
    """The fee depends on the month in which the item was given."""

    by: Literal["date"]
    steps: tuple[DatedFee, ...]


class FieldFees(Sourced):
    """The fee depends on who received the item: a count for each."""

    by: Literal["field"]
    steps: tuple[FieldFee, ...]


class TieredFees(Sourced):
    """The fee depends on how many items were given: each tier has its own."""

    by: Literal["tier"]
    steps: tuple[TierFee, ...]


Fees = Annotated[DatedFees | FieldFees | TieredFees, Field(discriminator="by")]


class ItemOfServiceIndicator(PaymentBase):
    """A fee for each item, for no more items than a cap or the people on the register."""

    kind: Literal["item_of_service"]
    fee: MoneyFigure | None = None
    fees: Fees | None = None


# Other amounts -----------------------------------------------------------------------------------


class AmountFrom(Part):
    """An amount from a level on: a percentage or a count."""

    from_: Exact = Field(alias="from")
    pounds: PoundsAsPence


class Steps(Sourced):
    """Amounts that hold from a level up to the next: one alone is all or nothing."""

    steps: tuple[AmountFrom, ...]


class Sliding(Sourced):
    """Nothing up to `lower`, `pounds` from `upper` on, in proportion between."""

    lower: Exact
    upper: Exact
    pounds: PoundsAsPence


class ThresholdPayment(PaymentBase):
    """An amount for reaching a level: all or nothing, in bands, or sliding between two."""

    kind: Literal["threshold"]
    of: Literal["percentage", "count"]
    bands: Steps | None = None
    sliding: Sliding | None = None
    for_each: Text | None = None
    """Times the people of this: `registered_list` or a fact; without it the amount stands alone."""


class CapitationPayment(PaymentBase):
    """A rate for each head: registered or weighted patients, a network's patients, beds."""

    kind: Literal["capitation"]
    rate: RateFigure
    of: Text
    """`registered_list`, `count`, or a fact."""


class BlockPayment(PaymentBase):
    """A fixed amount for the year."""

    kind: Literal["block"]
    amount: MoneyFigure


class RetainerPayment(PaymentBase):
    """A fixed amount and a fee for each item above what it includes, less what was paid already."""

    kind: Literal["retainer"]
    retainer: MoneyFigure
    fee: MoneyFigure
    included: WholeFigure | None = None
    paid: Text | None = None
    """The fact that holds what was paid in the year: the rest is the true-up."""


class ClawBackPayment(PaymentBase):
    """Money to be paid back where uptake stays below a percentage.

    So much of the fee is repaid for such a share of those eligible, and never more than was paid.
    """

    kind: Literal["claw_back"]
    fee: MoneyFigure
    below: ExactFigure
    share: ExactFigure


class AspirationPayment(PaymentBase):
    """A percentage of last year's payment, uprated by the value of a point, paid month by month."""

    kind: Literal["aspiration"]
    percent: ExactFigure
    previous: Text
    """The fact that holds last year's unadjusted payment in pence."""
    point_value: MoneyFigure
    previous_point_value: MoneyFigure


class ReconciliationPayment(PaymentBase):
    """What is due less what was paid; below nought it is recovered."""

    kind: Literal["reconciliation"]
    due: Text
    paid: Text


class ParticipationPayment(PaymentBase):
    """A fixed amount for taking part, whatever is counted."""

    kind: Literal["participation"]
    amount: MoneyFigure


class CompositePayment(PaymentBase):
    """Other payments of the service taken together, kept within a cap and a floor.

    Its own amount is what the limits add or take away, so that all amounts still add up. In a part
    of the year its limits, not its lines, are scaled by the days.
    """

    kind: Literal["composite"]
    of: tuple[Text, ...]


Payment = (
    ItemOfServiceIndicator
    | ThresholdPayment
    | CapitationPayment
    | BlockPayment
    | RetainerPayment
    | ClawBackPayment
    | AspirationPayment
    | ReconciliationPayment
    | ParticipationPayment
    | CompositePayment
)
