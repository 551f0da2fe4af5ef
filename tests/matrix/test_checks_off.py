"""The matrix with the application's own checks switched off: what each wall holds alone.

Rows are held by the wall in the database: others' claims still look as if they did not exist.
Verbs are held by permissions alone: with any one of them given to everybody, the matrix fails.
"""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Q
from django.urls import get_resolver

from cqrs.portal.accounts import queries
from cqrs.portal.accounts.permissions import Permission, Reach
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.organisations.models import Organisation
from tests.house import addresses
from tests.matrix.asking import Cell, ask
from tests.matrix.world import FEW, SIGNED_OUT, World

REFUSED_LATER = frozenset(
    {
        Permission.DECLARE, Permission.BUILD_RUN, Permission.RELEASE_RUN, Permission.STRIKE,
        Permission.CALCULATE,
    }
)  # fmt: skip
"""With these somebody is still refused in this world, by a later check: the sentence tells."""
NOT_OF_THE_NATION = ("practice_viewer", "practice_declarer", "network_viewer", "approval_manager")
ROWS_OF = ("shared:", "practice:")


@pytest.fixture
def checks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question of the first wall about rows answered with "everything"."""
    open_doors: dict[str, Any] = {
        "within": lambda *_, **__: Q(),
        "may_for": lambda *_, **__: True,
        "visible_organisations": lambda _: Organisation.objects.all(),
    }
    assert get_resolver().url_patterns  # all loaded, so that none keeps an open door for good
    for name, answer in open_doors.items():
        real = getattr(queries, name)
        for module in list(sys.modules.values()):
            if getattr(module, name, None) is real:
                monkeypatch.setattr(module, name, answer)


def test_matrix_the_wall_alone_hides_what_others_have(world: World, checks_off: None) -> None:
    answers = ask(
        world,
        lambda cell: (
            cell.person in NOT_OF_THE_NATION
            and cell.place in ("elsewhere", "missing")
            and cell.route.startswith(ROWS_OF)
        ),
    )
    far = {cell: answer for cell, answer in answers.items() if cell.place == "elsewhere"}
    told_apart = [
        f"{cell}: {answer.status}"
        for cell, answer in far.items()
        if answer.alike != answers[Cell(cell.route, cell.method, "missing", cell.person)].alike
        or answer.status not in (403, 404, 405)
    ]
    assert not told_apart, "\n".join(told_apart)
    assert sum(answer.status == 404 for answer in far.values()) > 10


def test_matrix_the_wall_alone_keeps_others_out_of_the_queue(
    world: World, checks_off: None
) -> None:
    for name in ("approval_manager", "network_viewer"):
        person = world.people[name]
        person.client.cookies[settings.SESSION_COOKIE_NAME] = person.cookie
        page = person.client.get("/queue/").content.decode()
        assert "Quayside" in page
        assert "Castle Hill" not in page


def _on_pages() -> Iterator[Permission]:
    for permission in Permission:
        if any(permission in route.permissions for route in addresses.listed().values()):
            yield permission


@pytest.mark.parametrize("permission", list(_on_pages()))
def test_matrix_fails_when_everybody_is_given_a_permission(
    world: World, monkeypatch: pytest.MonkeyPatch, permission: Permission
) -> None:
    may, ways = Actor.may, Actor.ways

    def given(actor: Actor, asked: Permission) -> Iterator[Any]:
        yield from ways(actor, asked)
        if asked == permission:
            yield Reach.NATION, None

    lacking = [
        person.name
        for person in (world.people[name] for name in FEW if name != SIGNED_OUT)
        if person.actor and not may(person.actor, permission)
    ][:4]
    routes = {r.name for r in addresses.listed().values() if permission in r.permissions}

    def asked(cell: Cell) -> bool:
        near = cell.place in ("", "larkfield", "icb", "nation")
        return cell.route in routes and cell.person in lacking and near

    before = ask(world, asked)
    monkeypatch.setattr(Actor, "may", lambda actor, one: one == permission or may(actor, one))
    monkeypatch.setattr(Actor, "ways", given)
    after = ask(world, asked)
    assert any(
        after[cell].status != answer.status
        or (permission in REFUSED_LATER and after[cell].alike != answer.alike)
        for cell, answer in before.items()
    ), f"The matrix does not notice when everybody is given {permission}."
