"""Every page needs at most 12 queries with England loaded, for each person who may open it."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cqrs.portal.jobs import demo_people as people
from cqrs.portal.jobs.demo_people import Person
from cqrs.portal.payments import queries as payments
from tests.integration.web.looking import counting

from .conftest import Nation

pytestmark = pytest.mark.django_db

MOST = 12
LARKFIELD = "QOF2526-2026-03-31-A99001"
ALLAUTH = "allauth.account.auth_backends.AuthenticationBackend"

NOT_PAGES = {
    "account_signup", "account_reset_password", "account_inactive", "account_reauthenticate",
    "switch", "account_logout",
    "shared:decide", "practice:withdraw", "commissioner:confirm", "commissioner:outcome",
    "national:payments-build", "national:payment-run-release", "national:payment-run-cancel",
    "national:collection-strike", "national:collection-calculate",
}  # fmt: skip
"""Addresses that only redirect, or only take what a page sends."""

PRACTICE = (people.PRACTICE_MANAGER, people.DECLARER, people.VIEWER)
COMMISSIONER = (people.APPROVER, people.FINANCE)
PAYMENT = (people.OPERATOR, people.RELEASER)
BOTH_SIDES = (*PRACTICE, *COMMISSIONER, people.AUDITOR)

PAGES: dict[str, tuple[tuple[Person, ...], dict[str, str]]] = {
    "home": (people.SIGN_INS, {}),
    "help": ((people.DECLARER,), {}),
    "practice:claims": (PRACTICE, {}),
    "practice:declare": ((people.DECLARER,), {"reference": LARKFIELD}),
    "shared:claim": (BOTH_SIDES, {"reference": LARKFIELD}),
    "shared:achievement": (BOTH_SIDES, {"reference": LARKFIELD}),
    "shared:achievement_csv": (BOTH_SIDES, {"reference": LARKFIELD}),
    "shared:explain": (BOTH_SIDES, {"reference": LARKFIELD, "indicator": "DM020"}),
    "shared:workings_csv": (BOTH_SIDES, {"reference": LARKFIELD, "indicator": "DM020"}),
    "commissioner:queue": (COMMISSIONER, {}),
    "commissioner:review": (COMMISSIONER, {}),
    "national:payments": ((*PAYMENT, people.AUDITOR), {}),
    "national:payment-run": ((*PAYMENT, people.AUDITOR), {"reference": "a run"}),
    "national:payment-run-file": (PAYMENT, {"reference": "a run"}),
    "national:collections": ((people.DATA_OPERATOR, people.AUDITOR), {}),
    "national:collection": ((people.DATA_OPERATOR,), {"collection_id": "the collection"}),
    "national:audit": ((people.AUDITOR,), {}),
    "organisations:list": ((people.DATA_OPERATOR, people.AUDITOR, people.APPROVER), {}),
    "trail:list": ((people.DECLARER, people.APPROVER, people.AUDITOR), {}),
    "mergers:list": ((people.FINANCE, people.AUDITOR), {}),
    "inbox": ((people.DECLARER, people.APPROVER), {}),
    "security:overview": ((people.DECLARER,), {}),
}

OWN_TESTS = (
    "account_", "accessibility", "announce", "gallery", "help-", "inbox-", "invitation", "join",
    "mergers:", "mfa_", "national:audit-", "notice", "openid_connect", "organisations:", "people:",
    "preferences", "security:", "socialaccount", "support:", "unsent-mail",
)  # fmt: skip
"""Beginnings of names of pages that don't grow with England; their own tests count queries."""


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and entry.name:
            yield space + entry.name


def test_no_page_is_forgotten() -> None:
    names = set(_names(get_resolver())) - NOT_PAGES - {"account_login"}
    assert {name for name in names if not name.startswith(OWN_TESTS)} <= set(PAGES)
    assert set(PAGES) <= names


ASKED = {"commissioner:review": {"select": "all"}}
"""What pages that need it are asked for: every claim of the area in one review."""

CASES = [(name, person) for name, (whom, _) in PAGES.items() for person in whom]


@pytest.mark.parametrize(
    ("name", "person"), CASES, ids=[f"{name}-{p.name.split()[0]}" for name, p in CASES]
)
def test_a_page_needs_few_queries(nation: Nation, name: str, person: Person) -> None:
    given = {key: real(nation, key, value) for key, value in PAGES[name][1].items()}
    browser = Client()
    user = get_user_model().objects.get(email=person.email)
    browser.force_login(user, backend=ALLAUTH)
    browser.get("/help/")  # what a first request of a session keeps about it is kept once
    with counting() as seen:
        answer = browser.get(reverse(name, kwargs=given), ASKED.get(name, {}))
        assert answer.status_code == 200, (answer.status_code, answer.content[:500])
        if answer.streaming:
            list(answer)
    assert len(seen) <= MOST, "\n".join(query["sql"][:200] for query in seen.captured_queries)


def test_the_sign_in_page_needs_none(nation: Nation) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert Client().get(reverse("account_login")).status_code == 200
    assert len(seen) == 0


def real(nation: Nation, key: str, value: str) -> object:
    """What stands in an address of the loaded England for a name in PAGES."""
    if value == "the collection":
        return nation.collection_id
    if value == "a run":
        return payments.runs(nation.world.actor(people.OPERATOR))[-1].reference
    return value
