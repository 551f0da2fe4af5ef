"""Working days: Monday to Friday, except the bank holidays of England and Wales."""

from datetime import date, timedelta
from functools import lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays


@lru_cache(maxsize=1)
def _holidays() -> frozenset[date]:
    # The list that comes with the package: nothing is fetched while a page is made.
    bundled = BankHolidays(use_cached_holidays=True)
    division = BankHolidays.ENGLAND_AND_WALES
    return frozenset(holiday["date"] for holiday in bundled.get_holidays(division=division))


def is_working_day(day: date) -> bool:
    """Whether offices work on this day."""
    return day.weekday() < 5 and day not in _holidays()


@lru_cache(maxsize=4096)
def working_days(since: date, today: date) -> int:
    """Working days after `since`, up to and with `today`: Friday to Monday is 1."""
    days = (since + timedelta(days=n) for n in range(1, (today - since).days + 1))
    return sum(is_working_day(day) for day in days)
