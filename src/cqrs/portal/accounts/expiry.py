"""When accounts and roles expire: quarters, the days on which nothing does, and the warnings.

Passwords and roles that ended unannounced locked practices out at year end. So nothing expires
from 1 March to 15 July, and nothing without four warnings. Source: product.md, section 2.
"""

from datetime import date, timedelta

WARNINGS = (60, 30, 14, 7)
"""Days before an expiry on which everybody concerned is warned."""
QUIET_FROM, QUIET_TO = (3, 1), (7, 15)
"""Month and day of the first and the last day on which nothing expires."""
DAYS_TO_CONFIRM = 30
"""How long after the end of a quarter roles can still be confirmed for it."""
DAYS_OF_AN_INVITATION = 14
DAYS_BEFORE_AN_INVITATION_ENDS = 5
"""From when on a home says so: late enough to be worth a call, with a weekend in between."""
DAYS_BEFORE_A_ROLE_ENDS = 14
"""From when on a home says so, of roles that were given until a day."""
LONGEST_DELEGATION_DAYS = 92


def expires_on(day: date) -> date:
    """The day itself, or 16 July of its year where it falls from 1 March to 15 July."""
    if QUIET_FROM <= (day.month, day.day) <= QUIET_TO:
        return date(day.year, *QUIET_TO) + timedelta(days=1)
    return day


def quarter_of(day: date) -> str:
    """The calendar quarter: "2026-Q2"."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def first_day(quarter: str) -> date:
    """The first day of a quarter."""
    year, number = quarter.split("-Q")
    return date(int(year), int(number) * 3 - 2, 1)


def last_day(quarter: str) -> date:
    """The last day of a quarter: 30 June 2026 for "2026-Q2"."""
    return first_day(quarter_of(first_day(quarter) + timedelta(days=95))) - timedelta(days=1)


def unconfirmed_end(quarter: str) -> date:
    """The day a role ends that nobody confirmed: 30 July 2026 for "2026-Q2"."""
    return expires_on(last_day(quarter) + timedelta(days=DAYS_TO_CONFIRM))


def quarter_words(quarter: str) -> str:
    """ "April to June 2026"."""
    months = {1: "January to March", 4: "April to June", 7: "July to September"}
    start = first_day(quarter)
    return f"{months.get(start.month, 'October to December')} {start.year}"


def warning_due(today: date, end: date) -> int | None:
    """The nearest of the four warnings whose day has come, or None while it is too early."""
    left = (end - today).days
    due = [mark for mark in WARNINGS if left <= mark]
    return min(due) if due and left >= 0 else None
