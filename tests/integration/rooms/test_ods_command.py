"""`cqrs import ods`: it shows, and only with --apply it changes; refusals name file and row."""

import json
from pathlib import Path

import pytest

from cqrs.cli import main
from cqrs.portal.organisations import queries
from tests.factories import WESTMERE
from tests.integration.rooms.road import everything
from tests.integration.rooms.test_ods_import import known
from tests.ods_files import practice

WORLD = "england"

NEW = practice("A99101", "NEW SURGERY", commissioner=WESTMERE)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "epraccur.csv"
    path.write_bytes(known(NEW))
    return str(path)


def test_without_apply_it_only_shows(
    england: None, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything()
    assert main(["import", "ods", file]) == 0
    told = capsys.readouterr().out
    assert "epraccur.csv: epraccur, 4 rows" in told
    assert "opened   A99101   New Surgery: is commissioned by NHS Westmere ICB (QZ9)" in told
    assert "1 opened; 3 unchanged." in told
    assert "3 open practices are in none of the files; they stay as they are." in told
    assert "Nothing was applied. Say --apply to apply it." in told
    assert everything() == before


def test_with_apply_it_changes_once(
    england: None, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "ods", file, "--apply", "--from", "2026-04-01", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["applied"], told["counts"]["opened"]) == (True, 1)
    assert queries.by_code("A99101").name == "New Surgery"
    before = everything()
    assert main(["import", "ods", file, "--apply"]) == 0
    assert "Nothing changed.\n" in capsys.readouterr().out
    assert everything() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (known(NEW[:20]), "epraccur.csv, row 4, columns: this row has 20 columns"),
        (known(practice("A99101", commissioner="NONE")), "row 4, parent: A99101 is commissioned"),
        (known() + b"\xff", "byte 227, in line 4, is not UTF-8. Save it"),
        (known(NEW, practice("A99102", commissioner=WESTMERE)) + known(NEW), "stands twice: row"),
    ],
)
def test_what_is_wrong_is_refused_with_its_row(
    england: None, file: str, capsys: pytest.CaptureFixture[str], content: bytes, words: str
) -> None:
    Path(file).write_bytes(content)
    before = everything()
    assert main(["import", "ods", file, "--apply"]) == 1
    told = capsys.readouterr().err
    assert words in told
    assert "Nothing was written." in told
    assert everything() == before


def test_a_file_that_is_not_there_is_refused(
    england: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "ods", "nowhere.csv"]) == 1
    assert "nowhere.csv: the file can't be opened" in capsys.readouterr().err
