"""What a payment of each kind counts and pays, in plain English, word for word."""

import pytest

from cqrs.definitions import words
from cqrs.definitions.schema import Definition
from tests.unit.calculation.small import MONEY, Raw, fact, fig, payment, pounds, small
from tests.unit.definitions.payments import (
    AT_YEAR_END,
    HELD,
    HELD_DAYS,
    QUARTERLY,
    YEARLY,
    aspiration,
    block,
    claw_back,
    composite,
    due,
    fraction,
    item,
    level,
    tiers,
)


def told(definition: Definition, name: str = "PAY") -> list[str]:
    """The lines between the description and how sure each figure is."""
    lines = words.describe_indicator(definition, name)
    return [line for line in lines[3 : lines.index("How sure each figure is")] if line]


def brief(definition: Definition, name: str = "PAY") -> str:
    """What a payment pays in the list of the service."""
    (line,) = [one for one in words.describe(definition) if one.startswith(f"  {name}  ")]
    return line.partition(", ")[2]


RETAINER = payment(
    "retainer",
    fields={"Visits": "count"},
    retainer=pounds("500.00"),
    fee=pounds("12.50"),
    included=fig(value="20"),
    paid="last",
)
LAST = {"last": fact("pence", title="Payment of last year")}
FEES = {"Under 5": "10.06", "From 5": "7.67"}

CASES: list[tuple[str, Definition, str, list[str]]] = [
    (
        "a fee with its caps",
        small(
            item(
                fields=HELD,
                cap={"items": fig(value="1"), "register_percent": fig(value="12.5")},
                floor=pounds("5.00"),
            ),
            collection=YEARLY,
        ),
        "£1.00 each",
        [
            "What counts: Items, never more than Register.",
            "£1.00 for each.",
            "No more than 1 item is paid.",
            "No more items are paid than 12.5% of the register, in whole items.",
            "It is never less than £5.00.",
        ],
    ),
    (
        "a fee with a cap in items and pounds",
        small(
            item(cap={"items": fig(value="1200"), "pounds": pounds("99.99")}),
            collection=AT_YEAR_END,
        ),
        "£1.00 each",
        [
            "What counts: Items.",
            "£1.00 for each.",
            "No more than 1,200 items are paid.",
            "It is never more than £99.99.",
        ],
    ),
    (
        "fees by field",
        small(
            payment(
                "item_of_service",
                fields=dict.fromkeys(FEES, "count"),
                fees=fig(by="field", steps=[{"field": f, "pounds": p} for f, p in FEES.items()]),
            )
        ),
        "£10.06 or £7.67 each",
        [
            "What counts: Under 5 and From 5.",
            "For each: £10.06 (Under 5) and £7.67 (From 5).",
        ],
    ),
    (
        "fees by tier",
        small(item(fee=None, fees=tiers("0", "1000")), collection=YEARLY),
        "£1.00 each",
        ["What counts: Items.", "For each: £1.00 for the first and £1.00 for those above 1,000."],
    ),
    (
        "bands",
        small(level(bands=fig(steps=[{"from": n, "pounds": n} for n in ("60", "72.5")]))),
        "up to £72.50, in bands",
        [
            "What counts: Done ÷ Eligible, the share of patients for whom it was done.",
            "£60.00 from 60% and £72.50 from 72.5%, nothing below.",
        ],
    ),
    (
        "a sliding scale of a count for each of a list",
        small(
            payment(
                "threshold",
                fields={"Seen": "count"},
                of="count",
                sliding=fig(lower="10", upper="50", pounds="0.25"),
                for_each="registered_list",
            ),
            list_date="2026-01-01",
        ),
        "up to £0.25, sliding",
        [
            "What counts: Seen.",
            "Nothing up to 10, £0.25 from 50, in proportion between, times the registered list.",
        ],
    ),
    (
        "a rate for each bed",
        small(
            payment("capitation", rate=fig(pounds="0.7", per="bed"), of="beds"),
            facts={"beds": fact("beds", title="Beds of the homes")},
        ),
        "£0.70 for each bed",
        ["Nothing is counted for it.", "£0.70 for each bed: the beds of the homes."],
    ),
    (
        "a block of a part of the year, in named parts",
        small(
            block(part_year="yes", instalments=due(("2025-06-30", "33.5"), ("2026-03-31", "66.5"))),
            facts=HELD_DAYS,
        ),
        "£1.00 for the year",
        [
            "Nothing is counted for it.",
            "£1.00 for the year.",
            "A contract of a part of the year is paid by its days.",
            "It is paid in parts: 33.5% at 30 June 2025 and 66.5% at 31 March 2026.",
        ],
    ),
    (
        "a retainer with its true-up",
        small(RETAINER, facts=LAST),
        "£500.00 and £12.50 each",
        [
            "What counts: Visits.",
            "£500.00 and £12.50 for each item above 20.",
            "What was paid already (payment of last year) is taken off: the rest is the true-up.",
        ],
    ),
    (
        "a repayment",
        small(claw_back()),
        "paid back below 80%",
        [
            "What counts: Done ÷ Eligible, the share of patients for whom it was done.",
            "Below 80%, £1.00 is paid back for 50% of those eligible, and for no more than were "
            "done. From there on nothing is paid back.",
        ],
    ),
    (
        "aspiration",
        small(aspiration(instalments=fig(every="month")), facts=LAST),
        "80% of last year, uprated",
        [
            "Nothing is counted for it.",
            "80% of the payment of last year, uprated by the value of a point: £2.00 ÷ £1.00.",
            "It is paid in 12 monthly parts, whose pennies add up to the year’s amount.",
        ],
    ),
    (
        "a settlement",
        small(
            payment("reconciliation", due="due", paid="last"),
            facts=LAST | {"due": fact("pence", title="Payment due")},
        ),
        "what is due less what was paid",
        [
            "Nothing is counted for it.",
            "The payment due less the payment of last year; below nought it is recovered.",
        ],
    ),
    (
        "taking part",
        small(payment("participation", amount=pounds("25.00"))),
        "£25.00 for taking part",
        ["Nothing is counted for it.", "£25.00 for taking part, whatever is counted."],
    ),
]


@pytest.mark.parametrize(
    ("definition", "short", "lines"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_a_payment_in_plain_english(definition: Definition, short: str, lines: list[str]) -> None:
    assert brief(definition) == short
    assert told(definition) == lines


def test_limits_and_tiers_begin_anew_where_each_count_is_paid() -> None:
    cap = {"items": fig(value="60"), "register_percent": fig(value="20"), "pounds": pounds("9.00")}
    limited = item(fields=HELD, cap=cap, floor=pounds("5.00"))
    assert told(small(limited, collection=QUARTERLY))[2:] == [
        "No more than 60 items are paid in each quarter.",
        "No more items are paid in each quarter than 20% of the register, in whole items.",
        "It is never less than £5.00 in each quarter.",
        "It is never more than £9.00 in each quarter.",
    ]
    assert told(small(item(fee=None, fees=tiers("0", "1000"))))[1] == (
        "For each: £1.00 for the first and £1.00 for those above 1,000, counted anew in each month."
    )


def test_limits_of_what_is_paid_in_parts_are_of_the_year_and_its_days() -> None:
    """What was paid comes off last, after days and limits."""
    held = RETAINER | {"floor": pounds("5.00"), "part_year": "yes"}
    definition = small(held, facts=LAST | HELD_DAYS, collection=YEARLY)
    assert told(definition)[2:] == [
        "A contract of a part of the year is paid by its days.",
        "It is never less than £5.00.",
        "In a contract of a part of the year these limits follow its days.",
        "What was paid already (payment of last year) is taken off: the rest is the true-up.",
    ]
    definition = small(block(floor=pounds("5.00"), instalments=fig(every="month")))
    assert told(definition)[2] == "It is never less than £5.00."


def test_a_composite_names_its_lines_and_that_its_limits_follow_the_days() -> None:
    held = composite(part_year="yes", floor=pounds("2.00"))
    definition = small(item(part_year="yes"), held, facts=HELD_DAYS, collection=YEARLY)
    assert brief(definition, "ALL") == "a limit on the lines together"
    assert told(definition, "ALL") == [
        "Taken together: Title of PAY.",
        "Its amount is what the limits below add to the lines or take from them.",
        "It is never less than £2.00.",
        "It is never more than £5.00.",
        "In a contract of a part of the year these limits follow its days.",
    ]


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("half_up", "to the nearest, a half up"),
        ("half_even", "to the nearest, a half to the even digit"),
        ("down", "cut off"),
    ],
)
def test_every_way_of_rounding_is_told(mode: str, shown: str) -> None:
    rounding = {"points_places": "3", "mode": mode, "money": "per_indicator"}
    lines = words.describe(small(fraction(), money=MONEY, rounding=rounding))
    assert any(f"Points are rounded to 3 decimals, {shown}; pounds" in line for line in lines)
    lines = words.describe(small(block(), rounding=rounding))
    assert any(f"Pounds are rounded to the penny, {shown}, once" in line for line in lines)


SCALES: list[tuple[Raw, str]] = [
    (
        fraction(lump=fig(value="3")),
        "Up to 10 points: 3 at 40%, none below, all from 90%, in proportion between.",
    ),
    (
        fraction(improvement=fig(years=["2023/24", "2024/25"], lower="5", upper="10")),
        "Or, where that is more, by improvement on the practice’s own mean of 2023/24 and 2024/25: "
        "none up to 5 percentage points above it, all from 10.",
    ),
    (fraction(points=fig(value="1")), "Up to 1 point: none up to 40%, all from 90%, in proportion"),
]


@pytest.mark.parametrize(("indicator", "line"), SCALES)
def test_the_scale_of_points(indicator: Raw, line: str) -> None:
    assert any(one.startswith(line) for one in told(small(indicator, money=MONEY)))
