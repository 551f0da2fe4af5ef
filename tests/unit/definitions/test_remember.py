"""What follows from a definition is worked out once; what-ifs make new rules all the time."""

import pytest

from cqrs.calculation.statement import group_registers
from cqrs.definitions import remember
from cqrs.definitions.load import load
from cqrs.definitions.remember import ByDigest
from cqrs.definitions.schema import Definition

YEARS = ("qof/2023-24", "qof/2024-25", "qof/2025-26")


def test_no_more_than_so_many_definitions_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remember, "MOST", 2)
    asked: list[str] = []

    @ByDigest
    def named(definition: Definition) -> str:
        """The name."""
        asked.append(definition.id)
        return definition.id

    assert [named(load(year)) for year in (*YEARS, YEARS[-1])] == [*YEARS, YEARS[-1]]
    assert asked == list(YEARS)
    assert len(named.known) <= 2
    named.forget()
    assert named(load(YEARS[-1])) == YEARS[-1]
    assert asked[-1] == YEARS[-1]
    assert named.__doc__ == "The name."


def test_an_error_is_not_remembered() -> None:
    @ByDigest
    def broken(definition: Definition) -> str:
        raise ValueError(definition.id)

    for _ in range(2):
        with pytest.raises(ValueError, match="qof/2025-26"):
            broken(load("qof/2025-26"))
    assert broken.known == {}


def test_the_registers_of_groups_are_remembered() -> None:
    assert all(group_registers(load(year)) for year in YEARS)
    assert group_registers(load(YEARS[0])) is group_registers(load(YEARS[0]))
