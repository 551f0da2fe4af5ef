"""What any payment may have: part of a year, a cap, a floor, and instalments. Applied in order."""

from fractions import Fraction

from cqrs.calculation.kinds.amounts import month_of
from cqrs.calculation.kinds.numbers import DAYS_HELD, Numbers, amount_of
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
from cqrs.definitions.schema import CompositePayment, Payment, Schedule
from cqrs.values import FinancialYear

ONE_MONTH = Constant(1, MONTHS, "1")
MONTHS_OF = {"month": 1, "quarter": 3}


def pounds(indicator: Payment, amount: Node, numbers: Numbers) -> Named:
    """An amount as the pounds of a line: scaled by days, kept in its limits, rounded, in parts."""
    mode = numbers.definition.rounding.mode
    node = amount
    if indicator.part_year:
        node = Product((node, _share_of_year(numbers)))
    node = _limited(indicator, node)
    if isinstance(indicator, CompositePayment):
        within = Named("within", "within the limits", "pounds", node)
        return Named("pence", "pounds", "pounds", Round(Difference(within, amount), 0, mode))
    if indicator.instalments is None:
        return Named("pence", "pounds", "pounds", Round(node, 0, mode))
    annual = Named("annual", "amount for the year", "pounds", Round(node, 0, mode))
    year = numbers.definition.year
    before = Difference(numbers.month, ONE_MONTH)
    due = tuple(
        Named(
            name,
            label,
            "pounds",
            Round(
                Product((annual, Bands(month, _due(indicator.instalments, year), "share due"))), 0
            ),
        )
        for name, label, month in (
            ("due", "due by the end of this month", numbers.month),
            ("due_before", "due by the month before", before),
        )
    )
    return Named("pence", "pounds", "pounds", Difference(*due))


def _share_of_year(numbers: Numbers) -> Named:
    year = numbers.definition.year
    days = Constant((year.end - year.start).days + 1, DAYS, "days in the year")
    share = Ratio(numbers.fact(DAYS_HELD), days)
    return Named("share_of_year", "share of the year", "factors", share)


def _limited(indicator: Payment, node: Node) -> Node:
    if indicator.floor is not None:
        node = Maximum((node, amount_of(indicator.floor, "least paid")))
    if indicator.cap is not None and indicator.cap.pounds is not None:
        node = Minimum((node, amount_of(indicator.cap.pounds, "most paid")))
    return node


def _due(schedule: Schedule, year: FinancialYear) -> tuple[Band, ...]:
    """What share of the year's amount is due from each month on."""
    if schedule.every is not None:
        step = MONTHS_OF[schedule.every]
        shares = [(month, Fraction(month, 12)) for month in range(step, 13, step)]
    else:
        shares = []
        total = Fraction(0)
        for part in schedule.parts:
            total += part.percent / 100
            shares.append((month_of(part.due), total))
    return tuple(
        Band(
            Constant(month, MONTHS, f"{_month(month, year)}"),
            Constant(share, RATIO, "share due", schedule.source),
        )
        for month, share in shares
    )


def _month(number: int, year: FinancialYear) -> str:
    """The month of a financial year by its number: 1 is April 2025."""
    start = year.starts_in if number <= 9 else year.starts_in + 1
    names = (
        "April", "May", "June", "July", "August", "September",
        "October", "November", "December", "January", "February", "March",
    )  # fmt: skip
    return f"{names[number - 1]} {start}"
