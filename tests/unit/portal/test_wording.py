"""What a message may not carry, and what it must keep."""

import pytest

from cqrs.portal.jobs.telling.rules import RULES
from cqrs.portal.messages.wording import LEFT_OUT, figures, without_figures


@pytest.mark.parametrize(
    "text",
    [
        "You were paid £1,000.00",
        "£12.5 million in all",
        "minus \u2212£40",
        "1,234 pence short",
        "15.45 points of 17",
        "1 point",
        "90% of patients",
        "90 per cent",
        "NHS number 943 476 5919",
        "NHS number 9434765919",
    ],
)
def test_amounts_points_and_nhs_numbers_are_left_out(text: str) -> None:
    assert figures(text)
    assert not figures(without_figures(text))
    assert LEFT_OUT in without_figures(text)


@pytest.mark.parametrize(
    "text",
    [
        "Claim QOF2526-2026-03-31-A99001 was returned",
        "until 31 March 2026, 5:00pm",
        "Larkfield Road Surgery (A99001) and U99901",
        "QOF 2025/26",
        "/claims/QOF2526-2026-03-31-A99001/",
        "call 020 7946 0000",
        "the pounds are on the portal, and so are the points",
    ],
)
def test_dates_codes_references_and_telephones_stay(text: str) -> None:
    assert without_figures(text) == text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.action} {rule.at}")
def test_no_rule_of_what_is_told_holds_a_figure(rule: object) -> None:
    words = " ".join([rule.title, rule.body])  # type: ignore[attr-defined] # ids need any
    assert not any(sign.isdigit() or sign in "£%" for sign in words)
    for field in ("pence", "points", "amount", "total"):
        assert f"{{{field}" not in words
