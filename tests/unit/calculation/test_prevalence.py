"""National prevalence: registers and whole lists, pooled over those who gave the register."""

from cqrs.calculation.prevalence import reference_of, registers_needed, strike
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition

from .conftest import one


def test_registers_and_lists_are_pooled(qof: Definition) -> None:
    first = one(qof, "DM020", numerator=1, denominator=2, register=700)
    second = one(qof, "DM021", numerator=1, denominator=2, register=300)
    content = strike(qof, [("A99001", 9_000, first), ("A99002", 3_000, second)])
    assert content["registers"]["DM"] == {"register": 1_000, "list": 12_000, "practices": 2}


def test_a_practice_without_the_register_counts_on_neither_side(qof: Definition) -> None:
    diabetes = one(qof, "DM020", numerator=1, denominator=2, register=700)
    asthma = one(qof, "AST007", numerator=1, denominator=2, register=500)
    content = strike(qof, [("A99001", 9_000, diabetes), ("A99002", 3_000, asthma)])
    assert content["registers"]["DM"] == {"register": 700, "list": 9_000, "practices": 1}
    assert content["registers"]["AST"] == {"register": 500, "list": 3_000, "practices": 1}


def test_a_register_of_nought_is_data(qof: Definition) -> None:
    nobody = one(qof, "DM020", numerator=0, denominator=0, register=0)
    content = strike(qof, [("A99001", 9_000, nobody)])
    assert content["registers"]["DM"] == {"register": 0, "list": 9_000, "practices": 1}


def test_only_registers_that_money_needs_are_struck(qof: Definition) -> None:
    needed = registers_needed(qof)
    assert "DM" in needed
    assert {key for keys in needed.values() for key, _ in keys}.isdisjoint({"VI001", "CS005"})


def test_management_information_never_feeds_prevalence() -> None:
    carried = {key for keys in registers_needed(load("qof/2023-24")).values() for key, _ in keys}
    assert not any(key.startswith("COPD009MI") for key in carried)


def test_the_reference_s_digest_covers_figures_and_standing(qof: Definition) -> None:
    given = [("A99001", 9_000, one(qof, "DM020", numerator=1, denominator=2, register=700))]
    content = strike(qof, given)
    final, provisional = reference_of(content, "final"), reference_of(content, "provisional")
    assert final.national["DM"] == (700, 9_000)
    assert final.digest == reference_of(strike(qof, given), "final").digest
    assert final.digest != provisional.digest
