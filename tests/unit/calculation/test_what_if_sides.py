"""A country side by side leaves out and refuses what a statement leaves out and refuses."""

from dataclasses import replace

import pytest

from cqrs.calculation.columns.basis import Basis
from cqrs.calculation.statement import CalculationError, calculate
from cqrs.definitions.load import load

from .conftest import make_inputs, one


def test_nothing_is_settled_where_nothing_is_told() -> None:
    """P1 has had its aspiration only; P2 is settled too."""
    service = load("qof_aspiration/2025-26")
    plain = make_inputs(service, {})
    given = [
        replace(plain, practice_code="P1", facts={"previous_achievement": 120_000}),
        replace(
            plain,
            practice_code="P2",
            facts={"previous_achievement": 120_000, "achievement": 99_000, "aspiration_paid": 9},
        ),
    ]
    basis, statements = Basis.of(service, given), [calculate(service, each) for each in given]
    assert [statement.missing for statement in statements] == [("SETTLEMENT",), ()]
    assert basis.present.tolist() == [[True, False], [True, True]]
    assert basis.amounts.pence.sum(axis=1).tolist() == [each.pence for each in statements]


def test_half_a_baseline_is_refused_by_name() -> None:
    qof = load("qof/2026-27")
    values = one(qof, "VI001", numerator=39, denominator=41)
    facts = {
        "VI001.numerator_2024_25": 30,
        "VI001.denominator_2024_25": 40,
        "VI001.numerator_2025_26": 31,
        "VI001.denominator_2025_26": 40,
    }
    whole = replace(make_inputs(qof, values), facts=facts)
    assert Basis.of(qof, [whole]).amounts.pence.sum() == calculate(qof, whole).pence
    for wrong in (
        {name: number for name, number in facts.items() if "numerator_2025" not in name},
        facts | {"VI001.numerator_2025_26": 41},
    ):
        with pytest.raises(CalculationError) as told:
            calculate(qof, replace(whole, facts=wrong))
        with pytest.raises(CalculationError, match=r"A99001, VI001: .*baseline") as refused:
            Basis.of(qof, [whole, replace(whole, facts=wrong)])
        assert str(refused.value) == str(told.value)
