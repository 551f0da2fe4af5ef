"""Pages with England loaded, and pages that no journey reaches: nothing for axe, a fit on a phone.

The browser asks the test client instead of a server: it sees what the test database holds.
"""

from collections.abc import Callable, Iterator
from contextvars import copy_context
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)
from playwright.sync_api import Browser, Route, sync_playwright

from cqrs.portal.jobs import demo_people as people
from cqrs.portal.jobs.demo_people import Person
from tests.journeys.browser import ARGUMENTS, WHAT_TO_DO, find_browser
from tests.journeys.checking import axe, faults, sideways_when_narrow
from tests.national.test_pages import ALLAUTH, ASKED, PAGES, real

from .conftest import Nation

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1"
READ = {name: whom[0] for name, (whom, _) in PAGES.items()}
NOT_READ = {"shared:achievement_csv", "shared:workings_csv", "national:payment-run-file"}
"""Files, which no browser shows."""


@pytest.fixture(scope="module")
def chromium(nation: Nation) -> Iterator[Browser]:
    """A browser of this machine, with a loop of its own that ends with these tests."""
    path = find_browser()
    assert path, WHAT_TO_DO
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS])
        yield browser
        browser.close()


class Reader:
    """A browser in which one person reads what the test client answers."""

    def __init__(self, chromium: Browser, client: Client) -> None:
        self.client, self.page = client, chromium.new_context(bypass_csp=True).new_page()
        self._told: dict[str, Any] = {}
        there = copy_context()  # where the clock of the test stands

        def answer(route: Route) -> None:
            parts = urlsplit(route.request.url)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            told = self._told.get(path) or there.run(client.get, path)
            body = b"".join(told) if told.streaming else told.content
            route.fulfill(status=told.status_code, headers=dict(told.items()), body=body)

        self.page.route("**/*", answer)

    def opens(self, path: str, told: Any = None) -> int:
        """Open a page, or show an answer as if it were of this path; its status."""
        if told is not None:
            self._told[path] = told
        answer = self.page.goto(SITE + path)
        assert answer
        return answer.status


def signed_in(person: Person) -> Client:
    """A client of somebody of the demonstration who has just given the password."""
    client = Client(raise_request_exception=False)
    client.post("/sign-in/", {"login": person.email, "password": people.PASSWORD})
    assert "_auth_user_id" in client.session
    return client


@pytest.fixture
def reader(chromium: Browser) -> Iterator[Callable[[Client], Reader]]:
    """A reader for a client; closed at the end."""
    made: list[Reader] = []

    def of(client: Client) -> Reader:
        made.append(Reader(chromium, client))
        return made[-1]

    yield of
    for one in made:
        one.page.context.close()


Readers = Callable[[Client], Reader]


@pytest.mark.parametrize(
    ("name", "person"),
    [(name, person) for name, person in READ.items() if name not in NOT_READ],
    ids=[name for name in READ if name not in NOT_READ],
)
def test_nothing_for_axe_with_england_loaded(
    nation: Nation, reader: Readers, name: str, person: Person
) -> None:
    client = Client()
    client.force_login(get_user_model().objects.get(email=person.email), backend=ALLAUTH)
    given = {key: real(nation, key, value) for key, value in PAGES[name][1].items()}
    asked = urlencode(ASKED.get(name, {}))
    one = reader(client)
    assert one.opens(reverse(name, kwargs=given) + (f"?{asked}" if asked else "")) == 200
    assert faults(one.page) + sideways_when_narrow(one.page) == []


def credential() -> dict[str, object]:
    """What a browser hands over when it makes a passkey, by WebAuthn level 2, section 5.2.1."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AuthenticatorData.create(
        sha256(b"127.0.0.1").digest(),
        AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT,
        0,
        AttestedCredentialData.create(Aaguid.NONE, b"a passkey", key),
    )
    client = CollectedClientData.create("webauthn.create", b"challenge", SITE)
    name = websafe_encode(b"a passkey")
    return {
        "id": name,
        "rawId": name,
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
        },
        "clientExtensionResults": {},
    }


def test_nothing_for_axe_on_the_pages_of_a_passkey(nation: Nation, reader: Readers) -> None:
    client = signed_in(people.VIEWER)
    client.post(reverse("account_reauthenticate"), {"password": people.PASSWORD})
    passkey = Authenticator.objects.create(
        user=get_user_model().objects.get(email=people.VIEWER.email),
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "A laptop with a rather long name, upstairs", "credential": credential()},
    )
    one = reader(client)
    for path in (
        reverse("mfa_edit_webauthn", args=[passkey.pk]),
        reverse("mfa_remove_webauthn", args=[passkey.pk]),
        reverse("mfa_reauthenticate_webauthn"),
    ):
        assert one.opens(path) == 200, path
        assert faults(one.page) + sideways_when_narrow(one.page) == [], path


def test_nothing_for_axe_where_something_is_refused(nation: Nation, reader: Readers) -> None:
    client = signed_in(people.VIEWER)
    forgotten = {"email": "nobody@portal.example"}
    asked = (client.post("/sign-in/forgotten/", forgotten) for _ in range(200))
    one = reader(client)
    for status, answer in {
        400: client.get("/", headers={"host": "another.example"}),
        403: client.get("/audit/"),
        404: client.get("/nowhere/"),
        429: next(answer for answer in asked if answer.status_code == 429),
    }.items():
        assert one.opens(f"/{status}/", answer) == status
        assert faults(one.page) + sideways_when_narrow(one.page) == [], status


def test_nothing_for_axe_where_something_broke(
    nation: Nation, reader: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(people.VIEWER)
    monkeypatch.setattr("cqrs.portal.web.practice.views.work", lambda *_, **__: 1 / 0)
    one = reader(client)
    assert one.opens("/") == 500
    assert one.page.title() == "Something went wrong"
    assert axe(one.page) + sideways_when_narrow(one.page) == []
