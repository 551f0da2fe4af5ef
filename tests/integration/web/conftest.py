"""A small England and a way to sign in, for tests of pages.

What a test starts from (`england`: organisations and people; `qof`: and QOF 2025/26, final and
calculated) is loaded once a module, and each test is undone afterwards.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from cqrs.portal.accounts import networks
from cqrs.values import LONDON, clock
from tests import factories

TUESDAY = datetime(2026, 5, 12, 10, 0, tzinfo=LONDON)
"""The day of the demonstration."""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

SignIn = Callable[[str], Client]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of a module that start from the same world run one after another."""
    if "_world" in metafunc.fixturenames:
        wanted = next((w for w in ("qof", "england") if w in metafunc.fixturenames), "")
        metafunc.parametrize("_world", [wanted], indirect=True, scope="module")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # A slow moment in a test must not let a page ask for the ranges once more than it does.
    monkeypatch.setattr(networks, "KEPT_SECONDS", 3600.0)
    with clock.fixed(TUESDAY):
        yield


@pytest.fixture(scope="module")
def _world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[factories.Loaded | None]:
    """What tests start from, in a transaction that is undone when the last of them has run."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.fixed(TUESDAY):
            if request.param:
                factories.set_up()
            yield factories.load_service() if request.param == "qof" else None
        transaction.set_rollback(True)


@pytest.fixture
def db(_world: factories.Loaded | None) -> Iterator[None]:
    """In the place of pytest-django's, which would end the module's transaction."""
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            if not connection.needs_rollback:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)


@pytest.fixture
def england(db: None) -> None:
    """Organisations and people, without any service."""


@pytest.fixture
def qof(db: None, _world: factories.Loaded) -> factories.Loaded:
    """QOF 2025/26, final and calculated; nothing declared."""
    return _world


@pytest.fixture
def sign_in() -> SignIn:
    """A client of the person, signed in."""

    def signed_in(who: str) -> Client:
        client = Client()
        client.force_login(factories.user(who), backend=BACKEND)
        return client

    return signed_in
