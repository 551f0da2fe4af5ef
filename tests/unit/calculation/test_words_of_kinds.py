"""The sentence and the numbers of each kind of payment, word for word, as a practice reads them."""

from fractions import Fraction
from typing import Any

import pytest

from cqrs.calculation.kinds import formulas
from cqrs.calculation.words import rule
from cqrs.calculation.workings import explain
from cqrs.definitions.schema import Definition
from tests.unit.calculation.small import (
    MONEY,
    Raw,
    Row,
    adds_up,
    fact,
    fig,
    inputs,
    payment,
    pounds,
    small,
    value,
)

SHARE = {"Done": "numerator", "Eligible": "denominator"}


def steps(definition: Definition, row: Row) -> dict[str, tuple[str, str, str]]:
    """Each step's words, numbers and result."""
    told = explain(definition, inputs(definition, row), "PAY")
    return {step.name: (step.words, step.numbers, step.result) for step in told.steps}


def rules(definition: Definition) -> dict[str, str]:
    (formula,) = formulas(definition)
    return rule(formula.pence)


def test_items_capped_by_a_share_of_the_register() -> None:
    definition = small(
        payment(
            "item_of_service",
            fields={"Items": "count", "Register": "register"},
            fee=pounds("11.50"),
            cap={"register_percent": fig(value="12"), "pounds": pounds("30.00")},
        )
    )
    told = steps(definition, Row(0, {"Items": 9, "Register": 33}))
    assert told["most_items"] == ("register × share of the register", "33 × 0.12 = 3.9600", "3")
    assert told["paid_items"] == (
        "the smallest of number claimed, register and most items for this register",
        "the smallest of 9, 33 and 3",
        "3",
    )
    assert told["pence"] == (
        "the smaller of number paid × fee for each and most paid",
        "the smaller of 3 × £11.50 and £30.00 = 30.0000",
        "£30.00",
    )
    assert rules(definition)["most_items"] == (
        "most items for this register = register × 0.12; cut off to a whole number"
    )


def test_a_floor_and_a_cap_are_told_apart_by_brackets() -> None:
    definition = small(
        payment(
            "retainer",
            fields={"Visits": "count"},
            retainer=pounds("10.00"),
            fee=pounds("1.50"),
            included=fig(value="4"),
            floor=pounds("12.00"),
            cap={"pounds": pounds("20.00")},
        )
    )
    words, numbers, result = steps(definition, Row(0, {"Visits": 5}))["pence"]
    assert words == (
        "the smaller of (the larger of retainer + items paid on top × fee for each and least paid) "
        "and most paid"
    )
    assert numbers == (
        "the smaller of (the larger of £10.00 + 1 × £1.50 and £12.00) and £20.00 = 12.0000"
    )
    assert result == "£12.00"


def test_tiers_name_the_items_they_are_of() -> None:
    fees = fig(by="tier", steps=[
        {"above": "0", "pounds": "1.00"},
        {"above": "10", "pounds": "2.00"},
        {"above": "25", "pounds": "0.55"},
    ])  # fmt: skip
    definition = small(payment("item_of_service", fields={"Items": "count"}, fees=fees))
    told = steps(definition, Row(0, {"Items": 12}))
    assert told["tier_1"] == ("the smaller of number paid and 10", "the smaller of 12 and 10", "10")
    assert told["tier_2"][1:] == ("the larger of (the smaller of 12 and 25) − 10 and 0", "2")
    assert told["tier_3"][1:] == ("the larger of 12 − 25 and 0", "0")
    assert told["pence"][1] == "10 × £1.00 + 2 × £2.00 + 0 × £0.55 = 14.0000"
    labels = explain(definition, inputs(definition, Row(0, {"Items": 12})), "PAY").steps
    assert [step.label for step in labels[1:4]] == [
        "items 1 to 10",
        "items 11 to 25",
        "items above 25",
    ]


def test_the_fee_of_a_month() -> None:
    fees = fig(by="date", steps=[
        {"from": "2025-04-01", "pounds": "12.58"},
        {"from": "2025-09-01", "pounds": "10.06"},
    ])  # fmt: skip
    definition = small(payment("item_of_service", fields={"Items": "count"}, fees=fees))
    assert steps(definition, Row(0, {"Items": 10}, month=9))["fee"] == (
        "fee by date",
        "£10.06",
        "£10.06",
    )
    assert rules(definition)["fee"].startswith(
        "fee for each = £12.58 from 1 April 2025, £10.06 from 1 September 2025"
    )


def test_a_repayment_in_words_and_with_numbers() -> None:
    indicator = payment(
        "claw_back",
        fields=SHARE,
        fee=pounds("10.06"),
        below=fig(value="80"),
        share=fig(value="50"),
    )
    definition = small(indicator)
    told = steps(definition, Row(0, {"Done": 60, "Eligible": 100}))
    assert told["repaid_items"] == (
        "the smaller of denominator × share repaid and numerator",
        "the smaller of 100 × 0.5 and 60",
        "50",
    )
    assert told["pence"] == (
        "nothing where the share of patients achieved is at least 80%, "
        "else nothing − items repaid × fee for each",
        "£0.00 − 50 × £10.06 = -503.0000",
        "−£503.00",
    )


def test_a_repayment_by_days_keeps_its_choice_in_brackets() -> None:
    indicator = payment(
        "claw_back",
        fields=SHARE,
        fee=pounds("10.06"),
        below=fig(value="80"),
        share=fig(value="50"),
        part_year="yes",
    )
    held = {"title": "days held", "unit": "days", "most": "365"}
    definition = small(indicator, facts={"days_held": held})
    words, numbers, _ = steps(definition, Row(0, {"Done": 60, "Eligible": 100}, {"days_held": 73}))[
        "pence"
    ]
    assert words.startswith("(nothing where the share")
    assert words.endswith("× fee for each) × share of the year")
    assert value(numbers.partition(" = ")[0]) == Fraction("-100.6")


def test_instalments_say_month_of_twelve() -> None:
    definition = small(payment("block", amount=pounds("100.00"), instalments=fig(every="month")))
    told = steps(definition, Row(0, month=5))
    assert told["due"][:2] == (
        "amount for the year × month of the year (April is 1) ÷ 12",
        "£100.00 × 2 ÷ 12 = 16.6667",
    )
    assert told["due_before"][:2] == (
        "amount for the year × (month of the year (April is 1) − 1) ÷ 12",
        "£100.00 × (2 − 1) ÷ 12 = 8.3333",
    )
    assert told["pence"][1:] == ("£16.67 − £8.33", "£8.34")


def test_an_improvement_below_the_own_baseline_has_a_minus_sign() -> None:
    indicator = payment(
        "fraction",
        fields=SHARE,
        points=fig(value="10"),
        thresholds=fig(lower="80", upper="90"),
        prevalence_adjusted=fig(value="no"),
        base_population="own",
        improvement=fig(years=["2024/25"], lower="5", upper="10"),
    )
    definition = small(indicator, money=MONEY)
    facts = {"PAY.numerator_2024_25": 7, "PAY.denominator_2024_25": 10}
    told = steps(definition, Row(0, {"Done": 65, "Eligible": 100}, facts))
    assert told["improvement"][1:] == ("65 − 70", "−5%")
    assert told["better"][1:] == ("(−5 − 5) ÷ (10 − 5)", "0")
    assert told["progress"][:2] == (
        "the larger of way between the thresholds and way above your baseline",
        "the larger of 0 and 0",
    )


def test_an_unknown_figure_of_the_provider_is_named_in_the_workings() -> None:
    """Every fact and figure that a line is made of is listed once, facts among them."""
    definition = small(
        payment(
            "aspiration",
            percent=fig(value="80"),
            previous="last",
            point_value=pounds("225.49"),
            previous_point_value=pounds("220.62"),
            instalments=fig(every="month"),
        ),
        facts={"last": fact("pence")},
    )
    used = explain(definition, inputs(definition, Row(0, facts={"last": 5_000_000})), "PAY").used
    assert [(one.label, one.value, one.origin) for one in used] == [
        ("month of the year (April is 1)", "12", "submission"),
        ("the fact of pence", "£50,000.00", "fact"),
        ("aspiration share", "0.8", "definition"),
        ("value of a point", "£225.49", "definition"),
        ("value of a point the year before", "£220.62", "definition"),
    ]
    assert all(one.source == "made up (doubtful)" for one in used if one.origin == "definition")


def test_figures_with_one_label_are_all_listed() -> None:
    """Three bands have three levels and three amounts, though each is labelled alike."""
    bands = fig(steps=[{"from": str(n), "pounds": f"{n}.00"} for n in (60, 70, 80)])
    definition = small(payment("threshold", fields=SHARE, of="percentage", bands=bands))
    used = explain(definition, inputs(definition, Row(0, {"Done": 7, "Eligible": 10})), "PAY").used
    told = [one.value for one in used if one.origin == "definition"]
    assert told == ["60%", "£60.00", "70%", "£70.00", "80%", "£80.00"]


def test_protected_points_in_words() -> None:
    indicator = payment(
        "fraction",
        fields=SHARE,
        points=fig(value="10"),
        thresholds=fig(lower="40", upper="90"),
        prevalence_adjusted=fig(value="no"),
        base_population="own",
    )
    protected = fig(indicators=["PAY"], base_year="2024/25", words="Points are frozen.")
    definition = small(indicator, money=MONEY, protection=protected)
    counts = {"Done": 90, "Eligible": 100}
    told = steps(definition, Row(0, counts, {"PAY.protected_points": 825}))
    assert set(told) == {"points", "cpi", "pence"}
    assert told["points"] == (
        "the smaller of your protected points of 2024/25 and points available",
        "the smaller of 8.25 and 10",
        "8.25 points",
    )


def test_people_in_hundredths_have_no_idle_noughts() -> None:
    definition = small(
        payment("capitation", rate=fig(pounds="0.42", per="person"), of="weighted"),
        facts={"weighted": fact("people", 10**8, places="2")},
    )
    told = steps(definition, Row(0, facts={"weighted": 123_450}))
    assert told["pence"][1] == "1,234.5 × £0.42 = 518.4900"


def test_a_true_up_in_parts_tells_the_year_and_what_is_due() -> None:
    definition = small(
        payment(
            "retainer",
            fields={"Visits": "count"},
            retainer=pounds("12.00"),
            fee=pounds("1.00"),
            paid="paid",
            instalments=fig(every="month"),
        ),
        facts={"paid": fact("pence")},
    )
    told = steps(definition, Row(0, {"Visits": 2}, {"paid": 200}, month=4))
    assert told["annual"][2] == "£14.00"
    assert told["due"][2] == "£1.17"
    assert told["pence"][1:] == ("£1.17 − £2.00", "−£0.83")


@pytest.mark.parametrize(
    ("indicator", "changes", "wanted"),
    [
        (
            payment("block", amount=pounds("1.00")),
            {},
            ["pounds = £1.00; rounded to the penny, half a penny up"],
        ),
        (
            payment("threshold", fields=SHARE, of="percentage",
                    bands=fig(steps=[{"from": "60", "pounds": "5.00"}])),
            {},
            ["share of patients achieved = numerator ÷ denominator × 100",
             "pounds = £5.00 from 60%; rounded to the penny, half a penny up"],
        ),
        (
            payment("capitation", rate=fig(pounds="120.00", per="bed"), of="beds"),
            {"facts": {"beds": fact("beds")},
             "rounding": {"points_places": "2", "mode": "down", "money": "per_indicator"}},
            ["pounds = the fact of beds × £120.00; cut off at the penny"],
        ),
        (
            payment("reconciliation", due="a", paid="b"),
            {"facts": {"a": fact("pence", title="aspiration due"),
                       "b": fact("pence", title="aspiration paid")}},
            ["pounds = aspiration due − aspiration paid; rounded to the penny, half a penny up"],
        ),
    ],
)  # fmt: skip
def test_rules_of_kinds_with_their_figures(
    indicator: Raw, changes: dict[str, Any], wanted: list[str]
) -> None:
    assert list(rules(small(indicator, **changes)).values()) == wanted


@pytest.mark.parametrize(
    ("numbers", "result", "note", "right"),
    [
        ("2 × £1.50 = 3.0000", "£3.00", "", True),
        ("2 × £1.50 = 3.0100", "£3.00", "", False),
        ("2 × £1.50 = 3.0000", "£3.01", "", False),
        ("5 × £0.729 = 3.6450", "£3.65", "rounded to the penny, half a penny up", True),
        ("5 × £0.729 = 3.6450", "£3.65", "cut off at the penny", False),
        ("the smaller of 3 and 4", "4", "", False),
        ("the larger of (the smaller of 12 and 25) − 10 and 0", "2", "", True),
        ("0.333333 × £3.00 = 1.0000", "£1.00", "", True),
        ("0.333 × £3.00 = 1.0000", "£1.00", "", False),
    ],
)
def test_the_test_s_own_sums_can_fail(numbers: str, result: str, note: str, right: bool) -> None:
    assert adds_up(numbers, result, note) is right
