"""Asks every address as everybody, each time from the same state, and keeps what it answered."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from cqrs.values import digest
from tests.house import addresses
from tests.integration.rooms.road import ROOMS
from tests.matrix.arguments import ANY_FORM, FORMS, places_of
from tests.matrix.world import Person, World

METHODS = ("GET", "POST")
DAILY = (
    "practice_viewer", "practice_declarer", "practice_user_administrator", "network_viewer",
    "approval_manager", "payment_operator", "data_operator", "help_desk", "signed_out",
)  # fmt: skip
"""Who is asked in the fast suite, one or two of each side, at the places below."""
NEAR_AND_FAR = ("", "larkfield", "elsewhere", "nation", "missing")
REFUSED = (302, 403, 404, 405)
SHORTEST = 6
"""A name as long as this stands for nothing else in a page; a short number might."""
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
WRITTEN = """
SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables
 WHERE relname ~ %s
"""
ROOMS_TABLES = f"^({'|'.join(room for room in ROOMS if room != 'audit')})_"
"""A refusal may be told in the audit, and a session may be touched; nothing else may change."""


@dataclass(frozen=True)
class Cell:
    """One question: who asks what of which address, and whose it is."""

    route: str
    method: str
    place: str
    person: str


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    """Without what is drawn anew each time, and without the name of what was asked for."""
    wrote: bool
    """Whether a form wrote to any table of the rooms, even if that was taken back."""
    to: str = ""
    """Where it sends on to."""

    @property
    def alike(self) -> str:
        """The same for answers that can't be told apart."""
        return digest(str(self.status).encode() + self.to.encode() + self.body)


Keep = Callable[[Cell], bool]


def questions(world: World, keep: Keep = lambda cell: True) -> Iterator[tuple[Cell, str]]:
    """Every question with its path, in the order of the list of addresses."""
    for route in addresses.listed().values():
        for place, arguments in places_of(route.name, route.path, world).items():
            path = reverse(route.name, kwargs=arguments)
            for method in METHODS:
                for person in world.people:
                    cell = Cell(route.name, method, place, person)
                    if keep(cell):
                        yield cell, path


def ask(world: World, keep: Keep = lambda cell: True) -> dict[Cell, Answer]:
    """Ask them all. Each call is undone before the next one."""
    return {
        cell: answer_of(world.people[cell.person], cell, path)
        for cell, path in questions(world, keep)
    }


def answer_of(person: Person, cell: Cell, path: str) -> Answer:
    """Ask once, and undo what it did."""
    client = person.client
    client.cookies.clear()
    if person.cookie:
        client.cookies[settings.SESSION_COOKIE_NAME] = person.cookie
    with transaction.atomic():
        if cell.method == "GET":
            response: Any = client.get(path)
            wrote = False
        else:
            before = _written()
            response = client.post(path, FORMS.get(cell.route, ANY_FORM))
            wrote = _written() != before
        transaction.set_rollback(True)
    return Answer(response.status_code, _body(response, path), wrote, _shorn(response, path))


def _written() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [ROOMS_TABLES])
        return int(cursor.fetchone()[0])


def _shorn(response: HttpResponse, path: str) -> str:
    to: str = response.headers.get("Location", "")
    return to.replace(path, "…") if len(path) > 1 else to


def _body(response: Any, path: str) -> bytes:
    content = response.getvalue()
    body = TOKEN.sub(b"", content).replace(path.encode(), b"...")
    for part in path.strip("/").split("/")[1:]:
        if len(part) >= SHORTEST and any(sign.isdigit() for sign in part):
            body = body.replace(part.encode(), b"...")
    return body


def daily(cell: Cell) -> bool:
    """Whether the question belongs to the small part that every run of the fast suite asks."""
    return cell.person in DAILY and cell.place in NEAR_AND_FAR


def by_line(answers: Mapping[Cell, Answer]) -> dict[tuple[str, str, str], dict[str, int]]:
    """Statuses by person for each route, method and place."""
    lines: dict[tuple[str, str, str], dict[str, int]] = {}
    for cell, answer in answers.items():
        lines.setdefault((cell.route, cell.method, cell.place), {})[cell.person] = answer.status
    return lines
