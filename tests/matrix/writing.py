"""Writes expected.txt: run by `python -m tests.matrix.write`, and no test of the suite."""

import os

from tests.matrix import expected
from tests.matrix.asking import ask, by_line, places_by_route
from tests.matrix.world import World

BEGINNINGS = tuple(os.environ.get("CQRS_MATRIX_ROUTES", "").split(","))


def test_write_what_everybody_gets(world: World) -> None:
    text = expected.FILE.read_text(encoding="utf-8")
    places = places_by_route(world)
    book = expected.read(text, places, list(world.people))
    kept = {line: who for line, who in book.lines.items() if line[0] in places}
    fresh = by_line(ask(world, lambda cell: cell.route.startswith(BEGINNINGS)))
    of_today = {line: who for line, who in kept.items() if not line[0].startswith(BEGINNINGS)}
    expected.FILE.write_text(expected.written(book, of_today | fresh), encoding="utf-8")
