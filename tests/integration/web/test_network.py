"""Where people may work from: the ranges of a kind, the proxy's header, and nobody locked out."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts import networks
from cqrs.portal.accounts.models import AddressRange
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import Actor
from tests import factories
from tests.integration.rooms.road import everything
from tests.integration.web.signing import events, person_with, sign_in


@pytest.fixture(autouse=True)
def _fresh(england: None) -> Iterator[None]:
    cache.clear()
    networks.forget()
    yield
    networks.forget()


@pytest.fixture
def nora() -> Actor:
    return factories.actor(
        person_with("Nora Quill", "nora.quill", "national_user_administrator", factories.NATION)
    )


def restrict(actor: Actor, kind: str, *ranges: str, here: str = "127.0.0.1") -> None:
    accounts.restrict(actor=actor, organisation_kind=kind, ranges=list(ranges), here=here)
    networks.forget()


def test_outside_the_range_people_of_that_kind_are_told_why(nora: Actor) -> None:
    client = sign_in("helen")
    restrict(nora, "practice", "10.0.0.0/8")
    answer = client.get("/claims/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Not from this network" in page
    assert "127.0.0.1" in page
    assert sign_in("priya").get("/").status_code == 200
    assert client.post("/sign-out/").status_code == 302


def test_inside_it_they_work(nora: Actor) -> None:
    restrict(nora, "practice", "10.0.0.0/8", "127.0.0.0/8")
    assert sign_in("helen").get("/").status_code == 200


def test_only_the_configured_header_of_the_proxy_counts(nora: Actor, settings: Any) -> None:
    restrict(nora, "practice", "10.0.0.0/8")
    lying = {"X-Forwarded-For": "10.1.2.3", "X-Real-IP": "10.1.2.3"}
    client = sign_in("helen")
    assert client.get("/claims/", headers=lying).status_code == 403
    settings.ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "X-Real-IP"
    assert client.get("/claims/", headers=lying).status_code == 200
    assert client.get("/claims/", headers={"X-Real-IP": "192.0.2.1"}).status_code == 403


def test_nobody_locks_themselves_out(nora: Actor) -> None:
    before = everything()
    with pytest.raises(Refused, match="you would lock yourself out"):
        restrict(nora, "national", "10.0.0.0/8", here="192.0.2.7")
    assert everything() == before
    restrict(nora, "national", "192.0.2.0/24", here="192.0.2.7")
    assert AddressRange.objects.get().network == "192.0.2.0/24"


@pytest.mark.parametrize("wrong", ["10.0.0.0/33", "ten", "10.0.0.1/8", "10.0.0.0/8;"])
def test_what_is_no_range_is_refused(nora: Actor, wrong: str) -> None:
    before = everything()
    with pytest.raises(Refused, match="not an address range"):
        restrict(nora, "practice", "10.0.0.0/8", wrong)
    assert everything() == before


def test_a_change_is_recorded_with_before_and_after(nora: Actor) -> None:
    restrict(nora, "practice", "10.0.0.0/8")
    restrict(nora, "practice")
    first, second = events("accounts.restrict")
    assert "from 10.0.0.0/8 only" in first.sentence
    assert "from anywhere" in second.sentence
    assert second.details["before"] == ["10.0.0.0/8"]


def test_the_pages_are_for_the_national_administrator_alone(nora: Actor) -> None:
    client = sign_in("nora.quill")
    assert "Practices" in client.get("/account/networks/").content.decode()
    form = client.get("/account/networks/practice/")
    assert form.status_code == 200
    page = client.post("/account/networks/practice/", {"ranges": "ten"}).content.decode()
    assert "not an address range" in page
    assert client.post("/account/networks/practice/", {"ranges": "127.0.0.1"}).status_code == 302
    assert AddressRange.objects.get().network == "127.0.0.1/32"
    assert client.get("/account/networks/nothing/").status_code == 404
    person_with("Una Reed", "una.reed", "practice_user_administrator", "A99001")
    for who in ("helen", "una.reed", "felix"):
        assert sign_in(who).get("/account/networks/").status_code == 403
        refused = sign_in(who).post("/account/networks/practice/", {"ranges": ""})
        assert refused.status_code == 403
    assert AddressRange.objects.count() == 1
