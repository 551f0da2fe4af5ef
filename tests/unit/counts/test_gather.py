"""Rows of text become counts: values by their kind, each key once, blanks not submitted."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cqrs.definitions import load
from cqrs.definitions.counts import CountRow, Gathering, read_value

QOF = load.load("qof/2023-24")
DAY = QOF.year.end
AF = "Atrial Fibrillation Register"


def row(number: int, text: str, name: str = AF, code: str = "X1", day: date = DAY) -> CountRow:
    return CountRow(number, code, day, "AF001", name, text)


def gathered(*rows: CountRow) -> Gathering:
    gathering = Gathering(QOF, "counts.csv")
    gathering.add(rows)
    return gathering


def test_practices_and_dates_are_kept_apart() -> None:
    earlier = date(2024, 2, 29)
    found = gathered(row(2, "5"), row(3, "6", code="X2"), row(4, "7", day=earlier)).counts()
    assert [(c.practice_code, c.achievement_date, c.values["AF001", AF]) for c in found] == [
        ("X1", DAY, 5),
        ("X2", DAY, 6),
        ("X1", earlier, 7),
    ]
    assert [list(c.rows) for c in found] == [[2], [3], [4]]


def test_a_blank_is_not_submitted_but_stands_for_its_key() -> None:
    gathering = gathered(row(2, ""))
    assert gathering.counts() == []
    assert gathering.blank() == [("X1", DAY)]
    gathering.add([row(3, "5")])
    assert "row 2 has it too" in gathering.problems[0].words


@pytest.mark.parametrize(("text", "value"), [("Y", True), ("N", False)])
def test_yes_and_no(text: str, value: bool) -> None:
    assert read_value("yes_no", text) is value


@pytest.mark.parametrize("text", ["1", "0", "y", "Yes", "true", ""])
def test_nothing_else_is_a_yes_or_no(text: str) -> None:
    with pytest.raises(ValueError, match="Write Y or N"):
        read_value("yes_no", text)


@given(some.integers(0, 999_999_999))
def test_every_count_is_read_as_it_is_written(count: int) -> None:
    assert read_value("denominator", str(count)) == count


@given(some.text().filter(lambda text: not (text.isascii() and text.isdigit())))
def test_every_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        read_value("register", text)


def test_the_row_of_a_value_or_of_its_indicator() -> None:
    (counts,) = gathered(row(7, "5")).counts()
    assert counts.row_of("AF001", "Numerator", AF) == 7
    assert counts.row_of("AF001") == 7
    assert counts.row_of("AF006") is None
