"""Every real practice through `cqrs calculate`, against this file's own calculation.

Registers and lists are those of 2020/21; numerators and denominators follow England's rates of
2024/25. Nothing here imports the calculation: points and pounds are worked out again from the
facts, in fractions.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Files

SHARED = Path(__file__).parents[4] / "shared"
PRACTICES = SHARED / "data" / "qof" / "prevalence_2020_21_by_practice.csv.gz"
FACTS = SHARED / "facts" / "qof"
ENGLAND_LIST = 63_766_671
AVERAGE_LIST = 9_639
POINT_VALUE_PENCE = 21_343
FILLED = {
    # Registers that the practices' file of 2020/21 lacks, each as England's share of a known one.
    "HF_LVSD": ("HF", 393_594, 700_138),
    "DEP_NEW": ("DEP", 596_115, 7_317_368),
    "SMOK": ("LIST", 15_573_486, ENGLAND_LIST),
    "VI1": ("LIST", 570_632, ENGLAND_LIST),
    "VI2": ("LIST", 572_982, ENGLAND_LIST),
    "VI3": ("LIST", 646_445, ENGLAND_LIST),
    "VI4": ("LIST", 407_210, ENGLAND_LIST),
}
SMALLER_BASE = {"HF_LVSD": 393_594, "DEP_NEW": 596_115, "SMOK": 15_573_486}
LATER_ID = {"CHOL001": "CHOL003", "CHOL002": "CHOL004"}

pytestmark = [
    pytest.mark.national,
    pytest.mark.skipif(
        not PRACTICES.is_file(), reason="the real practices lie beside this repository: not here"
    ),
]


@dataclass(frozen=True)
class Rule:
    """An indicator of QOF 2023/24 as the facts tell it."""

    id: str
    kind: str
    points: int
    lower: Fraction
    upper: Fraction
    register: str
    adjusted: bool
    numerator_rate: Fraction
    denominator: int
    """England's denominator of 2024/25."""
    register_field: str


@dataclass(frozen=True)
class Given:
    """What a practice submits for an indicator."""

    numerator: int | None
    denominator: int | None
    register: int | None


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def rules() -> list[Rule]:
    england = {row["indicator_id"]: row for row in _read(FACTS / "england_2024_25.csv")}
    fields = {
        row["indicator_id"]: row["field_name"]
        for row in _read(FACTS / "cqrs_indicator_fields_2023_24.csv")
        if row["kind"] == "register"
    }
    found = []
    for row in _read(FACTS / "indicators_2023_24.csv"):
        name = row["indicator_id"]
        figures = england[LATER_ID.get(name, name)]
        denominator = int(figures["denominator"])
        register = row["prevalence_register"]
        if name.startswith("VI"):
            register = f"VI{name[-1]}"
        found.append(
            Rule(
                id=name,
                kind=row["type"],
                points=int(row["points"]),
                lower=Fraction(row["lower"] or 0),
                upper=Fraction(row["upper"] or 100),
                register=register,
                adjusted=row["prevalence_adjusted"] == "yes",
                numerator_rate=Fraction(int(figures["numerator"]), denominator or 1),
                denominator=denominator,
                register_field=fields.get(name, ""),
            )
        )
    return found


def practices() -> dict[str, dict[str, int]]:
    """Registers and whole list ("LIST") of every practice; what the file lacks is filled."""
    found: dict[str, dict[str, int]] = {}
    with gzip.open(PRACTICES, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            registers = found.setdefault(row["PRACTICE_CODE"], {})
            registers[row["GROUP_CODE"]] = int(row["REGISTER"])
            if row["PATIENT_LIST_TYPE"] == "TOTAL":
                registers["LIST"] = int(row["PRACTICE_LIST_SIZE"])
    for registers in found.values():
        for name, (base, over, under) in FILLED.items():
            registers[name] = registers[base] * over // under
    return found


def england_registers() -> dict[str, int]:
    prevalence = _read(FACTS / "england_prevalence_2024_25.csv")
    return {row["group"]: int(row["register"]) for row in prevalence} | SMALLER_BASE


def given(rule: Rule, place: int, registers: dict[str, int], england: dict[str, int]) -> Given:
    """A practice's counts of an indicator: England's rates, a little above or below."""
    register = registers[rule.register] if rule.register_field else None
    if rule.kind != "fraction":
        return Given(None, None, register)
    if rule.register in england and rule.adjusted and not rule.id.startswith("CHOL"):
        base, whole = registers[rule.register], england[rule.register]
    elif rule.register.startswith("VI"):
        base, whole = registers[rule.register], FILLED[rule.register][1]
    else:
        base, whole = registers["LIST"], ENGLAND_LIST
    denominator = base * rule.denominator // whole
    wave = 75 + (place * 7 + len(rule.id) * rule.points) % 45
    numerator = int(denominator * rule.numerator_rate * wave) // 100
    return Given(min(numerator, denominator), denominator, register)


def half_up(number: Fraction, places: int = 0) -> Fraction:
    """Round to places, an exact half up; nothing here is below nought."""
    scaled = number * 10**places
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)) / (
        10**places
    )


def expected(
    rule: Rule, counts: Given, list_size: int, prevalence: dict[str, Fraction], place: int
) -> tuple[Fraction, int]:
    """Points and pence by this file's own reading of the rule."""
    points = Fraction(rule.points)
    if rule.kind == "binary":
        points = points if place % 3 else Fraction(0)
    elif rule.kind == "register":
        points = points if counts.register or rule.id == "PC001" else Fraction(0)
    elif not counts.denominator:
        points = Fraction(0)
    else:
        share = Fraction(100 * (counts.numerator or 0), counts.denominator)
        part = (share - rule.lower) / (rule.upper - rule.lower)
        points = half_up(points * min(max(part, Fraction(0)), Fraction(1)), 2)
    pence = points * POINT_VALUE_PENCE * Fraction(list_size, AVERAGE_LIST)
    if rule.adjusted:
        pence *= Fraction(counts.register or 0, list_size) / prevalence[rule.register]
    return points, int(half_up(pence))


def rows_of_counts(everybody: dict[str, dict[str, int]]) -> Iterator[tuple[object, ...]]:
    england = england_registers()
    for place, (code, registers) in enumerate(sorted(everybody.items())):
        for rule in rules():
            counts = given(rule, place, registers, england)
            if rule.kind == "binary":
                yield code, rule.id, "Yes/No Flag", "Y" if place % 3 else "N"
            if counts.denominator is not None:
                yield code, rule.id, "Numerator", counts.numerator
                yield code, rule.id, "Denominator", counts.denominator
            if counts.register is not None:
                yield code, rule.id, rule.register_field, counts.register


def write(files: Files, everybody: dict[str, dict[str, int]]) -> None:
    with files.counts_path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["practice_code", "indicator", "field", "value"])
        writer.writerows(rows_of_counts(everybody))
    with (files.folder / "practices.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["practice_code", "name", "registered_list"])
        writer.writerows((code, "", reg["LIST"]) for code, reg in everybody.items())


def test_every_real_practice_comes_to_the_penny(files: Files) -> None:
    everybody = practices()
    assert len(everybody) > 6_500
    write(files, everybody)
    files.out_path.parent.mkdir()
    arguments = files.arguments("calculate", "--require-complete", "--out", str(files.out_path))
    outcome = files.run(*arguments, "--json")
    assert outcome.code == 0, outcome.err
    summary = outcome.json
    assert summary["missing_indicators"] == {}
    assert summary["practices_without_counts"] == []

    whole_list = sum(registers["LIST"] for registers in everybody.values())
    adjusted = {rule.register for rule in rules() if rule.adjusted}
    prevalence = {
        name: Fraction(sum(registers[name] for registers in everybody.values()), whole_list)
        for name in adjusted
    }
    england = england_registers()
    rows = iter(files.results())
    order = None
    grand_points, grand_pence = Fraction(0), 0
    for place, ((code, registers), total) in enumerate(
        zip(sorted(everybody.items()), files.totals(), strict=True)
    ):
        its_points, its_pence, seen = Fraction(0), 0, []
        by_id = {rule.id: rule for rule in rules()}
        for _ in by_id:
            row = next(rows)
            rule = by_id[row["indicator"]]
            counts = given(rule, place, registers, england)
            points, pence = expected(rule, counts, registers["LIST"], prevalence, place)
            assert row["practice_code"] == code
            assert (Fraction(row["points"]), Fraction(row["pounds"])) == (
                points,
                Fraction(pence, 100),
            ), (row, counts)
            shown = tuple(int(row[name]) if row[name] else None for name in Given.__annotations__)
            assert Given(*shown) == counts
            its_points, its_pence = its_points + points, its_pence + pence
            seen.append(rule.id)
        assert order in (None, seen)
        order = seen
        assert total["practice_code"] == code
        assert Fraction(total["points"]) == its_points
        assert Fraction(total["pounds"]) == Fraction(its_pence, 100)
        grand_points, grand_pence = grand_points + its_points, grand_pence + its_pence
    assert next(rows, None) is None
    assert summary["pence"] == grand_pence
    assert Fraction(summary["points"]) == grand_points
    assert Fraction(summary["pounds"]) == Fraction(grand_pence, 100)
    assert summary["registered_list"] == whole_list
