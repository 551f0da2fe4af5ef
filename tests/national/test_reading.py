"""Every page that grows with England, with England loaded: axe finds nothing, and it fits a phone.

The browser asks the test client instead of a server: it sees what the test database holds.
"""

from collections.abc import Iterator
from contextvars import Context, copy_context
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Route, sync_playwright

from cqrs.portal.jobs.demo_people import Person
from tests.journeys.browser import ARGUMENTS, WHAT_TO_DO, find_browser
from tests.journeys.checking import faults, sideways_when_narrow
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


def answered(client: Client, there: Context, route: Route) -> None:
    """Let the test client answer what a page asks for, where the clock of the test stands."""
    parts = urlsplit(route.request.url)
    answer = there.run(client.get, f"{parts.path}?{parts.query}" if parts.query else parts.path)
    body = b"".join(answer) if answer.streaming else answer.content
    route.fulfill(status=answer.status_code, headers=dict(answer.items()), body=body)


@pytest.mark.parametrize(
    ("name", "person"),
    [(name, person) for name, person in READ.items() if name not in NOT_READ],
    ids=[name for name in READ if name not in NOT_READ],
)
def test_nothing_for_axe_with_england_loaded(
    nation: Nation, chromium: Browser, name: str, person: Person
) -> None:
    client = Client()
    client.force_login(get_user_model().objects.get(email=person.email), backend=ALLAUTH)
    given = {key: real(nation, key, value) for key, value in PAGES[name][1].items()}
    page = chromium.new_context(bypass_csp=True).new_page()
    there = copy_context()
    page.route("**/*", lambda route: answered(client, there, route))
    asked = "&".join(f"{key}={value}" for key, value in ASKED.get(name, {}).items())
    answer = page.goto(f"{SITE}{reverse(name, kwargs=given)}?{asked}")
    assert answer
    assert answer.status == 200
    assert faults(page) + sideways_when_narrow(page) == []
    page.context.close()
