"""Asks every address as everybody, each time from the same state, and keeps what it answered."""

import gc
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
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
LEFT_LYING = 500
"""After so many questions, what they left in memory is cleared away."""
SHORTEST = 6
"""A name as long as this stands for nothing else in a page; a short number might."""
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
TABLES = "SELECT array_agg(oid) FROM pg_class WHERE relkind = 'r' AND relname ~ %s"
WRITTEN = """
SELECT sum(pg_stat_get_xact_tuples_inserted(one) + pg_stat_get_xact_tuples_updated(one)
           + pg_stat_get_xact_tuples_deleted(one)) FROM unnest(%s::oid[]) one
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
    alike: str
    """The same for answers that can't be told apart: a digest of status, address and body,
    without what is drawn anew each time and without the name of what was asked for."""
    wrote: bool
    """Whether a form wrote to any table of the rooms, even if that was taken back."""
    to: str = ""
    """Where it sends on to."""


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
    answers = {}
    with _undisturbed(), transaction.atomic():
        start = transaction.savepoint()
        for number, (cell, path) in enumerate(questions(world, keep)):
            answers[cell] = answer_of(world.people[cell.person], cell, path)
            transaction.savepoint_rollback(start)
            transaction.set_rollback(False)
            if number % LEFT_LYING == 0:
                gc.collect()
        transaction.set_rollback(True)
    return answers


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without what costs a fifth of the time: looking through what stays, and logging refusals."""
    gc.collect()
    gc.freeze()
    gc.disable()
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        gc.enable()
        gc.unfreeze()


def answer_of(person: Person, cell: Cell, path: str) -> Answer:
    """Ask once. What it did is undone by who calls."""
    client = person.client
    client.cookies.clear()
    if person.cookie:
        client.cookies[settings.SESSION_COOKIE_NAME] = person.cookie
    if cell.method == "GET":
        response: Any = client.get(path)
        wrote = False
    else:
        before = _written()
        response = client.post(path, FORMS.get(cell.route, ANY_FORM))
        wrote = _written() != before
    to = _shorn(response, path)
    alike = digest(f"{response.status_code}{to}".encode() + _body(response, path))
    return Answer(response.status_code, alike, wrote, to)


def _written() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [_tables()])
        return int(cursor.fetchone()[0])


@cache
def _tables() -> list[int]:
    """The rooms' tables, which stay the same as long as the test database."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [ROOMS_TABLES])
        return list(cursor.fetchone()[0])


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


def places_by_route(world: World) -> dict[str, list[str]]:
    """At which places each route is asked."""
    return {
        route.name: list(places_of(route.name, route.path, world))
        for route in addresses.listed().values()
    }


def by_line(answers: Mapping[Cell, Answer]) -> dict[tuple[str, str, str], dict[str, int]]:
    """Statuses by person for each route, method and place."""
    lines: dict[tuple[str, str, str], dict[str, int]] = {}
    for cell, answer in answers.items():
        lines.setdefault((cell.route, cell.method, cell.place), {})[cell.person] = answer.status
    return lines
