"""`cqrs replay --results`: a stored result set is proved again, on its own and with its files."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cqrs.calculation.difference import difference
from cqrs.calculation.statement import calculate
from cqrs.cli import inputs as reading
from cqrs.cli import result_sets
from cqrs.cli.output import Refused, Stages
from cqrs.values import canonical_json

from .conftest import ALPHA, BRAVO, Files


def store(files: Files, name: str = "results.jsonl") -> Path:
    """Calculate the files as they stand and store the result set."""
    files.write()
    args = argparse.Namespace(
        service="qof/2023-24",
        counts=str(files.counts_path),
        practices=str(files.folder / "practices.csv"),
        participation=None,
        facts=None,
        members=None,
        date=None,
    )
    given = reading.read(args, Stages())
    national = reading.national(given, strike_it=True)
    results = [
        (one.practice_code, calculate(given.definition, given.of(one, national)))
        for one in given.counts
    ]
    path = files.folder / name
    path.write_bytes(b"".join(result_sets.pieces(given, national, results)))
    return path


@pytest.fixture
def stored(files: Files) -> Path:
    """The result set of two sound practices."""
    return store(files)


def edit_line(path: Path, row: int, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change one line of a result set, keeping its spelling."""
    lines = path.read_bytes().splitlines()
    content = json.loads(lines[row - 1])
    edit(content)
    lines[row - 1] = canonical_json(content)
    path.write_bytes(b"\n".join(lines) + b"\n")


def test_a_stored_set_is_identical_with_and_without_its_files(files: Files, stored: Path) -> None:
    alone = files.run("replay", "--results", str(stored), "--json")
    assert alone.code == 0
    assert (alone.json["statements"], alone.json["identical"]) == (2, 2)
    assert alone.json["different"] == []
    paths = ["--counts", str(files.counts_path), "--practices", str(files.folder / "practices.csv")]
    both = files.run("replay", "--results", str(stored), *paths)
    assert (both.code, both.err) == (0, "")
    assert both.out.startswith("statements  2\nidentical   2\ndifferent   0\n")


def test_a_changed_count_is_named(files: Files, stored: Path) -> None:
    def fewer(line: dict[str, Any]) -> None:
        line["counts"]["AF006"]["Numerator"] -= 1

    edit_line(stored, 3, fewer)
    outcome = files.run("replay", "--results", str(stored), "--json")
    assert outcome.code == 1
    assert outcome.json["identical"] == 1
    (told,) = outcome.json["different"]
    assert told["name"] == BRAVO
    assert told["differences"][0].startswith("the counts are not those that were submitted")
    assert (
        "AF006: numerator is 130 in what is stored, 129 when calculated again"
        in (told["differences"])
    )


def test_a_changed_result_is_named(files: Files, stored: Path) -> None:
    def more(line: dict[str, Any]) -> None:
        line["statement"]["lines"][0]["pence"] += 1

    edit_line(stored, 2, more)
    outcome = files.run("replay", "--results", str(stored))
    assert outcome.code == 1
    assert "different   1\n" in outcome.out
    assert outcome.err.startswith(f"{ALPHA}: the stored bytes have the digest ")
    assert "AF001: pence is " in outcome.err


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda head: head["definition"].update(summary="Other words."), "definition digest is"),
        (lambda head: head.update(achievement_date="2024-02-29"), "the counts are not those that"),
    ],
)
def test_a_changed_head_is_told_on_every_result(
    files: Files, stored: Path, edit: Callable[[dict[str, Any]], object], words: str
) -> None:
    edit_line(stored, 1, edit)
    outcome = files.run("replay", "--results", str(stored), "--json")
    assert outcome.code == 1
    assert outcome.json["identical"] == 0
    assert all(
        any(words in one for one in told["differences"]) for told in outcome.json["different"]
    )


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            lambda head: head["national"]["content"]["registers"]["AF"].update(register=1),
            "England's figures are not those that their digest names",
        ),
        (lambda head: head["national"]["content"].clear(), "it can't be calculated again"),
        (
            lambda head: head["national"]["content"].update(registers={"AF": {}}),
            "England's figures are damaged",
        ),
        (lambda head: head["definition"].pop("money"), "its rules can't be read"),
        (lambda head: head.update(statements=3), "the set holds 2 results, but its head says 3"),
    ],
)
def test_a_damaged_head_is_refused(
    files: Files, stored: Path, edit: Callable[[dict[str, Any]], object], words: str
) -> None:
    edit_line(stored, 1, edit)
    outcome = files.run("replay", "--results", str(stored))
    assert outcome.code == 1
    assert words in outcome.err
    assert "Traceback" not in outcome.err


def test_other_input_files_are_named(files: Files, stored: Path) -> None:
    files.change(ALPHA, "AF006", "Numerator", "129")
    files.write()
    outcome = files.run(
        "replay", "--results", str(stored), "--counts", str(files.counts_path), "--json"
    )
    assert outcome.code == 1
    assert (outcome.json["statements"], outcome.json["identical"]) == (2, 2)
    (told,) = outcome.json["different"]
    assert told["name"] == "counts.csv"
    assert "it is not the file of counts that the set was made of" in told["differences"][0]


def test_a_set_without_results_proves_nothing(files: Files, stored: Path) -> None:
    lines = stored.read_bytes().splitlines(keepends=True)
    stored.write_bytes(lines[0])
    edit_line(stored, 1, lambda head: head.update(statements=0))
    outcome = files.run("replay", "--results", str(stored))
    assert outcome.code == 1
    assert "there was no statement to replay" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["replay"], "one of the arguments --all --service --statement --results is required"),
        (["replay", "--all", "--counts", "counts.csv"], "--counts and --practices go with"),
        (
            ["replay", "--service", "qof/2025-26", "--date", "31.3.2026"],
            "'31.3.2026' is not a date",
        ),
    ],
)
def test_wrong_usage_is_told(files: Files, arguments: list[str], words: str) -> None:
    outcome = files.run(*arguments)
    assert outcome.code == 2
    assert words in outcome.err


def test_what_is_no_result_set_is_refused(files: Files) -> None:
    files.write()
    outcome = files.run("replay", "--results", str(files.counts_path))
    assert outcome.code == 1
    assert "counts.csv, row 1: the line can't be read as JSON" in outcome.err
    assert files.run("replay", "--results", "nowhere.jsonl").code == 1


def test_two_stored_sets_are_compared_with_reasons(files: Files, stored: Path) -> None:
    files.change(ALPHA, "AF006", "Numerator", "110")
    again = store(files, "again.jsonl")
    found = difference(result_sets.calculated(str(stored)), result_sets.calculated(str(again)))
    assert found.counted == {"changed": 1, "unchanged": 1, "new": 0, "gone": 0}
    alpha = found.practices[0]
    assert [change.indicator for change in alpha.indicators] == ["AF006"]
    assert found.parts == {"counts": alpha.change}
    assert alpha.change.pence < 0


def test_a_set_with_a_changed_result_is_not_compared(stored: Path) -> None:
    def more(line: dict[str, Any]) -> None:
        line["statement"]["pence"] += 1

    edit_line(stored, 2, more)
    with pytest.raises(Refused) as refused:
        list(result_sets.calculated(str(stored)))
    assert "they were changed after they were stored" in refused.value.problems[0].text()
