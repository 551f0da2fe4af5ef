"""What people read of a formula for points: every step, number and reason, in reading order."""

from collections.abc import Iterator
from typing import Any

import pytest

from cqrs.calculation import nodes
from cqrs.calculation.kinds import Formula, formulas, walk
from cqrs.calculation.nodes import Node
from tests.unit.calculation.small import MONEY, Raw, Row, fact, fig, hold, payment, small

SHARE = {"Done": "numerator", "Eligible": "denominator"}
REGISTER = {"Ill": "register"}
ILL = {"ILL": {"title": "Register of the ill", "field": "Ill"}}


def told(node: Node) -> Iterator[str]:
    """Each step with its name and stage, each number with its label, each reason for nought."""
    match node:
        case nodes.Named():
            yield f"[{node.stage}] {node.name}: {node.label}"
        case nodes.Constant():
            yield f"{node.label} = {node.value}"
        case nodes.Input():
            given = "" if node.default is None else f", {node.default} if not given"
            yield f"{node.label} ({node.origin} {node.name}, up to {node.most}{given})"
        case nodes.WhenPositive():
            yield f"or nought: {node.otherwise}"
    for part in node.parts:
        yield from told(part)


def formula(kind: str, *, adjusted: str = "no", protect: bool = False, **own: Any) -> Formula:
    if kind != "yes_no":
        own["prevalence_adjusted"] = fig(value=adjusted)
    if kind == "fraction":
        own |= {"base_population": "own", "thresholds": fig(lower="40", upper="90")}
    changes: Raw = {"registers": ILL} if "register_id" in own else {}
    if protect:
        changes["protection"] = fig(indicators=["PAY"], base_year="2024/25", words="Frozen.")
    paid = payment(kind, points=fig(value="10"), **own)
    return formulas(small(paid, money=MONEY, bounds=BOUNDS, **changes))[0]


BOUNDS = {"counts": "1000", "list": "2000", "national": "3000"}
DONE = "numerator (submission numerator, up to 1000)"
ELIGIBLE = "denominator (submission denominator, up to 1000)"
LIST = "your registered list (list list, up to 2000)"
ACHIEVED = ["[patients] achieved: share of patients achieved", DONE, ELIGIBLE, "100 = 100"]
LOWER, UPPER = "lower threshold = 40", "upper threshold = 90"
WAY = [*ACHIEVED, LOWER, UPPER, LOWER]
POINTS = "[points] points: points"
GUARD = ["or nought: no patients in the denominator, so no points", ELIGIBLE]
PROGRESS = "[points] progress: share of the points"
TEN = "points available = 10"
CPI = ["[factors] cpi: list size (CPI)", LIST, "average list = 10000"]
FRACTION = [POINTS, *GUARD, TEN, PROGRESS, *WAY]
VALUE = "value of a point = 20000"


def test_points_between_two_thresholds_and_their_pounds() -> None:
    built = formula("fraction", fields=SHARE)
    assert built.points is not None
    assert list(told(built.points)) == FRACTION
    assert list(told(built.pence)) == ["[pounds] pence: pounds", *FRACTION, VALUE, *CPI]


def test_an_average_list_that_is_a_fact() -> None:
    money = {name: told for name, told in MONEY.items() if name != "average_list"}
    average = {"average": fact("people", 4000)}
    yes = payment("yes_no", fields={"Yes": "yes_no"}, points=fig(value="10"))
    definition = small(yes, money=money | {"average_list_fact": "average"}, facts=average)
    (built,) = formulas(definition)
    (cpi,) = (node for node in walk(built.pence) if getattr(node, "name", "") == "cpi")
    given = "the fact of people (fact average, up to 4000)"
    own = "your registered list (list list, up to 1000000)"
    reason = "or nought: no average list was given"
    assert list(told(cpi)) == [CPI[0], reason, given, own, given]


def test_indicators_share_their_factors_so_that_a_practice_s_are_computed_once() -> None:
    own: Raw = {"register_id": "ILL", "prevalence_adjusted": fig(value="yes")}
    ill = [
        payment("register", name, fields=REGISTER, points=fig(value="5"), **own)
        for name in ("A", "B")
    ]
    first, second = formulas(small(*ill, money=MONEY, registers=ILL))
    for name in ("cpi", "apdf"):
        ((one,), (other,)) = (
            [node for node in walk(built.pence) if getattr(node, "name", "") == name]
            for built in (first, second)
        )
        assert one is other, name


def test_pounds_by_prevalence() -> None:
    ill = "register (submission register, up to 1000)"
    england = "England’s register (reference national_register, up to 3000)"
    built = formula(
        "fraction",
        fields=SHARE | REGISTER,
        adjusted="yes",
        register_id="ILL",
    )
    assert list(told(built.pence)) == [
        "[pounds] pence: pounds",
        *FRACTION,
        VALUE,
        *CPI,
        "[factors] apdf: disease (APDF)",
        "or nought: nobody on the register",
        ill,
        "or nought: nobody in England on the register",
        england,
        "[factors] prevalence: your prevalence",
        ill,
        LIST,
        "100 = 100",
        "[factors] national_prevalence: England’s prevalence",
        england,
        "England’s registered patients (reference national_list, up to 3000)",
        "100 = 100",
    ]


def test_a_lump_at_the_lower_threshold() -> None:
    built = formula("fraction", fields=SHARE, lump=fig(value="3"))
    assert built.points is not None
    assert list(told(built.points)) == [
        POINTS,
        *GUARD,
        *ACHIEVED,
        LOWER,
        "points at the lower threshold = 3",
        "points on the way up = 7",
        PROGRESS,
        *WAY,
        "no points = 0",
    ]


def test_the_better_of_the_scale_and_the_own_improvement() -> None:
    years = fig(years=["2023/24", "2024/25"], lower="5", upper="10")
    built = formula("fraction", fields=SHARE, improvement=years)

    def of(year: str) -> list[str]:
        return [
            f"{what} of {year} (fact PAY.{what}_{year.replace('/', '_')}, up to 1000, "
            "0 if not given)"
            for what in ("numerator", "denominator")
        ]

    earlier, last = of("2023/24"), of("2024/25")
    assert built.points is not None
    assert list(told(built.points)) == [
        POINTS,
        *GUARD,
        TEN,
        PROGRESS,
        "[points] scale: way between the thresholds",
        *WAY,
        "[points] better: way above your baseline",
        "or nought: no baseline was given",
        earlier[1],
        "or nought: no baseline was given",
        last[1],
        "[points] improvement: improvement on the baseline",
        *ACHIEVED,
        "[patients] baseline: your baseline",
        *earlier,
        "100 = 100",
        *last,
        "100 = 100",
        "2 = 2",
        "least improvement = 5",
        "improvement for all points = 10",
        "least improvement = 5",
    ]


def test_points_for_a_register_and_for_a_yes() -> None:
    ill = formula("register", fields=REGISTER, register_id="ILL")
    yes = formula("yes_no", fields={"Yes": "yes_no"})
    assert ill.points is not None
    assert yes.points is not None
    assert list(told(ill.points)) == [
        POINTS,
        "or nought: nobody on the register, so no points",
        "register (submission register, up to 1000)",
        TEN,
    ]
    assert list(told(yes.points)) == [POINTS, TEN, "yes (1) or no (0) (submission flag, up to 1)"]


def test_protected_points_are_never_more_than_there_are_now() -> None:
    """Hundredths of points, up to the 1,050 there ever were."""
    frozen = formula("fraction", fields=SHARE, protect=True).protected
    assert frozen is not None
    assert frozen.points is not None
    label = "your protected points of 2024/25"
    given = f"{label} (fact PAY.protected_points, up to 105000)"
    assert list(told(frozen.points)) == [POINTS, given, TEN]


@pytest.mark.parametrize(
    ("mode", "pence"), [("half_up", (1, 2)), ("half_even", (0, 2)), ("down", (0, 1))]
)
def test_half_a_penny_goes_as_the_definition_says(mode: str, pence: tuple[int, int]) -> None:
    """A hundredth of a point is £2.00 to a list of 10,000: 0.5p to 25 patients, 1.5p to 75."""
    rounding: Raw = {"points_places": "2", "mode": mode, "money": "per_indicator"}
    own: Raw = {"prevalence_adjusted": fig(value="no"), "base_population": "own"}
    scale: Raw = {"points": fig(value="10"), "thresholds": fig(lower="40", upper="90")}
    share = payment("fraction", fields=SHARE, **own, **scale)
    counts = {"Done": 4005, "Eligible": 10_000}
    rows = [
        Row(pence[0], counts, registered_list=25, points="0.01"),
        Row(pence[1], counts, registered_list=75, points="0.01"),
    ]
    hold(small(share, money=MONEY, rounding=rounding), rows)
