"""Instalments, caps, floors and composites that could never hold, with path and remedy."""

import json
from pathlib import Path

import pytest

from tests.unit.calculation.small import Raw, fact, fig, payment, pounds, raw
from tests.unit.definitions.payments import (
    AT_YEAR_END,
    LAST,
    QUARTERLY,
    YEARLY,
    Errors,
    block,
    checker,
    claw_back,
    composite,
    due,
    item,
)


@pytest.fixture
def errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Errors:
    """What `cqrs check` finds wrong."""
    return checker(tmp_path, monkeypatch)


PAID = fig(every="month", paid="last")
CASES: list[tuple[str, Raw, str, str]] = [
    # Instalments.
    (
        "neither equal nor named parts",
        raw(block(instalments=fig())),
        "indicators.PAY.instalments",
        "either equal parts (every) or named parts. Keep one",
    ),
    (
        "parts that don't come to all",
        raw(block(instalments=due(("2025-06-30", "50"), ("2025-12-31", "49.9")))),
        "indicators.PAY.instalments.parts",
        "they come to 99.9%. Make them 100%",
    ),
    (
        "parts out of order",
        raw(block(instalments=due(("2025-12-31", "50"), ("2025-06-30", "50")))),
        "indicators.PAY.instalments.parts",
        "the bands overlap: one from 2025-06-30 follows one from 2025-12-31",
    ),
    (
        "a part in the middle of a month",
        raw(block(instalments=due(("2025-06-30", "50"), ("2025-12-30", "50")))),
        "indicators.PAY.instalments.parts",
        "2025-12-30 isn't a month end of 2025/26. Correct the date",
    ),
    (
        "a part of the year after",
        raw(block(instalments=due(("2026-06-30", "100")))),
        "indicators.PAY.instalments.parts",
        "2026-06-30 isn't a month end of 2025/26. Correct the date",
    ),
    (
        "monthly parts of quarterly counts",
        raw(block(instalments=fig(every="month")), collection=QUARTERLY),
        "indicators.PAY.instalments",
        "only quarterly counts pay, so some parts would never be paid. Change the parts or the",
    ),
    (
        "quarterly parts of yearly counts",
        raw(block(instalments=fig(every="quarter")), collection=YEARLY),
        "indicators.PAY.instalments",
        "only yearly counts pay, so some parts would never be paid",
    ),
    (
        "monthly parts where only the year's end pays",
        raw(block(instalments=fig(every="month")), collection=AT_YEAR_END),
        "indicators.PAY.instalments",
        "only the counts at the end of the year pay, so some parts would never be paid",
    ),
    (
        "a named part between quarters",
        raw(block(instalments=due(("2025-05-31", "100"))), collection=QUARTERLY),
        "indicators.PAY.instalments",
        "only quarterly counts pay, so some parts would never be paid",
    ),
    (
        "a part of each month's count",
        raw(item(instalments=fig(every="month"))),
        "indicators.PAY.instalments",
        "a part of each count would be paid and the rest never. Remove the instalments, or name",
    ),
    (
        "taken off twice",
        raw(
            payment("reconciliation", due="due", paid="last", instalments=PAID),
            facts={"due": fact("pence"), **LAST},
        ),
        "indicators.PAY.instalments.paid",
        "what was paid would be taken off twice. Name it once",
    ),
    # Limits and composites.
    (
        "items capped where there are none",
        raw(block(cap={"items": fig(value="9")})),
        "indicators.PAY.cap",
        "only an item of service has items to cap. Cap the pounds",
    ),
    (
        "a repayment with a floor",
        raw(claw_back(floor=pounds("1.00"))),
        "indicators.PAY",
        "what is paid back has no cap or floor. Remove it",
    ),
    (
        "nothing together",
        raw(item(), composite(of=[])),
        "indicators.ALL.of",
        "there is nothing to take together. Name indicators",
    ),
    (
        "together without a limit",
        raw(item(), payment("composite", "ALL", of=["PAY"])),
        "indicators.ALL",
        "without a cap or a floor it changes nothing. Add one",
    ),
    (
        "one line twice",
        raw(item(), composite(of=["PAY", "PAY"])),
        "indicators.ALL.of",
        "an indicator stands twice. Keep it once",
    ),
    (
        "a line that comes after",
        raw(composite(), item()),
        "indicators.ALL.of",
        "PAY must stand before ALL. Move it up",
    ),
    (
        "limits in parts",
        raw(item(), composite(instalments=fig(every="month"))),
        "indicators.ALL.instalments",
        "the lines it limits are paid in their own parts. Remove it",
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
