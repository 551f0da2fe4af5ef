"""The list of addresses tells the truth: whoever it leaves out is sent away and changes nothing."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from cqrs.portal.accounts.queries import Actor
from tests import factories
from tests.house import addresses
from tests.house.addresses import Route
from tests.integration.rooms.road import claim_of, everything, in_a_run

OWN, OTHER = "A99001", "A99002"
AWAY = (302, 400, 403, 404, 405, 409)


@pytest.fixture
def arguments(db: None, clock: object) -> dict[str, dict[str, object]]:
    """What addresses need: a claim that waits for its practice, one in a run, a collection."""
    factories.set_up()
    loaded = factories.load_service()
    run = in_a_run(OWN)
    claim: dict[str, object] = {"reference": claim_of(OWN).reference}
    return {
        "payment": {"reference": run},
        "collection": {"collection_id": loaded.collection_id},
        "explain": {**claim, "indicator": "DM020"},
        "workings": {**claim, "indicator": "DM020"},
        "claim": claim,
    }


def path_of(route: Route, arguments: dict[str, dict[str, object]]) -> str:
    """The route's path with a real claim, run or collection in it."""
    if "<" not in route.path:
        return reverse(route.name)
    view = route.name.partition(":")[2]
    found = next((given for word, given in arguments.items() if view.startswith(word)), None)
    return reverse(route.name, kwargs=found or arguments["claim"])


def people() -> Iterator[tuple[Client, Actor]]:
    """Everybody of the small England, signed in."""
    for who in factories.PEOPLE:
        client = Client(raise_request_exception=False)
        client.force_login(
            factories.user(who), "allauth.account.auth_backends.AuthenticationBackend"
        )
        yield client, factories.actor(who)


def guarded() -> list[Route]:
    """Addresses that ask for a permission."""
    return [route for route in addresses.listed().values() if route.permissions]


def may(actor: Actor, route: Route) -> bool:
    """Whether the list names a permission the person has."""
    return any(actor.may(permission) for permission in route.permissions)


def test_nobody_opens_a_guarded_page_without_signing_in(
    arguments: dict[str, dict[str, object]],
) -> None:
    for route in guarded():
        answer = Client().get(path_of(route, arguments))
        assert answer.status_code == 302, route
        assert answer["Location"].startswith("/sign-in/?next="), route


def test_only_the_permissions_listed_open_a_page(arguments: dict[str, dict[str, object]]) -> None:
    open_to_others, closed_to_all, broken = [], {route.name for route in guarded()}, []
    for client, actor in people():
        for route in guarded():
            status = client.get(path_of(route, arguments)).status_code
            if status >= 500:
                broken.append(f"{route}: {status} for {actor.name}")
            elif not may(actor, route) and status not in AWAY:
                open_to_others.append(f"{route}: {status} for {actor.name}, {actor.role_names}")
            elif may(actor, route) and status != 403:  # 400, 404, 409: not now, or not like this
                closed_to_all.discard(route.name)
    assert not broken, "\n".join(broken)
    assert not open_to_others, "\n".join(
        ["Opens to people the list doesn't name:", *open_to_others]
    )
    assert not closed_to_all, f"Nobody whom the list names can open: {sorted(closed_to_all)}"


def test_sending_a_form_without_permission_changes_nothing(
    arguments: dict[str, dict[str, object]],
) -> None:
    everybody = list(people())
    before = everything()
    wrong = []
    for client, actor in everybody:
        for route in guarded():
            if may(actor, route):
                continue
            status = client.post(path_of(route, arguments), {"decision": "approve"}).status_code
            if status >= 500:
                wrong.append(f"{route}: {status} for {actor.name}, {actor.role_names}")
    assert not wrong, "\n".join(["Breaks on forms of people the list doesn't name:", *wrong])
    assert everything() == before


def test_claims_of_others_look_as_if_they_did_not_exist(
    arguments: dict[str, dict[str, object]],
) -> None:
    claim = {"reference": claim_of(OWN).reference, "indicator": "DM020"}
    for who in ("quay", "tom"):
        client = Client()
        client.force_login(
            factories.user(who), "allauth.account.auth_backends.AuthenticationBackend"
        )
        for route in guarded():
            if "<str:reference>" in route.path and route.path.startswith("claims/"):
                wanted = {key: value for key, value in claim.items() if f":{key}>" in route.path}
                status = client.get(reverse(route.name, kwargs=wanted)).status_code
                assert status in (403, 404, 405), f"{route}: {status} for {who}"
