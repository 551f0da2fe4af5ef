"""Where the database is: DATABASE_URL wins, nothing starts unasked, errors say what to do."""

import os
from pathlib import Path

import pytest

from cqrs.portal.config import embedded


@pytest.fixture
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> str:
        raise AssertionError(f"the embedded server of {folder} was started")

    monkeypatch.setattr(embedded, "start", refuse)


def test_an_address_is_read_in_all_its_parts(
    monkeypatch: pytest.MonkeyPatch, nothing_starts: None
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:p%40ss@db.example:6543/nhs?sslmode=require")
    found = embedded.database()
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6543", "nhs")
    assert (found["USER"], found["PASSWORD"]) == ("me", "p@ss")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_a_socket_is_an_address_too(monkeypatch: pytest.MonkeyPatch, nothing_starts: None) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://postgres:@/postgres?host=/var/run/pg")
    found = embedded.database()
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/var/run/pg", "", "postgres")


def test_type_checks_start_no_database(
    monkeypatch: pytest.MonkeyPatch, nothing_starts: None
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("CQRS_NO_DATABASE", "1")
    assert embedded.database()["NAME"] == "none"


def test_data_lives_in_one_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CQRS_DATA", str(tmp_path / "data"))
    assert embedded.data_folder() == tmp_path / "data"
    monkeypatch.delenv("CQRS_DATA")
    assert embedded.data_folder() == embedded.ROOT / "var"


def test_a_server_that_cannot_start_says_what_to_do(tmp_path: Path) -> None:
    nobody = tmp_path / "no" / "such" / "folder"
    with pytest.raises(embedded.DatabaseUnavailableError, match=r"DATABASE_URL.*make reset"):
        embedded.start(nobody)


def test_locks_live_in_a_private_folder() -> None:
    folder = Path(os.environ["XDG_RUNTIME_DIR"])
    assert folder.stat().st_mode & 0o077 == 0
