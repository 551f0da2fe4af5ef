"""Whose address may have an account, and on which days nothing expires."""

from datetime import date, timedelta

import pytest

from cqrs.portal.accounts.addresses import address_refusal, name_refusal
from cqrs.portal.accounts.expiry import (
    expires_on,
    first_day,
    last_day,
    quarter_of,
    quarter_words,
    unconfirmed_end,
    warning_due,
)


@pytest.mark.parametrize(
    "email",
    ["helen.marsh@nhs.net", "H.Marsh2@gp.westmere.nhs.uk", "joe.manager@nhs.net", "ama@x.nhs.uk"],
)
def test_a_persons_work_address_is_accepted(email: str) -> None:
    assert address_refusal(email) == ""


@pytest.mark.parametrize(
    ("email", "word"),
    [
        ("helen.marsh@mail.example.com", "must end in @nhs.net"),
        ("helen.marsh@nothsnhs.net", "must end in"),
        ("helen.marsh@nhs.net.evil.com", "must end in"),
        ("helen.marsh", "correct format"),
        ("@nhs.net", "correct format"),
        ("reception@nhs.net", "shared mailbox"),
        ("admin@nhs.net", "shared mailbox"),
        ("practice.manager@nhs.net", "shared mailbox"),
        ("practicemanager2@nhs.net", "shared mailbox"),
        ("info@nhs.net", "shared mailbox"),
        ("a99001@nhs.net", "shared mailbox"),
        ("gp-a99001@nhs.net", "shared mailbox"),
        ("larkfield.reception@nhs.net", "shared mailbox"),
    ],
)
def test_other_domains_and_shared_mailboxes_are_refused(email: str, word: str) -> None:
    assert word in address_refusal(email)


@pytest.mark.parametrize(
    "local",
    [
        "mallory@evil.example,helen.marsh",
        "mallory@evil.example",
        "helen marsh",
        "helen.marsh\r\nBcc: mallory@evil.example\r\n",
        "=?utf-8?q?mallory=40evil.example=3e?=",
        "<b>helen</b>",
        "h\u0435len.marsh",
        "helen.marsh\0",
        "h" * 255,
    ],
)
def test_what_a_mail_server_may_read_otherwise_is_no_address(local: str) -> None:
    assert "correct format" in address_refusal(f"{local}@nhs.net")


@pytest.mark.parametrize(
    "name",
    [
        "Helen Marsh\nBcc: mallory@evil.example",
        "Open http://evil.example/ Helen",
        "Helen Marsh of evil.example",
        "Helen \u202eMarsh",
        "Helen <b>Marsh</b>",
        "Helen M4rsh",
    ],
)
def test_a_name_carries_no_link_and_no_hidden_signs(name: str) -> None:
    assert name_refusal(name)


@pytest.mark.parametrize("name", ["J. R. Marsh", "Helen Marsh-O’Neill", "Helen Marsh Jr."])
def test_initials_hyphens_and_apostrophes_are_names(name: str) -> None:
    assert name_refusal(name) == ""


@pytest.mark.parametrize("name", ["Helen Marsh", "Dr Ama Osei", "Zoë O'Neill-Ward", "李 明"])
def test_a_full_name_is_accepted(name: str) -> None:
    assert name_refusal(name) == ""


@pytest.mark.parametrize("name", ["Helen", "Dr Osei", "", "Practice Manager", "Larkfield Surgery"])
def test_what_is_not_one_persons_full_name_is_refused(name: str) -> None:
    assert name_refusal(name)


def test_nothing_expires_from_1_march_to_15_july_of_any_year() -> None:
    day = date(2023, 1, 1)
    while day < date(2025, 1, 1):
        end = expires_on(day)
        assert end >= day
        assert not (date(end.year, 3, 1) <= end <= date(end.year, 7, 15))
        if end != day:
            assert (end.month, end.day) == (7, 16)
        day += timedelta(days=1)


def test_quarters_have_their_days_and_the_end_of_an_unconfirmed_role() -> None:
    assert [quarter_of(date(2026, month, 28)) for month in (1, 3, 4, 12)] == [
        "2026-Q1",
        "2026-Q1",
        "2026-Q2",
        "2026-Q4",
    ]
    assert (first_day("2026-Q2"), last_day("2026-Q2")) == (date(2026, 4, 1), date(2026, 6, 30))
    assert (first_day("2025-Q4"), last_day("2025-Q4")) == (date(2025, 10, 1), date(2025, 12, 31))
    assert unconfirmed_end("2026-Q1") == date(2026, 7, 16)  # 30 April is in the quiet months
    assert unconfirmed_end("2026-Q2") == date(2026, 7, 30)
    assert unconfirmed_end("2025-Q4") == date(2026, 1, 30)
    assert quarter_words("2026-Q4") == "October to December 2026"


@pytest.mark.parametrize(
    ("left", "mark"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 14), (7, 7), (0, 7), (-1, None)],
)
def test_the_nearest_warning_that_is_due(left: int, mark: int | None) -> None:
    today = date(2026, 8, 3)
    assert warning_due(today, today + timedelta(days=left)) == mark
