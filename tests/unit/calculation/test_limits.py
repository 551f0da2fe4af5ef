"""Part of a year, cap, floor and instalments on any payment: edges by hand, pennies that add up."""

from typing import Any

import pytest

from cqrs.values import month_of, pounds_text
from tests.unit.calculation.small import (
    YEAR,
    Raw,
    Row,
    fact,
    fig,
    hold,
    inputs,
    payment,
    pounds,
    small,
)

MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
HALF_EVEN = {"points_places": "2", "mode": "half_even", "money": "per_indicator"}


def block(amount: str, schedule: Raw, **own: Any) -> Raw:
    return payment("block", amount=pounds(amount), instalments=schedule, **own)


def parts(*shares: tuple[str, str]) -> Raw:
    return fig(parts=[{"due": due, "percent": percent} for due, percent in shares])


# Instalments -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "pence"),
    [
        ("120.00", [1_000] * 12),
        ("100.00", [833, 834, 833] * 4),
        ("0.11", [1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1]),
        ("0.01", [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
        ("0.05", [0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0]),
    ],
)
def test_twelve_parts_of_an_awkward_amount_add_up(amount: str, pence: list[int]) -> None:
    """£100.00: £8.33, then £16.67 in all, then £25.00; a part is what is due less what was due."""
    assert pounds_text(sum(pence)) == f"£{amount}"
    definition = small(block(amount, fig(every="month")))
    hold(definition, [Row(p, month=m) for m, p in zip(MONTHS, pence, strict=True)])


def test_the_last_month_of_one_year_is_not_the_first_of_the_next() -> None:
    definition = small(block("100.01", fig(every="month")))
    hold(definition, [Row(833, month=4), Row(10_001 - 9_168, month=3)])


def test_four_parts_are_due_at_the_end_of_a_quarter_only() -> None:
    definition = small(block("100.01", fig(every="quarter")))
    pence = [0, 0, 2_500, 0, 0, 2_501, 0, 0, 2_500, 0, 0, 2_500]
    assert sum(pence) == 10_001
    hold(definition, [Row(p, month=m) for m, p in zip(MONTHS, pence, strict=True)])


def test_named_parts_in_the_month_of_their_date_leap_day_included() -> None:
    schedule = parts(("2023-06-30", "33.3"), ("2024-02-29", "33.3"), ("2024-03-31", "33.4"))
    definition = small(block("10.00", schedule), year="2023/24")
    pence = [0, 0, 333, 0, 0, 0, 0, 0, 0, 0, 333, 334]
    hold(definition, [Row(p, month=m) for m, p in zip(MONTHS, pence, strict=True)])


def test_one_part_is_the_whole_amount_once() -> None:
    definition = small(block("9.99", parts(("2025-04-30", "100"))))
    hold(definition, [Row(999, month=4), Row(0, month=5), Row(0, month=3)])


def test_half_a_penny_that_is_due_goes_as_the_definition_says() -> None:
    """£0.06 in 12: 0.5, 1, 1.5, 2, 2.5 … pence are due, which are 0, 1, 2, 2, 2 …"""
    definition = small(block("0.06", fig(every="month")), rounding=HALF_EVEN)
    pence = [0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0]
    assert sum(pence) == 6
    hold(definition, [Row(p, month=m) for m, p in zip(MONTHS, pence, strict=True)])


def test_instalments_of_a_rate_follow_the_number_at_hand() -> None:
    definition = small(
        payment(
            "capitation",
            rate=fig(pounds="0.729", per="person"),
            of="registered_list",
            instalments=fig(every="month"),
        ),
        list_date="2026-01-01",
    )
    year = 702_902
    due = [(2 * year * month + 12) // 24 for month in range(13)]
    rows = [Row(due[n + 1] - due[n], month=m, registered_list=9_642) for n, m in enumerate(MONTHS)]
    assert sum(row.pence for row in rows) == year
    hold(definition, rows)


def test_a_settlement_of_one_part_is_paid_in_its_month_only() -> None:
    facts = {"due": fact("pence"), "paid": fact("pence")}
    once = parts(("2026-03-31", "100"))
    definition = small(
        payment("reconciliation", due="due", paid="paid", instalments=once), facts=facts
    )
    owed = {"due": 0, "paid": 100}
    hold(definition, [Row(p, facts=owed, month=m) for m, p in [(4, 0), (12, 0), (3, -100)]])


def test_who_joins_late_catches_up_by_what_was_paid() -> None:
    """£100.00 a year: £25.00 are due by June, £100.00 by March, less what was paid so far."""
    schedule = fig(every="month", paid="paid")
    definition = small(block("100.00", schedule), facts={"paid": fact("pence")})
    rows = [
        Row(2_500, facts={"paid": 0}, month=6),
        Row(833, facts={"paid": 1_667}, month=6),
        Row(0, facts={"paid": 2_500}, month=6),
        Row(-1, facts={"paid": 2_501}, month=6),
        Row(10_000, facts={"paid": 0}, month=3),
        Row(833, facts={"paid": 9_167}, month=3),
    ]
    hold(definition, rows)


def test_days_and_parts_together_come_to_the_days() -> None:
    """Half of 2025/26, less half a day: 182 of 365 days of £365.00, whatever was paid before."""
    held = {"title": "days held", "unit": "days", "most": "365"}
    schedule = fig(every="quarter", paid="paid")
    definition = small(
        block("365.00", schedule, part_year="yes"),
        facts={"days_held": held, "paid": fact("pence")},
    )
    rows = [
        Row(0, facts={"days_held": 182, "paid": 0}, month=5),
        Row(9_100, facts={"days_held": 182, "paid": 0}, month=9),
        Row(18_200, facts={"days_held": 182, "paid": 0}, month=3),
        Row(4_550, facts={"days_held": 182, "paid": 13_650}, month=3),
        Row(-100, facts={"days_held": 0, "paid": 100}, month=3),
    ]
    hold(definition, rows)


# Part of a year ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "days", "rows"),
    [
        (YEAR, 365, [(365, 36_600), (364, 36_500), (1, 100), (0, 0), (182, 18_250)]),
        ("2023/24", 366, [(366, 36_600), (365, 36_500), (1, 100), (183, 18_300)]),
        ("2024/25", 365, [(365, 36_600)]),
        ("2027/28", 366, [(60, 6_000)]),
    ],
)
def test_days_of_a_year_and_of_a_leap_year(
    year: str, days: int, rows: list[tuple[int, int]]
) -> None:
    """£366.00: a pound a day where there is a 29 February, and 364/365 are £364.9973."""
    held = {"title": "days held", "unit": "days", "most": str(days)}
    definition = small(
        payment("block", amount=pounds("366.00"), part_year="yes"),
        year=year,
        facts={"days_held": held},
    )
    hold(definition, [Row(pence, facts={"days_held": given}) for given, pence in rows])


def test_a_floor_and_a_cap_are_of_the_year_and_follow_the_days() -> None:
    """£365.00 held to £300.00 a year is £300.00 x days / 365: 1 day is £0.82, 73 are £60.00."""
    held = {"title": "days held", "unit": "days", "most": "365"}
    capped = payment(
        "block", amount=pounds("365.00"), part_year="yes", cap={"pounds": pounds("300.00")}
    )
    rows = [(0, 0), (1, 82), (73, 6_000), (364, 29_918), (365, 30_000)]
    hold(
        small(capped, facts={"days_held": held}),
        [Row(pence, facts={"days_held": days}) for days, pence in rows],
    )
    raised = payment("block", amount=pounds("36.50"), part_year="yes", floor=pounds("40.00"))
    rows = [(0, 0), (1, 11), (73, 800), (364, 3_989), (365, 4_000)]
    hold(
        small(raised, facts={"days_held": held}),
        [Row(pence, facts={"days_held": days}) for days, pence in rows],
    )


# What was paid already ---------------------------------------------------------------------------


def retainer(**own: Any) -> Raw:
    return payment(
        "retainer",
        fields={"Visits": "count"},
        retainer=pounds("1000.00"),
        fee=pounds("1.00"),
        paid="paid",
        **own,
    )


def test_a_floor_is_of_the_year_not_of_what_is_left() -> None:
    definition = small(retainer(floor=pounds("1500.00")), facts={"paid": fact("pence")})
    rows = [
        Row(50_000, {"Visits": 0}, {"paid": 100_000}),
        Row(0, {"Visits": 0}, {"paid": 150_000}),
        Row(-1, {"Visits": 499}, {"paid": 150_001}),
        Row(100, {"Visits": 501}, {"paid": 150_000}),
    ]
    hold(definition, rows)
    definition = small(retainer(floor=pounds("500.00")), facts={"paid": fact("pence")})
    hold(definition, [Row(0, {"Visits": 0}, {"paid": 100_000})])


def test_a_cap_is_of_the_year_not_of_what_is_left() -> None:
    definition = small(retainer(cap={"pounds": pounds("1500.00")}), facts={"paid": fact("pence")})
    rows = [
        Row(0, {"Visits": 2_000}, {"paid": 150_000}),
        Row(50_000, {"Visits": 2_000}, {"paid": 100_000}),
        Row(-50_000, {"Visits": 0}, {"paid": 150_000}),
    ]
    hold(definition, rows)


def test_the_days_are_of_the_year_not_of_what_is_left() -> None:
    """£1,000.00 of 73 days of 365 are £200.00; £1,001.00 of one day are £2.74."""
    held = {"title": "days held", "unit": "days", "most": "365"}
    definition = small(retainer(part_year="yes"), facts={"days_held": held, "paid": fact("pence")})
    rows = [
        Row(0, {"Visits": 0}, {"days_held": 73, "paid": 20_000}),
        Row(20, {"Visits": 1}, {"days_held": 73, "paid": 20_000}),
        Row(274, {"Visits": 1}, {"days_held": 1, "paid": 0}),
        Row(-5_000, {"Visits": 0}, {"days_held": 0, "paid": 5_000}),
    ]
    hold(definition, rows)


# Limits and parts --------------------------------------------------------------------------------


def test_parts_are_of_the_amount_within_its_limits() -> None:
    definition = small(
        payment(
            "retainer",
            fields={"Visits": "count"},
            retainer=pounds("10.00"),
            fee=pounds("1.00"),
            cap={"pounds": pounds("16.00")},
            floor=pounds("12.00"),
            instalments=fig(every="quarter"),
        )
    )
    rows = [
        Row(pence, {"Visits": visits}, month=6)
        for visits, pence in [(0, 300), (2, 300), (3, 325), (6, 400), (7, 400)]
    ]
    hold(definition, rows)


@pytest.mark.parametrize(("month", "number"), [(4, 1), (5, 2), (12, 9), (1, 10), (2, 11), (3, 12)])
def test_the_year_begins_in_april(month: int, number: int) -> None:
    definition = small(block("1.00", fig(every="month")))
    assert month_of(inputs(definition, Row(0, month=month)).achievement_date) == number
