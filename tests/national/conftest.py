"""England in the test database, loaded once by the demonstration's own stages."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from cqrs.extraction.synthetic import england
from cqrs.portal.jobs import demo_load, demo_road
from cqrs.portal.jobs.demo_progress import Progress
from cqrs.portal.jobs.demo_world import QOF, World
from cqrs.values import LONDON, clock

PRACTICES = int(os.environ.get("CQRS_NATIONAL_PRACTICES", "6300"))
"""A smaller England for whoever works on these tests; `make test` leaves it at 6,300."""
CLOSE_THE_WORKERS_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
TODAY = datetime(2026, 5, 12, 9, 41, tzinfo=LONDON)


@dataclass(frozen=True)
class Nation:
    """The loaded country, and the number of its year-end collection."""

    world: World
    collection_id: int
    printed: str


@pytest.fixture(scope="package")
def nation(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Nation]:
    """Load everything, and leave an empty database behind."""
    out = StringIO()
    progress = Progress(out)
    with django_db_blocker.unblock(), clock.fixed(TODAY):
        world = World.of(england(practices=PRACTICES))
        world.incoming = tmp_path_factory.mktemp("incoming")
        for title, step in (*demo_load.STAGES, *demo_road.STAGES):
            with progress.stage(title) as stage:
                step(world, stage)
        yield Nation(world, world.collections[QOF, demo_load.YEAR_END], out.getvalue())
        call_command("flush", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute(CLOSE_THE_WORKERS_CONNECTIONS)
