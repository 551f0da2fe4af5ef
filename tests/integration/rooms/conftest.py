"""A small England in a real PostgreSQL: rolled back after a test, or committed for races."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from cqrs.portal.catalogue import queries as catalogue
from cqrs.values import LONDON, clock
from tests import factories

TUESDAY = datetime(2026, 5, 12, 10, 0, tzinfo=LONDON)
"""The day of the page prototypes."""

Sql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    catalogue.definition.cache_clear()
    with clock.fixed(TUESDAY):
        yield


@pytest.fixture
def england(db: None) -> None:
    """Organisations and people, without a service."""
    factories.set_up()


@pytest.fixture
def qof(england: None) -> factories.Loaded:
    """QOF 2025/26 calculated and final; rolled back afterwards."""
    return factories.load_service()


@pytest.fixture
def committed_qof(transactional_db: None) -> factories.Loaded:
    """The same, so that other connections see it; every table is emptied afterwards."""
    factories.set_up()
    return factories.load_service()


@pytest.fixture
def sql(db: None) -> Sql:
    """Run SQL behind the application's back, with deferred constraints checked at once."""

    def run(statement: str, *values: object) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            rows = cursor.fetchall() if cursor.description else []
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            return list(rows)

    return run
