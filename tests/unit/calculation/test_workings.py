"""The workings re-add: every step, and the key sequence on a calculator of any size printed."""

from fractions import Fraction

import pytest

from cqrs.calculation import workings
from cqrs.calculation.statement import CalculationError, PracticeInputs, calculate
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition
from cqrs.values import pounds_text, round_half_up

from .conftest import make_inputs, one


@pytest.fixture
def dm020(qof: Definition) -> PracticeInputs:
    return make_inputs(qof, one(qof, "DM020", numerator=426, denominator=597, register=742))


def test_the_sentence_and_the_top_line(qof: Definition, dm020: PracticeInputs) -> None:
    explanation = workings.explain(qof, dm020, "DM020")
    assert explanation.sentence == "points × value of a point × list size (CPI) × disease (APDF)"
    assert [number for number, _ in explanation.factors] == [
        "15.45",
        "£225.49",
        "0.966418",
        "1.198179",
        "£4,034.06",
    ]


def test_steps_follow_the_order_of_the_rule(qof: Definition, dm020: PracticeInputs) -> None:
    steps = workings.explain(qof, dm020, "DM020").steps
    assert [step.name for step in steps] == [
        "achieved",
        "progress",
        "points",
        "cpi",
        "prevalence",
        "national_prevalence",
        "apdf",
        "pence",
    ]
    assert [step.numbers for step in steps[:3]] == [
        "426 ÷ 597 × 100",
        "(71.3568 − 35) ÷ (75 − 35)",
        "17 × 0.908920 = 15.4516",
    ]
    assert steps[-1].result == "£4,034.06"


def test_every_input_says_where_it_comes_from(qof: Definition, dm020: PracticeInputs) -> None:
    used = {item.label: item for item in workings.explain(qof, dm020, "DM020").used}
    assert used["numerator"].origin == "submission"
    assert used["your registered list"].value == "9,842"
    assert used["value of a point"].source
    assert used["England’s register"].origin == "reference"


def test_no_patients_are_explained_in_words(qof: Definition) -> None:
    inputs = make_inputs(qof, one(qof, "DM020", numerator=0, denominator=0, register=742))
    explanation = workings.explain(qof, inputs, "DM020")
    assert explanation.keys is None
    points = next(step for step in explanation.steps if step.name == "points")
    assert points.numbers == "no patients in the denominator, so no points: 0"


def test_patients_to_the_next_point(qof: Definition, dm020: PracticeInputs) -> None:
    """14 more patients at 58 or less would have earned 16.45 points."""
    following = workings.next_point(qof, dm020, "DM020")
    assert following is not None
    assert (following.patients, following.points) == (14, Fraction("16.45"))


def test_at_the_maximum_there_is_no_next_point(qof: Definition) -> None:
    inputs = make_inputs(qof, one(qof, "DM020", numerator=90, denominator=100, register=742))
    assert workings.next_point(qof, inputs, "DM020") is None
    assert workings.missed(qof, inputs, "DM020") == 0


def test_missed_pounds_complete_the_maximum(qof: Definition, dm020: PracticeInputs) -> None:
    full = make_inputs(qof, one(qof, "DM020", numerator=597, denominator=597, register=742))
    earned, most = calculate(qof, dm020).pence, calculate(qof, full).pence
    assert workings.missed(qof, dm020, "DM020") == most - earned


def test_management_information_has_no_workings() -> None:
    definition = load("learning_disability_health_check/2025-26")
    with pytest.raises(CalculationError, match="pays nothing for LDHCMI034"):
        workings.explain(definition, make_inputs(definition, {}), "LDHCMI034")


def pressed(keys: tuple[str, ...], digits: int) -> Fraction:
    """A calculator written for this test: cut off, never round, after each operation."""
    shown = Fraction(keys[0])
    for sign, figure in zip(keys[1:-1:2], keys[2:-1:2], strict=True):
        shown = shown * Fraction(figure) if sign == "×" else shown / Fraction(figure)
        whole = len(str(int(shown)))
        assert whole <= digits, f"overflow at {figure}"
        shown = Fraction(int(shown * 10 ** (digits - whole)), 10 ** (digits - whole))
    return shown


@pytest.mark.parametrize("service", ["qof/2025-26", "qof/2023-24"])
@pytest.mark.parametrize("registered_list", [1_204, 9_842, 31_877])
def test_the_printed_keys_give_the_stored_pennies(service: str, registered_list: int) -> None:
    definition = load(service)
    counts: dict[tuple[str, str], int] = {}
    for number, indicator in enumerate(definition.paid):
        register = registered_list // (number % 23 + 3)
        denominator = register * 4 // 5
        kinds = {field.kind for field in indicator.fields.values()}
        if "numerator" in kinds:
            numerator = denominator * (52 + number) // 100
            counts |= one(definition, indicator.id, denominator=denominator, numerator=numerator)
        if "register" in kinds:
            counts |= one(definition, indicator.id, register=register)
        if "yes_no" in kinds:
            counts |= one(definition, indicator.id, yes_no=1)
    inputs = make_inputs(definition, counts, registered_list=registered_list)
    statement = calculate(definition, inputs)
    paid = [line for line in statement.lines if line.pence]
    assert len(paid) > len(definition.paid) * 3 // 4
    for line in paid:
        keys = workings.explain(definition, inputs, line.indicator).keys
        assert keys is not None
        shown = pressed(keys.pressed, keys.digits)
        assert round_half_up(shown, 2) * 100 == line.pence, line.indicator
        assert keys.pounds == pounds_text(line.pence)
