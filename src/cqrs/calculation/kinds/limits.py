"""What any payment may have: part of a year, a cap, a floor, and instalments. Applied in order."""

from fractions import Fraction

from cqrs.calculation.kinds.numbers import Numbers, amount_of, figure
from cqrs.calculation.nodes import (
    DAYS,
    MONTHS,
    RATIO,
    Band,
    Bands,
    Constant,
    Difference,
    Maximum,
    Minimum,
    Named,
    Node,
    Product,
    Ratio,
    Round,
)
from cqrs.definitions.schema import CompositePayment, Payment, RetainerPayment, Schedule
from cqrs.definitions.schema.payments import DAYS_HELD
from cqrs.values import FinancialYear, month_of

ONE_MONTH = Constant(1, MONTHS, "1")
TWELVE_MONTHS = Constant(12, MONTHS, "12")


def pounds(indicator: Payment, amount: Node, numbers: Numbers) -> Named:
    """An amount as the pounds of a line: scaled by days, kept in its limits, rounded, in parts.

    Limits are of the whole year, so they follow the days too. What was paid already comes off last.
    """
    mode = numbers.definition.rounding.mode
    days = (_share_of_year(numbers),) if indicator.part_year else ()
    if isinstance(indicator, CompositePayment):
        # Its lines were scaled by their own days already.
        limited = _limited(indicator, amount, days)
        within = Named("within", "within the limits", "pounds", limited)
        return Named("pence", "pounds", "pounds", Round(Difference(within, amount), 0, mode))
    node = _limited(indicator, _times(amount, days), days)
    paid = indicator.paid if isinstance(indicator, RetainerPayment) else None
    schedule = indicator.instalments
    if schedule is None:
        whole = Round(node, 0, mode)
        if paid is None:
            return Named("pence", "pounds", "pounds", whole)
        due = Named("due_for_year", "due for the year", "pounds", whole)
        return Named("pence", "pounds", "pounds", Difference(due, numbers.fact(paid)))
    annual = Named("annual", "amount for the year", "pounds", Round(node, 0, mode))
    year = numbers.definition.year
    share = _due(schedule, numbers.month, year)
    now = Round(Product((annual, share)), 0, mode)
    due = Named("due", "due by the end of this month", "pounds", now)
    paid = schedule.paid or paid
    if paid is not None:
        return Named("pence", "pounds", "pounds", Difference(due, numbers.fact(paid)))
    share = _due(schedule, Difference(numbers.month, ONE_MONTH), year)
    then = Round(Product((annual, share)), 0, mode)
    before = Named("due_before", "due by the month before", "pounds", then)
    return Named("pence", "pounds", "pounds", Difference(due, before))


def _share_of_year(numbers: Numbers) -> Named:
    year = numbers.definition.year
    days = Constant((year.end - year.start).days + 1, DAYS, "days in the year")
    share = Ratio(numbers.fact(DAYS_HELD), days)
    return Named("share_of_year", "share of the year", "factors", share)


def _times(node: Node, days: tuple[Named, ...]) -> Node:
    return Product((node, *days)) if days else node


def _limited(indicator: Payment, node: Node, days: tuple[Named, ...]) -> Node:
    if indicator.floor is not None:
        node = Maximum((node, _times(amount_of(indicator.floor, "least paid"), days)))
    if indicator.cap is not None and indicator.cap.pounds is not None:
        node = Minimum((node, _times(amount_of(indicator.cap.pounds, "most paid"), days)))
    return node


def _due(schedule: Schedule, month: Node, year: FinancialYear) -> Node:
    """What share of the year's amount is due by a month: the pennies of its parts add up."""
    if schedule.every == "month":
        return Ratio(month, TWELVE_MONTHS)
    if schedule.every == "quarter":
        shares = [(quarter, Fraction(quarter, 12)) for quarter in range(3, 13, 3)]
    else:
        shares = []
        total = Fraction(0)
        for part in schedule.parts:
            total += part.percent / 100
            shares.append((month_of(part.due), total))
    bands = tuple(
        Band(
            Constant(start, MONTHS, _month(start, year)),
            figure(share, RATIO, "share due", schedule),
        )
        for start, share in shares
    )
    return Bands(month, bands, "share due")


def _month(number: int, year: FinancialYear) -> str:
    """The month of a financial year by its number: 1 is April 2025."""
    start = year.starts_in if number <= 9 else year.starts_in + 1
    names = (
        "April", "May", "June", "July", "August", "September",
        "October", "November", "December", "January", "February", "March",
    )  # fmt: skip
    return f"{names[number - 1]} {start}"
