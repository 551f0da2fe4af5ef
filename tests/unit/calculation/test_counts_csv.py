"""A file of counts read at once is the one file that was named, or it is read with care."""

from pathlib import Path

import pytest

from cqrs.calculation.columns import counts_csv
from cqrs.calculation.columns.counts import CountTable
from cqrs.calculation.columns.counts_csv import Layout
from cqrs.definitions.counts import demands
from cqrs.definitions.load import load

LD = load("learning_disability_health_check/2025-26")
KEY = next(key for key, kind in demands(LD).kinds.items() if kind == "count")
COLUMNS = ("practice_code", "indicator", "field", "value")


def counts(path: Path, code: str, value: int) -> Path:
    """A tidy file with one count of one practice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [COLUMNS, (code, *KEY, str(value))]
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(path: Path) -> CountTable | None:
    return counts_csv.read(path, Layout(COLUMNS, *COLUMNS, fixed={}), demands(LD), ["A1", "B2"])


def told(table: CountTable | None) -> dict[str, dict[tuple[str, str], int]] | None:
    if table is None:
        return None
    return {code: dict(table.values(row)) for row, code in enumerate(table.codes)}


@pytest.mark.parametrize(
    ("name", "neighbour"),
    [
        ("count*.csv", "counts.csv"),
        ("count?.csv", "counts.csv"),
        ("count[st].csv", "counts.csv"),
        ("year */counts.csv", "year 2/counts.csv"),
        ("{a,b}.csv", "a.csv"),
    ],
)
def test_a_name_that_is_a_pattern_never_reads_its_neighbours(
    tmp_path: Path, name: str, neighbour: str
) -> None:
    """The counts of B2 stand in a file that nobody named."""
    counts(tmp_path / neighbour, "B2", 7)
    assert told(read(counts(tmp_path / name, "A1", 3))) in (None, {"A1": {KEY: 3}})


@pytest.mark.parametrize("folder", ["~", "file:", "s3:"])
def test_a_folder_is_no_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """`file:/...` and `~/...` would be another file, were they not told in full."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    elsewhere = tmp_path / "home" if folder == "~" else tmp_path
    counts(elsewhere / "counts.csv", "B2", 7)
    inside = Path(folder) if folder == "~" else Path(folder + str(tmp_path))
    counts(inside / "counts.csv", "A1", 3)
    assert told(read(inside / "counts.csv")) in (None, {"A1": {KEY: 3}})


@pytest.mark.parametrize(
    "name",
    ["counts.csv", "counts.csv.gz", "c3=9/c1=B2/counts.csv", "été (2) + rest, x@y_z-1.csv"],
)
def test_an_ordinary_name_is_read_at_once(tmp_path: Path, name: str) -> None:
    """What a folder or an ending seems to say about the content is nothing to go by."""
    assert told(read(counts(tmp_path / name, "A1", 3))) == {"A1": {KEY: 3}}


def test_a_name_from_here_is_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert told(read(counts(Path("counts.csv"), "A1", 3))) == {"A1": {KEY: 3}}
