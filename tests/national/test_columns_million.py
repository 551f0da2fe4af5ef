"""A million figures of two years of QOF, and every tie that can be built: columns against exact."""

from fractions import Fraction

import numpy as np
import pytest

from cqrs.calculation import exact
from cqrs.calculation.columns.evaluate import evaluate
from cqrs.calculation.columns.plan import Plan
from cqrs.calculation.kinds import formulas
from cqrs.definitions.load import load
from tests.unit.calculation.national_inputs import national_inputs, row_of
from tests.unit.calculation.ties import columns_of, half_pennies, rows_of_points

SERVICES = ("qof/2023-24", "qof/2025-26")
FIGURES = 500_000
"""Of each service: a million in all."""
FEWEST_TIES = {"qof/2023-24": 50_000, "qof/2025-26": 50_000}


@pytest.mark.parametrize("service", SERVICES)
def test_half_a_million_figures_are_those_of_the_exact_reader(service: str) -> None:
    made = formulas(load(service))
    table = national_inputs(len(made), FIGURES // len(made) + 1, seed=2026)
    assert table.present.size >= FIGURES
    amounts = Plan.of(made).run(table)
    points, pence = np.zeros_like(amounts.points), np.zeros_like(amounts.pence)
    for provider, place in np.ndindex(table.present.shape):
        formula, memo = made[place], exact.Memo()
        row = row_of(table, provider, place)
        if formula.points:
            points[provider, place] = exact.value(formula.points, row, memo) * 100
        pence[provider, place] = exact.value(formula.pence, row, memo)
    assert (points != amounts.points).sum() == 0
    assert (pence != amounts.pence).sum() == 0


@pytest.mark.parametrize("service", SERVICES)
def test_every_half_penny_that_can_be_built_becomes_a_whole_one(service: str) -> None:
    found = 0
    for formula in formulas(load(service)):
        ties = list(half_pennies(formula))
        if ties:
            assert all(pence.denominator == 2 for _, pence in ties)
            got = evaluate(formula.pence, columns_of([row for row, _ in ties]))
            assert got == [pence + Fraction(1, 2) for _, pence in ties]
        found += len(ties)
    assert found >= FEWEST_TIES[service]


@pytest.mark.parametrize("service", SERVICES)
def test_every_half_hundredth_of_a_point_becomes_a_whole_one(service: str) -> None:
    found = 0
    for formula in formulas(load(service)):
        rows = list(rows_of_points(formula, half=True))
        if rows and formula.points:
            got = evaluate(formula.points, columns_of(rows))
            assert got == [Fraction(k, 100) for k in range(1, len(rows) + 1)]
        found += len(rows)
    assert found > 40_000
