"""A stored result set: read back as it was written, and refused when a line is not what it was."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cqrs.exchange.result_set import (
    Head,
    InputFile,
    NationalFigures,
    Record,
    read,
    write,
)
from cqrs.exchange.sheet import Unreadable
from cqrs.values import canonical_json, digest

HEAD = Head(
    service="qof/2025-26",
    achievement_date=date(2026, 3, 31),
    definition=canonical_json({"service": "qof"}),
    national=NationalFigures("final", "a" * 64, {"registers": {"DM": {"register": 7, "list": 99}}}),
    inputs={"counts": InputFile("counts.csv", "c" * 64)},
)


def record(practice: str, people: int) -> Record:
    statement = canonical_json({"practice": practice, "pence": people})
    counts = {("AF001", "Register"): people, ("QI013", "Yes/No Flag"): True}
    return Record(counts, statement, digest(statement))


RECORDS = (record("A99001", 5), record("A99002", 6), record("A99003", 7))


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A sound result set of three practices."""
    path = tmp_path / "results.jsonl"
    path.write_bytes(b"".join(write(HEAD, RECORDS)))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        list(read(path).records())
    return refused.value.problem.text()


def test_what_is_written_is_read_back(stored: Path) -> None:
    found = read(stored)
    assert found.head == HEAD
    assert found.statements == 3
    assert tuple(found.records()) == RECORDS
    assert tuple(found.records()) == RECORDS, "it can be read again"
    assert found.path == stored


def test_a_yes_stays_a_yes(stored: Path) -> None:
    assert next(read(stored).records()).counts["QI013", "Yes/No Flag"] is True


def test_the_same_results_are_the_same_bytes(stored: Path) -> None:
    assert stored.read_bytes() == b"".join(write(HEAD, RECORDS))
    assert stored.read_bytes().count(b"\n") == 4


def edited(path: Path, edit: Callable[[list[bytes]], list[bytes]]) -> Path:
    path.write_bytes(b"".join(edit(path.read_bytes().splitlines(keepends=True))))
    return path


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda lines: lines[:-1], "the set holds 2 results, but its head says 3"),
        (lambda lines: [*lines, lines[-1]], "the set holds 4 results, but its head says 3"),
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], "some were changed or moved"),
        (lambda lines: [*lines[:3], lines[3][:-20]], "row 4: the line is cut off"),
        (lambda lines: [*lines[:2], b"{\n", lines[3]], "row 3: the line can't be read as JSON"),
        (lambda lines: [*lines[:2], b"[]\n", lines[3]], "row 3: the line is not a JSON object"),
        (lambda lines: [*lines[:2], b"{}\n", lines[3]], "row 3: the result is damaged: 'counts'"),
        (lambda lines: lines[1:], "this is no result set"),
        (lambda lines: [lines[0].replace(b'"service"', b'"servant"'), *lines[1:]], "'service'"),
        (lambda lines: [], "the file is empty"),
    ],
)
def test_a_set_that_was_changed_is_refused(
    stored: Path, edit: Callable[[list[bytes]], list[bytes]], words: str
) -> None:
    message = refusal(edited(stored, edit))
    assert words in message
    assert message.startswith("results.jsonl")


def test_a_statement_whose_digest_was_changed_with_it_is_found_by_the_head(stored: Path) -> None:
    other = record("A99002", 60)

    def forge(lines: list[bytes]) -> list[bytes]:
        line = json.loads(lines[2])
        line |= {"statement": json.loads(other.statement), "digest": other.statement_digest}
        return [*lines[:2], canonical_json(line) + b"\n", lines[3]]

    assert "the results are not those that the head names" in refusal(edited(stored, forge))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "can't be opened: No such file" in refusal(tmp_path / "nothing.jsonl")
