"""The Jinja environment of the pages: NHS.UK macros, and numbers and dates as people read them."""

import re
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import jinja2
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from cqrs.values import LONDON, clock, decimal_text, plain_text, pounds_text, short_digest

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


NOT_SHOWN = "–"


def environment(**options: Any) -> jinja2.Environment:
    """The environment Django's Jinja backend uses."""
    own = options.pop("loader")
    options.update(undefined=jinja2.ChainableUndefined, trim_blocks=True, lstrip_blocks=True)
    options.pop("autoescape", None)
    nhsuk = jinja2.PackageLoader("nhsuk_frontend_jinja")
    hidden_fields = jinja2.PackageLoader("django", "forms/jinja2")
    loader = jinja2.ChoiceLoader([own, nhsuk, hidden_fields])
    page = jinja2.Environment(autoescape=True, loader=loader, **options)
    page.globals.update(
        static=static, url=_url, service_name=settings.SERVICE_NAME, today=clock.today
    )
    page.filters.update(
        pounds=pounds,
        points=points,
        plain=plain,
        ages=ages,
        grouped=grouped,
        number=grouped,
        counted=counted,
        day=day,
        list_day=list_day,
        long_day=long_day,
        time=time_of_day,
        moment=moment,
        list_moment=list_moment,
        short_digest=short_digest,
    )
    return page


def _url(name: str, args: list[Any] | None = None, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs or None)


def pounds(pence: int | None) -> str:
    """ "£1,204.50", or a dash for what this person doesn't see."""
    return NOT_SHOWN if pence is None else pounds_text(pence)


def points(value: Any) -> str:
    """Points with two decimals: "15.45", "3,553,200.00"; a dash for what isn't theirs to see."""
    return NOT_SHOWN if value is None else decimal_text(Fraction(value), 2, grouping=True)


def plain(value: Any) -> str:
    """A number without trailing noughts: "564", "15.5"; a dash for what isn't theirs to see."""
    return NOT_SHOWN if value is None else plain_text(Fraction(value))


def ages(band: str) -> str:
    """An age band in words, as a file names it: "16OV", "30_74" and "85+" are 16 and over …"""
    if low := re.fullmatch(r"([0-9]+)(OV|\+)", band):
        return f"{low[1]} and over"
    if ends := re.fullmatch(r"([0-9]+)[-_]([0-9]+)", band):
        return f"{ends[1]} to {ends[2]}"
    return band


def grouped(value: int) -> str:
    """A whole number with thousands separators."""
    return f"{value:,}"


def counted(value: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 claim", "3 claims"."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def _local(value: date) -> date:
    return value.astimezone(LONDON) if isinstance(value, datetime) else value


def day(value: date) -> str:
    """ "12 May 2026"."""
    value = _local(value)
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def list_day(value: date) -> str:
    """ "Fri 29 May"; the year only when it isn't this one."""
    value = _local(value)
    year = "" if value.year == clock.today().year else f" {value.year}"
    return f"{DAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1][:3]}{year}"


def long_day(value: date) -> str:
    """ "Friday 29 May 2026"."""
    value = _local(value)
    return f"{LONG_DAYS[value.weekday()]} {day(value)}"


def time_of_day(value: datetime) -> str:
    """ "9:41am"."""
    value = value.astimezone(LONDON)
    return f"{value.hour % 12 or 12}:{value.minute:02}{'am' if value.hour < 12 else 'pm'}"


def moment(value: datetime) -> str:
    """ "12 May 2026, 9:41am"."""
    return f"{day(value)}, {time_of_day(value)}"


def list_moment(value: datetime) -> str:
    """ "Today, 9:41am" or "Mon 11 May, 9:41am"."""
    today = value.astimezone(LONDON).date() == clock.today()
    return f"{'Today' if today else list_day(value)}, {time_of_day(value)}"
