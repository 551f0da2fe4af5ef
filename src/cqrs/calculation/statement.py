"""Calculate: a pure function from definition, counts and reference data to a frozen statement.

The same inputs give the same bytes, so a statement's digest is what people declare and approve.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from cqrs.calculation import exact, nodes
from cqrs.calculation.kinds import Formula, formulas
from cqrs.calculation.kinds.amounts import line_name
from cqrs.calculation.kinds.points import protected_name
from cqrs.definitions.remember import ByDigest
from cqrs.definitions.schema import (
    CompositePayment,
    Definition,
    PaidIndicator,
    ReconciliationPayment,
)
from cqrs.values import Pence, canonical_json, decimal_text, digest, month_of

SCHEMA = "cqrs/statement/1"
Key = tuple[str, str]
Values = Mapping[Key, int]
"""Counts by (indicator, CQRS field name); a yes is 1 and a no is 0."""


Memos = dict[tuple[str | None, int | None], exact.Memo]
"""What one practice's formulas remember, by register and its count: the steps that formulas share
(CPI, APDF) are made of nothing else but the list and England's figures of that register."""


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
    facts: Mapping[str, int] = field(default_factory=dict)
    """Numbers about the provider by the name of the fact, in whole 10^-places of its unit."""


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
    count: int | None = None
    protected: bool = False
    """Whether the points are those of an earlier year, by income protection."""


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
    """Calculate one practice. What nothing was sent for is listed as missing and skipped.

    Raises CalculationError when a needed number or national prevalence is absent.
    """
    refuse_another_list(definition, inputs)
    lines: list[Line] = []
    missing: list[str] = []
    submitted = {indicator for indicator, _ in inputs.values}
    memos: Memos = {}
    for formula in chosen(definition, inputs):
        indicator = formula.indicator
        if nothing_sent(indicator, submitted, inputs.facts, missing):
            missing.append(indicator.id)
        else:
            lines.append(_line(formula, numbers_of(formula, inputs, lines), memos))
    return _statement(definition, inputs, tuple(lines), tuple(missing))


def nothing_sent(
    indicator: PaidIndicator,
    submitted: Collection[str],
    facts: Mapping[str, int],
    missing: Collection[str],
) -> bool:
    """Whether there are no counts, nothing to settle yet, or a line too few under a limit."""
    match indicator:
        case CompositePayment(of=names):
            return any(name in missing for name in names)
        case ReconciliationPayment(due=due, paid=paid):
            return due not in facts and paid not in facts
    return bool(indicator.fields) and indicator.id not in submitted


def chosen(definition: Definition, inputs: PracticeInputs) -> Iterator[Formula]:
    """The formulas that hold for a practice: the protected ones where its points are given."""
    for formula in formulas(definition):
        kept = formula.protected
        given = kept is not None and protected_name(formula.indicator.id) in inputs.facts
        yield kept if kept is not None and given else formula


def refuse_another_list(definition: Definition, inputs: PracticeInputs) -> None:
    """In 2014 the list sizes of the wrong year were used: a practice lost about £2,000."""
    wanted = definition.list_size_date
    if wanted is not None and inputs.list_date != wanted:
        raise CalculationError(
            f"{inputs.practice_code}: the list size is of {inputs.list_date}, but "
            f"{definition.short_title} needs the one of {wanted}. Give that list size"
        )


def _line(formula: Formula, numbers: dict[str, int], memos: Memos) -> Line:
    indicator = formula.indicator
    memo = memos.setdefault((formula.register_id, numbers.get("register")), {})
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
        count=numbers.get("count"),
        protected=protected_name(indicator.id) in formula.needs,
    )


def numbers_of(
    formula: Formula, inputs: PracticeInputs, lines: Iterable[Line] = ()
) -> dict[str, int]:
    """The inputs of one formula by name: counts, list, national figures, facts, earlier lines.

    Raises CalculationError when one is missing or beyond the largest that was declared, or where a
    baseline can't be.
    """
    values = inputs.values
    unsound = baseline_fault(formula, inputs.facts)
    if unsound is not None:
        raise CalculationError(f"{inputs.practice_code}, {formula.indicator.id}: {unsound}")
    month = month_of(inputs.achievement_date)
    numbers = {"list": inputs.registered_list, "month": month}
    for key, name in formula.given:
        if key in values:
            numbers[name] = values[key]
    if formula.removed:
        numbers["pcas"] = sum(values[key] for key in formula.removed if key in values)
    if formula.register_id is not None:
        national = inputs.reference.national.get(formula.register_id)
        if national is None:
            raise CalculationError(
                f"{formula.indicator.id} needs England's prevalence of {formula.register_id}: "
                "load it or strike it from the counts"
            )
        numbers["national_register"], numbers["national_list"] = national
    if isinstance(formula.indicator, CompositePayment):
        numbers |= {line_name(line.indicator): line.pence for line in lines}
    for node in formula.inputs:
        if node.origin == "fact":
            numbers[node.name] = _fact(formula, inputs, node)
        given = numbers.get(node.name)
        if given is None:
            raise CalculationError(
                f"{inputs.practice_code}, {formula.indicator.id}: the {node.name} is missing; "
                "submit it"
            )
        if not node.least <= given <= node.most:
            raise CalculationError(
                f"{inputs.practice_code}, {formula.indicator.id}: the {node.name} {given:,} is not "
                f"from {node.least:,} to {node.most:,}; correct it, or the definition’s bounds"
            )
    return numbers


def baseline_fault(formula: Formula, facts: Mapping[str, int]) -> str | None:
    """What is wrong with the baseline of an improvement, with the remedy; None where nothing is.

    Without any of it the normal scale holds. A part of it would count as nobody in that year.
    """
    names = [name for pair in formula.baselines for name in pair]
    absent = [name for name in names if name not in facts]
    if absent and len(absent) < len(names):
        return f"of the baseline, {', '.join(absent)} is missing; give all of it or none"
    if absent:
        return None
    for done, eligible in formula.baselines:
        if facts[done] > facts[eligible]:
            return (
                f"the baseline {done} {facts[done]:,} is larger than {eligible} "
                f"{facts[eligible]:,}; correct it"
            )
    return None


def _fact(formula: Formula, inputs: PracticeInputs, node: nodes.Input) -> int:
    given = inputs.facts.get(node.name, node.default)
    if given is None:
        raise CalculationError(
            f"{inputs.practice_code}, {formula.indicator.id}: the fact {node.name} "
            f"({node.label}) is missing; give it"
        )
    return given


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
        "facts": dict(inputs.facts),
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
    dropped = {
        group
        for group, carriers in group_registers(definition)
        if next((values[key] for key in carriers if key in values), None) == 0
    }
    return sum(
        line.available or 0
        for line in lines
        if definition.by_id[line.indicator].group not in dropped
    )


@ByDigest
def group_registers(definition: Definition) -> tuple[tuple[str, tuple[Key, ...]], ...]:
    """Each group that a nought register drops, with the fields that may carry that register."""
    registers = {
        name: definition.registers[group.zero_register_id].field
        for name, group in definition.groups.items()
        if group.zero_register_id
    }
    return tuple(
        (name, tuple((i.id, field) for i in definition.paid if field in i.fields))
        for name, field in registers.items()
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
        "count": line.count,
        "protected": line.protected,
    }


def lines_of(content: bytes | Mapping[str, Any]) -> Iterable[Line]:
    """The lines of a stored statement, from its content."""
    stored = content if isinstance(content, Mapping) else json.loads(content)
    for line in stored["lines"]:
        points = None if line["points"] is None else Fraction(line["points"])
        yield Line(**{**line, "points": points})
