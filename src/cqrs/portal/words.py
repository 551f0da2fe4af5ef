"""Dates in sentences, as people in England read them."""

from datetime import date, datetime

from cqrs.values import LONDON, day_words


def day_text(moment: date | datetime | None) -> str:
    """ "12 May 2026" for a date, or for the day in London on which a moment falls."""
    if moment is None:
        return ""
    day = moment.astimezone(LONDON) if isinstance(moment, datetime) else moment
    return day_words(day)
