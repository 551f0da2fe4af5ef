"""A payment that could never be paid as it is written is refused, with its path and a remedy."""

import json
from pathlib import Path

import pytest

from tests.unit.calculation.small import MONEY, Raw, fact, fig, payment, pounds, raw
from tests.unit.definitions.payments import (
    AT_YEAR_END,
    HELD,
    HELD_DAYS,
    ITEMS,
    LAST,
    LIST,
    QUARTERLY,
    YEARLY,
    Errors,
    aspiration,
    bands,
    block,
    by_field,
    checker,
    claw_back,
    dated,
    fraction,
    item,
    level,
    retainer,
    sliding,
    tiers,
)


@pytest.fixture
def errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Errors:
    """What `cqrs check` finds wrong."""
    return checker(tmp_path, monkeypatch)


def steps(by: str, start: str, *amounts: tuple[str, str]) -> Raw:
    told = fig(steps=[{start: number, "pounds": paid} for number, paid in amounts])
    return told | ({"by": by} if by else {})


CASES: list[tuple[str, Raw, str, str]] = [
    # Items of service.
    ("no fee at all", raw(item(fee=None)), "indicators.PAY", "either one fee or fees by date"),
    (
        "a fee and fees",
        raw(item(fees=tiers("0"))),
        "indicators.PAY",
        "either one fee or fees by date, field or tier. Keep one",
    ),
    ("a fee of nothing", raw(item(fee=pounds("0"))), "indicators.PAY.fee", "the fee is nothing"),
    (
        "two counts under one fee",
        raw(item(fields={"A": "count", "B": "count"})),
        "indicators.PAY.fields",
        "exactly one count field is wanted, there are 2. Put that right",
    ),
    (
        "fees of other fields than are counted",
        raw(item(fee=None, fees=by_field("A", "C"), fields={"A": "count", "B": "count"})),
        "indicators.PAY.fees.steps",
        "the fees are of A, C, the count fields are A, B. Give each count field one fee",
    ),
    (
        "a register beside fees by field",
        raw(item(fee=None, fees=by_field("Items"), fields=HELD)),
        "indicators.PAY.fields",
        "items of several fields aren't held to a register. Remove the register field",
    ),
    (
        "a count capped beside fees by field",
        raw(item(fee=None, fees=by_field("Items"), cap={"items": fig(value="9")})),
        "indicators.PAY.cap",
        "items of several fields can't be capped together. Cap the pounds",
    ),
    (
        "a share of no register",
        raw(item(cap={"register_percent": fig(value="20")})),
        "indicators.PAY.cap.register_percent",
        "there is no register field to take a share of. Add it or remove the cap",
    ),
    (
        "more than the register",
        raw(item(fields=HELD, cap={"register_percent": fig(value="100.5")})),
        "indicators.PAY.cap.register_percent",
        "100.5% of a register limits nothing or everything. Use more than 0 and at most 100",
    ),
    (
        "none of the register",
        raw(item(fields=HELD, cap={"register_percent": fig(value="0")})),
        "indicators.PAY.cap.register_percent",
        "0% of a register limits nothing or everything. Use more than 0",
    ),
    ("an empty cap", raw(item(cap={})), "indicators.PAY.cap", "it limits nothing. Name items"),
    (
        "a fee that starts too late",
        raw(item(fee=None, fees=dated("2025-05-01"))),
        "indicators.PAY.fees.steps",
        "nothing says what is paid before 2025-05-01. Add the first step",
    ),
    (
        "no fee of any date",
        raw(item(fee=None, fees=dated())),
        "indicators.PAY.fees.steps",
        "nothing says what is paid before the end of the year. Add the first step",
    ),
    (
        "a fee within a month",
        raw(item(fee=None, fees=dated("2025-04-01", "2025-09-15"))),
        "indicators.PAY.fees.steps",
        "2025-09-15 is within a count, and counts are monthly. Use the first day of a count",
    ),
    (
        "a fee within a quarter",
        raw(item(fee=None, fees=dated("2025-04-01", "2025-09-01")), collection=QUARTERLY),
        "indicators.PAY.fees.steps",
        "2025-09-01 is within a count, and counts are quarterly. Use the first day of a count",
    ),
    (
        "a fee within a yearly count",
        raw(item(fee=None, fees=dated("2025-04-01", "2025-10-01")), collection=YEARLY),
        "indicators.PAY.fees.steps",
        "2025-10-01 is within a count, and counts are yearly. Use the first day of a count",
    ),
    (
        "a fee of the year after",
        raw(item(fee=None, fees=dated("2025-04-01", "2026-05-01"))),
        "indicators.PAY.fees.steps",
        "2026-05-01 isn't within 2025/26. Correct the date or remove the step",
    ),
    (
        "two fees of the year before",
        raw(item(fee=None, fees=dated("2023-04-01", "2024-04-01"))),
        "indicators.PAY.fees.steps",
        "2024-04-01 isn't within 2025/26. Correct the date or remove the step",
    ),
    *[
        (
            f"a fee that only March would pay, counted {often['frequency']}",
            raw(
                item(fee=None, fees=dated("2025-04-01", "2025-10-01")),
                collection=often | {"pays": "year_end"},
            ),
            "indicators.PAY.fees.steps",
            "only the counts at the end of the year pay, all of them at the fee of March. Let each",
        )
        for often in (AT_YEAR_END, QUARTERLY)
    ],
    (
        "a tier of nothing",
        raw(item(fee=None, fees=steps("tier", "above", ("0", "1.00"), ("9", "0")))),
        "indicators.PAY.fees.steps",
        "a step pays nothing. Write its pounds, or remove the step",
    ),
    (
        "a band of nothing",
        raw(level(bands=steps("", "from", ("50", "0"), ("80", "1.00")))),
        "indicators.PAY.bands.steps",
        "a step pays nothing. Write its pounds, or remove the step",
    ),
    (
        "a scale of nothing",
        raw(level(sliding=fig(lower="40", upper="90", pounds="0"))),
        "indicators.PAY.sliding",
        "a step pays nothing. Write its pounds, or remove the step",
    ),
    (
        "bands that fall",
        raw(level(bands=steps("", "from", ("50", "100.00"), ("80", "50.00")))),
        "indicators.PAY.bands.steps",
        "£100.00 from 50 but £50.00 from 80: more is paid less. Correct one of them",
    ),
    (
        "a retainer of nothing",
        raw(retainer(retainer=pounds("0"), fee=pounds("0")), collection=YEARLY),
        "indicators.PAY",
        "neither the retainer nor the fee is anything. Write the pounds of one",
    ),
    *[
        (
            f"a list of {day}",
            raw(item(), **LIST | {"list_date": day}),
            "list_date",
            f"{day} is not of 2025/26. Use a date from 2024-04-01 to 2026-03-31",
        )
        for day in ("2024-03-31", "2026-04-01", "2013-01-01")
    ],
    (
        "no first tier",
        raw(item(fee=None, fees=tiers("1", "5"))),
        "indicators.PAY.fees.steps",
        "the first tier must be above 0. Add it",
    ),
    # Levels.
    ("no levels", raw(level()), "indicators.PAY", "either bands or a sliding scale. Keep one"),
    (
        "bands and a scale",
        raw(level(bands=bands("60"), sliding=sliding("50", "80"))),
        "indicators.PAY",
        "either bands or a sliding scale. Keep one of the two",
    ),
    ("no band", raw(level(bands=bands())), "indicators.PAY.bands.steps", "no step. Add one"),
    (
        "a percentage nobody reaches",
        raw(level(bands=bands("60", "100.5"))),
        "indicators.PAY",
        "nobody reaches 100.5%. Use at most 100",
    ),
    (
        "a percentage of a count",
        raw(level(fields=ITEMS, bands=bands("60"))),
        "indicators.PAY.fields",
        "a percentage needs the fields denominator, numerator. Add them",
    ),
    (
        "for each of a count that isn't there",
        raw(level(bands=bands("60"), for_each="count")),
        "indicators.PAY.for_each",
        "there is no count field. Add it or name a fact",
    ),
    # Facts, days and dates.
    (
        "an unknown fact",
        raw(payment("capitation", rate=fig(pounds="1.00", per="bed"), of="beds")),
        "indicators.PAY.of",
        "'beds' isn't one of the facts. Add it under facts or correct the spelling",
    ),
    (
        "the list in the place of a payment",
        raw(aspiration(previous="registered_list"), **LIST),
        "indicators.PAY.previous",
        "'registered_list' isn't one of the facts. Add it under facts",
    ),
    (
        "the list of no date",
        raw(payment("capitation", rate=fig(pounds="1.00", per="person"), of="registered_list")),
        "list_date",
        "indicators.PAY.of uses the registered list, but not of which date. Add list_date",
    ),
    (
        "a count that isn't there",
        raw(payment("capitation", rate=fig(pounds="1.00", per="item"), of="count")),
        "indicators.PAY.of",
        "there is no count field. Add it or name a fact",
    ),
    (
        "a default above the largest",
        raw(aspiration(), facts={"last": fact("pence", 10, default="11")}),
        "facts.last.default",
        "11 is more than 10. Correct one of them",
    ),
    (
        "a fact nobody uses",
        raw(block(), facts=LAST),
        "facts.last",
        "nothing uses it. Remove it or correct what should",
    ),
    (
        "part of a year without days",
        raw(block(part_year="yes")),
        "indicators.PAY.part_year",
        "the days of the contract are the fact days_held. Add it under facts",
    ),
    (
        "instalments of a part of a year that forget who joins late",
        raw(block(part_year="yes", instalments=fig(every="month")), facts=HELD_DAYS),
        "indicators.PAY.instalments.paid",
        "who joins late would miss the parts before. Name the fact that holds what was paid",
    ),
    (
        "more days than the year has",
        raw(block(part_year="yes"), facts={"days_held": fact("days", 366)}),
        "facts.days_held",
        "it must be whole days, at most the 365 of 2025/26. Correct it",
    ),
    (
        "days of beds",
        raw(block(part_year="yes"), facts={"days_held": fact("beds", 365)}),
        "facts.days_held",
        "it must be whole days",
    ),
    # Figures.
    (
        "a block of nothing",
        raw(block(amount=pounds("0"))),
        "indicators.PAY.amount",
        "it is nothing. Write the pounds",
    ),
    (
        "a value of a point of nothing",
        raw(aspiration(previous_point_value=pounds("0")), facts=LAST),
        "indicators.PAY.previous_point_value",
        "it is nothing. Write the pounds",
    ),
    (
        "an uptake above all",
        raw(claw_back(below=fig(value="100.1"))),
        "indicators.PAY.below",
        "100.1% can't be. Use more than 0 and at most 100",
    ),
    (
        "a share of nothing",
        raw(claw_back(share=fig(value="0"))),
        "indicators.PAY.share",
        "0% can't be. Use more than 0 and at most 100",
    ),
    (
        "all points at once",
        raw(fraction(lump=fig(value="10")), money=MONEY),
        "indicators.PAY.lump",
        "10 of 10 points can't be earned at once. Use more than 0 and fewer than all",
    ),
    (
        "an improvement upside down",
        raw(fraction(improvement=fig(years=["2024/25"], lower="10", upper="5")), money=MONEY),
        "indicators.PAY.improvement",
        "10 to 5 can't be: lower must be below upper",
    ),
    (
        "an improvement on this year",
        raw(fraction(improvement=fig(years=["2025/26"], lower="5", upper="10")), money=MONEY),
        "indicators.PAY.improvement.years",
        "the baseline must be of years before 2025/26. Correct years",
    ),
    (
        "an improvement on one year twice",
        raw(
            fraction(improvement=fig(years=["2024/25", "2024/25"], lower="5", upper="10")),
            money=MONEY,
        ),
        "indicators.PAY.improvement.years",
        "a year stands twice. Keep it once",
    ),
    (
        "a lump and an improvement",
        raw(
            fraction(
                lump=fig(value="3"), improvement=fig(years=["2024/25"], lower="5", upper="10")
            ),
            money=MONEY,
        ),
        "indicators.PAY",
        "points at the lower threshold and an improvement scale don't go together. Remove one",
    ),
]


@pytest.mark.parametrize(
    ("told", "path", "words"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_it_is_refused_with_its_path_and_a_remedy(
    told: Raw, path: str, words: str, errors: Errors
) -> None:
    found = errors(json.dumps(told))
    assert (path, True) in [(one.path, words in one.words) for one in found], found
    assert all(". " in one.words or ": " in one.words for one in found), "say what to do"
