"""Exact halves of pennies and of hundredths go away from nought; the slow suite has all of them."""

from fractions import Fraction

import pytest

from cqrs.calculation import exact
from cqrs.calculation.columns.evaluate import evaluate
from cqrs.calculation.kinds import formulas
from cqrs.definitions.load import load

from .ties import columns_of, half_pennies, rows_of_points

SERVICES = ("qof/2023-24", "qof/2025-26")
EVERY = 97
"""A sample: each so many hundredths of a point."""


@pytest.mark.parametrize("service", SERVICES)
def test_half_a_penny_becomes_a_whole_one(service: str) -> None:
    found = 0
    for formula in formulas(load(service))[::3]:
        ties = list(half_pennies(formula, step=EVERY))
        assert all(pence.denominator == 2 for _, pence in ties)
        if ties:
            rows = columns_of([row for row, _ in ties])
            assert evaluate(formula.pence, rows) == [pence + Fraction(1, 2) for _, pence in ties]
        found += len(ties)
    assert found > 200


@pytest.mark.parametrize("service", SERVICES)
def test_half_a_hundredth_of_a_point_becomes_a_whole_one(service: str) -> None:
    found = 0
    for formula in formulas(load(service))[::3]:
        rows = list(rows_of_points(formula, half=True, step=EVERY))
        if rows and formula.points:
            wanted = [exact.value(formula.points, row, {}) for row in rows]
            assert evaluate(formula.points, columns_of(rows)) == wanted
            # The first row earns half a hundredth, and so on: all of them end up one higher.
            assert [100 * one for one in wanted] == list(range(1, 100 * 100, EVERY))[: len(rows)]
        found += len(rows)
    assert found > 50
