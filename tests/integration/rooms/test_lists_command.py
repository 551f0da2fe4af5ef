"""`cqrs import lists`: shown first, recorded on demand, refused by row; the newest counts."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from cqrs.cli import main
from cqrs.exchange import list_sizes
from cqrs.portal.organisations import queries
from cqrs.portal.organisations.models import ListSize
from tests.integration.rooms.road import everything

WORLD = "england"
DAY = date(2026, 4, 1)
REAL = Path(__file__).parents[4] / "shared/data/reference/practice_list_by_age_band_2020_04.csv.gz"
OWN = b"code,registered,weighted,0-64,65+\nA99001,9900,10011.25,8000,1900\nA99002,6100,,,\n"
PUBLISHED = (
    b"PRACTICE_CODE,TOTAL,16OV,17OV,18OV,30_74,50OV,0_64,65OV,65OV%\n"
    b"A99001,9901,8000,7900,7800,5000,4000,8001,1900,0.191899808\n"
)


def load(path: Path, content: bytes, *more: str) -> int:
    path.write_bytes(content)
    return main(["import", "lists", str(path), "--date", "2026-04-01", *more])


def newest() -> ListSize:
    rows = ListSize.objects.filter(organisation__code="A99001", on_date=DAY)
    return rows.order_by("-recorded_at", "-id")[0]


def test_it_shows_then_records_and_the_newest_record_counts(
    england: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, before = tmp_path / "lists.csv", everything()
    assert load(file, OWN) == 0
    told = capsys.readouterr().out
    assert "A99001   Larkfield Road Surgery: none → 9,900" in told
    assert "2 new, 0 changed, 0 unchanged." in told
    assert "Nothing was recorded. Say --apply to record it." in told
    assert everything() == before
    assert load(file, OWN, "--apply") == 0
    held = newest()
    assert (held.registered, str(held.weighted), held.age_bands) == (
        9900, "10011.25", {"0-64": 8000, "65+": 1900},
    )  # fmt: skip
    before = everything()
    assert load(file, OWN, "--apply") == 0
    assert "0 new, 0 changed, 2 unchanged." in capsys.readouterr().out
    assert everything() == before
    assert load(file, gzip.compress(PUBLISHED), "--apply") == 0
    size = queries.list_size(queries.by_code("A99001").id, DAY)
    assert size is not None
    assert size.registered == 9901
    assert (newest().age_bands or {})["0_64"] == 8001
    before = everything()
    assert load(file, OWN, "--apply") == 1
    assert "this very file was recorded for that day before" in capsys.readouterr().err
    assert everything() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"code,registered\nA99001,9900\nA99777,5\n", "row 3, code: A99777 is not known here"),
        (b"code,registered\nA99001,0\n", "row 2, registered: '0' is not a number of patients"),
        (b"code,registered\nA99001,1,2\n", "row 2, columns: this row has 3 cells"),
        (b"code,registered\nA99001,10\nA99001,11\n", "row 3, code: A99001 stands twice: row 2"),
        (b"code,registered,65+\nA99001,10,11\n", "row 2, 65+: 11 patients of one age are more"),
        (b"code,registered,weighted\nA99001,10,1.005\n", "row 2, weighted: '1.005' is not"),
        (b"code,colour\nA99001,red\n", "row 1, registered: the column registered is missing"),
        (b"code,registered\n", "there is no row below the header"),
        (
            b"PRACTICE_CODE,TOTAL,16OV\nA99001,9901.5,8000\n",
            "row 2, registered: '9901.5' is not a number of patients",
        ),
        (b"code,registered,0-64\nA99001,9901,8000.5\n", "row 2, 0-64: '8000.5' is not a number"),
        (gzip.compress(OWN, mtime=0)[:40], "this gzip archive is damaged"),
    ],
)
def test_what_is_wrong_is_refused_with_its_row(
    england: None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    words: str,
) -> None:
    before = everything()
    assert load(tmp_path / "lists.csv", content, "--apply") == 1
    assert words in capsys.readouterr().err
    assert everything() == before


def test_ages_that_the_publisher_estimates_are_left_out_and_told(
    england: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = (
        b"PRACTICE_CODE,TOTAL,16OV,18OV,0_64\nA99001,9901,8000.25,7800,8001\nA99002,6100,5000,,\n"
    )
    assert load(tmp_path / "lists.csv", content, "--apply") == 0
    told = capsys.readouterr().out
    assert (
        "note: lists.csv, row 2, practice A99001, 16OV: ages with a fraction are the publisher's "
        "estimates, and its ages are left out; the total of 9,901 counts." in told
    )
    assert (newest().registered, newest().age_bands) == (9901, None)
    other = ListSize.objects.get(organisation__code="A99002", on_date=DAY)
    assert (other.registered, other.age_bands) == (6100, {"16OV": 5000})


def test_organisations_that_are_not_known_are_left_out_where_the_sender_says_so(
    england: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = b"code,registered\nA99777,5\nA99001,9900\n"
    assert load(tmp_path / "lists.csv", content, "--apply", "--leave-out-unknown") == 0
    assert "1 new, 0 changed, 0 unchanged, 1 left out." in capsys.readouterr().out
    assert newest().registered == 9900
    before = everything()
    none = b"code,registered\nA99777,5\n"
    assert load(tmp_path / "other.csv", none, "--apply", "--leave-out-unknown") == 1
    assert "row 2, code: A99777 is not known here" in capsys.readouterr().err
    assert everything() == before


@pytest.mark.skipif(
    not REAL.exists(),
    reason="the published list sizes are not beside this repository: they are not carried in it",
)
def test_the_published_file_of_april_2020_is_read_whole() -> None:
    file = list_sizes.read(REAL.name, REAL.read_bytes())
    assert (len(file.sizes), file.problems) == (6730, ())
    assert sum(size.registered for size in file.sizes) == 60_442_552
    estimated = {note.practice_code for note in file.notes}
    assert len(estimated) == 11
    assert all(bool(size.age_bands) is (size.code not in estimated) for size in file.sizes)


def test_a_day_in_the_future_is_refused(
    england: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lists.csv"
    file.write_bytes(OWN)
    assert main(["import", "lists", str(file), "--date", "2030-01-01"]) == 1
    assert "the day is in the future" in capsys.readouterr().err
