"""`cqrs calculate --store`: what was calculated can be replayed, with and without its files."""

import json
from pathlib import Path

import pytest

from cqrs.calculation.columns import counts_csv
from cqrs.cli import country
from tests.integration.cli.conftest import ALPHA, BRAVO, Files


def test_a_stored_country_replays_to_the_byte(files: Files) -> None:
    store = files.folder / "results" / "set.jsonl"
    outcome = files.calculate("--store", str(store), "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.json["files"][-1] == str(store)
    stored = [json.loads(line) for line in store.read_bytes().splitlines()]
    assert [one["statement"]["practice"] for one in stored[1:]] == [ALPHA, BRAVO]
    assert sum(one["statement"]["pence"] for one in stored[1:]) == outcome.json["pence"]
    again = files.run("replay", "--results", str(store), "--json")
    assert (again.code, again.json["statements"], again.json["identical"]) == (0, 2, 2)


def test_careful_reading_stores_the_same(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    store = files.folder / "results" / "set.jsonl"
    files.calculate("--store", str(store))
    at_once = store.read_bytes(), files.out_path.read_bytes()
    monkeypatch.setattr(country, "read", lambda *_, **__: None)
    assert files.calculate("--store", str(store)).code == 0
    assert (store.read_bytes(), files.out_path.read_bytes()) == at_once


def test_ordinary_files_are_read_at_once(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def careful(*_: object, **__: object) -> None:
        raise AssertionError("an ordinary file was read row by row")

    monkeypatch.setattr("cqrs.cli.inputs.counts_file.read", careful)
    assert files.calculate().code == 0


@pytest.mark.parametrize("name", ["points.csv", "points-totals.csv", "../counts.csv"])
def test_a_store_is_never_written_over_a_file_of_the_command(files: Files, name: str) -> None:
    target = files.out_path.parent / name
    outcome = files.calculate("--store", str(target))
    assert outcome.code == 1
    assert "would be written over" in outcome.err
    assert files.written() == []


def test_a_file_that_duckdb_refuses_is_read_with_care(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts_csv, "LONGEST_ROW", 20)
    assert files.calculate().code == 0
    assert Path(files.out_path).is_file()
