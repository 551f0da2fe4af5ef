"""The practices file: list sizes of at least 1, each practice once, optional columns."""

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
