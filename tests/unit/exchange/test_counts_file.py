"""Counts in either layout are the same counts; re-submissions are known, the last one counts."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from cqrs.definitions import load
from cqrs.definitions.counts import validate_all
from cqrs.exchange import cqrs_csv, tidy_csv
from cqrs.exchange.counts_file import CountsFile, read
from cqrs.exchange.cqrs_csv import IndicatorValue
from cqrs.exchange.sheet import Sheet, Unreadable

QOF = load.load("qof/2023-24")
DAY = QOF.year.end
AF = "Atrial Fibrillation Register"
LAYOUT = Path(__file__).parents[4] / "shared/data/cqrs_formats/qof_2023_24/INDICATOR_VALUES.csv"


def value(name: str, text: str, *, last: bool = True, day: date = DAY) -> IndicatorValue:
    told = ("QOF2324", "Quality and Outcomes Framework 2023/24", "X10001", day)
    provenance = ("None", "AUTOMATED", "02/04/2024", "11:19:50")
    return IndicatorValue(0, *told, "AF006", name, text, *provenance, last)


SOUND = [value("Numerator", "130"), value("Denominator", "160"), value(AF, "200")]


def counts_of(rows: Sequence[IndicatorValue], *, quoted: bool = False) -> CountsFile:
    content = b"".join(cqrs_csv.write_indicator_values(rows, quoted=quoted))
    return read(Sheet.of("counts.csv", content), QOF)


def test_both_quotings_and_the_tidy_layout_read_alike() -> None:
    plain, quoted = counts_of(SOUND), counts_of(SOUND, quoted=True)
    tidy = read(Sheet.of("tidy.csv", b"".join(tidy_csv.write(plain.counts))), QOF)
    assert plain.problems == quoted.problems == tidy.problems == ()
    assert plain.counts[0].content == quoted.counts[0].content == tidy.counts[0].content
    assert (plain.layout, tidy.layout) == ("INDICATOR_VALUES", "tidy")
    assert validate_all(QOF, plain.counts) == []


def test_only_the_last_submission_counts_and_the_others_are_known() -> None:
    earlier = [row._replace(value="1", last_submission=False) for row in SOUND]
    file = counts_of([*earlier, *SOUND, *earlier])
    assert file.problems == ()
    assert file.counts[0].values == counts_of(SOUND).counts[0].values
    assert file.replaced_rows == 6
    assert list(file.counts[0].rows) == [5, 6, 7]


def test_two_last_submissions_are_refused_even_when_they_agree() -> None:
    (problem,) = counts_of([*SOUND, SOUND[0]]).problems
    assert (problem.row, problem.field) == (5, "Numerator")
    assert "row 2 has it too" in problem.words


def test_several_dates_need_one_that_is_meant() -> None:
    february = date(2024, 2, 29)
    rows = [*SOUND, *(row._replace(achievement_date=february) for row in SOUND)]
    sheet = Sheet.of("counts.csv", b"".join(cqrs_csv.write_indicator_values(rows)))
    with pytest.raises(Unreadable, match="several dates: 2024-02-29, 2024-03-31"):
        read(sheet, QOF)
    file = read(sheet, QOF, achievement_date=february)
    assert file.achievement_date == february
    assert list(file.counts[0].rows) == [5, 6, 7]


def test_a_tidy_file_describes_the_end_of_the_year_unless_told() -> None:
    content = b"practice_code,indicator,field,value\nX1,QI013,Yes/No Flag,Y\n"
    assert read(Sheet.of("t.csv", content), QOF).achievement_date == date(2024, 3, 31)
    with pytest.raises(Unreadable, match="not the last day of a month"):
        read(Sheet.of("t.csv", content), QOF, achievement_date=date(2024, 3, 1))


def test_a_file_of_which_nothing_counts_is_refused() -> None:
    with pytest.raises(Unreadable, match="no row of this file"):
        counts_of([row._replace(value="") for row in SOUND])


@pytest.mark.skipif(
    not LAYOUT.is_file(), reason="the published layout lies beside this repository: not here"
)
def test_the_published_layout_fits_the_definition_once_it_has_values() -> None:
    """Every one of its 552 indicator and field pairs is known; only the values are blank."""
    with pytest.raises(Unreadable, match="no row of this file"):
        read(Sheet.at(LAYOUT), QOF)
    rows = []
    for row in cqrs_csv.read_indicator_values(Sheet.at(LAYOUT), []):
        kind = QOF.by_id[row.indicator].fields[row.field].kind
        given = {"register": "100", "denominator": "100", "numerator": "50", "yes_no": "N"}
        rows.append(row._replace(value=given.get(kind, "0")))
    file = counts_of(rows, quoted=True)
    assert file.problems == ()
    assert len(file.counts[0].values) == 552
    assert validate_all(QOF, file.counts) == []
