"""Numbers, dates and times as pages write them, and the templates' environment."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import engines

from cqrs.portal.config import pages

MAY = datetime(2026, 5, 12, 8, 41, tzinfo=UTC)


def render(text: str, **context: Any) -> str:
    return str(engines["jinja2"].from_string(text).render(context))


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("{{ v|pounds }}", 1583910, "£15,839.10"),
        ("{{ v|pounds }}", -50, "−£0.50"),
        ("{{ v|points }}", "15.445", "15.45"),
        ("{{ v|grouped }}", 6300, "6,300"),
        ("{{ v|counted('claim') }}", 1, "1 claim"),
        ("{{ v|counted('claim') }}", 3, "3 claims"),
        ("{{ v|counted('practice has', 'practices have') }}", 2, "2 practices have"),
        ("{{ v|day }}", date(2026, 5, 29), "29 May 2026"),
        ("{{ v|long_day }}", date(2026, 5, 12), "Tuesday 12 May 2026"),
        ("{{ v|time }}", MAY, "9:41am"),
        ("{{ v|time }}", datetime(2026, 1, 1, 0, 5, tzinfo=UTC), "12:05am"),
        ("{{ v|time }}", datetime(2026, 1, 1, 12, 5, tzinfo=UTC), "12:05pm"),
        ("{{ v|moment }}", MAY, "12 May 2026, 9:41am"),
        ("{{ v|short_digest }}", "c052fc8b0c8e5b7a" * 4, "c052 fc8b 0c8e 5b7a"),
    ],
)
def test_filters_write_as_people_read(text: str, value: object, expected: str) -> None:
    assert render(text, v=value) == expected


def test_a_moment_just_before_midnight_in_summer_is_the_next_day_in_london() -> None:
    assert pages.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"


def test_lists_name_the_year_only_when_it_is_another(clock: Any) -> None:
    assert pages.list_day(date(2026, 5, 29)) == "Fri 29 May"
    assert pages.list_day(date(2025, 5, 29)) == "Thu 29 May 2025"
    assert pages.list_moment(MAY) == "Today, 9:41am"
    clock.at(date(2026, 5, 13))
    assert pages.list_moment(MAY) == "Tue 12 May, 9:41am"


def test_what_people_typed_is_never_markup() -> None:
    assert render("{{ v }}", v="<script>") == "&lt;script&gt;"


def test_a_missing_part_of_a_missing_thing_is_empty() -> None:
    assert render("{{ nobody.name.first }}") == ""
