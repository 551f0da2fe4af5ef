"""A small England and a way to sign in, for tests of pages."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client

from cqrs.portal.catalogue import queries as catalogue
from cqrs.values import LONDON, clock
from tests import factories

TUESDAY = datetime(2026, 5, 12, 10, 0, tzinfo=LONDON)
"""The day of the page prototypes."""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    catalogue.definition.cache_clear()
    with clock.fixed(TUESDAY):
        yield


@pytest.fixture
def england(db: None) -> None:
    """Organisations and people, without any service."""
    factories.set_up()


@pytest.fixture
def qof(england: None) -> factories.Loaded:
    """QOF 2025/26, final and calculated; nothing declared."""
    return factories.load_service()


@pytest.fixture
def sign_in() -> SignIn:
    """A client of the person, signed in."""

    def signed_in(who: str) -> Client:
        client = Client()
        client.force_login(factories.user(who), backend=BACKEND)
        return client

    return signed_in
