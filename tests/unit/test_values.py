"""Years, exact numbers, pence and the clock."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from cqrs.values import (
    LONDON,
    FinancialYear,
    canonical_json,
    clock,
    day_words,
    decimal_text,
    is_month_end,
    month_of,
    plain_pounds,
    plain_text,
    pounds_text,
    round_half_up,
    short_digest,
)


def test_a_financial_year_reads_both_spellings() -> None:
    assert FinancialYear.parse("2025/26") == FinancialYear.parse("2025-26") == FinancialYear(2025)
    assert str(FinancialYear(2099)) == "2099/00"
    assert FinancialYear(2025).slug == "2025-26"


@pytest.mark.parametrize("text", ["2025", "2025/27", "25/26", "2025/2026", ""])
def test_anything_else_is_not_a_financial_year(text: str) -> None:
    with pytest.raises(ValueError, match="not a financial year"):
        FinancialYear.parse(text)


def test_a_year_runs_from_april_to_march() -> None:
    year = FinancialYear(2025)
    assert date(2025, 4, 1) in year
    assert date(2026, 3, 31) in year
    assert date(2026, 4, 1) not in year


@pytest.mark.parametrize(
    ("number", "places", "rounded"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(169463, 10000), 2, "16.95"),
        (7, 2, "7.00"),
    ],
)
def test_a_half_is_rounded_up(number: Fraction, places: int, rounded: str) -> None:
    assert decimal_text(number, places) == rounded
    assert round_half_up(number, places) == Fraction(rounded)


def test_numbers_for_people() -> None:
    assert pounds_text(403_406) == "£4,034.06"
    assert pounds_text(-5) == "−£0.05"
    assert decimal_text(1_234_567, 0, grouping=True) == "1,234,567"
    assert plain_text(Fraction("15.50")) == "15.5"
    assert plain_text(100) == "100"
    assert short_digest("c052fc8b0c8e5b7a" + "0" * 48) == "c052 fc8b 0c8e 5b7a"


def test_a_json_value_has_one_spelling() -> None:
    assert canonical_json({"b": 1, "a": "£"}) == '{"a":"£","b":1}'.encode()
    with pytest.raises(TypeError, match="has no canonical spelling"):
        canonical_json({"a": Fraction(1, 2)})


def test_month_ends() -> None:
    assert is_month_end(date(2024, 2, 29))
    assert not is_month_end(date(2023, 3, 30))


def test_the_clock_can_be_held_and_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.fixed(datetime(2026, 5, 12, 9, 41, tzinfo=LONDON)):
        assert clock.today() == date(2026, 5, 12)
    monkeypatch.setenv("CQRS_DATE", "2026-03-31")
    assert clock.today() == date(2026, 3, 31)
    monkeypatch.delenv("CQRS_DATE")
    assert clock.today() == datetime.now(LONDON).date()


def test_the_clock_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.fixed(datetime(2026, 1, 1)):  # noqa: DTZ001 - the fault under test
        pass


@pytest.mark.parametrize(
    ("day", "month"), [("2025-04-01", 1), ("2025-12-31", 9), ("2026-01-01", 10), ("2026-03-31", 12)]
)
def test_the_financial_year_starts_in_april(day: str, month: int) -> None:
    assert month_of(date.fromisoformat(day)) == month


def test_a_date_reads_as_people_write_it() -> None:
    assert day_words(date(2022, 9, 1)) == "1 September 2022"
    assert day_words(date(2024, 2, 29)) == "29 February 2024"


@pytest.mark.parametrize(
    ("pence", "text"),
    [(0, "0.00"), (5, "0.05"), (99, "0.99"), (100, "1.00"), (123456, "1234.56"), (-7, "-0.07"),
     (-403406, "-4034.06")],
)  # fmt: skip
def test_pounds_in_a_file_are_plain(pence: int, text: str) -> None:
    assert plain_pounds(pence) == text
