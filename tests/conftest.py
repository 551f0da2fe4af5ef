"""What every test may use: marks by folder, a clock that stands still, and the test database."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import date, datetime, time
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from cqrs.values import LONDON, clock

HERE = Path(__file__).parent
MARKS = {"journeys": "journey", "faults": "fault", "national": "national", "matrix": "matrix"}
QUARTER_TO_TEN = time(9, 41)

# The browser's event loop runs in the thread of the test; the database calls there are ours.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# pytest-django has read it; a demo that a test starts must use the portal's own settings.
os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the folder they stand in, so that no file can forget it."""
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder in MARKS:
            item.add_marker(MARKS[folder])


class HeldClock:
    """The one clock, standing still where a test puts it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.at(date(2026, 5, 12))

    def at(self, moment: date) -> None:
        """Move to a moment, or to 9:41am of a date."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, QUARTER_TO_TEN, LONDON)
        self._stack.enter_context(clock.fixed(moment))

    def now(self) -> datetime:
        """Where the clock stands."""
        return clock.now()

    def today(self) -> date:
        """The date there."""
        return clock.today()


@pytest.fixture(name="clock")
def held_clock() -> Iterator[HeldClock]:
    """The clock held at 9:41am on Tuesday 12 May 2026; `clock.at(...)` moves it."""
    with ExitStack() as stack:
        yield HeldClock(stack)


@pytest.fixture
def fixed_clock(request: pytest.FixtureRequest) -> datetime:
    """The moment the clock is held at."""
    held: HeldClock = request.getfixturevalue("clock")
    return held.now()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let each xdist worker have a database of its own, and flush past the append-only triggers.

    Tests that commit are emptied by TRUNCATE, which the triggers refuse on purpose. Only a
    superuser, as the embedded server's owner is, may put them to sleep.
    """
    from django.core.management.color import Style
    from django.db import connection

    flush = connection.ops.sql_flush

    def asleep(style: Style, tables: Sequence[str], **options: bool) -> list[str]:
        statements = flush(style, tables, **options)
        if not statements:
            return statements
        return [
            "SET session_replication_role = replica",
            *statements,
            "SET session_replication_role = origin",
        ]

    connection.ops.sql_flush = asleep  # type: ignore[method-assign] # for this run only


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Leave no test database behind: neither this run's nor those of runs that were killed."""
    from django.db import DatabaseError, connection

    from cqrs.portal.config import walls

    if connection.settings_dict["NAME"].startswith("test_"):  # else nothing asks a database
        with django_db_blocker.unblock():
            walls.build()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^test_[0-9]+'")
        for (name,) in cursor.fetchall():
            if not Path(f"/proc/{name.split('_')[1]}").exists() and Path("/proc/self").exists():
                with suppress(DatabaseError):  # another worker may be faster
                    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
