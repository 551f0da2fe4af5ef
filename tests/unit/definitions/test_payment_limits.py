"""Instalments, limits, settlements and composites that could never hold, with path and remedy."""

import json
from pathlib import Path

import pytest

from tests.unit.calculation.small import Raw, fact, fig, payment, pounds, raw
from tests.unit.definitions.payments import (
    AT_YEAR_END,
    HELD_DAYS,
    LAST,
    QUARTERLY,
    SETTLED,
    YEARLY,
    Errors,
    aspiration,
    block,
    checker,
    claw_back,
    composite,
    due,
    item,
    retainer,
    settlement,
)


@pytest.fixture
def errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Errors:
    """What `cqrs check` finds wrong."""
    return checker(tmp_path, monkeypatch)


MONTHLY = {"frequency": "monthly", "entry": "manual", "pays": "each"}
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
            settlement(instalments=PAID),
            facts=SETTLED,
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
    *[
        (
            f"a limit of a year on {why}",
            raw(line, composite(), facts=facts, collection=YEARLY),
            "indicators.ALL.of",
            "PAY is a part of the year's amount, not the amount itself. Remove it, or its",
        )
        for why, line, facts in (
            ("a line in parts", block(instalments=due(("2026-03-31", "100"))), {}),
            ("what is left of a retainer", retainer(paid="last"), LAST),
            ("a settlement", settlement(), SETTLED),
            ("aspiration", aspiration(), LAST),
        )
    ],
    *[
        (
            f"a limit of a year on counts of {collection['frequency']}",
            raw(item(), composite(), collection=collection),
            "indicators.ALL",
            f"its limits are of the year, but {collection['frequency']} counts are paid one by one."
            " Limit each line, or let only the year's end pay",
        )
        for collection in (MONTHLY, QUARTERLY)
    ],
    (
        "a limit on a limit",
        raw(item(), composite(), composite(id="MORE", of=["ALL"]), collection=YEARLY),
        "indicators.MORE.of",
        "ALL is a part of the year's amount, not the amount itself. Remove it",
    ),
    *[
        (
            f"one line cut twice, by {name}",
            raw(
                item(),
                composite(),
                composite(id="MORE", cap={"pounds": pounds("4.00")}),
                collection=YEARLY,
            ),
            f"indicators.{name}.of",
            "PAY is under 2 limits, so it would be cut twice. Name it in one of them",
        )
        for name in ("ALL", "MORE")
    ],
    *[
        (
            f"limits and lines of other days: {limits}",
            raw(
                item(part_year=line),
                composite(part_year=limits),
                facts=HELD_DAYS,
                collection=YEARLY,
            ),
            "indicators.ALL.part_year",
            "the limits and PAY must both follow the days, or neither. Make part_year the same",
        )
        for line, limits in (("yes", "no"), ("no", "yes"))
    ],
    # What is of the whole year.
    *[
        (
            f"the year's amount in full in each count: {line['kind']}",
            raw(line, facts=facts, collection=collection),
            "indicators.PAY.instalments",
            "the amount of the whole year would be paid in full in each of the "
            f"{collection['frequency']} counts. Add instalments, or let only the year's end pay",
        )
        for line, facts, collection in (
            (block(), {}, MONTHLY),
            (retainer(), {}, QUARTERLY),
            (payment("participation", amount=pounds("1.00")), {}, MONTHLY),
            (aspiration(), LAST, MONTHLY),
            (settlement(), SETTLED, QUARTERLY),
        )
    ],
    # Settlements and what was paid.
    *[
        (
            f"a default of {name} in {line['kind']}",
            raw(line, facts=SETTLED | {name: fact("pence", default="0")}, collection=YEARLY),
            f"facts.{name}.default",
            "who forgets what was paid or is due would be paid wrongly. Remove the default",
        )
        for line, name in (
            (settlement(), "last"),
            (settlement(), "due"),
            (retainer(paid="last"), "last"),
            (block(instalments=fig(every="month", paid="last")), "last"),
        )
    ],
    *[
        (
            f"a settlement with {key}",
            raw(settlement(**{key: told}), facts=SETTLED | HELD_DAYS, collection=YEARLY),
            "indicators.PAY",
            "what is due and what was paid are settled as they are. Remove part_year, cap and",
        )
        for key, told in (
            ("floor", pounds("1.00")),
            ("cap", {"pounds": pounds("1.00")}),
            ("part_year", "yes"),
        )
    ],
    *[
        (
            "a settlement in parts",
            raw(settlement(instalments=parts), facts=SETTLED),
            "indicators.PAY.instalments",
            "a settlement is paid at once. Name one part of 100%",
        )
        for parts in (fig(every="quarter"), due(("2025-04-30", "50"), ("2026-03-31", "50")))
    ],
    (
        "a settlement of a fact with itself",
        raw(settlement(due="last"), facts=LAST, collection=YEARLY),
        "indicators.PAY.paid",
        "last less last is always nothing. Name another fact",
    ),
    *[
        (
            f"a repayment with {key}",
            raw(claw_back(**{key: told}), facts=HELD_DAYS),
            "indicators.PAY",
            "what is paid back follows its counts, not days or parts. Remove part_year and",
        )
        for key, told in (("part_year", "yes"), ("instalments", PAID))
    ],
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
