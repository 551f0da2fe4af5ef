"""The whole matrix: everybody gets the reviewed answer, and nobody learns what others have.

A class for each side of the portal, so that the sides can ask at once.
"""

from collections.abc import Mapping
from typing import ClassVar

import pytest

from cqrs.portal.accounts.roles import ROLES
from cqrs.values import clock
from tests.house import addresses
from tests.matrix import expected
from tests.matrix.arguments import MISSING
from tests.matrix.asking import METHODS, Answer, Cell, ask, places_by_route, questions
from tests.matrix.conftest import TUESDAY
from tests.matrix.world import NO_ROLE, SIGNED_OUT, World

AT_LEAST = 20_000
PUBLIC_FACTS = ("join_organisation",)
"""Pages whose answer about an organisation is public: that it exists, and what it is called."""


def test_matrix_asks_every_role_at_every_address(world: World) -> None:
    asked = [cell for cell, _ in questions(world)]
    assert len(asked) == len(set(asked)) >= AT_LEAST
    assert {cell.person for cell in asked} == {*world.people} >= {*ROLES, SIGNED_OUT, NO_ROLE}
    assert {(cell.route, cell.method) for cell in asked} == {
        (route, method) for route in addresses.listed() for method in METHODS
    }
    asking = [side for one in Sides.__subclasses__() for side in one.sides]
    assert sorted(asking) == sorted({person.side for person in world.people.values()})


def test_matrix_reviewed_answers_are_of_today(world: World, reviewed: expected.Lines) -> None:
    asked = {(cell.route, cell.method, cell.place) for cell, _ in questions(world)}
    assert asked <= set(reviewed), (
        "A new address has no reviewed line yet: python -m tests.matrix.write"
    )
    assert set(reviewed) <= asked, "These are asked no longer; take out their lines."


def test_matrix_only_the_listed_permissions_open_a_page(
    world: World, reviewed: expected.Lines
) -> None:
    """The list of addresses tells the truth: who is named gets in, and nobody else does."""
    listed = addresses.listed()
    wrong, closed_to_all = [], {route.name for route in listed.values() if route.permissions}
    for (route, method, place), statuses in reviewed.items():
        permissions = listed[route].permissions
        for name, status in statuses.items():
            actor = world.people[name].actor
            if any(actor.may(permission) for permission in permissions) if actor else False:
                if status not in (403, 405):
                    closed_to_all.discard(route)
            elif permissions and status not in expected.REFUSED:
                wrong.append(f"{route} {method} {place}: {name} gets {status}")
    assert not wrong, _these("answers open a page to people the list doesn't name", wrong)
    assert not closed_to_all, f"Nobody whom the list names can open: {sorted(closed_to_all)}"


@pytest.fixture(scope="package")
def reviewed(world: World) -> expected.Lines:
    """The answers that people have reviewed."""
    text = expected.FILE.read_text(encoding="utf-8")
    return expected.read(text, places_by_route(world), list(world.people)).lines


@pytest.fixture(scope="class")
def answers(request: pytest.FixtureRequest, world: World) -> dict[Cell, Answer]:
    """The answers of the portal to everybody of the sides of the class."""
    mine = {person.name for person in world.people.values() if person.side in request.cls.sides}
    with clock.fixed(TUESDAY):
        return ask(world, lambda cell: cell.person in mine)


class Sides:
    """What is asserted of all answers to the people of some sides."""

    sides: ClassVar[tuple[str, ...]] = ()
    questions_about_others: ClassVar[int] = 1000

    def test_matrix_everybody_gets_the_reviewed_answer(
        self, answers: dict[Cell, Answer], reviewed: expected.Lines
    ) -> None:
        wrong = [
            f"{cell.route} {cell.method} {cell.place}: {cell.person} gets {answer.status}, "
            f"reviewed {line.get(cell.person)}"
            for cell, answer in answers.items()
            if (line := reviewed.get((cell.route, cell.method, cell.place)))
            and answer.status != line.get(cell.person)
        ]
        assert not wrong, _these("answers are others than reviewed", wrong)

    def test_matrix_nothing_breaks(self, answers: dict[Cell, Answer]) -> None:
        broken = [
            f"{cell}: {answer.status}" for cell, answer in answers.items() if answer.status > 499
        ]
        assert not broken, _these("break", broken)

    def test_matrix_what_others_have_looks_as_if_it_did_not_exist(
        self, answers: dict[Cell, Answer], world: World, reach: Mapping[str, set[str]]
    ) -> None:
        told_apart, asked = [], 0
        for cell, answer in answers.items():
            near = ("", MISSING, "nation", *reach.get(cell.person, ()))
            if cell.place in near or cell.route in PUBLIC_FACTS:
                continue
            asked += 1
            nothing = answers[Cell(cell.route, cell.method, MISSING, cell.person)]
            if answer.alike != nothing.alike:
                told_apart.append(f"{cell}: {answer.status}, missing {nothing.status}")
        assert not told_apart, _these("others' things can be told from missing ones", told_apart)
        assert asked >= self.questions_about_others

    def test_matrix_what_is_refused_changes_nothing(self, answers: dict[Cell, Answer]) -> None:
        wrote = [
            f"{cell}: {answer.status}"
            for cell, answer in answers.items()
            if answer.wrote and (answer.status in (403, 404, 405) or cell.person == SIGNED_OUT)
        ]
        assert not wrote, _these("were refused and wrote", wrote)

    def test_matrix_signed_out_people_are_sent_to_sign_in(
        self, answers: dict[Cell, Answer]
    ) -> None:
        listed = addresses.listed()
        let_in = [
            f"{cell}: {answer.status} {answer.to}"
            for cell, answer in answers.items()
            if cell.person == SIGNED_OUT
            and listed[cell.route].who != addresses.ANYONE
            and not (answer.status == 302 and answer.to.startswith("/sign-in/?next="))
        ]
        assert not let_in, _these("let somebody in who is signed out", let_in)


class TestPractice(Sides):
    """A practice's people."""

    sides = ("practice",)


class TestNetwork(Sides):
    """A network's people."""

    sides = ("network",)


class TestCommissioner(Sides):
    """A commissioner's people."""

    sides = ("commissioner",)


class TestNational(Sides):
    """People of the national bodies and of the agency, whose reach is the nation."""

    sides = ("national",)
    questions_about_others = 0


class TestOutside(Sides):
    """The region above the commissioner, people without a role, and whoever is signed out."""

    sides = ("region", "outside")


def _these(what: str, cells: list[str]) -> str:
    return "\n".join([f"{len(cells)} {what}:", *cells[:60]])
