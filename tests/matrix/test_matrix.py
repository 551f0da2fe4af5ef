"""The whole matrix: everybody gets the reviewed answer, and nobody learns what others have."""

import os
from collections.abc import Mapping

import pytest

from cqrs.values import clock
from tests.house import addresses
from tests.matrix import expected
from tests.matrix.arguments import MISSING
from tests.matrix.asking import Answer, Cell, ask, by_line, daily
from tests.matrix.conftest import TUESDAY
from tests.matrix.world import SIGNED_OUT, World

pytestmark = pytest.mark.national

EVERYBODY = os.environ.get("CQRS_MATRIX") == "all"
"""Ask everybody about everything, which takes many minutes; else one or two of each side."""
Sides = dict[str, list[str]]


@pytest.fixture(scope="module")
def answers(world: World) -> dict[Cell, Answer]:
    """The answers of the portal."""
    with clock.fixed(TUESDAY):
        return ask(world, (lambda cell: True) if EVERYBODY else daily)


def test_matrix_everybody_gets_the_reviewed_answer(
    answers: dict[Cell, Answer], sides: Sides
) -> None:
    lines = by_line(answers)
    if os.environ.get("CQRS_MATRIX_WRITE"):
        expected.FILE.write_text(expected.written(lines, sides), encoding="utf-8")
    reviewed = expected.read(expected.FILE.read_text(encoding="utf-8"), sides)
    wrong = [
        f"{' '.join(line)}: {person} gets {status}, reviewed {reviewed[line].get(person)}"
        for line, statuses in lines.items()
        if line in reviewed
        for person, status in statuses.items()
        if status != reviewed[line].get(person)
    ]
    assert not wrong, "\n".join([f"{len(wrong)} answers are others than reviewed:", *wrong[:60]])
    assert set(lines) <= set(reviewed), "A new address has no reviewed line yet: write them."
    assert {route for route, _, _ in reviewed} == set(addresses.listed())


def test_matrix_nothing_breaks(answers: dict[Cell, Answer]) -> None:
    broken = [f"{cell}: {answer.status}" for cell, answer in answers.items() if answer.status > 499]
    assert not broken, "\n".join(broken[:40])


def test_matrix_what_others_have_looks_as_if_it_did_not_exist(
    answers: dict[Cell, Answer], world: World, reach: Mapping[str, set[str]]
) -> None:
    told_apart, asked = [], 0
    for cell, answer in answers.items():
        person = world.people[cell.person]
        if cell.place in ("", MISSING, "nation") or cell.place in reach.get(person.name, set()):
            continue
        if addresses.listed()[cell.route].who == addresses.ANYONE:
            continue
        asked += 1
        nothing = answers[Cell(cell.route, cell.method, MISSING, cell.person)]
        if answer.alike != nothing.alike:
            told_apart.append(f"{cell}: {answer.status}, missing {nothing.status}")
    assert not told_apart, "\n".join(told_apart[:40])
    assert asked > 100


def test_matrix_what_is_refused_changes_nothing(answers: dict[Cell, Answer]) -> None:
    wrote = [
        f"{cell}: {answer.status}"
        for cell, answer in answers.items()
        if answer.wrote and (answer.status in (403, 404, 405) or cell.person == SIGNED_OUT)
    ]
    assert not wrote, "\n".join(wrote[:40])


def test_matrix_signed_out_people_are_sent_to_sign_in(answers: dict[Cell, Answer]) -> None:
    listed = addresses.listed()
    let_in = [
        f"{cell}: {answer.status} {answer.to}"
        for cell, answer in answers.items()
        if cell.person == SIGNED_OUT
        and listed[cell.route].who != addresses.ANYONE
        and not (answer.status == 302 and answer.to.startswith("/sign-in/?next="))
    ]
    assert not let_in, "\n".join(let_in[:40])
