"""The CQRS layouts: what is written is read back, in both quotings, and the published files too."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cqrs.definitions.counts import Problem
from cqrs.exchange import cqrs_csv
from cqrs.exchange.cqrs_csv import AchievedPoints, IndicatorValue, Participation
from cqrs.exchange.sheet import Sheet

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "cqrs_formats"
published = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published layouts lie beside this repository: not here"
)

texts = some.text(some.characters(exclude_categories=["C"]), max_size=20).map(str.strip)
codes = some.from_regex(r"[A-Z][0-9]{5}", fullmatch=True)
days = some.dates(date(2014, 4, 1), date(2040, 3, 31))
values = some.builds(
    IndicatorValue,
    row=some.just(0),
    quality_service=some.just("QOF2324"),
    name=texts,
    practice_code=codes,
    achievement_date=days,
    indicator=texts,
    field=texts,
    value=texts,
    default_values_used=texts,
    submit_user=texts,
    submit_date=texts,
    submit_time=texts,
    last_submission=some.booleans(),
)
variants = some.tuples(some.booleans(), some.sampled_from(["\n", "\r\n"]))


def sheet(pieces: bytes) -> Sheet:
    return Sheet.of("file.csv", pieces)


@given(some.lists(values), variants)
def test_indicator_values_come_back(rows: list[IndicatorValue], variant: tuple[bool, str]) -> None:
    quoted, end = variant
    written = b"".join(cqrs_csv.write_indicator_values(rows, quoted=quoted, end=end))
    problems: list[Problem] = []
    again = list(cqrs_csv.read_indicator_values(sheet(written), problems))
    assert problems == []
    assert [row._replace(row=0) for row in again] == rows
    assert [row.row for row in again] == list(range(2, len(rows) + 2))


participations = some.builds(
    Participation,
    row=some.just(0),
    quality_service=some.just("QOF2324"),
    practice_code=codes,
    practice_name=texts,
    commissioner=texts,
    start_date=some.dates(date(2014, 4, 1), date(2024, 3, 31)),
    end_date=some.dates(date(2024, 4, 1), date(2040, 3, 31)),
)


@given(some.lists(participations), variants)
def test_participation_comes_back(rows: list[Participation], variant: tuple[bool, str]) -> None:
    written = b"".join(cqrs_csv.write_participation(rows, quoted=variant[0], end=variant[1]))
    problems: list[Problem] = []
    again = list(cqrs_csv.read_participation(sheet(written), problems))
    assert problems == []
    assert [vars(row) | {"row": 0} for row in again] == [vars(row) for row in rows]


hundredths = some.integers(0, 99_999).map(lambda n: Fraction(n, 100))
points = some.builds(
    AchievedPoints,
    row=some.just(0),
    quality_service=some.just("QOF2324"),
    practice_code=codes,
    achievement_date=days,
    indicator=texts,
    points=some.one_of(some.none(), hundredths),
    approved=texts,
)


@given(some.lists(points), variants)
def test_points_come_back(rows: list[AchievedPoints], variant: tuple[bool, str]) -> None:
    written = b"".join(cqrs_csv.write_points(rows, quoted=variant[0], end=variant[1]))
    problems: list[Problem] = []
    again = list(cqrs_csv.read_points(sheet(written), problems))
    assert problems == []
    assert [vars(row) | {"row": 0} for row in again] == [vars(row) for row in rows]


def test_the_quoted_variant_quotes_all_text_and_no_number() -> None:
    row = Participation(2, "Q", "X10001", "Alpha", "ICB", date(2023, 4, 1), date(2024, 3, 31))
    body = b"".join(cqrs_csv.write_participation([row], quoted=True, end="\n")).decode()
    assert body.splitlines()[1] == '"Q","X10001","Alpha","ICB",20230401,20240331'


@pytest.mark.parametrize(
    ("day", "time", "moment"),
    [
        ("02/04/2024", "11:19:50", "2024-04-02T11:19:50+01:00"),
        ("02/04/2024", "", "2024-04-02T00:00:00+01:00"),
        ("45384", "0.5", "2024-04-02T12:00:00+01:00"),
        ("45384.25", "", "2024-04-02T06:00:00+01:00"),
        ("2 April", "noon", None),
        ("31/02/2024", "11:19:50", None),
        ("", "", None),
    ],
)
def test_when_it_was_submitted(day: str, time: str, moment: str | None) -> None:
    row = IndicatorValue(
        2, "Q", "", "X10001", date(2024, 3, 31), "AF001", "f", "1", "None", "u", day, time, True
    )
    found = row.submitted_at()
    assert (found and found.isoformat()) == moment


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        (1, "=A1", "is not an organisation's code"),
        (2, "20240230", "is not a date"),
        (2, "2024331", "is not a date"),
        (4, "ten", "is not a number of points"),
        (4, "1e9", "is not a number of points"),
    ],
)
def test_points_that_cannot_be_read(column: int, text: str, words: str) -> None:
    cells = ["QOF2324", "X10001", "20240331", "AF001", "5.00", "Approved"]
    cells[column] = text
    content = ",".join(cqrs_csv.INDICATOR_ACHIEVED_POINTS) + "\n" + ",".join(cells) + "\n"
    problems: list[Problem] = []
    assert list(cqrs_csv.read_points(sheet(content.encode()), problems)) == []
    assert words in problems[0].words
    assert problems[0].row == 2


def test_a_participation_that_ends_before_it_starts() -> None:
    content = ",".join(cqrs_csv.FINAL_PRACTICE_LIST) + "\nQ,X1,Alpha,ICB,20240331,20230401\n"
    problems: list[Problem] = []
    assert list(cqrs_csv.read_participation(sheet(content.encode()), problems)) == []
    assert (problems[0].field, problems[0].row) == ("PART_ED_DT", 2)


def test_last_submission_is_y_or_n() -> None:
    cells = "QOF2324,Q,X10001,20240331,AF001,f,1,None,u,d,t,yes"
    content = ",".join(cqrs_csv.INDICATOR_VALUES) + "\n" + cells + "\n"
    problems: list[Problem] = []
    assert list(cqrs_csv.read_indicator_values(sheet(content.encode()), problems)) == []
    assert problems[0].field == "LAST_SUBMISSION"


@published
@pytest.mark.parametrize(
    ("name", "rows", "quoted", "end"),
    [
        ("qof_2023_24/INDICATOR_VALUES.csv", 552, False, "\r\n"),
        ("network_des/ncdes_synthetic_data.csv", 15, False, "\n"),
        ("network_des/ncdes_synthetic_data_2425.csv", 302, True, "\n"),
    ],
)
def test_published_counts_are_read_and_written_byte_for_byte(
    name: str, rows: int, quoted: bool, end: str
) -> None:
    original = (PUBLISHED / name).read_bytes()
    problems: list[Problem] = []
    found = list(cqrs_csv.read_indicator_values(Sheet.at(PUBLISHED / name), problems))
    assert (len(found), problems) == (rows, [])
    written = b"".join(cqrs_csv.write_indicator_values(found, quoted=quoted, end=end))
    # One field name of the published file ends in a no-break space, which reading takes off.
    assert written == original.replace("\u00a0".encode(), b"")


@published
def test_published_participation_and_points() -> None:
    folder = PUBLISHED / "qof_2023_24"
    problems: list[Problem] = []
    part = list(cqrs_csv.read_participation(Sheet.at(folder / "FINAL_PRACTICE_LIST.csv"), problems))
    sheet_of_points = Sheet.at(folder / "INDICATOR_ACHIEVED_POINTS.csv")
    points = list(cqrs_csv.read_points(sheet_of_points, problems))
    assert (len(part), len(points), problems) == (10, 76, [])
    assert date(2024, 3, 31) in part[0]
    assert (
        b"".join(cqrs_csv.write_participation(part))
        == (folder / "FINAL_PRACTICE_LIST.csv").read_bytes()
    )
    assert (
        b"".join(cqrs_csv.write_points(points))
        == (folder / "INDICATOR_ACHIEVED_POINTS.csv").read_bytes()
    )
