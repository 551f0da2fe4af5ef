"""Calculate: a pure function from definition, counts and reference data to a frozen statement.

The same inputs give the same bytes, so a statement's digest is what people declare and approve.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from cqrs.calculation import exact
from cqrs.calculation.kinds import Formula, formulas
from cqrs.definitions.schema import Definition, Indicator
from cqrs.values import Pence, canonical_json, decimal_text, digest

SCHEMA = "cqrs/statement/1"
Values = Mapping[tuple[str, str], int]
"""Counts by (indicator, CQRS field name); a yes is 1 and a no is 0."""


class CalculationError(Exception):
    """The inputs can't be calculated; says which number is missing and what to do."""


@dataclass(frozen=True)
class Reference:
    """Reference data of a calculation: national prevalence by register, and its standing.

    `national` maps a register id to (people on the register, registered patients), both pooled
    over the same practices. `status` is "provisional" or "final"; `digest` names the exact set.
    """

    national: Mapping[str, tuple[int, int]]
    status: str
    digest: str


@dataclass(frozen=True)
class PracticeInputs:
    """Everything one statement is made of, besides the definition."""

    practice_code: str
    achievement_date: date
    values: Values
    registered_list: int
    list_date: date
    submission_digest: str
    reference: Reference


@dataclass(frozen=True)
class Line:
    """One paid indicator of a statement. Points are rounded; pounds are pence."""

    indicator: str
    numerator: int | None
    denominator: int | None
    register: int | None
    pcas: int | None
    points: Fraction | None
    available: int | None
    """The indicator's maximum, whether or not it was attainable."""
    attainable: bool
    pence: Pence


@dataclass(frozen=True)
class Statement:
    """The frozen result of one submission under one definition."""

    content: bytes
    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    points: Fraction
    attainable_points: int
    attainable_points_group_rule: int
    pence: Pence

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest(self.content)


def calculate(definition: Definition, inputs: PracticeInputs) -> Statement:
    """Calculate one practice. Indicators without any number are listed as missing and skipped.

    Raises CalculationError when a needed number or national prevalence is absent.
    """
    lines: list[Line] = []
    missing: list[str] = []
    submitted = {indicator for indicator, _ in inputs.values}
    for formula in formulas(definition):
        if formula.indicator.id in submitted:
            lines.append(_line(formula, numbers_of(formula, inputs)))
        else:
            missing.append(formula.indicator.id)
    return _statement(definition, inputs, tuple(lines), tuple(missing))


def _line(formula: Formula, numbers: dict[str, int]) -> Line:
    indicator = formula.indicator
    memo: exact.Memo = {}
    points = exact.value(formula.points, numbers, memo) if formula.points else None
    pence = exact.value(formula.pence, numbers, memo)
    guard = formula.attainable
    return Line(
        indicator=indicator.id,
        numerator=numbers.get("numerator"),
        denominator=numbers.get("denominator"),
        register=numbers.get("register"),
        pcas=numbers.get("pcas"),
        points=None if points is None else Fraction(points),
        available=formula.available,
        attainable=guard is None or numbers[guard.name] > 0,
        pence=int(pence),
    )


def numbers_of(formula: Formula, inputs: PracticeInputs) -> dict[str, int]:
    """The inputs of one formula by name: the practice's counts, its list, national figures."""
    indicator = formula.indicator
    numbers = {"list": inputs.registered_list}
    pcas = 0
    for name, field in indicator.fields.items():
        given = inputs.values.get((indicator.id, name))
        if given is None:
            continue
        if field.kind == "pca":
            pcas += given
        elif field.kind != "exclusion":
            numbers[_INPUT_OF[field.kind]] = given
    if any(field.kind == "pca" for field in indicator.fields.values()):
        numbers["pcas"] = pcas
    if formula.register_id is not None:
        national = inputs.reference.national.get(formula.register_id)
        if national is None:
            raise CalculationError(
                f"{indicator.id} needs England's prevalence of {formula.register_id}: "
                "load it or strike it from the counts"
            )
        numbers["national_register"], numbers["national_list"] = national
    for name in formula.needs:
        if name not in numbers:
            raise CalculationError(
                f"{inputs.practice_code}, {indicator.id}: the {name} is missing; submit it"
            )
    return numbers


_INPUT_OF = {
    "numerator": "numerator",
    "denominator": "denominator",
    "register": "register",
    "yes_no": "flag",
    "count": "count",
}


def _statement(
    definition: Definition,
    inputs: PracticeInputs,
    lines: tuple[Line, ...],
    missing: tuple[str, ...],
) -> Statement:
    points = sum((line.points for line in lines if line.points is not None), Fraction(0))
    pence = sum(line.pence for line in lines)
    attainable = sum(line.available or 0 for line in lines if line.attainable)
    group_rule = _group_rule(definition, lines, inputs.values)
    content = {
        "schema": SCHEMA,
        "service": definition.id,
        "definition": {"version": definition.version, "digest": definition.digest},
        "practice": inputs.practice_code,
        "achievement_date": inputs.achievement_date.isoformat(),
        "submission": inputs.submission_digest,
        "reference": {
            "digest": inputs.reference.digest,
            "status": inputs.reference.status,
            "registered_list": inputs.registered_list,
            "list_date": inputs.list_date.isoformat(),
        },
        "lines": [_line_json(line, definition.rounding.points_places) for line in lines],
        "missing": list(missing),
        "points": decimal_text(points, definition.rounding.points_places),
        "attainable_points": attainable,
        "attainable_points_group_rule": group_rule,
        "pence": pence,
    }
    return Statement(canonical_json(content), lines, missing, points, attainable, group_rule, pence)


def _group_rule(definition: Definition, lines: tuple[Line, ...], values: Values) -> int:
    """NHS England's publication rule: a group whose register is nought leaves the maximum."""
    registers = {
        name: values[(indicator, name)]
        for (indicator, name) in values
        if _is_register(definition.by_id.get(indicator), name)
    }
    dropped = {
        key
        for key, group in definition.groups.items()
        if group.zero_register_id
        and registers.get(definition.registers[group.zero_register_id].field) == 0
    }
    return sum(
        line.available or 0
        for line in lines
        if definition.by_id[line.indicator].group not in dropped
    )


def _is_register(indicator: Indicator | None, field: str) -> bool:
    return (
        indicator is not None
        and field in indicator.fields
        and indicator.fields[field].kind == "register"
    )


def _line_json(line: Line, places: int) -> dict[str, Any]:
    return {
        "indicator": line.indicator,
        "numerator": line.numerator,
        "denominator": line.denominator,
        "register": line.register,
        "pcas": line.pcas,
        "points": None if line.points is None else decimal_text(line.points, places),
        "available": line.available,
        "attainable": line.attainable,
        "pence": line.pence,
    }


def lines_of(content: bytes | Mapping[str, Any]) -> Iterable[Line]:
    """The lines of a stored statement, from its content."""
    stored = content if isinstance(content, Mapping) else json.loads(content)
    for line in stored["lines"]:
        points = None if line["points"] is None else Fraction(line["points"])
        yield Line(**{**line, "points": points})
