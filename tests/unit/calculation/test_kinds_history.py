"""Rules of earlier years: both sides of every edge, by hand, exact and over columns."""

from collections.abc import Sequence
from fractions import Fraction

import pytest

from cqrs.calculation import exact, words
from cqrs.calculation.columns.evaluate import evaluate
from cqrs.calculation.kinds import history
from cqrs.calculation.nodes import PENCE, PEOPLE, PERCENT, POINTS, Constant, Input, Named
from cqrs.calculation.proofs import prove
from tests.unit.calculation.small import adds_up

OWN = Input("own", PERCENT, "your prevalence", "submission", 10_000, 0, 2)
HIGHEST = Input("highest", PERCENT, "the highest prevalence", "reference", 10_000, 0, 2)
NATIONAL = Input("national", PERCENT, "England’s prevalence", "reference", 10_000, 1, 2)
LIST = Input("list", PEOPLE, "your list", "list", 1_000_000, 1)
EARNED = Input("earned", POINTS, "points", "calculation", 105_000, 0, 2)
VALUE = Constant(7_500, PENCE.per(POINTS), "value of a point", "Pulse")
DONE = Input("done", PEOPLE, "done", "submission", 1_000_000)
ELIGIBLE = Input("eligible", PEOPLE, "eligible", "submission", 1_000_000)
HIGHER = Input("higher", PENCE, "amount at the higher target", "reference", 10**9)

Rows = Sequence[tuple[dict[str, int], str]]


def hold(node: Named, rows: Rows) -> None:
    """Every row has its value: exact, over columns and in words; nothing in it can fail."""
    prove(node)
    wanted = [Fraction(value) for _, value in rows]
    assert [exact.value(node, given, {}) for given, _ in rows] == wanted
    names = rows[0][0]
    columns = {name: [given[name] for given, _ in rows] for name in names}
    assert evaluate(node, columns) == wanted
    for given, _ in rows:
        for step in words.steps(exact.work(node, given)):
            if "√" not in step.numbers:
                assert adds_up(step.numbers, step.result, step.note), step


def test_the_square_root_is_rounded_to_two_decimals() -> None:
    """√(9 ÷ 4) = 1.5; √0.5 = 0.7071; 0.245² = 0.060025, so just below it is 0.24."""
    rows = [
        ({"own": 900, "national": 400}, "1.5"),
        ({"own": 300, "national": 300}, "1"),
        ({"own": 150, "national": 300}, "0.71"),
        ({"own": 167, "national": 300}, "0.75"),
        ({"own": 0, "national": 300}, "0"),
        ({"own": 2401, "national": 10_000}, "0.49"),
        ({"own": 2450, "national": 10_000}, "0.49"),
        ({"own": 2451, "national": 10_000}, "0.5"),
        ({"own": 1, "national": 10_000}, "0.01"),
        ({"own": 10_000, "national": 1}, "100"),
    ]
    hold(history.square_root_factor(OWN, NATIONAL), rows)


def test_the_square_root_in_words() -> None:
    working = exact.work(history.square_root_factor(OWN, NATIONAL), {"own": 375, "national": 300})
    (step,) = words.steps(working)
    assert (step.words, step.numbers, step.result) == (
        "square root of (your prevalence ÷ England’s prevalence)",
        "√(3.750000 ÷ 3)",
        "1.120000",
    )


def test_since_2009_10_the_ratio_itself_counts() -> None:
    rows = [
        ({"own": 375, "national": 300}, "1.25"),
        ({"own": 150, "national": 300}, "0.5"),
        ({"own": 0, "national": 300}, "0"),
    ]
    hold(history.linear_factor(OWN, NATIONAL), rows)


def test_nobody_is_below_a_twentieth_of_the_highest_practice() -> None:
    """5% of 35.4% is 1.77%: below it everybody has 1.77%, at it nothing changes."""
    rows = [
        ({"own": 0, "highest": 3_540}, "1.77"),
        ({"own": 176, "highest": 3_540}, "1.77"),
        ({"own": 177, "highest": 3_540}, "1.77"),
        ({"own": 178, "highest": 3_540}, "1.78"),
        ({"own": 3_540, "highest": 3_540}, "35.4"),
        ({"own": 0, "highest": 0}, "0"),
    ]
    hold(history.floored_prevalence(OWN, HIGHEST), rows)


def test_the_list_factor_to_2012_13() -> None:
    rows = [({"list": 5_891}, "1"), ({"list": 11_782}, "2"), ({"list": 1}, "1/5891")]
    hold(history.list_factor(LIST), rows)


def test_pounds_are_rounded_to_the_penny_once() -> None:
    """10 points at £75.00 for 5,891 patients with 0.75 are £562.50; a hundredth at 0.71 £0.53."""
    apdf = history.square_root_factor(OWN, NATIONAL)
    tree = history.pounds(EARNED, VALUE, history.list_factor(LIST), apdf)
    at_average = {"list": 5_891, "national": 300}
    rows = [
        ({**at_average, "earned": 1_000, "own": 167}, "56250"),
        ({**at_average, "earned": 1, "own": 150}, "53"),
        ({**at_average, "earned": 2, "own": 150}, "107"),
        ({**at_average, "earned": 0, "own": 150}, "0"),
        ({**at_average, "earned": 1_000, "own": 0}, "0"),
    ]
    hold(tree, rows)


def test_the_lower_target_pays_a_third_of_the_higher() -> None:
    tree = history.childhood_target(DONE, ELIGIBLE, HIGHER)
    rows = [
        ({"done": done, "eligible": eligible, "higher": higher}, pence)
        for done, eligible, higher, pence in [
            (69, 100, 848_700, "0"),
            (699, 1000, 848_700, "0"),
            (70, 100, 848_700, "282900"),
            (899, 1000, 848_700, "282900"),
            (90, 100, 848_700, "848700"),
            (100, 100, 848_700, "848700"),
            (0, 0, 848_700, "0"),
            (7, 10, 100, "33"),
            (7, 10, 200, "67"),
        ]
    ]
    hold(tree, rows)


@pytest.mark.parametrize("year", ["2005", "2009/10", "2012/13"])
def test_every_figure_names_the_years_it_held_in(year: str) -> None:
    figures = (history.AVERAGE_LIST, history.FLOOR, history.LOWER_TARGET, history.HIGHER_TARGET)
    assert any(year in figure.source for figure in figures)
