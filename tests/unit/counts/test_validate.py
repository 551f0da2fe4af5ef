"""The one validator: each demand of the definition, met and broken from the same sound counts."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from cqrs.calculation.kinds import formulas
from cqrs.definitions import load
from cqrs.definitions.counts import (
    Counts,
    PracticeCounts,
    Problem,
    day_fault,
    missing,
    validate,
    validate_all,
)

QOF = load.load("qof/2023-24")
LD = load.load("learning_disability_health_check/2025-26")
AF = "Atrial Fibrillation Register"
REMOVED = QOF.by_id["AF006"].removed_fields
SOUND: dict[tuple[str, str], Any] = {
    ("AF001", AF): 200,
    ("AF006", "Numerator"): 130,
    ("AF006", "Denominator"): 160,
    ("AF006", AF): 200,
    ("QI013", "Yes/No Flag"): True,
}


def of(values: Counts, day: date = QOF.year.end) -> PracticeCounts:
    return PracticeCounts("X10001", day, values, "counts.csv", range(2, 2 + len(values)))


def problems(changes: Counts, *without: tuple[str, str]) -> list[Problem]:
    values = {**SOUND, **changes}
    return validate(QOF, of({key: value for key, value in values.items() if key not in without}))


def the_one(changes: Counts, *without: tuple[str, str]) -> Problem:
    found = problems(changes, *without)
    assert len(found) == 1, found
    return found[0]


def test_sound_counts_have_no_problem() -> None:
    assert problems({}) == []


@pytest.mark.parametrize("value", [-1, 1.0, "160", True, None, Fraction(1), 10**9])
def test_a_count_is_a_whole_number(value: Any) -> None:
    problem = the_one({("AF006", "Denominator"): value})
    assert "is not a count" in problem.words
    assert (problem.row, problem.indicator, problem.field) == (4, "AF006", "Denominator")


@pytest.mark.parametrize("value", [1, 0, "Y", None])
def test_a_yes_or_no_is_nothing_else(value: Any) -> None:
    assert "is not a yes or no" in the_one({("QI013", "Yes/No Flag"): value}).words


def test_unknown_indicator_and_field() -> None:
    assert "not an indicator" in the_one({("QI999", "Numerator"): 1}).words
    assert "not a field of QI013" in the_one({("QI013", "Flag"): 1}).words


@pytest.mark.parametrize("name", ["Numerator", "Denominator", AF])
def test_required_fields_of_an_adjusted_fraction(name: str) -> None:
    problem = the_one({}, ("AF006", name))
    assert problem.words == f"AF006 was submitted without its {name}"
    assert problem.field == name
    assert problem.row in (3, 4)


def test_the_register_of_an_unadjusted_fraction_is_optional() -> None:
    assert problems({("BP002", "Numerator"): 5, ("BP002", "Denominator"): 9}) == []


def test_only_a_removal_reason_is_an_incomplete_indicator() -> None:
    found = problems({("BP002", QOF.by_id["BP002"].removed_fields[0]): 5})
    assert [problem.field for problem in found] == ["Numerator", "Denominator"]


def test_an_indicator_without_anything_is_missing_not_wrong() -> None:
    absent = missing(QOF, of(SOUND))
    assert len(absent) == 73
    assert "AF008" in absent
    assert not {"AF001", "COPD009MI1"} & set(absent)


def test_a_numerator_never_exceeds_its_denominator() -> None:
    assert problems({("AF006", "Numerator"): 160}) == []
    assert the_one({("AF006", "Numerator"): 161}).field == "Numerator"


def test_a_denominator_never_exceeds_a_register_that_is_its_base() -> None:
    assert problems({("AF006", "Denominator"): 200}) == []
    assert "larger than the Atrial" in the_one({("AF006", "Denominator"): 201}).words


def test_a_denominator_may_reach_beyond_a_register_that_is_not_its_base() -> None:
    chd = "Coronary Heart Disease Register"
    given = {("CHOL002", "Numerator"): 10, ("CHOL002", "Denominator"): 90, ("CHOL002", chd): 50}
    assert problems(given) == []


def test_everybody_on_the_register_is_counted_or_removed() -> None:
    removed = dict.fromkeys([("AF006", name) for name in REMOVED], 0)
    assert problems({**removed, ("AF006", REMOVED[0]): 40}) == []
    problem = the_one({**removed, ("AF006", REMOVED[0]): 41})
    assert "the Denominator 160 and the 41 patients removed make 201" in problem.words


def test_conservation_waits_for_every_removal_reason() -> None:
    removed = dict.fromkeys([("AF006", name) for name in REMOVED], 0)
    assert problems(removed, ("AF006", REMOVED[-1])) == []


def test_a_register_is_one_number_in_a_practice() -> None:
    problem = the_one({("AF001", AF): 201})
    assert (problem.indicator, problem.row) == ("AF006", 5)
    assert "this register is 200 here but 201 under AF001 (row 2)" in problem.words


def test_management_information_counts_its_own_under_the_name_of_a_register() -> None:
    copd = "Chronic Obstructive Pulmonary Disease Register"
    parts = {("COPD009MI1", copd): 9, ("COPD009MI2", copd): 8, ("COPD009MI3", copd): 1}
    assert problems({("COPD015", copd): 18, **parts}) == []
    others = {("COPD010", "Numerator"): 0, ("COPD010", "Denominator"): 9, ("COPD010", copd): 17}
    assert "one number in a practice" in the_one({("COPD015", copd): 18, **others}).remedy


def _least(name: str) -> int | bool:
    return False if name == "flag" else 0


@pytest.mark.parametrize("service", load.all_services())
def test_a_field_is_required_where_the_calculation_needs_it(service: str) -> None:
    definition = load.load(service)
    for formula in formulas(definition):
        for left_out, needed in formula.given:
            values = {key: _least(name) for key, name in formula.given if key != left_out}
            found = validate(definition, of(values, definition.year.end))
            lacks = any(p.field == left_out[1] and "without its" in p.words for p in found)
            assert lacks == (needed in formula.needs and bool(values)), left_out


def test_a_register_within_another_only_warns() -> None:
    given = {
        ("HF001", "Heart Failure Register"): 10,
        ("HF003", "Numerator"): 9,
        ("HF003", "Denominator"): 11,
        ("HF003", "Heart Failure (LVSD) Register"): 11,
    }
    assert the_one(given).severity == "warning"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2024, 3, 30), "2024-03-30 is not the last day of a month"),
        (date(2024, 2, 28), "2024-02-28 is not the last day of a month"),
        (date(2025, 3, 31), "2025-03-31 is not in 2023/24"),
        (date(2023, 3, 31), "2023-03-31 is not in 2023/24"),
    ],
)
def test_the_achievement_date_is_a_month_end_of_the_year(day: date, words: str) -> None:
    (problem,) = validate(QOF, of(SOUND, day))
    assert words in problem.words
    assert validate(QOF, of(SOUND, date(2024, 2, 29))) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({("LDHC021", "Number (Scaled)"): 12, ("LDHC021", "Register"): 12}, None),
        ({("LDHC021", "Number (Scaled)"): 13, ("LDHC021", "Register"): 12}, "13 is larger than"),
        ({("LDHC021", "Number (Scaled)"): 12}, "without its Register"),
        ({("LDHC021", "Register"): 12}, "without its Number (Scaled)"),
    ],
)
def test_items_never_exceed_their_register(values: Counts, words: str | None) -> None:
    found = validate(LD, of(values, LD.year.end))
    assert [problem.severity for problem in found] == (["error"] if words else [])
    assert not words or words in found[0].words


def test_management_information_that_disagrees_is_only_a_warning() -> None:
    values = {("LDHCMI034", "Numerator"): 5, ("LDHCMI034", "Denominator"): 4}
    (problem,) = validate(LD, of(values, LD.year.end))
    assert problem.severity == "warning"


def test_a_problem_says_place_fault_and_remedy_in_one_line() -> None:
    assert the_one({("AF006", "Numerator"): 161}).text() == (
        "counts.csv, row 3, practice X10001, AF006 Numerator: the Numerator 161 is larger than "
        "the Denominator 160 (row 4). Correct the wrong one in the source system and send both "
        "again."
    )


def test_somebody_elses_text_is_shown_without_harm() -> None:
    text = Problem(words="w", remedy="r", indicator="a\x1b[31m\n" + "b" * 900).text()
    assert "\x1b" not in text
    assert "\n" not in text
    assert len(text) < 100


def test_counts_without_rows_are_told_without_them() -> None:
    typed = PracticeCounts("X10001", QOF.year.end, {**SOUND, ("AF006", "Numerator"): 161})
    (problem,) = validate(QOF, typed)
    assert problem.row is None
    assert "(row" not in problem.text()


def test_many_practices_keep_their_order() -> None:
    bad = of({**SOUND, ("AF006", "Numerator"): 161})
    found = validate_all(QOF, [of(SOUND), bad, of(SOUND), bad])
    assert len(found) == 2


def test_the_digest_is_of_the_counts_not_of_the_file() -> None:
    same = PracticeCounts("X10001", QOF.year.end, dict(reversed(SOUND.items())), "other.csv")
    assert same.digest == of(SOUND).digest
    assert of({**SOUND, ("AF001", AF): 199}).digest != of(SOUND).digest


@pytest.mark.parametrize(
    ("service", "day", "words"),
    [
        ("childhood_immunisations/2021-22", date(2021, 7, 31), ""),
        ("local_blood_tests/2025-26", date(2025, 7, 31), "is collected quarterly, and 2025-07-31"),
        ("local_blood_tests/2025-26", date(2025, 6, 30), ""),
        ("local_care_homes/2025-26", date(2025, 6, 30), "is collected yearly, and 2025-06-30"),
        ("local_care_homes/2025-26", date(2026, 3, 31), ""),
    ],
)
def test_counts_are_of_a_period_that_is_collected(service: str, day: date, words: str) -> None:
    """A yearly amount would be paid twelve times if it were asked for every month."""
    fault = day_fault(load.load(service), day)
    if words:
        assert fault is not None
        assert words in fault[0]
    else:
        assert fault is None
