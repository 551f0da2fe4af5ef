"""A result set as a file: the statements of a calculation with all that they were made of.

JSON lines, each in the one canonical spelling. The first line is the head: the rules word for
word, England's figures, the files that were read, how many results follow and a digest over them.
Each further line is one practice: its counts, its statement and the digest of that. So whoever
has the file can calculate everything in it again, on any machine.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from cqrs.definitions.counts import Key, Problem, Value, shown
from cqrs.exchange.sheet import Unreadable
from cqrs.values import canonical_json

SCHEMA = "cqrs/result-set/1"
LONGEST_LINE = 16_000_000
MAKE_AGAIN = "Store the results again, or take a copy that nobody has changed"


@dataclass(frozen=True)
class NationalFigures:
    """England's figures as the results used them; `content` is empty where none were needed."""

    status: str
    digest: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class InputFile:
    """A file that was read: its name and the SHA-256 of its bytes."""

    name: str
    digest: str


@dataclass(frozen=True)
class Head:
    """What all results of a set have in common."""

    service: str
    achievement_date: date
    definition: bytes
    """The canonical JSON of the rules."""
    national: NationalFigures
    inputs: Mapping[str, InputFile]
    """The files by what they hold: counts, practices, facts."""


@dataclass(frozen=True)
class Record:
    """One practice: what its statement was made of, and the bytes of the statement."""

    counts: Mapping[Key, Value]
    statement: bytes
    statement_digest: str


@dataclass(frozen=True)
class ResultSet:
    """A stored result set; `records` reads the results one at a time, again each time."""

    path: Path
    head: Head
    statements: int
    results: str
    """The digest over the digests of all statements, in their order."""

    def records(self) -> Iterator[Record]:
        """Every result, its statement not yet held against its digest.

        Raises Unreadable at a line that can't be read, and after the last one when results are
        missing, doubled, moved or others than the head says.
        """
        names: dict[Key, Key] = {}
        seal = hashlib.sha256()
        number = 0
        with self.path.open("rb") as stream:
            for row, line in _lines(self.path, stream):
                if row == 1:
                    continue
                record = _record(self.path, row, line, names)
                seal.update(bytes.fromhex(record.statement_digest))
                number += 1
                yield record
        if number != self.statements:
            words = f"the set holds {number:,} results, but its head says {self.statements:,}"
            raise _stop(self.path, words)
        if seal.hexdigest() != self.results:
            words = "the results are not those that the head names: some were changed or moved"
            raise _stop(self.path, words)


def write(head: Head, records: Sequence[Record]) -> Iterator[bytes]:
    """The file of a result set, in pieces of whole lines."""
    seal = hashlib.sha256()
    for record in records:
        seal.update(bytes.fromhex(record.statement_digest))
    yield _line(
        {
            "schema": SCHEMA,
            "service": head.service,
            "achievement_date": head.achievement_date.isoformat(),
            "definition": json.loads(head.definition),
            "national": {
                "status": head.national.status,
                "digest": head.national.digest,
                "content": dict(head.national.content),
            },
            "inputs": {
                kind: {"name": file.name, "digest": file.digest}
                for kind, file in head.inputs.items()
            },
            "statements": len(records),
            "results": seal.hexdigest(),
        }
    )
    for record in records:
        tree: dict[str, dict[str, Value]] = {}
        for (indicator, field), value in record.counts.items():
            tree.setdefault(indicator, {})[field] = value
        yield _line(
            {
                "counts": tree,
                "statement": json.loads(record.statement),
                "digest": record.statement_digest,
            }
        )


def read(path: Path | str) -> ResultSet:
    """Open a result set and read its head. Raises Unreadable when the file is none."""
    place = Path(path)
    try:
        with place.open("rb") as stream:
            first = next(_lines(place, stream), None)
    except OSError as error:
        words = f"the file can't be opened: {error.strerror or error}"
        raise _stop(place, words, "Check the path") from None
    if first is None:
        raise _stop(place, "the file is empty", "Send a stored result set")
    head = _json(place, *first)
    if head.get("schema") != SCHEMA:
        raise _stop(place, f"this is no result set: its first line is not {SCHEMA}", row=1)
    try:
        national = head["national"]
        found = Head(
            service=str(head["service"]),
            achievement_date=date.fromisoformat(head["achievement_date"]),
            definition=canonical_json(head["definition"]),
            national=NationalFigures(
                str(national["status"]), str(national["digest"]), dict(national["content"])
            ),
            inputs={
                kind: InputFile(str(file["name"]), str(file["digest"]))
                for kind, file in head["inputs"].items()
            },
        )
        return ResultSet(place, found, int(head["statements"]), str(head["results"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _stop(place, f"the head is damaged: {error}", row=1) from None


def _line(content: Mapping[str, object]) -> bytes:
    return canonical_json(content) + b"\n"


def _lines(path: Path, stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    for row, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), start=1):
        if not line.endswith(b"\n"):
            raise _stop(path, "the line is cut off, or longer than any result", row=row)
        yield row, line[:-1]


def _json(path: Path, row: int, line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _stop(path, f"the line can't be read as JSON: {error}", row=row) from None
    if not isinstance(found, dict):
        raise _stop(path, "the line is not a JSON object", row=row)
    return found


def _record(path: Path, row: int, line: bytes, names: dict[Key, Key]) -> Record:
    found = _json(path, row, line)
    try:
        counts = {
            names.setdefault(key, key): value
            for indicator, fields in found["counts"].items()
            for key, value in (((indicator, name), value) for name, value in fields.items())
        }
        statement = canonical_json(found["statement"])
        record = Record(counts, statement, str(found["digest"]))
        bytes.fromhex(record.statement_digest)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _stop(path, f"the result is damaged: {error}", row=row) from None
    return record


def _stop(
    path: Path, words: str, remedy: str = MAKE_AGAIN, *, row: int | None = None
) -> Unreadable:
    return Unreadable(Problem(words=words, remedy=remedy, file=shown(path.name), row=row))
