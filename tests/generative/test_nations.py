"""A country's statements through columns are, byte for byte, those of the exact reader.

CQRS_NATIONS=500 makes more of them than the fast suite has time for.
"""

import os
from random import Random

import pytest

from cqrs.calculation.columns.country import Country, Lines
from cqrs.calculation.nation import Nation, Outcome
from cqrs.calculation.statement import CalculationError, PracticeInputs, Statement, calculate
from cqrs.definitions import load
from cqrs.definitions.schema import Definition

from .countries import country

EACH = int(os.environ.get("CQRS_NATIONS", "1"))
MOST = EACH + 20
"""Draws of a service, where those before had no practice whose bytes could be compared."""


def exactly(definition: Definition, one: PracticeInputs) -> Statement | str:
    """What the exact reader makes of a practice: its statement, or why there is none."""
    try:
        return calculate(definition, one)
    except CalculationError as error:
        return str(error)


def told(statement: Statement | Outcome) -> tuple[object, ...]:
    return (
        statement.content,
        statement.digest,
        statement.missing,
        statement.points,
        statement.attainable_points,
        statement.attainable_points_group_rule,
        statement.pence,
    )


@pytest.mark.parametrize("service", load.all_services())
def test_statements_are_those_of_the_exact_reader(service: str) -> None:
    definition, compared = load.load(service), 0
    for seed in range(MOST):
        if seed >= EACH and compared:
            break
        many = country(definition, Random(f"{service} {seed}"))  # noqa: S311 - draws of a country
        wanted = {one.practice_code: exactly(definition, one) for one in many}
        sound = [one for one in many if isinstance(wanted[one.practice_code], Statement)]
        if sound:
            side_by_side = Country.of(definition, sound)
            # Only what is no count of the definition is left to the exact reader.
            assert set(Lines(side_by_side).left_to_exact()) == set(side_by_side.counts.odd)
            found = list(Nation(side_by_side).outcomes())
            for one, outcome in zip(sound, found, strict=True):
                statement = wanted[one.practice_code]
                assert isinstance(statement, Statement)
                assert told(outcome) == told(statement), (service, seed, one)
                compared += 1
        if len(sound) < len(many):
            first = next(why for why in wanted.values() if isinstance(why, str))
            with pytest.raises(CalculationError) as refused:
                Nation(Country.of(definition, many))
            assert str(refused.value) == first
    assert compared, f"{service}: no draw has a sound practice"
