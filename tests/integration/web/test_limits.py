"""Pages without an account are limited; a whole network that signs in within a minute isn't."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from cqrs.portal.accounts.models import AccessRequest
from tests.integration.web.signing import sign_in, signed_in

ASKED = {
    "full_name": "Eve Lin",
    "email": "eve.lin@nhs.net",
    "work_phone": "01632 960100",
    "roles": ["practice_viewer"],
    "reason": "I started here this week",
}


@pytest.fixture(autouse=True)
def _fresh(england: None) -> None:
    cache.clear()


def test_one_email_address_asks_five_times_an_hour(england: None) -> None:
    for _ in range(5):
        assert Client().post("/join/A99001/", ASKED).status_code != 429
    before = AccessRequest.objects.count()
    answer = Client().post("/join/A99001/", {**ASKED, "email": " EVE.LIN@nhs.net "})
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert "Too many tries" in answer.content.decode()
    assert AccessRequest.objects.count() == before
    assert Client().post("/join/A99001/", {**ASKED, "email": "b@nhs.net"}).status_code != 429


@pytest.mark.parametrize(
    ("action", "path"), [("join", "/join/A99001/"), ("invitation", "/invitation/nothing/")]
)
def test_one_network_address_is_stopped_for_a_minute(settings: Any, action: str, path: str) -> None:
    limits = settings.ACCOUNT_RATE_LIMITS
    settings.ACCOUNT_RATE_LIMITS = {**limits, action: "3/m/ip"}
    here = [Client().post(path, {}).status_code for _ in range(3)]
    assert 429 not in here
    answer = Client().post(path, {})
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post(path, {})
    assert elsewhere.status_code != 429
    assert Client().get("/join/").status_code == 200


def test_two_hundred_of_one_network_sign_in_and_accept_within_a_minute() -> None:
    # Forms without a password: they are counted as any other, and no time goes into hashing.
    assert {Client().post("/sign-in/", {}).status_code for _ in range(200)} == {200}
    assert signed_in(sign_in("helen"))
    assert {Client().post("/invitation/nothing/").status_code for _ in range(200)} == {404}
