"""The list of addresses tells the truth: who is named gets in, and whoever it leaves out doesn't.

The matrix of the national suite asks more of everybody; this is its quick part.
"""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from cqrs.portal.accounts.queries import Actor
from tests import factories
from tests.house import addresses
from tests.house.addresses import Route
from tests.integration.rooms.road import claim_of, everything, in_a_run
from tests.integration.web.conftest import BACKEND

OWN = "A99001"
AWAY = (302, 400, 403, 404, 405, 409)
ONCE = ("helen", "ama", "joe", "priya", "daniel", "grace", "liam", "anita", "felix")
MORE = ("una", "cora", "otto", "alma", "hazel", "nora")
"""One of each: everybody who has a permission that nobody else here has."""
NOTHING = {"int": 999_999_999, "str": "nothing", "path": "nothing"}


@pytest.fixture
def arguments(qof: factories.Loaded) -> dict[str, dict[str, object]]:
    """What addresses need: a claim that waits for its practice, one in a run, a collection."""
    factories.admit(*MORE)
    claim: dict[str, object] = {"reference": claim_of(OWN).reference}
    return {
        "national:payment": {"reference": in_a_run(OWN)},
        "national:collection": {"collection_id": qof.collection_id},
        "shared:explain": {**claim, "indicator": "DM020"},
        "shared:workings": {**claim, "indicator": "DM020"},
        "shared:": claim,
        "practice:": claim,
    }


def path_of(route: Route, arguments: dict[str, dict[str, object]]) -> str:
    """The route's path with a real claim, run or collection in it; others name what isn't there."""
    asked = re.findall(r"<(\w+):(\w+)>", route.path)
    found = next((given for word, given in arguments.items() if route.name.startswith(word)), {})
    given = {name: found.get(name, NOTHING.get(kind, "nothing")) for kind, name in asked}
    return reverse(route.name, kwargs=given)


def people() -> Iterator[tuple[Client, Actor]]:
    """People of the small England, signed in."""
    for who in (*ONCE, *MORE):
        client = Client(raise_request_exception=False)
        client.force_login(factories.user(who), BACKEND)
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
