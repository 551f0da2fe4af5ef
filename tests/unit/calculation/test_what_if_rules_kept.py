"""What-ifs make new rules all the time: no more than so many of them are kept."""

import pytest

from cqrs.calculation import statement
from cqrs.calculation.statement import group_registers
from cqrs.definitions.load import load

YEARS = ("qof/2023-24", "qof/2024-25", "qof/2025-26")


def test_the_registers_of_groups_are_kept_for_a_few_rules_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(statement, "REMEMBERED", 2, raising=False)
    monkeypatch.setattr(statement, "_GROUP_REGISTERS", {})
    first = [group_registers(load(year)) for year in YEARS]
    assert len(statement._GROUP_REGISTERS) <= 2
    assert [group_registers(load(year)) for year in YEARS] == first
    assert all(first)
    assert group_registers(load(YEARS[-1])) is group_registers(load(YEARS[-1]))
