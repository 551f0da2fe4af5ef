"""`cqrs explain`, `describe` and `check`: the same figures, opened down to the row of the file."""

from fractions import Fraction
from typing import Any

import pytest

from cqrs.calculation.kinds import formulas, walk
from cqrs.calculation.nodes import Constant, Named
from cqrs.calculation.words import sentence
from cqrs.definitions import load
from tests.integration.cli.conftest import ALPHA, Files

LD = "learning_disability_health_check/2025-26"


def test_the_workings_in_words(files: Files) -> None:
    outcome = files.explain("--practice", ALPHA, "--indicator", "AF006")
    assert outcome.code == 0, outcome.err
    row = files.row(ALPHA, "AF006", "Numerator")
    assert "X10001 Alpha Surgery, QOF 2023/24" in outcome.out
    assert "numerator ÷ denominator × 100" in outcome.out
    assert "130 ÷ 160 × 100 -> 81.2500%" in outcome.out
    assert f"numerator 130: counts.csv, row {row}, Numerator" in outcome.out
    assert "your registered list 9,639: practices.csv, row 2, digest" in outcome.out
    assert "Definition version 1, digest" in outcome.out
    assert "On a calculator of" in outcome.out


def test_all_indicators_of_a_practice(files: Files) -> None:
    outcome = files.explain("--practice", ALPHA)
    assert outcome.code == 0
    for name in ("AF001", "AF006", "QI013", "VI003"):
        assert f"\n{name} " in outcome.out
    assert "All indicators: 58.85 of 62 points" in outcome.out
    assert "Missing, skipped: AF008" in outcome.out


def _computed(node: dict[str, Any]) -> Fraction:
    """Compute a tree of workings anew from its leaves."""
    parts = [_computed(part) for part in node.get("parts", [])]
    value = Fraction(node["value"])
    match node["node"]:
        case "Product":
            assert value == parts[0] * _product(parts[1:])
        case "Ratio":
            assert value == parts[0] / parts[1]
        case "Difference":
            assert value == parts[0] - parts[1]
        case "Clamp":
            assert value == max(Fraction(0), min(parts[0], Fraction(1)))
        case "Round":
            scale = 10 ** node["places"]
            assert value == Fraction((2 * parts[0] * scale + 1) // 2, scale)
        case "Named" | "WhenPositive":
            assert value == parts[-1]
    return value


def _product(parts: list[Fraction]) -> Fraction:
    return parts[0] * _product(parts[1:]) if parts else Fraction(1)


def test_the_tree_of_workings_computes_to_the_stored_pennies(files: Files) -> None:
    files.calculate()
    rows = [row for row in files.results() if row["practice_code"] == ALPHA]
    answer = files.explain("--practice", ALPHA, "--json").json
    assert answer["pence"] == sum(one["pence"] for one in answer["indicators"])
    for row, told in zip(rows, answer["indicators"], strict=True):
        assert told["indicator"] == row["indicator"]
        assert told["points"] == row["points"]
        assert _computed(told["workings"]) == told["pence"]
        assert told["pence"] == int(row["pounds"].replace(".", ""))


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(found for part in node.get("parts", []) for found in _nodes(part))]


def test_every_step_of_the_tree_says_its_formula_and_every_number_its_source(files: Files) -> None:
    answer = files.explain("--practice", ALPHA, "--indicator", "AF006", "--json").json
    (told,) = answer["indicators"]
    found = _nodes(told["workings"])
    steps = {node["name"]: node for node in found if node["node"] == "Named"}
    assert {step["name"] for step in told["steps"]} == set(steps)
    for step in told["steps"]:
        assert steps[step["name"]] | step == steps[step["name"]]
    assert steps["achieved"]["words"] == "numerator ÷ denominator × 100"
    assert steps["achieved"]["numbers"] == "130 ÷ 160 × 100"
    sources = {node["name"]: node["source"] for node in found if node["node"] == "Input"}
    row, digest = files.row(ALPHA, "AF006", "Numerator"), answer["sources"]["counts"]["digest"]
    assert sources["numerator"].startswith(f"counts.csv, row {row}, Numerator, digest {digest[:4]}")
    assert sources["list"].startswith("practices.csv, row 2, digest ")
    assert sources["national_register"].startswith("national prevalence, provisional, digest ")


def test_a_service_without_points_has_none(files: Files) -> None:
    files.write()
    lines = ["practice_code,indicator,field,value"]
    lines += [f"{ALPHA},LDHC021,Number (Scaled),12", f"{ALPHA},LDHC021,Register,15"]
    files.counts_path.write_text("\n".join(lines), encoding="utf-8")
    arguments = files.arguments("explain", "--practice", ALPHA)
    arguments[1] = LD
    assert "\nAll indicators: £1,680.00\n" in files.run(*arguments).out
    answer = files.run(*arguments, "--json").json
    assert (answer["points"], answer["attainable_points"]) == (None, None)


def test_an_indicator_that_was_not_submitted(files: Files) -> None:
    outcome = files.explain("--practice", ALPHA, "--indicator", "DM020")
    assert outcome.code == 1
    assert "there are no counts of DM020 for X10001" in outcome.err


def test_an_indicator_that_is_not_paid(files: Files) -> None:
    assert files.explain("--practice", ALPHA, "--indicator", "COPD009MI1").code == 2


def test_faulty_files_are_refused_before_anything_is_explained(files: Files) -> None:
    files.change(ALPHA, "AF006", "Numerator", "161")
    outcome = files.explain("--practice", ALPHA, "--json")
    assert outcome.code == 1
    assert outcome.json["problems"][0]["indicator"] == "AF006"


@pytest.mark.parametrize("service", ["qof/2023-24", "qof/2025-26"])
def test_a_service_in_english(files: Files, service: str) -> None:
    outcome = files.run("describe", service)
    assert outcome.code == 0
    assert "Quality and Outcomes Framework" in outcome.out
    assert all(len(line) <= 100 for line in outcome.out.splitlines())
    assert files.run("describe", service, "--json").json["lines"]


def test_an_indicator_in_english(files: Files) -> None:
    outcome = files.run("describe", "qof/2023-24", "AF006")
    assert outcome.code == 0
    assert "Numerator ÷ Denominator" in outcome.out


@pytest.mark.parametrize("service", load.all_services())
def test_what_is_described_is_what_is_calculated(files: Files, service: str) -> None:
    for formula in formulas(load.load(service)):
        lines = files.run("describe", service, formula.indicator.id, "--json").json["lines"]
        told = {line[2:].partition(" = ")[0]: line for line in lines if " = " in line}
        steps = {node.label: node for node in walk(formula.pence) if isinstance(node, Named)}
        assert set(told) == set(steps), formula.indicator.id
        for figure in (node for node in walk(formula.pence) if isinstance(node, Constant)):
            shown = sentence(figure, figures=True)
            assert not figure.source or any(shown in line for line in told.values())


def test_the_pounds_of_a_service_in_english(files: Files) -> None:
    lines = files.run("describe", "qof/2025-26", "--json").json["lines"]
    assert "  list size (CPI) = your registered list ÷ 10,184" in lines
    (pounds,) = [line for line in lines if line.startswith("  pounds = ")]
    assert "points × £225.49 × list size (CPI) × disease (APDF); rounded to the penny" in pounds
    lines = files.run("describe", LD, "--json").json["lines"]
    assert "  number paid = the smaller of number claimed and register" in lines


def test_every_definition_agrees_with_itself(files: Files) -> None:
    outcome = files.run("check", "--json")
    assert outcome.code == 0, outcome.out
    answer = outcome.json
    assert answer["errors"] == 0
    assert [one["service"] for one in answer["services"]] == load.all_services()


def test_the_check_counts_in_english(files: Files) -> None:
    told = " ".join(files.run("check", LD).out.split())
    assert ": 1 paid indicator; agrees with itself" in told
    assert "settings (4 inferred, 1 doubtful), lists of fields (5 inferred)" in told
    assert "from memory" in files.run("check", "qof/2023-24").out


def test_the_doubts_of_one_service(files: Files) -> None:
    outcome = files.run("check", "qof/2025-26", "--doubts")
    assert outcome.code == 0, outcome.out
    assert "from memory" in outcome.out
    assert "qof/2023-24" not in outcome.out
