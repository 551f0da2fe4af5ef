"""The demonstration's files are real: the readers that take real files in give the counts back."""

from pathlib import Path

import pytest

from cqrs.definitions.load import load
from cqrs.exchange import counts_file, practices_csv
from cqrs.exchange.sheet import Sheet
from cqrs.extraction.synthetic import CountMaker, England, england
from cqrs.portal.jobs.demo_files import CountsWanted, write_apart, write_counts, write_practices

QOF = "qof/2025-26"


@pytest.fixture(scope="module")
def country() -> England:
    return england(practices=40)


def test_the_counts_of_a_supplier_come_back(country: England, tmp_path: Path) -> None:
    supplier = country.practices[0].supplier
    wanted = CountsWanted("one.csv", QOF, "2026-03-31", supplier=supplier)
    path = write_counts(tmp_path, country, wanted)
    read = counts_file.read(Sheet.at(path), load(QOF))
    maker = CountMaker(load(QOF), seed=country.seed)
    theirs = [p for p in country.practices if p.supplier == supplier]
    assert read.problems == ()
    assert read.layout == "INDICATOR_VALUES"
    assert [c.digest for c in read.counts] == [maker.of(p).digest for p in theirs]
    assert [file.name for file in tmp_path.iterdir()] == ["one.csv"]


def test_another_process_writes_the_same_bytes(country: England, tmp_path: Path) -> None:
    files = [
        CountsWanted(f"{date}.csv", QOF, date, icb_code="QZ9")
        for date in ("2025-12-31", "2026-03-31")
    ]
    apart = dict(write_apart(tmp_path / "apart", country, files))
    for file in files:
        here = write_counts(tmp_path / "here", country, file)
        assert apart[file].read_bytes() == here.read_bytes()


def test_a_folder_that_cannot_be_written_is_said(country: England, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    wanted = [CountsWanted("one.csv", QOF, "2026-03-31")]
    with pytest.raises(OSError, match=r"one.csv could not be written to .*taken"):
        list(write_apart(tmp_path / "taken", country, wanted))


def test_list_sizes_come_back(country: England, tmp_path: Path) -> None:
    path = write_practices(tmp_path, country.practices, "practices.csv")
    problems: list[object] = []
    found = practices_csv.read(Sheet.at(path), problems)  # type: ignore[arg-type] # only counted
    assert problems == []
    assert {code: p.registered_list for code, p in found.items()} == {
        p.code: p.registered_list for p in country.practices
    }
