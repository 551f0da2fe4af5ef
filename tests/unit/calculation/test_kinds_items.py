"""Fees for items: by date, field and tier, up to a count, a register or a sum; edges by hand."""

import pytest

from tests.unit.calculation.small import Row, fig, hold, payment, pounds, small

ITEMS = {"Items": "count"}
HELD = {"Items": "count", "Register": "register"}
FEE = pounds("140.00")


def of(items: int, register: int | None = None) -> dict[str, int]:
    return {"Items": items} if register is None else {"Items": items, "Register": register}


def test_a_fee_for_each_item() -> None:
    definition = small(payment("item_of_service", fields=ITEMS, fee=FEE))
    hold(definition, [Row(0, of(0)), Row(14_000, of(1)), Row(168_000, of(12))])


def test_no_more_items_than_people_on_the_register() -> None:
    definition = small(payment("item_of_service", fields=HELD, fee=FEE))
    rows = [
        Row(14 * 14_000, of(14, 15)),
        Row(15 * 14_000, of(15, 15)),
        Row(15 * 14_000, of(16, 15)),
        Row(0, of(1, 0)),
    ]
    hold(definition, rows)


def test_no_more_items_than_a_number() -> None:
    definition = small(
        payment("item_of_service", fields=ITEMS, fee=pounds("2.50"), cap={"items": fig(value="40")})
    )
    hold(definition, [Row(9_750, of(39)), Row(10_000, of(40)), Row(10_000, of(41))])


def test_a_share_of_the_register_is_cut_to_whole_items() -> None:
    """12% of 25 are 3 exactly; of 24 they are 2.88, so 2; of 33 they are 3.96, so 3."""
    definition = small(
        payment(
            "item_of_service",
            fields=HELD,
            fee=pounds("11.50"),
            cap={"register_percent": fig(value="12")},
        )
    )
    rows = [
        Row(2 * 1_150, of(2, 25)),
        Row(3 * 1_150, of(3, 25)),
        Row(3 * 1_150, of(4, 25)),
        Row(2 * 1_150, of(4, 24)),
        Row(3 * 1_150, of(9, 33)),
        Row(0, of(9, 8)),
        Row(0, of(9, 0)),
    ]
    hold(definition, rows)


def test_no_more_pounds_than_a_sum_and_no_fewer_than_a_floor() -> None:
    definition = small(
        payment(
            "item_of_service",
            fields=ITEMS,
            fee=pounds("3.33"),
            cap={"pounds": pounds("10.00")},
            floor=pounds("5.00"),
        )
    )
    rows = [
        Row(500, of(0)),
        Row(500, of(1)),
        Row(666, of(2)),
        Row(999, of(3)),
        Row(1_000, of(4)),
    ]
    hold(definition, rows)


def test_the_fee_of_the_month_that_is_counted() -> None:
    fees = fig(by="date", steps=[
        {"from": "2025-04-01", "pounds": "12.58"},
        {"from": "2025-09-01", "pounds": "10.06"},
        {"from": "2026-02-01", "pounds": "0"},
    ])  # fmt: skip
    definition = small(payment("item_of_service", fields=ITEMS, fees=fees))
    rows = [
        Row(1_258, of(1), month=4),
        Row(12_580, of(10), month=8),
        Row(10_060, of(10), month=9),
        Row(10_060, of(10), month=12),
        Row(10_060, of(10), month=1),
        Row(0, of(10), month=2),
        Row(0, of(10), month=3),
        Row(0, of(0), month=8),
    ]
    hold(definition, rows)


def test_a_fee_that_began_before_the_year_holds_from_its_first_month() -> None:
    fees = fig(by="date", steps=[
        {"from": "2024-11-01", "pounds": "9.80"},
        {"from": "2026-03-01", "pounds": "10.06"},
    ])  # fmt: skip
    definition = small(payment("item_of_service", fields=ITEMS, fees=fees))
    rows = [
        Row(980, of(1), month=4),
        Row(980, of(1), month=2),
        Row(1_006, of(1), month=3),
    ]
    hold(definition, rows)


def test_each_field_has_its_own_fee() -> None:
    fees = fig(by="field", steps=[
        {"field": "Under 5", "pounds": "10.06"},
        {"field": "From 5", "pounds": "7.67"},
    ])  # fmt: skip
    fields = {"Under 5": "count", "From 5": "count"}
    definition = small(payment("item_of_service", fields=fields, fees=fees))
    rows = [
        Row(0, {"Under 5": 0, "From 5": 0}),
        Row(1_006, {"Under 5": 1, "From 5": 0}),
        Row(767, {"Under 5": 0, "From 5": 1}),
        Row(3 * 1_006 + 4 * 767, {"Under 5": 3, "From 5": 4}),
    ]
    hold(definition, rows)


def test_each_tier_has_its_own_fee_at_its_borders() -> None:
    """The first 10 at £1.00, the next 15 at £2.00, the rest at £0.55."""
    fees = fig(by="tier", steps=[
        {"above": "0", "pounds": "1.00"},
        {"above": "10", "pounds": "2.00"},
        {"above": "25", "pounds": "0.55"},
    ])  # fmt: skip
    definition = small(payment("item_of_service", fields=ITEMS, fees=fees))
    rows = [
        Row(0, of(0)),
        Row(100, of(1)),
        Row(900, of(9)),
        Row(1_000, of(10)),
        Row(1_200, of(11)),
        Row(3_800, of(24)),
        Row(4_000, of(25)),
        Row(4_055, of(26)),
        Row(4_000 + 75 * 55, of(100)),
    ]
    hold(definition, rows)


def test_tiers_of_items_that_are_capped() -> None:
    fees = fig(by="tier", steps=[
        {"above": "0", "pounds": "1.00"},
        {"above": "10", "pounds": "2.00"},
    ])  # fmt: skip
    definition = small(
        payment("item_of_service", fields=HELD, fees=fees, cap={"items": fig(value="12")})
    )
    rows = [
        Row(1_400, of(12, 50)),
        Row(1_400, of(13, 50)),
        Row(1_200, of(13, 11)),
        Row(1_000, of(13, 10)),
        Row(900, of(13, 9)),
    ]
    hold(definition, rows)


@pytest.mark.parametrize(
    ("year", "days", "rows"),
    [
        ("2025/26", 365, [(365, 10_000), (364, 9_973), (1, 27), (0, 0), (73, 2_000)]),
        ("2023/24", 366, [(366, 10_000), (365, 9_973), (183, 5_000), (1, 27), (0, 0)]),
    ],
)
def test_a_part_of_the_year_is_paid_by_its_days(
    year: str, days: int, rows: list[tuple[int, int]]
) -> None:
    """364/365 of £100.00 are £99.7260…; 365/366 are £99.7267…; a day is £0.27."""
    held = {"title": "days held", "unit": "days", "most": str(days), "default": str(days)}
    definition = small(
        payment("item_of_service", fields=ITEMS, fee=pounds("100.00"), part_year="yes"),
        year=year,
        facts={"days_held": held},
    )
    hold(definition, [Row(pence, of(1), {"days_held": given}) for given, pence in rows])
    hold(definition, [Row(20_000, of(2))])
