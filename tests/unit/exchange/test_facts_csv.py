"""Facts and memberships as files: read exactly, or told which row is wrong and why."""

from datetime import date

import pytest

from cqrs.definitions.counts import Problem
from cqrs.exchange import facts_csv, members_csv
from cqrs.exchange.facts_csv import Known
from cqrs.exchange.sheet import Sheet

PLACES = {
    "beds": Known(0, 0, 10_000),
    "AF001.protected_points": Known(2, 0, 105_000),
    "aspiration_paid": Known(2, 0, 10**10),
}


def facts(text: str) -> tuple[facts_csv.Facts, list[Problem]]:
    problems: list[Problem] = []
    sheet = Sheet.of("facts.csv", f"practice_code,fact,value\n{text}".encode())
    return facts_csv.read(sheet, PLACES, problems), problems


def test_facts_are_kept_exactly() -> None:
    found, problems = facts(
        "A00001,beds,40\nA00001,AF001.protected_points,4.97\nA00002,aspiration_paid,1234.5\n"
    )
    assert found == {
        "A00001": {"beds": 40, "AF001.protected_points": 497},
        "A00002": {"aspiration_paid": 123450},
    }
    assert problems == []


@pytest.mark.parametrize(
    ("row", "words", "remedy"),
    [
        ("A00001,bedz,40", "'bedz' is not a fact of this service", "Its facts are: AF001.protect"),
        ("A00001,beds,forty", "'forty' is not a number", "Write it plainly"),
        ("A00001,beds,-4", "'-4' is not a number", "Write it plainly"),
        ("A00001,beds,4.5", "4.5 has more decimals than beds is kept with", "Write a whole number"),
        (
            "A00001,aspiration_paid,1.005",
            "1.005 has more decimals than aspiration_paid is kept with",
            "Write at most 2 decimals",
        ),
        ("A00001,beds,", "the value of beds is missing", "leave the row out"),
        ("A00001,beds,10001", "beds is 10001, not from 0 to 10000", "Correct it"),
        ("A00001,AF001.protected_points,1050.01", "not from 0 to 1050", "Correct it"),
        ("A 1,beds,4", "'A 1' is not an organisation's code", "Write the organisation's code"),
    ],
)
def test_a_row_that_says_no_fact_is_told(row: str, words: str, remedy: str) -> None:
    found, (problem,) = facts(f"A00009,beds,1\n{row}\n")
    assert (problem.row, problem.is_error) == (3, True)
    assert problem.words.endswith(words)
    assert problem.remedy.startswith(remedy) or remedy in problem.remedy
    assert found == {"A00009": {"beds": 1}}


def test_a_fact_given_twice_is_told() -> None:
    found, (problem,) = facts("A00001,beds,4\nA00001,beds,5\n")
    assert (problem.words, problem.row) == ("beds is given twice", 3)
    assert found == {"A00001": {"beds": 4}}


def members(text: str) -> tuple[list[members_csv.Member], list[Problem]]:
    problems: list[Problem] = []
    head = "network_code,practice_code,start_date,end_date\n"
    sheet = Sheet.of("members.csv", f"{head}{text}".encode())
    return list(members_csv.read(sheet, problems)), problems


def test_memberships_are_read() -> None:
    found, problems = members("U1,A00001,2023-04-01,\nU2,A00002,2023-04-01,2024-03-31\n")
    assert [one[1:] for one in found] == [
        ("U1", "A00001", date(2023, 4, 1), None),
        ("U2", "A00002", date(2023, 4, 1), date(2024, 3, 31)),
    ]
    assert problems == []


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("U1,A00001,1/4/2023,", "start_date", "'1/4/2023' is not a date"),
        ("U1,A00001,2023-04-01,soon", "end_date", "'soon' is not a date"),
        ("U1,A00001,,", "start_date", "'' is not a date"),
        ("U1,A00001,2023-04-01,2023-03-31", "end_date", "it ends on 2023-03-31, before it starts"),
        ("U 1,A00001,2023-04-01,", "network_code", "'U 1' is not an organisation's code"),
    ],
)
def test_a_row_that_is_no_membership_is_told(row: str, field: str, words: str) -> None:
    found, (problem,) = members(f"U1,A00009,2023-04-01,\n{row}\n")
    assert (problem.field, problem.row) == (field, 3)
    assert problem.words.startswith(words)
    assert len(found) == 1
