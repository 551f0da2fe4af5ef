"""A small England in a real PostgreSQL: loaded once a module, or committed for races.

A module says `WORLD = "england"` (organisations and people) or `WORLD = "qof"` (and QOF 2025/26,
calculated and final). Each test then starts from it and is undone afterwards.
Tests that commit (`committed_qof`, `transactional_db`) stand in modules of their own.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from cqrs.values import LONDON, clock
from tests import factories

TUESDAY = datetime(2026, 5, 12, 10, 0, tzinfo=LONDON)
"""The day of the demonstration."""

Sql = Callable[..., list[tuple[Any, ...]]]


def check_constraints() -> None:
    """Let the deferred constraints speak now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.fixed(TUESDAY):
        yield


@pytest.fixture(scope="module")
def _world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[factories.Loaded | None]:
    """What the module's tests start from, in a transaction that is undone at its end."""
    wanted = getattr(request.module, "WORLD", "")
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.fixed(TUESDAY):
            if wanted:
                factories.set_up()
            loaded = factories.load_service() if wanted == "qof" else None
        check_constraints()
        yield loaded
        transaction.set_rollback(True)


@pytest.fixture
def db(_world: factories.Loaded | None) -> Iterator[factories.Loaded | None]:
    """In the place of pytest-django's, which would end the module's transaction."""
    with transaction.atomic():
        yield _world
        check_constraints()
        transaction.set_rollback(True)


@pytest.fixture
def england(db: None) -> None:
    """Organisations and people."""


@pytest.fixture
def qof(db: factories.Loaded | None) -> factories.Loaded:
    """QOF 2025/26 calculated and final."""
    return db or factories.load_service()


@pytest.fixture
def committed_qof(transactional_db: None) -> factories.Loaded:
    """The same, so that other connections see it; every table is emptied afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    factories.set_up()
    return factories.load_service()


@pytest.fixture
def sql(db: None) -> Sql:
    """Run SQL behind the application's back, with deferred constraints checked at once."""

    def run(statement: str, *values: int | str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            rows = cursor.fetchall() if cursor.description else []
        check_constraints()
        return list(rows)

    return run
