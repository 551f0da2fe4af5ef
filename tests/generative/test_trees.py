"""Any formula comes to the same in the exact reader and over columns, to the last digit.

CQRS_TREES=20000 makes more of them than the fast suite has time for.
"""

import os
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings

from cqrs.calculation import exact
from cqrs.calculation.columns.evaluate import evaluate
from cqrs.calculation.proofs import Overflow, UnguardedError, prove

from .trees import Case, cases

TREES = int(os.environ.get("CQRS_TREES", "80"))
many = settings(
    max_examples=TREES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def exactly(case: Case) -> list[Fraction | ZeroDivisionError | ValueError]:
    """What the exact reader says of every row: a number, or that it fails."""
    found: list[Fraction | ZeroDivisionError | ValueError] = []
    for numbers in zip(*case.rows.values()):
        row = dict(zip(case.rows, numbers))
        try:
            found.append(Fraction(exact.value(case.node, row, {})))
        except (ZeroDivisionError, ValueError) as error:
            found.append(error)
    return found


@given(cases())
@many
def test_columns_and_exact_agree_in_every_row(case: Case) -> None:
    wanted = exactly(case)
    sound = [number for number, one in enumerate(wanted) if isinstance(one, Fraction)]
    rows = {name: [column[number] for number in sound] for name, column in case.rows.items()}
    try:
        assert evaluate(case.node, rows) == [wanted[number] for number in sound]
    except Overflow:
        assume(False)
    if len(sound) < len(wanted):
        first = next(one for one in wanted if not isinstance(one, Fraction))
        row = wanted.index(first)
        with pytest.raises((ZeroDivisionError, ValueError), match=f"row {row}: ") as refused:
            evaluate(case.node, case.rows)
        assert "nought" in str(refused.value)


@given(cases())
@many
def test_what_is_proven_to_divide_safely_never_fails(case: Case) -> None:
    try:
        prove(case.node)
    except (Overflow, UnguardedError):
        assume(False)
    assert [one for one in exactly(case) if not isinstance(one, Fraction)] == []
