"""The practices file: list sizes of at least 1, each practice once, optional columns."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from cqrs.definitions.counts import Problem
from cqrs.exchange import practices_csv
from cqrs.exchange.practices_csv import Practice
from cqrs.exchange.sheet import Sheet

texts = some.text(some.characters(exclude_categories=["C"]), max_size=20).map(str.strip)
practices = some.builds(
    Practice,
    row=some.just(0),
    practice_code=some.from_regex(r"[A-Z][0-9]{5}", fullmatch=True),
    name=texts,
    registered_list=some.integers(1, 999_999_999),
    weighted_list=some.one_of(some.none(), some.integers(1, 999_999_999)),
    supplier=texts,
    list_date=some.one_of(some.none(), some.dates()),
)


def read(content: bytes) -> tuple[dict[str, Practice], list[Problem]]:
    problems: list[Problem] = []
    return practices_csv.read(Sheet.of("practices.csv", content), problems), problems


@given(some.lists(practices, unique_by=lambda practice: practice.practice_code))
def test_practices_come_back(made: list[Practice]) -> None:
    found, problems = read(b"".join(practices_csv.write(made)))
    assert problems == []
    assert [vars(one) | {"row": 0} for one in found.values()] == [vars(one) for one in made]


def test_every_fault_is_told_with_its_row() -> None:
    _, problems = read(
        b"practice_code,name,registered_list,weighted_list\n"
        b"X1,Alpha,0,\nX2,Bravo,10,1.5\nX2,Bravo,10,\n-x,Charlie,10,\nX2,Bravo,10,\n"
    )
    assert [(problem.row, problem.field) for problem in problems] == [
        (2, "registered_list"),
        (3, "weighted_list"),
        (5, "practice_code"),
        (6, "practice_code"),
    ]


def test_a_date_that_is_none_is_told_with_its_row() -> None:
    found, problems = read(
        b"practice_code,name,registered_list,list_date\n"
        b"X1,Alpha,10,2026-01-01\nX2,Bravo,10,\nX3,Charlie,10,1/1/2026\nX4,Delta,10,2026-02-30\n"
        b"X5,Echo,10,2026-W01-1\nX6,Foxtrot,10,20260101\n"
    )
    assert [(problem.row, problem.field) for problem in problems] == [
        (row, "list_date") for row in (4, 5, 6, 7)
    ]
    assert "'1/1/2026' is not the date of a list size" in problems[0].text()
    assert [one.list_date for one in found.values()] == [date(2026, 1, 1), None]


def test_a_file_without_dates_keeps_its_columns() -> None:
    """The column stands only where a size bears a date, so that older files keep their digest."""
    undated = Practice(0, "X10001", "Alpha", 10)
    (header, *_) = b"".join(practices_csv.write([undated])).splitlines()
    assert header == b"practice_code,name,registered_list,weighted_list,supplier"
    dated = Practice(0, "X10002", "Bravo", 10, list_date=date(2026, 1, 1))
    rows = b"".join(practices_csv.write([undated, dated])).splitlines()
    assert rows[0].endswith(b",list_date")
    assert rows[1].endswith(b",")
    assert rows[2].endswith(b",2026-01-01")
