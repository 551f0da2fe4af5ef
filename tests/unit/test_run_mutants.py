"""Behind `make mutants`: which survivors are taken as explained, and how changes are named."""

import pytest

from scripts import run_mutants
from scripts.run_mutants import EXPLAINED, Change, explained, function_of, line_of

HALF = Change("cqrs.values.rounded", "return Fraction(cut if over > 0 else -cut, scale)")


def test_an_explanation_names_the_function_the_changed_line_and_why() -> None:
    text = f"# Words\n\n- {HALF}: minus nought is nought\n- {HALF}:\n- `other`: no line\n"
    assert explained(text) == {HALF: "minus nought is nought"}


def test_every_line_of_the_document_is_read() -> None:
    text = EXPLAINED.read_text(encoding="utf-8")
    assert text.count("\n- `") == len(explained(text)) > 0


@pytest.mark.parametrize(
    ("mutant", "function"),
    [
        ("cqrs.values.x_rounded__mutmut_8", "cqrs.values.rounded"),
        ("cqrs.values.x__scaled__mutmut_13", "cqrs.values._scaled"),
        ("cqrs.values.xǁClockǁ__init____mutmut_1", "cqrs.values.Clock.__init__"),
    ],
)
def test_a_mutant_is_named_by_its_function(mutant: str, function: str) -> None:
    assert function_of(mutant) == function


def test_the_changed_line_is_taken_from_a_difference() -> None:
    difference = "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n def f():\n-    return 1\n+    return 2\n"
    assert line_of(difference) == "return 2"
    assert line_of("--- a\n+++ b\n-    case 1:\n") == "left out"
    assert line_of("+    first\n+\n+        second\n") == "first second"


def test_what_is_not_explained_and_what_no_longer_survives_are_faults() -> None:
    other = Change("cqrs.values.rounded", "return None")
    assert run_mutants._faults({HALF}, {HALF: "why"}, []) == []
    (missing,) = run_mutants._faults({HALF, other}, {HALF: "why"}, [])
    assert missing.startswith("- `cqrs.values.rounded`: `return None`: no test notices.")
    (gone,) = run_mutants._faults(set(), {HALF: "why"}, [])
    assert "doesn't survive" in gone
    assert run_mutants._faults(set(), {HALF: "why"}, ["cqrs.calculation.exact*"]) == []


def test_killed_and_timed_out_count_as_noticed() -> None:
    outcomes = ["killed"] * 6 + ["timeout"] + ["survived"] * 2 + ["no tests"]
    assert run_mutants._summary(outcomes, 61.4) == "7 of 10 killed (70.0 %), 3 survived, 61 s"
