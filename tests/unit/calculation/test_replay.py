"""Replay: the same bytes again, or words for what is not the same."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cqrs.calculation.replay import read_statement, replay, unlike
from cqrs.calculation.statement import PracticeInputs, calculate
from cqrs.definitions.counts import PracticeCounts
from cqrs.definitions.load import build
from cqrs.definitions.schema import Definition
from cqrs.values import canonical_json

from .conftest import make_inputs, one


@pytest.fixture
def inputs(qof: Definition) -> PracticeInputs:
    """A practice whose submission's digest is that of its counts."""
    values = one(qof, "DM020", numerator=426, denominator=597, register=742)
    given = make_inputs(qof, values | one(qof, "VI001", numerator=65, denominator=70))
    counts = PracticeCounts(given.practice_code, given.achievement_date, given.values)
    return replace(given, submission_digest=counts.digest)


def forged(stored: bytes, edit: Callable[[dict[str, Any]], object]) -> bytes:
    content = json.loads(stored)
    edit(content)
    return canonical_json(content)


def test_what_did_not_change_is_identical(qof: Definition, inputs: PracticeInputs) -> None:
    assert replay(qof, inputs, calculate(qof, inputs).content) == ()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda c: c["lines"][0].update(pence=1), "DM020: pence is 1 in what is stored, "),
        (lambda c: c.update(points="9.99"), "points is 9.99 in what is stored, "),
        (
            lambda c: c["reference"].update(registered_list=9_843),
            "reference registered_list is 9843",
        ),
        (lambda c: c["lines"].pop(1), "VI001: its line is missing from what is stored"),
        (lambda c: c["lines"].append(c["lines"][0]), "an indicator has two lines"),
        (lambda c: c["lines"][0].update(indicator="XX1"), "XX1: a line that isn't there when"),
        (lambda c: c.update(more=True), "more is True in what is stored, missing when"),
        (lambda c: c["lines"][1].update(attainable=1), "VI001: attainable is 1 in what is stored"),
    ],
)
def test_each_difference_is_named(
    qof: Definition,
    inputs: PracticeInputs,
    edit: Callable[[dict[str, Any]], object],
    words: str,
) -> None:
    stored = forged(calculate(qof, inputs).content, edit)
    found = replay(qof, inputs, stored)
    assert any(words in one for one in found), found


def test_one_changed_count_is_named_with_what_it_moves(
    qof: Definition, inputs: PracticeInputs
) -> None:
    stored = calculate(qof, inputs).content
    fewer = one(qof, "DM020", numerator=425)
    found = replay(qof, replace(inputs, values={**inputs.values, **fewer}), stored)
    assert found[0].startswith("the counts are not those that were submitted")
    assert "DM020: numerator is 426 in what is stored, 425 when calculated again" in found


def test_other_rules_give_another_result(qof: Definition, inputs: PracticeInputs) -> None:
    raw = json.loads(qof.content)
    raw["money"]["point_value"]["pounds"] = "225.50"
    found = replay(build(raw, "edited"), inputs, calculate(qof, inputs).content)
    assert any(words.startswith("definition digest is ") for words in found)
    assert any(words.startswith("DM020: pence is ") for words in found)
    assert len(found) <= 6


def test_more_than_can_be_read_is_counted(qof: Definition, inputs: PracticeInputs) -> None:
    def edit(content: dict[str, Any]) -> None:
        for line in content["lines"]:
            line.update(pence=1, points="1", numerator=1)

    found = replay(qof, inputs, forged(calculate(qof, inputs).content, edit))
    assert found[-1] == "and 1 more differences"


def test_inputs_that_no_longer_suffice_are_told(qof: Definition, inputs: PracticeInputs) -> None:
    stored = calculate(qof, inputs).content
    nothing = replace(inputs, reference=replace(inputs.reference, national={}))
    (words,) = replay(qof, nothing, stored)
    assert words.startswith("it can't be calculated again: DM020 needs England's prevalence")


def test_counts_that_are_no_longer_numbers_are_told(
    qof: Definition, inputs: PracticeInputs
) -> None:
    stored = calculate(qof, inputs).content
    damaged = {key: str(value) for key, value in inputs.values.items()}
    found = replay(qof, replace(inputs, values=damaged), stored)  # type: ignore[arg-type] # meant
    assert found[1].startswith("it can't be calculated again: ")


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (b"{", "the stored bytes can't be read as a statement"),
        (b"[]", "the stored bytes are not a statement"),
    ],
)
def test_bytes_that_are_no_statement_are_told(
    qof: Definition, inputs: PracticeInputs, stored: bytes, words: str
) -> None:
    assert replay(qof, inputs, stored) == (words,)
    with pytest.raises(ValueError, match="these bytes are no statement"):
        read_statement(stored)


def test_the_same_values_in_another_spelling_are_not_identical(
    qof: Definition, inputs: PracticeInputs
) -> None:
    stored = calculate(qof, inputs).content
    spaced = stored.replace(b'":', b'": ', 1)
    assert replay(qof, inputs, spaced) == ("the same values, but spelled with other bytes",)


def test_bytes_are_held_against_their_digest(qof: Definition, inputs: PracticeInputs) -> None:
    statement = calculate(qof, inputs)
    assert unlike(statement.content, statement.digest) == ()
    (words,) = unlike(statement.content + b" ", statement.digest)
    assert "changed after they were stored" in words


def test_a_stored_statement_is_read_as_it_was_calculated(
    qof: Definition, inputs: PracticeInputs
) -> None:
    statement = calculate(qof, inputs)
    assert read_statement(statement.content) == statement
