"""The world of the matrix, loaded once for the whole folder."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from cqrs.portal.accounts.queries import visible_organisations
from cqrs.portal.organisations.queries import by_code
from cqrs.values import LONDON, clock
from tests.matrix import world as worlds
from tests.matrix.world import World

TUESDAY = datetime(2026, 5, 12, 10, 0, tzinfo=LONDON)


@pytest.fixture
def db(world: World) -> Iterator[None]:
    """In the place of pytest-django's, which would end the world's transaction."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _day(db: None) -> Iterator[None]:
    with clock.fixed(TUESDAY):
        yield


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Everybody and everything, in a transaction that is undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.fixed(TUESDAY):
            built = worlds.build()
        yield built
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def reach(world: World) -> dict[str, set[str]]:
    """The places within each person's reach, for anything at all."""
    found: dict[str, set[str]] = {}
    with clock.fixed(TUESDAY):
        numbers = {place: by_code(code).id for place, code in worlds.PLACES.items()}
        for person in world.people.values():
            if person.actor:
                seen = set(visible_organisations(person.actor).values_list("pk", flat=True))
                here = {place for place, number in numbers.items() if number in seen}
                found[person.name] = here
    return found
