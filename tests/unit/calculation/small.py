"""Small definitions of one or two payments, and every reader's answer to the same numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from cqrs.calculation import workings
from cqrs.calculation.columns.evaluate import evaluate
from cqrs.calculation.statement import PracticeInputs, Reference, Statement, calculate
from cqrs.definitions import load
from cqrs.definitions.schema import Definition
from cqrs.values import MINUS, RoundingMode, rounded
from tests.examples.sums import work_out

SOURCE = "made up"
YEAR = "2025/26"
GARBAGE = re.compile(r"None|True|False|Fraction|\{|\}|<|>|\(\)|  | \.|,,|\.\.|object at")
Raw = dict[str, Any]


def fig(**figures: object) -> Raw:
    """A figure with its source: fig(pounds="1.50")."""
    return {**figures, "source": SOURCE, "confidence": "doubtful"}


def pounds(amount: str) -> Raw:
    """An amount with its source."""
    return fig(pounds=amount)


def payment(
    kind: str, name: str = "PAY", fields: Mapping[str, str] | None = None, **own: Any
) -> Raw:
    """One indicator of a kind; `fields` maps CQRS's field name to its kind."""
    told: Raw = {"id": name, "kind": kind, "group": "G", "title": f"Title of {name}"}
    told |= {"description": "Pays for a test.", **own}
    if fields:
        told["fields"] = {field: {"kind": kind} for field, kind in fields.items()}
        told["fields_source"] = fig()
    return told


def raw(*indicators: Raw, year: str = YEAR, **changes: Any) -> Raw:
    """What the YAML of a small definition says; it agrees with itself unless a test spoils it."""
    short = f"{year[2:4]}{year[5:7]}"
    wanted = ["quality_service", "paycode", "collection", "route", "rounding"]
    kinds = [f["kind"] for i in indicators for f in i.get("fields", {}).values()]
    if any(i["kind"] == "item_of_service" for i in indicators) and "register" in kinds:
        wanted.append("register_cap")
    if "money" in changes or "list_date" in changes:
        wanted.append("list_date")
    told: Raw = {
        "schema": "cqrs/definition/1",
        "service": "small",
        "year": year,
        "version": "1",
        "title": f"A small service {year}",
        "short_title": f"Small {year}",
        "quality_service": f"SMALL{short}",
        "paycode": "SMALL",
        "owner": "Tests",
        "reference": "Made up",
        "reviewed": "2026-11-23",
        "summary": "Made up for a test.",
        "collection": {"frequency": "monthly", "entry": "manual", "pays": "each"},
        "route": ["declare", "approve", "finance_approve"],
        "rounding": {"points_places": "2", "mode": "half_up", "money": "per_indicator"},
        "bounds": {"counts": "1000000", "list": "1000000", "national": "100000000"},
        "settings": {name: fig() for name in wanted},
        "sources": {SOURCE: "Invented for a test"},
        "groups": {"G": {"title": "A group"}},
        "indicators": list(indicators),
    }
    return told | changes


def small(*indicators: Raw, **changes: Any) -> Definition:
    """A small definition."""
    return load.build(raw(*indicators, **changes), "small")


def fact(unit: str, most: int = 10**9, **more: str) -> Raw:
    """A fact about the provider."""
    return {"title": f"the fact of {unit}", "unit": unit, "most": str(most), **more}


MONEY = {
    "point_value": pounds("200.00"),
    "average_list": fig(value="10000"),
    "list_date": "2026-01-01",
    "total_points": fig(value="10"),
}
"""A point is worth £200.00 to a practice of 10,000."""


@dataclass(frozen=True)
class Row:
    """What one provider sends, and the pence that a finance officer works out by hand."""

    pence: int
    counts: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, int] = field(default_factory=dict)
    month: int = 3
    """The month of the calendar that the counts end in."""
    registered_list: int = 10_000
    points: str | None = None


def inputs(definition: Definition, row: Row, name: str = "PAY") -> PracticeInputs:
    """The inputs of one provider for the indicators that have counts."""
    start = definition.year.starts_in
    year = start if row.month > 3 else start + 1
    last = 29 if row.month == 2 and year % 4 == 0 else DAYS[row.month]
    return PracticeInputs(
        practice_code="A99001",
        achievement_date=date(year, row.month, last),
        values={(name, field): count for field, count in row.counts.items()},
        registered_list=row.registered_list,
        list_date=definition.list_size_date or definition.year.start,
        submission_digest="cd" * 32,
        reference=Reference(dict.fromkeys(definition.registers, (5, 100)), "final", "ef" * 32),
        facts=row.facts,
    )


DAYS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def hold(definition: Definition, rows: Sequence[Row], name: str = "PAY") -> None:
    """Every row comes to its pence: exact, over columns, and in words whose sums add up."""
    columns: dict[str, list[int]] = {}
    for row in rows:
        given = inputs(definition, row, name)
        line = line_of(calculate(definition, given), name)
        assert line.pence == row.pence, (row, line)
        if row.points is not None:
            assert line.points == Fraction(row.points), (row, line)
        told = workings.explain(definition, given, name)
        assert told.pence == row.pence, row
        reads_well(told)
        formula, numbers = workings.opened(definition, given, name)
        for one in formula.needs:
            columns.setdefault(one, []).append(numbers[one])
    formula, _ = workings.opened(definition, inputs(definition, rows[0], name), name)
    columns = columns or {"any": [0] * len(rows)}
    assert evaluate(formula.pence, columns) == [row.pence for row in rows]


def line_of(statement: Statement, name: str) -> Any:
    """The line of an indicator."""
    return next(line for line in statement.lines if line.indicator == name)


# Words -------------------------------------------------------------------------------------------


def reads_well(told: workings.Explanation) -> None:
    """No sentence has a bracket of Python in it, and each sum comes to its result."""
    for step in told.steps:
        for text in (step.label, step.words, step.numbers, step.result, step.note):
            assert not GARBAGE.search(text), (step.name, text)
        assert adds_up(step.numbers, step.result, step.note), step
    if told.keys:
        assert told.keys.pounds == told.steps[-1].result


def adds_up(numbers: str, result: str, note: str = "") -> bool:
    """True where the sum comes to the result, to the decimals that are shown of it.

    A step is shown with at most six decimals: a sum of such may be out by half the last of them.
    """
    if numbers.endswith(": 0"):
        return bool(figure(result) == 0)
    left, _, right = numbers.partition(" = ")
    exact = value(left)
    loose = abs(exact) * sum(
        Fraction(1, 2 * 10 ** len(part)) / max(Fraction(f"{whole}.{part}"), Fraction(1, 10**6))
        for whole, part in re.findall(r"(\d+)\.(\d{4,6})(?!\d)", left.replace(",", ""))
    )
    if right:
        shown = figure(right)
        near = abs(exact - shown) <= Fraction(1, 2 * 10**4) + loose
        mode: RoundingMode = "half_up"
        if "cut off" in note or "even" in note:
            mode = "down" if "cut off" in note else "half_even"
        places = len(result.removesuffix(" points").partition(".")[2])
        whole = rounded(exact, places, mode) if not loose else figure(result)
        return near and whole == figure(result)
    if note.startswith("never"):
        return figure(result) in (0, 1)
    places = len(result.rstrip("%").removesuffix(" points").partition(".")[2])
    return abs(rounded(exact, places, "half_up") - figure(result)) <= loose


def figure(text: str) -> Fraction:
    """A printed figure as a number: "−£1,234.50", "71.3568%", "15.45 points"."""
    plain = text.removesuffix(" points").rstrip("%").replace("£", "").replace(",", "")
    return Fraction(plain.replace(MINUS, "-"))


def value(text: str) -> Fraction:
    """What a printed sum comes to; also "the smaller of 12 × £1.00 and (3 + 4)"."""
    text = text.replace("£", "").replace("%", "")
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(rf"(^|\(|[×÷] ){MINUS}([\d.]+)", rf"\1(0 {MINUS} \2)", text)
    while inner := re.search(r"\((the [^()]*)\)", text):
        text = text.replace(inner[0], decimals(_choice(inner[1])))
    return _choice(text)


def decimals(number: Fraction) -> str:
    """A number as a fraction in brackets, so that nothing is lost."""
    return f"({number.numerator} ÷ {number.denominator})"


def _choice(text: str) -> Fraction:
    found = re.fullmatch(r"the (small|larg)e(?:r|st) of (.*)", text)
    if found is None:
        return work_out(text.strip())
    parts = [work_out(part.strip()) for part in re.split(r", | and ", found[2])]
    return min(parts) if found[1] == "small" else max(parts)
