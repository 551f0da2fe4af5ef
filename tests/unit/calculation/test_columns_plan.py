"""The country at once: formulas grouped by shape, inputs side by side, blocks, refusals."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cqrs.calculation import exact, nodes
from cqrs.calculation.columns import plan as plans
from cqrs.calculation.columns.plan import Plan, Table
from cqrs.calculation.columns.program import Overflow
from cqrs.calculation.columns.query import BoundsError
from cqrs.calculation.kinds import Formula, formulas
from cqrs.calculation.kinds.amounts import line_name
from cqrs.calculation.nodes import PENCE, PEOPLE, POINTS, Constant, Input, Named, Node
from cqrs.definitions.load import load

from .national_inputs import national_inputs, row_of

PROVIDERS = 23


def formula(ident: str, pence: Node, points: Named | None = None) -> Formula:
    indicator: Any = SimpleNamespace(id=ident)
    return Formula(indicator, points, Named("pence", "pounds", "pounds", pence), None, None)


def paid(ident: str, fee: Fraction | int, name: str = "count", most: int = 1000) -> Formula:
    count = Input(name, PEOPLE, name, "submission", most)
    price = Constant(fee, PENCE.per(PEOPLE), "fee")
    return formula(ident, nodes.Round(nodes.Product((count, price)), 0))


def table(providers: int, formulas_: int, **counts: list[list[int]]) -> Table:
    present = np.ones((providers, formulas_), np.bool_)
    return Table(present, {name: np.array(rows) for name, rows in counts.items()})


@pytest.mark.parametrize("service", ["qof/2023-24", "qof/2025-26"])
@pytest.mark.parametrize("block", [100, 400_000])
def test_every_figure_of_the_country_is_that_of_the_exact_reader(
    service: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "BLOCK", block)
    made = formulas(load(service))
    given = national_inputs(len(made), PROVIDERS, seed=7, missing=True)
    amounts = Plan.of(made).run(given)
    assert amounts.points.dtype == amounts.pence.dtype == np.int64
    for provider, place in np.ndindex(given.present.shape):
        points = pence = Fraction(0)
        if given.present[provider, place]:
            row, one = row_of(given, provider, place), made[place]
            pence = Fraction(exact.value(one.pence, row, {}))
            if one.points:
                points = Fraction(exact.value(one.points, row, {}))
        assert amounts.points[provider, place] == points * 100
        assert amounts.pence[provider, place] == pence


def test_formulas_that_differ_in_figures_and_names_are_one_query() -> None:
    many = [paid("A", 250), paid("B", Fraction(1, 3)), paid("C", 7, "other")]
    plan = Plan.of(many)
    assert len(plan.shapes) == 1
    found = plan.run(table(2, 3, count=[[1, 5, 0], [2, 4, 0]], other=[[0, 0, 3], [0, 0, 4]]))
    assert found.pence.tolist() == [[250, 2, 21], [500, 1, 28]]
    assert len(Plan.of([*many, formula("D", nodes.Round(Constant(5, PENCE, "5"), 0))]).shapes) == 2


def test_qof_is_a_handful_of_queries() -> None:
    assert len(Plan.of(formulas(load("qof/2023-24"))).shapes) <= 8


def test_another_fee_makes_another_plan_over_the_same_table() -> None:
    given = table(1, 1, count=[[9]])
    assert Plan.of([paid("A", 250)]).run(given).pence.tolist() == [[2250]]
    assert Plan.of([paid("A", 260)]).run(given).pence.tolist() == [[2340]]


def test_a_line_may_be_made_of_other_lines_whatever_their_order() -> None:
    lines = tuple(
        Input(line_name(ident), PENCE, ident, "definition", 10**9) for ident in ("A", "B")
    )
    cap = Constant(1000, PENCE, "cap")
    total = formula("TOTAL", nodes.Difference(nodes.Minimum((nodes.Sum(lines), cap)), cap))
    double = Input(line_name("TOTAL"), PENCE, "TOTAL", "definition", 10**9, -(10**9))
    more = formula("MORE", nodes.Sum((double, double)))
    plan = Plan.of([more, total, paid("A", 100), paid("B", 200)])
    given = table(3, 4, count=[[0, 0, 1, 2], [0, 0, 9, 9], [0, 0, 3, 0]])
    given.present[2, 3] = False
    found = plan.run(given).pence
    assert found.tolist() == [[-1000, -500, 100, 400], [0, 0, 900, 1800], [-1400, -700, 300, 0]]


def test_points_come_in_their_places_and_once_for_points_and_pounds() -> None:
    share = nodes.Ratio(
        Input("count", POINTS, "count", "submission", 99), Constant(4, nodes.RATIO, "4")
    )
    points = Named("points", "points", "points", nodes.Round(share, 1))
    value = Constant(10, PENCE.per(POINTS), "value")
    one = formula("A", nodes.Round(nodes.Product((points, value)), 0), points)
    plan = Plan.of([one], points_places=1)
    found = plan.run(table(2, 1, count=[[3], [5]]))
    assert (found.points.tolist(), found.pence.tolist()) == ([[8], [13]], [[8], [13]])
    assert plan.shapes[0].sql.count("//") == 1
    with pytest.raises(ValueError, match="points isn't rounded to 0 places"):
        Plan.of([one], points_places=0)


def test_a_line_of_one_line_may_be_read_by_another_of_the_same_tree() -> None:
    first, second = (
        formula(ident, Input(line_name(of), PENCE, of, "definition", 10**9))
        for ident, of in (("C", "B"), ("B", "A"))
    )
    plan = Plan.of([first, second, paid("A", 100)])
    assert plan.run(table(1, 3, count=[[0, 0, 7]])).pence.tolist() == [[700, 700, 700]]


def test_lines_that_are_made_of_one_another_are_refused() -> None:
    first, second = (
        formula(ident, Input(line_name(other), PENCE, other, "definition", 9))
        for ident, other in (("A", "B"), ("B", "A"))
    )
    with pytest.raises(ValueError, match="A, B are made of one another"):
        Plan.of([first, second]).run(table(1, 2))


# Refusals -----------------------------------------------------------------------------------------


def test_an_input_outside_its_bounds_names_indicator_and_provider() -> None:
    plan = Plan.of([paid("A", 1), paid("B", 2)])
    given = table(3, 2, count=[[0, 1], [2, 3], [4, 1001]])
    with pytest.raises(BoundsError, match="B, provider in row 2: count is 1001"):
        plan.run(given)
    given.present[2, 1] = False
    assert plan.run(given).pence.tolist() == [[0, 2], [2, 6], [4, 0]]


def test_a_division_by_nought_names_indicator_provider_and_step() -> None:
    count = Input("count", PEOPLE, "count", "submission", 10)
    rate = nodes.Ratio(Constant(100, PENCE.times(PEOPLE), "100"), count)
    plan = Plan.of([formula("A", nodes.Round(rate, 0))])
    with pytest.raises(
        ZeroDivisionError, match="A, provider in row 1: pounds: it divides by count"
    ):
        plan.run(table(2, 1, count=[[1], [0]]))


def test_what_is_missing_from_the_table_is_named() -> None:
    with pytest.raises(BoundsError, match="A needs the count: put it in the table"):
        Plan.of([paid("A", 1)]).run(table(1, 1))
    with pytest.raises(BoundsError, match="the table has 2 formulas, the plan 1"):
        Plan.of([paid("A", 1)]).run(table(1, 2, count=[[1, 1]]))


def test_matrices_of_floats_are_refused() -> None:
    given = table(1, 1, count=[[1.0]])  # type: ignore[list-item]
    with pytest.raises(BoundsError, match=r"count: hand in whole numbers .*, not float64"):
        Plan.of([paid("A", 1)]).run(given)


def test_a_danger_of_points_that_pounds_do_not_read_is_found() -> None:
    count = Input("count", POINTS, "count", "submission", 9)
    rate = nodes.Ratio(Constant(4, POINTS.times(POINTS), "4"), count)
    points = Named("points", "points", "points", nodes.Round(rate, 2))
    plan = Plan.of([formula("A", nodes.Round(Constant(1, PENCE, "1"), 0), points)])
    with pytest.raises(ZeroDivisionError, match="A, provider in row 1: points: it divides"):
        plan.run(table(2, 1, count=[[1], [0]]))


def test_bounds_that_are_too_wide_are_refused_before_anything_runs() -> None:
    with pytest.raises(Overflow, match=r"pounds: .* can reach 42 digits"):
        Plan.of([paid("A", 10**23, most=10**18)])


def test_pounds_beyond_64_bits_are_refused_in_the_row_that_has_them() -> None:
    plan = Plan.of([paid("A", 10**12, most=10**12)])
    assert plan.run(table(1, 1, count=[[9]])).pence.tolist() == [[9 * 10**12]]
    with pytest.raises(OverflowError, match="A, provider in row 1: pounds: it comes to more than"):
        plan.run(table(2, 1, count=[[9], [10**12]]))


def test_figures_too_far_apart_for_one_query_get_one_each() -> None:
    def steep(ident: str, first: int, second: int) -> Formula:
        count = Input("count", PEOPLE, "count", "submission", 9)
        rest = Input("rest", PEOPLE, "rest", "submission", 9)
        fees = [Constant(fee, PENCE.per(PEOPLE.times(PEOPLE)), "fee") for fee in (first, second)]
        both = (nodes.Product((count, rest, fees[0])), nodes.Product((count, fees[1], rest)))
        capped = nodes.Minimum((nodes.Ratio(*both), Constant(1, nodes.RATIO, "1")))
        guarded = nodes.WhenPositive(nodes.Product((count, rest)), capped, "nothing")
        return formula(ident, nodes.Round(nodes.Product((guarded, Constant(100, PENCE, "100"))), 0))

    wide, flat = steep("A", 10**24, 7), steep("B", 3, 10**24)
    plan = Plan.of([wide, flat])
    rows = [[2, 2], [0, 1]]
    found = plan.run(table(2, 2, count=rows, rest=[[1, 1], [1, 1]])).pence
    assert found.tolist() == [[100, 0], [0, 0]]
    assert sorted(shape.indexes for shape in plan.shapes) == [(0,), (1,)]


def test_rows_that_are_not_there_may_hold_anything() -> None:
    made = formulas(load("qof/2025-26"))
    given = national_inputs(len(made), 4, seed=1)
    nothing = replace(given, present=np.zeros_like(given.present))
    for column in nothing.counts.values():
        column[:] = -5
    found = Plan.of(made).run(nothing)
    assert not found.points.any()
    assert not found.pence.any()
