"""What a definition never gets away with: `cqrs check` names its path and a remedy."""

import json
from pathlib import Path

import pytest

from tests.unit.calculation.small import MONEY, Raw, fact, fig, payment, pounds, raw
from tests.unit.definitions.payments import (
    AT_YEAR_END,
    HELD,
    HELD_DAYS,
    LAST,
    LIST,
    QUARTERLY,
    YEARLY,
    Errors,
    aspiration,
    bands,
    block,
    checker,
    claw_back,
    composite,
    dated,
    due,
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


SOUND: dict[str, Raw] = {
    "item": raw(item()),
    "item of a register": raw(item(fields=HELD, cap={"register_percent": fig(value="100")})),
    "fees by date": raw(item(fee=None, fees=dated("2024-11-01", "2025-09-01"))),
    "fees by date, counted in quarters": raw(
        item(fee=None, fees=dated("2025-04-01", "2025-10-01")), collection=QUARTERLY
    ),
    "fees by tier": raw(item(fee=None, fees=tiers("0", "5"))),
    "bands": raw(level(bands=bands("0", "100"))),
    "sliding for each": raw(level(sliding=sliding("0", "100"), for_each="registered_list"), **LIST),
    "block": raw(
        block(instalments=fig(every="month", paid="paid"), part_year="yes"),
        facts={**HELD_DAYS, "paid": fact("pence", 10**8)},
    ),
    "one part at the end of the year": raw(
        block(instalments=due(("2026-03-31", "100"))), collection=AT_YEAR_END
    ),
    "a cap at the floor": raw(
        block(floor=pounds("5.00"), cap={"pounds": pounds("5.00")}), collection=YEARLY
    ),
    "claw-back": raw(claw_back()),
    "aspiration": raw(aspiration(), facts=LAST, collection=YEARLY),
    "settlement at the end of the year": raw(
        payment("reconciliation", due="due", paid="last", instalments=due(("2026-03-31", "100"))),
        facts={"due": fact("pence"), **LAST},
    ),
    "composite": raw(item(), composite(), collection=AT_YEAR_END),
    "composite of a part of the year": raw(
        item(part_year="yes"), composite(part_year="yes"), facts=HELD_DAYS, collection=YEARLY
    ),
    "bands of the same amount": raw(level(bands=bands("60", "70"))),
    "tiers that fall": raw(
        item(
            fee=None,
            fees=fig(
                by="tier",
                steps=[{"above": "0", "pounds": "2.00"}, {"above": "9", "pounds": "1.00"}],
            ),
        )
    ),
    "one fee by date at the end of the year": raw(
        item(fee=None, fees=dated("2025-04-01")), collection=AT_YEAR_END
    ),
    "a retainer of no fee": raw(
        retainer(fee=pounds("0"), paid="last"), facts=LAST, collection=YEARLY
    ),
    "a list of the first of January before": raw(item(), **LIST | {"list_date": "2025-01-01"}),
    "a list of a year before": raw(item(), **LIST | {"list_date": "2024-04-01"}),
    "a list of the last day": raw(item(), **LIST | {"list_date": "2026-03-31"}),
    "fraction": raw(fraction(), money=MONEY),
    "lump": raw(fraction(lump=fig(value="9")), money=MONEY),
}


@pytest.mark.parametrize("told", SOUND.values(), ids=SOUND)
def test_what_is_sound_has_no_fault(told: Raw, errors: Errors) -> None:
    assert errors(json.dumps(told)) == []


CASES: list[tuple[str, Raw, str, str]] = [
    # The eight that a definition must never get away with, and what stands beside them.
    (
        "unit: a rate for each bed times people",
        raw(
            payment("capitation", rate=fig(pounds="1.00", per="bed"), of="registered_list"), **LIST
        ),
        "indicators.PAY",
        "this comes to pence x people per beds, not to pence. Correct the unit of a fact, or what "
        "a rate is for each of",
    ),
    (
        "unit: points in a settlement of pence",
        raw(
            payment("reconciliation", due="due", paid="paid"),
            facts={"due": fact("pence"), "paid": fact("points")},
            collection=YEARLY,
        ),
        "indicators.PAY",
        "points can't be taken from pence. Correct the unit of a fact",
    ),
    (
        "unit: a settlement of points",
        raw(
            payment("reconciliation", due="due", paid="paid"),
            facts={"due": fact("points"), "paid": fact("points")},
            collection=YEARLY,
        ),
        "indicators.PAY",
        "this comes to points, not to pence. Correct the unit of a fact",
    ),
    (
        "unit: last year's payment in beds",
        raw(aspiration(), facts={"last": fact("beds")}, collection=YEARLY),
        "indicators.PAY",
        "this comes to beds, not to pence. Correct the unit of a fact",
    ),
    (
        "unit: an average list of beds",
        raw(
            fraction(),
            money={k: v for k, v in MONEY.items() if k != "average_list"}
            | {"average_list_fact": "average"},
            facts={"average": fact("beds")},
        ),
        "indicators.PAY",
        "this comes to pence x people per beds, not to pence. Correct the unit of a fact",
    ),
    (
        "unknown indicator: composite",
        raw(item(), composite(of=["PAY", "XX001"])),
        "indicators.ALL.of",
        "'XX001' isn't one of the indicators. Add it or correct the spelling",
    ),
    (
        "unknown indicator: protection",
        raw(
            fraction(),
            money=MONEY,
            protection=fig(indicators=["XX001"], base_year="2024/25", words="Frozen."),
        ),
        "protection.indicators",
        "'XX001' isn't one of the indicators. Add it under indicators or correct the spelling",
    ),
    (
        "overlapping bands: levels",
        raw(level(bands=bands("60", "70", "70"))),
        "indicators.PAY.bands.steps",
        "the bands overlap: one from 70 follows one from 70. Put them in rising order, each start "
        "once",
    ),
    (
        "overlapping bands: tiers",
        raw(item(fee=None, fees=tiers("0", "10", "9"))),
        "indicators.PAY.fees.steps",
        "the bands overlap: one from 9 follows one from 10. Put them in rising order",
    ),
    (
        "overlapping bands: dates",
        raw(item(fee=None, fees=dated("2025-04-01", "2025-09-01", "2025-06-01"))),
        "indicators.PAY.fees.steps",
        "the bands overlap: one from 2025-06-01 follows one from 2025-09-01. Put them in rising",
    ),
    (
        "threshold order: points",
        raw(fraction(thresholds=fig(lower="90", upper="40")), money=MONEY),
        "indicators.PAY.thresholds",
        "90 to 40 can't be: lower must be below upper, and upper at most 100",
    ),
    (
        "threshold order: sliding",
        raw(level(sliding=sliding("50", "50"))),
        "indicators.PAY.sliding",
        "50 to 50 can't be: lower must be below upper. Correct it",
    ),
    (
        "missing year value: a point",
        raw(fraction(), money={k: v for k, v in MONEY.items() if k != "point_value"}),
        "services/small/2025-26/service.yaml",
        "money.point_value: this is missing. Add it",
    ),
    (
        "missing year value: the average list",
        raw(fraction(), money={k: v for k, v in MONEY.items() if k != "average_list"}),
        "money.average_list",
        "there must be either the average list or the fact that holds it. Keep one",
    ),
    (
        "cap below floor",
        raw(block(floor=pounds("5.01"), cap={"pounds": pounds("5.00")})),
        "indicators.PAY.cap",
        "no more than £5.00 can be paid but no less than £5.01: the cap is below the floor. "
        "Correct one",
    ),
    (
        "unbounded input: no bounds",
        {k: v for k, v in raw(item()).items() if k != "bounds"},
        "services/small/2025-26/service.yaml",
        "bounds: no largest number is given, so nothing could be proven to fit. Add the largest "
        "there can be",
    ),
    (
        "unbounded input: counts",
        raw(item(), bounds={"list": "1", "national": "1"}),
        "services/small/2025-26/service.yaml",
        "bounds.counts: no largest number is given, so nothing could be proven to fit. Add the",
    ),
    (
        "unbounded input: a fact",
        raw(aspiration(), facts={"last": {"title": "last year's payment", "unit": "pence"}}),
        "services/small/2025-26/service.yaml",
        "facts.last.most: no largest number is given, so nothing could be proven to fit. Add the",
    ),
    (
        "bounds of nothing",
        raw(item(), bounds={"counts": "0", "list": "1", "national": "1"}),
        "bounds.counts",
        "nothing fits under 0. Write the largest there can be",
    ),
    (
        "division by nought",
        raw(fraction(), money=MONEY | {"average_list": fig(value="0")}),
        "indicators.PAY",
        "it divides by average list, which is nought: put it under a WhenPositive",
    ),
    (
        "overflow",
        raw(
            payment(
                "capitation",
                rate=fig(pounds="0.123456789012345677", per="person"),
                of="people",
                part_year="yes",
            ),
            facts={"people": fact("people", 9 * 10**18), **HELD_DAYS},
        ),
        "indicators.PAY",
        "digits, and columns hold 38: declare a smaller largest number under bounds",
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


def test_a_key_that_stands_twice_is_refused_with_its_line(errors: Errors) -> None:
    text = json.dumps(raw(block()), indent=1).replace(
        '"version": "1"', '"version": "1",\n "version": "2"'
    )
    (found,) = errors(text)
    assert found.path == "services/small/2025-26/service.yaml"
    assert "line 6: the key 'version' stands twice" in found.words
