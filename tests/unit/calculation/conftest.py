"""Inputs for calculation tests: one practice of QOF 2025/26 whose counts a test sets itself."""

from collections.abc import Callable
from datetime import date

import pytest

from cqrs.calculation.statement import PracticeInputs, Reference
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition, ManagementInformation

NATIONAL = (4_021_386, 63_911_204)


@pytest.fixture(scope="session")
def qof() -> Definition:
    return load("qof/2025-26")


@pytest.fixture
def practice() -> Callable[..., PracticeInputs]:
    return make_inputs


def make_inputs(
    definition: Definition,
    given: dict[tuple[str, str], int],
    *,
    registered_list: int = 9_842,
    national: tuple[int, int] = NATIONAL,
    status: str = "final",
) -> PracticeInputs:
    """A practice with only the given counts, every register with the same national figure."""
    reference = Reference(dict.fromkeys(definition.registers, national), status, "ef" * 32)
    return PracticeInputs(
        practice_code="A99001",
        achievement_date=definition.year.end,
        values=given,
        registered_list=registered_list,
        list_date=date(definition.year.starts_in + 1, 1, 1),
        submission_digest="cd" * 32,
        reference=reference,
    )


def one(definition: Definition, indicator_id: str, **counts: int) -> dict[tuple[str, str], int]:
    """Counts of one indicator by kind of field: numerator=426, denominator=597, register=742."""
    indicator = definition.by_id[indicator_id]
    assert not isinstance(indicator, ManagementInformation)
    found = {}
    for kind, count in counts.items():
        name = indicator.field_of(kind)  # type: ignore[arg-type]
        assert name is not None, f"{indicator_id} has no {kind}"
        found[indicator_id, name] = count
    return found
