"""Amounts other than a fee for an item: each kind on both sides of its edges, by hand."""

from typing import Any

import pytest

from cqrs.calculation.columns.country import Country
from cqrs.calculation.nation import Nation
from cqrs.calculation.statement import CalculationError, calculate
from tests.unit.calculation.small import (
    Row,
    fact,
    fig,
    hold,
    inputs,
    payment,
    pounds,
    small,
)

SHARE = {"Done": "numerator", "Eligible": "denominator"}


def share(done: int, eligible: int) -> dict[str, int]:
    return {"Done": done, "Eligible": eligible}


# Reaching a level --------------------------------------------------------------------------------


def bands(**amounts: str) -> dict[str, Any]:
    """Amounts from levels: bands(_60="500.00")."""
    return fig(
        steps=[{"from": k.strip("_").replace("_", "."), "pounds": p} for k, p in amounts.items()]
    )


def test_all_or_nothing_at_exactly_the_threshold() -> None:
    definition = small(
        payment("threshold", fields=SHARE, of="percentage", bands=bands(_85="750.00"))
    )
    rows = [
        Row(0, share(84, 100)),
        Row(75_000, share(85, 100)),
        Row(0, share(8_499, 10_000)),
        Row(75_000, share(17, 20)),
        Row(0, share(0, 0)),
        Row(75_000, share(9, 9)),
    ]
    hold(definition, rows)


def test_each_band_takes_the_place_of_the_one_below() -> None:
    levels = bands(_60="500.00", _70_5="1000.00", _100="1800.00")
    definition = small(payment("threshold", fields=SHARE, of="percentage", bands=levels))
    rows = [
        Row(0, share(599, 1000)),
        Row(50_000, share(600, 1000)),
        Row(50_000, share(704, 1000)),
        Row(100_000, share(705, 1000)),
        Row(100_000, share(999, 1000)),
        Row(180_000, share(1000, 1000)),
    ]
    hold(definition, rows)


def test_a_level_of_a_count() -> None:
    definition = small(
        payment(
            "threshold", fields={"Seen": "count"}, of="count", bands=bands(_20="5.00", _40="12.00")
        )
    )
    rows = [Row(p, {"Seen": n}) for n, p in [(0, 0), (19, 0), (20, 500), (39, 500), (40, 1_200)]]
    hold(definition, rows)


def test_a_sliding_scale_pays_nothing_at_lower_and_all_at_upper() -> None:
    """£1,000 from 50% to 80%: 65% is half of it, 50.1% is 0.1/30 of it, £3.33."""
    scale = fig(lower="50", upper="80", pounds="1000.00")
    definition = small(payment("threshold", fields=SHARE, of="percentage", sliding=scale))
    rows = [
        Row(0, share(49, 100)),
        Row(0, share(50, 100)),
        Row(333, share(501, 1000)),
        Row(50_000, share(65, 100)),
        Row(99_667, share(799, 1000)),
        Row(100_000, share(80, 100)),
        Row(100_000, share(100, 100)),
        Row(0, share(0, 0)),
    ]
    hold(definition, rows)


def test_a_sliding_scale_of_a_count() -> None:
    scale = fig(lower="10", upper="50", pounds="100.00")
    definition = small(payment("threshold", fields={"Seen": "count"}, of="count", sliding=scale))
    rows = [
        Row(p, {"Seen": n})
        for n, p in [(0, 0), (10, 0), (11, 250), (49, 9_750), (50, 10_000), (60, 10_000)]
    ]
    hold(definition, rows)


def test_an_amount_for_each_person_of_a_fact_or_of_the_list() -> None:
    scale = fig(lower="50", upper="75", pounds="2.00")
    definition = small(
        payment("threshold", fields=SHARE, of="percentage", sliding=scale, for_each="register"),
        facts={"register": fact("people", 1_000_000)},
    )
    rows = [
        Row(0, share(50, 100), {"register": 321}),
        Row(32_100, share(625, 1000), {"register": 321}),
        Row(64_200, share(75, 100), {"register": 321}),
        Row(0, share(75, 100), {"register": 0}),
    ]
    hold(definition, rows)
    definition = small(
        payment(
            "threshold",
            fields=SHARE,
            of="percentage",
            bands=bands(_50="0.05"),
            for_each="registered_list",
        ),
        list_date="2026-01-01",
    )
    rows = [
        Row(0, share(49, 100), registered_list=9_642),
        Row(48_210, share(50, 100), registered_list=9_642),
        Row(5, share(50, 100), registered_list=1),
    ]
    hold(definition, rows)


# For each head -----------------------------------------------------------------------------------


def test_a_rate_for_each_registered_patient_is_rounded_once() -> None:
    """0.729 x 9,642 = 7,029.018; x 500 = 364.50 exactly; x 5 = 3.645, a half penny, up."""
    rate = fig(pounds="0.729", per="person")
    definition = small(
        payment("capitation", rate=rate, of="registered_list"), list_date="2026-01-01"
    )
    rows = [
        Row(702_902, registered_list=9_642),
        Row(36_450, registered_list=500),
        Row(365, registered_list=5),
        Row(73, registered_list=1),
    ]
    hold(definition, rows)


@pytest.mark.parametrize(
    ("mode", "pence"),
    [("half_up", (365, 1_094)), ("half_even", (364, 1_094)), ("down", (364, 1_093))],
)
def test_a_half_penny_goes_as_the_definition_says(mode: str, pence: tuple[int, int]) -> None:
    """5 x £0.729 = £3.645 and 15 x £0.729 = £10.935: 3.64 is even, and so is 10.94."""
    definition = small(
        payment("capitation", rate=fig(pounds="0.729", per="person"), of="registered_list"),
        list_date="2026-01-01",
        rounding={"points_places": "2", "mode": mode, "money": "per_indicator"},
    )
    rows = [Row(p, registered_list=n) for n, p in zip((5, 15), pence, strict=True)]
    hold(definition, rows)


def test_a_rate_for_each_weighted_patient_bed_and_day() -> None:
    """Weighted lists come in hundredths: 1,234.56 patients at £0.42 are £518.5152."""
    definition = small(
        payment("capitation", rate=fig(pounds="0.42", per="person"), of="weighted"),
        facts={"weighted": fact("people", 10**8, places="2")},
    )
    hold(definition, [Row(51_852, facts={"weighted": 123_456}), Row(0, facts={"weighted": 1})])
    definition = small(
        payment("capitation", rate=fig(pounds="120.00", per="bed"), of="beds"),
        facts={"beds": fact("beds", 10_000)},
    )
    hold(definition, [Row(0, facts={"beds": 0}), Row(12_000 * 37, facts={"beds": 37})])
    definition = small(
        payment("capitation", rate=fig(pounds="75.50", per="day"), of="clinic_days"),
        facts={"clinic_days": fact("days", 365)},
    )
    hold(definition, [Row(7_550 * 365, facts={"clinic_days": 365})])


def test_a_rate_for_each_counted() -> None:
    definition = small(
        payment(
            "capitation", fields={"Seen": "count"}, rate=fig(pounds="1.005", per="item"), of="count"
        )
    )
    hold(definition, [Row(0, {"Seen": 0}), Row(101, {"Seen": 1}), Row(201, {"Seen": 2})])


def test_a_fact_that_is_not_given_is_named_unless_it_has_a_default() -> None:
    indicator = payment("capitation", rate=fig(pounds="1.00", per="bed"), of="beds")
    definition = small(indicator, facts={"beds": fact("beds", 100)})
    with pytest.raises(
        CalculationError, match=r"A99001, PAY: the fact beds \(the fact of beds\) is"
    ):
        calculate(definition, inputs(definition, Row(0)))
    with pytest.raises(CalculationError, match="the beds 101 is not from 0 to 100; correct it"):
        calculate(definition, inputs(definition, Row(0, facts={"beds": 101})))
    hold(small(indicator, facts={"beds": fact("beds", 100, default="7")}), [Row(700)])


# A fixed amount ----------------------------------------------------------------------------------


def test_a_block_and_a_participation_are_paid_whatever_is_counted() -> None:
    hold(small(payment("block", amount=pounds("1234.56"))), [Row(123_456)])
    hold(small(payment("participation", amount=pounds("0.01"))), [Row(1)])


def test_a_retainer_and_a_fee_above_what_it_includes() -> None:
    definition = small(
        payment(
            "retainer",
            fields={"Visits": "count"},
            retainer=pounds("500.00"),
            fee=pounds("12.50"),
            included=fig(value="20"),
        )
    )
    rows = [(0, 50_000), (19, 50_000), (20, 50_000), (21, 51_250), (30, 62_500)]
    hold(definition, [Row(pence, {"Visits": visits}) for visits, pence in rows])


def test_a_retainer_that_includes_nothing() -> None:
    definition = small(
        payment(
            "retainer", fields={"Visits": "count"}, retainer=pounds("500.00"), fee=pounds("12.50")
        )
    )
    hold(definition, [Row(50_000, {"Visits": 0}), Row(51_250, {"Visits": 1})])


def test_the_true_up_takes_off_what_was_paid_and_can_be_owed() -> None:
    definition = small(
        payment(
            "retainer",
            fields={"Visits": "count"},
            retainer=pounds("500.00"),
            fee=pounds("12.50"),
            included=fig(value="20"),
            paid="paid",
        ),
        facts={"paid": fact("pence")},
    )
    rows = [
        Row(1_250, {"Visits": 21}, {"paid": 50_000}),
        Row(0, {"Visits": 21}, {"paid": 51_250}),
        Row(-1, {"Visits": 21}, {"paid": 51_251}),
        Row(-10_000, {"Visits": 0}, {"paid": 60_000}),
    ]
    hold(definition, rows)


# Paid back, aspiration, settlement ---------------------------------------------------------------


def claw_back(fee: str = "10.06", **own: str) -> Any:
    told = {"below": "80", "share": "50"} | own
    return payment(
        "claw_back",
        fields=SHARE,
        fee=pounds(fee),
        below=fig(value=told["below"]),
        share=fig(value=told["share"]),
    )


def test_nothing_is_paid_back_from_exactly_the_uptake_on() -> None:
    """Half of the 100 eligible at £10.06, but for no more than were done."""
    rows = [
        Row(0, share(80, 100)),
        Row(-50_300, share(79, 100)),
        Row(-50_300, share(50, 100)),
        Row(-49_294, share(49, 100)),
        Row(-1_006, share(1, 100)),
        Row(0, share(0, 100)),
        Row(0, share(0, 0)),
        Row(0, share(4, 5)),
        Row(-2_515, share(3, 5)),
        Row(0, share(100, 100)),
    ]
    hold(small(claw_back()), rows)


def test_half_a_penny_paid_back_goes_away_from_nought() -> None:
    """Half of 3 eligible at £0.03 are 4.5 pence, of 1 eligible 1.5 pence."""
    rows = [Row(-5, share(2, 3)), Row(0, share(0, 1))]
    hold(small(claw_back("0.03")), rows)
    even = {"points_places": "2", "mode": "half_even", "money": "per_indicator"}
    hold(small(claw_back("0.03"), rounding=even), [Row(-4, share(2, 3)), Row(-8, share(3, 5))])
    down = even | {"mode": "down"}
    hold(small(claw_back("0.03"), rounding=down), [Row(-4, share(2, 3)), Row(-7, share(3, 5))])


def test_aspiration_is_a_share_of_last_year_uprated_by_the_value_of_a_point() -> None:
    """£100,000 x 80% x 225.49 / 220.62 = £81,765.9324…; a penny x 0.8 x 1.02 is a penny."""
    definition = small(
        payment(
            "aspiration",
            percent=fig(value="80"),
            previous="last",
            point_value=pounds("225.49"),
            previous_point_value=pounds("220.62"),
        ),
        facts={"last": fact("pence")},
    )
    rows = [
        Row(8_176_593, facts={"last": 10_000_000}),
        Row(0, facts={"last": 0}),
        Row(1, facts={"last": 1}),
    ]
    hold(definition, rows)


def test_a_settlement_is_what_is_due_less_what_was_paid() -> None:
    definition = small(
        payment("reconciliation", due="due", paid="paid"),
        facts={"due": fact("pence"), "paid": fact("pence")},
    )
    rows = [
        Row(1, facts={"due": 100, "paid": 99}),
        Row(0, facts={"due": 100, "paid": 100}),
        Row(-1, facts={"due": 100, "paid": 101}),
    ]
    hold(definition, rows)


def test_a_settlement_without_its_facts_is_missing_and_with_one_of_them_refused() -> None:
    definition = small(
        payment("reconciliation", due="due", paid="paid"),
        facts={"due": fact("pence"), "paid": fact("pence")},
    )
    given = [inputs(definition, Row(0, facts=facts)) for facts in ({}, {"due": 9, "paid": 4})]
    statements = [calculate(definition, one) for one in given]
    assert [one.missing for one in statements] == [("PAY",), ()]
    assert [one.pence for one in statements] == [0, 5]
    outcomes = list(Nation(Country.of(definition, given)).outcomes())
    assert [one.content for one in outcomes] == [one.content for one in statements]
    for told, absent in (("due", "paid"), ("paid", "due")):
        alone = inputs(definition, Row(0, facts={told: 9}))
        words = rf"A99001, PAY: the fact {absent} \(the fact of pence\) is missing; give it"
        with pytest.raises(CalculationError, match=words):
            calculate(definition, alone)
        with pytest.raises(CalculationError, match=words):
            Nation(Country.of(definition, [*given, alone]))
