"""The year that every engine calculates first: QOF 2023/24 of the made-up England, as drawn."""

import numpy as np
from peers.folder import COUNTS, Indicator, Year

from cqrs.calculation.kinds import formulas
from cqrs.calculation.prevalence import strike
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition, FractionIndicator, RegisterIndicator
from cqrs.extraction.synthetic import counts, england

SERVICE = "qof/2023-24"
NEXT_YEAR = {"CHOL001": "CHOL003", "CHOL002": "CHOL004"}
"""What England's figures of 2024/25, which counts are drawn around, call these indicators."""
NEW_DIAGNOSES = "DEP_NEW"
"""A register of those diagnosed within the year; whoever DEP004 looks at is on it."""

COLUMNS = {"numerator": "numerator", "denominator": "denominator", "register": "register"}
COLUMNS["yes_no"] = "flag"


def drawn(practices: int) -> Year:
    """A synthetic England at the end of QOF 2023/24, with its own struck prevalence."""
    definition, country = load(SERVICE), england(practices=practices)
    now = {later: earlier for earlier, later in NEXT_YEAR.items()}
    given = [
        {(now.get(name, name), field): int(value) for (name, field), value in one.values.items()}
        for one in counts(_as_published(definition), country)
    ]
    lists = tuple(practice.registered_list for practice in country.practices)
    codes = [practice.code for practice in country.practices]
    national = strike(definition, zip(codes, lists, given, strict=True))["registers"]
    money = definition.money
    assert money is not None
    assert money.average_list is not None
    return Year(
        money.point_value.pence,
        money.average_list.value,
        tuple(_rule(definition, number, national) for number in range(len(definition.paid))),
        lists,
        np.array(_rows(definition, given), np.int64),
    )


def _as_published(definition: Definition) -> Definition:
    """The definition with the names that England's figures know."""
    indicators = tuple(
        indicator.model_copy(
            update={
                "id": NEXT_YEAR.get(indicator.id, indicator.id),
                **({"base_population": "own"} if indicator.id == "DEP004" else {}),
            }
        )
        for indicator in definition.indicators
    )
    registers = {name: r for name, r in definition.registers.items() if name != NEW_DIAGNOSES}
    return definition.model_copy(update={"indicators": indicators, "registers": registers})


def _rows(definition: Definition, given: list[dict[tuple[str, str], int]]) -> list[list[int]]:
    places = {kind: COUNTS.index(column) for kind, column in COLUMNS.items()}
    fields = [
        [((i.id, n), places[f.kind]) for n, f in i.fields.items() if f.kind in places]
        for i in definition.paid
    ]
    rows = []
    for practice, values in enumerate(given):
        for number, keys in enumerate(fields):
            row = [practice, number, 0, 0, 0, 0]
            for key, place in keys:
                row[place] = values[key]
            rows.append(row)
    return rows


def _rule(definition: Definition, number: int, national: dict[str, dict[str, int]]) -> Indicator:
    """One indicator as the engines are told it."""
    formula = formulas(definition)[number]
    indicator, available = formula.indicator, formula.available
    assert available is not None, f"{indicator.id} earns no points"
    lower = upper = nil = people = patients = 0
    if isinstance(indicator, FractionIndicator):
        lower, upper = int(indicator.thresholds.lower), int(indicator.thresholds.upper)
    if isinstance(indicator, RegisterIndicator):
        nil = int(indicator.paid_at_nil)
    if formula.register_id:
        figures = national[formula.register_id]
        people, patients = figures["register"], figures["list"]
    kind = indicator.kind
    return Indicator(indicator.id, kind, available, lower, upper, nil, people, patients)
