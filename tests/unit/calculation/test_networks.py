"""A network is scored on all its members of the day together, and on nobody else."""

from datetime import date

import pytest

from cqrs.calculation.networks import Membership, together
from cqrs.definitions.counts import PracticeCounts

DAY = date(2025, 3, 31)
MEMBERS = [
    Membership("U10001", "A00001", date(2023, 4, 1)),
    Membership("U10001", "A00002", date(2023, 4, 1)),
    Membership("U10002", "A00003", date(2023, 4, 1)),
]
LISTS = {"A00001": 9000, "A00002": 7000, "A00003": 5000}


def counts(code: str, numerator: int, denominator: int) -> PracticeCounts:
    values = {("HI-03", "Numerator"): numerator, ("HI-03", "Denominator"): denominator}
    return PracticeCounts(code, DAY, values)


THREE = [counts("A00001", 30, 40), counts("A00002", 12, 20), counts("A00003", 5, 9)]


def test_members_counts_and_lists_are_added_up() -> None:
    made = together(THREE, LISTS, MEMBERS, DAY)

    assert {one.practice_code: dict(one.values) for one in made.counts} == {
        "U10001": {("HI-03", "Numerator"): 42, ("HI-03", "Denominator"): 60},
        "U10002": {("HI-03", "Numerator"): 5, ("HI-03", "Denominator"): 9},
    }
    assert made.lists == {"U10001": 16000, "U10002": 5000}
    assert (made.outside, made.problems) == ((), ())
    assert {one.achievement_date for one in made.counts} == {DAY}


@pytest.mark.parametrize(
    ("end", "expected"),
    [(date(2025, 3, 30), {"U10001": 30, "U10002": 5}), (DAY, {"U10001": 42, "U10002": 5})],
)
def test_a_practice_counts_where_it_is_on_the_day(end: date, expected: dict[str, int]) -> None:
    left = [MEMBERS[0], Membership("U10001", "A00002", date(2023, 4, 1), end), MEMBERS[2]]

    made = together(THREE, LISTS, left, DAY)

    got = {one.practice_code: one.values["HI-03", "Numerator"] for one in made.counts}
    assert got == expected
    assert made.outside == (() if end == DAY else ("A00002",))


def test_a_practice_that_moved_is_in_its_new_network_only() -> None:
    moved = [
        MEMBERS[0],
        Membership("U10001", "A00002", date(2023, 4, 1), date(2024, 6, 30)),
        Membership("U10002", "A00002", date(2024, 7, 1)),
        MEMBERS[2],
    ]
    made = together(THREE, LISTS, moved, DAY)
    assert made.lists == {"U10001": 9000, "U10002": 12000}
    assert made.problems == ()


def test_a_practice_in_two_networks_at_once_is_refused() -> None:
    made = together(THREE, LISTS, [*MEMBERS, Membership("U10002", "A00001", DAY)], DAY)
    (problem,) = made.problems
    assert problem.words == "A00001 is in U10001 and in U10002 on 2025-03-31"
    assert problem.is_error


def test_a_member_without_counts_or_list_is_named_and_its_network_left_out() -> None:
    made = together(THREE[:1] + THREE[2:], {"A00001": 9000}, MEMBERS, DAY)

    assert [p.words for p in made.problems] == [
        "A00002 is a member on 2025-03-31 but has not sent counts",
        "A00003 is a member on 2025-03-31 but has not sent a list size",
    ]
    assert made.counts == ()


def test_a_number_that_some_members_lack_is_refused() -> None:
    more = PracticeCounts("A00001", DAY, {**THREE[0].values, ("CAN-04", "Numerator"): 3})
    made = together([more, *THREE[1:]], LISTS, MEMBERS, DAY)
    assert [p.words for p in made.problems] == [
        "only 1 of 2 members have sent CAN-04 Numerator",
    ]


def test_answers_do_not_add_up() -> None:
    answered = [
        PracticeCounts(one.practice_code, DAY, {**one.values, ("X", "Done"): True})
        for one in THREE[:2]
    ]
    made = together([*answered, THREE[2]], LISTS, MEMBERS, DAY)
    assert {p.words for p in made.problems} == {"X Done is a yes or no, which doesn't add up"}
