"""The difference of two result sets: one ingredient at a time, and the parts make up the whole."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from cqrs.calculation.difference import (
    ORDER,
    Amount,
    Calculated,
    Difference,
    DifferenceError,
    difference,
)
from cqrs.calculation.statement import PracticeInputs, Reference, calculate
from cqrs.definitions.load import build
from cqrs.definitions.schema import Definition

from .conftest import NATIONAL, make_inputs, one


def counts(qof: Definition, numerator: int = 426, register: int = 742) -> dict[Any, int]:
    diabetes = one(qof, "DM020", numerator=numerator, denominator=597, register=register)
    return diabetes | one(qof, "VI001", numerator=65, denominator=70)


def result(definition: Definition, inputs: PracticeInputs) -> Calculated:
    return Calculated(definition, inputs, calculate(definition, inputs))


def dearer(qof: Definition, change: Callable[[dict[str, Any]], None]) -> Definition:
    """The same rules after somebody changed something in them."""
    raw = json.loads(qof.content)
    change(raw)
    return build(raw, "changed rules")


def point_of_300_pounds(raw: dict[str, Any]) -> None:
    raw["money"]["point_value"]["pounds"] = "300"


def compared(*pair: Calculated) -> Difference:
    old, new = pair
    return difference([old], [new])


def test_the_same_sets_are_unchanged(qof: Definition) -> None:
    now = result(qof, make_inputs(qof, counts(qof)))
    found = compared(now, now)
    assert found.counted == {"changed": 0, "unchanged": 1, "new": 0, "gone": 0}
    assert found.change == Amount()
    assert found.practices[0].indicators == ()
    assert found.practices[0].unchanged == 2
    assert found.before == found.after == Amount(now.statement.points, now.statement.pence)


@pytest.mark.parametrize("reason", ORDER)
def test_one_ingredient_alone_is_the_whole_reason(qof: Definition, reason: str) -> None:
    inputs = make_inputs(qof, counts(qof))
    old = result(qof, inputs)
    new = {
        "counts": lambda: result(qof, replace(inputs, values=counts(qof, numerator=430))),
        "list": lambda: result(qof, replace(inputs, registered_list=9_900)),
        "prevalence": lambda: result(
            qof, make_inputs(qof, counts(qof), national=(4_100_000, 63_911_204))
        ),
        "rules": lambda: result(dearer(qof, point_of_300_pounds), inputs),
    }[reason]()
    practice = compared(old, new).practices[0]
    assert practice.swapped == (reason,)
    assert set(practice.parts) == {reason}
    assert practice.parts[reason] == practice.change  # type: ignore[index] # one of ORDER
    assert practice.change.pence == new.statement.pence - old.statement.pence != 0


def test_all_four_add_up_to_the_penny(qof: Definition) -> None:
    old = result(qof, make_inputs(qof, counts(qof)))
    rules = dearer(qof, point_of_300_pounds)
    new = result(
        rules,
        make_inputs(
            rules,
            counts(qof, numerator=430, register=750),
            registered_list=9_900,
            national=(4_100_000, 63_911_204),
        ),
    )
    found = compared(old, new)
    practice = found.practices[0]
    assert practice.swapped == ORDER
    assert tuple(practice.parts) == ORDER
    assert sum((part.pence for part in practice.parts.values()), 0) == practice.change.pence
    assert sum((part.points for part in practice.parts.values()), Fraction(0)) == (
        new.statement.points - old.statement.points
    )
    for change in practice.indicators:
        assert sum((part.pence for part in change.parts.values()), 0) == change.change.pence
    assert found.parts == practice.parts
    assert found.change.pence == new.statement.pence - old.statement.pence


def test_the_order_is_counts_then_list_then_prevalence_then_rules(qof: Definition) -> None:
    """A list of double the size is worth double, on the new counts: it is swapped after them."""
    first = make_inputs(qof, one(qof, "VI001", numerator=0, denominator=70), registered_list=5_000)
    second = make_inputs(
        qof, one(qof, "VI001", numerator=70, denominator=70), registered_list=10_000
    )
    parts = compared(result(qof, first), result(qof, second)).practices[0].parts
    assert parts["counts"].points == result(qof, second).statement.points
    assert parts["list"].points == 0
    assert parts["counts"].pence == pytest.approx(parts["list"].pence, abs=1)
    assert parts["counts"].pence > 0


@given(
    numerators=some.tuples(some.integers(540, 597), some.integers(62, 70)),
    register=some.sampled_from([742, 760]),
    registered_list=some.sampled_from([9_842, 9_990]),
    national=some.sampled_from([NATIONAL, (4_100_000, 63_911_204)]),
    dear=some.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_the_short_way_gives_what_swapping_everything_gives(
    qof: Definition,
    numerators: tuple[int, int],
    register: int,
    registered_list: int,
    national: tuple[int, int],
    dear: bool,
) -> None:
    """Only what several swaps can move is calculated again; the long way calculates all of it."""
    old = result(qof, make_inputs(qof, counts(qof, numerator=550)))
    rules = dearer(qof, point_of_300_pounds) if dear else qof
    values = one(qof, "DM020", numerator=numerators[0], denominator=597, register=register)
    values |= one(qof, "VI001", numerator=numerators[1], denominator=70)
    inputs = make_inputs(rules, values, registered_list=registered_list, national=national)
    new = result(rules, inputs)
    by_counts = replace(old.inputs, values=values)
    by_list = replace(by_counts, registered_list=registered_list)
    way = [
        old.statement,
        calculate(qof, by_counts),
        calculate(qof, by_list),
        calculate(qof, replace(by_list, reference=inputs.reference)),
        new.statement,
    ]
    found = {change.indicator: change for change in compared(old, new).practices[0].indicators}
    for place, first in enumerate(old.statement.lines):
        worth = [Amount(s.lines[place].points or Fraction(0), s.lines[place].pence) for s in way]
        if worth[0] == worth[-1]:
            assert first.indicator not in found
            continue
        moves = zip(ORDER, worth, worth[1:])
        parts = {reason: after - before for reason, before, after in moves if after != before}
        assert found[first.indicator].parts == parts


def test_prevalence_moves_only_what_is_adjusted_for_it(qof: Definition) -> None:
    old = result(qof, make_inputs(qof, counts(qof)))
    new = result(qof, make_inputs(qof, counts(qof), national=(4_100_000, 63_911_204)))
    practice = compared(old, new).practices[0]
    assert [change.indicator for change in practice.indicators] == ["DM020"]
    assert practice.unchanged == 1
    assert practice.change.points == 0
    assert practice.change.pence < 0


def test_figures_only_republished_change_nothing(qof: Definition) -> None:
    """Provisional figures that became final: another digest, the same money."""
    old = result(qof, make_inputs(qof, counts(qof), status="provisional"))
    new = result(qof, make_inputs(qof, counts(qof), status="final"))
    assert old.statement.digest != new.statement.digest
    practice = compared(old, new).practices[0]
    assert (practice.standing, practice.swapped) == ("unchanged", ())


def test_practices_that_came_or_went_are_named_and_counted_whole(qof: Definition) -> None:
    here = make_inputs(qof, counts(qof))
    old = [result(qof, here), result(qof, replace(here, practice_code="A99002"))]
    new = [result(qof, here), result(qof, replace(here, practice_code="A99003"))]
    found = difference(old, new)
    assert [(p.practice_code, p.standing) for p in found.practices] == [
        ("A99001", "unchanged"), ("A99002", "gone"), ("A99003", "new"),
    ]  # fmt: skip
    pence = old[0].statement.pence
    assert [p.change.pence for p in found.practices] == [0, -pence, pence]
    assert found.practices[2].parts["counts"].pence == pence
    assert found.practices[2].indicators[0].before is None
    assert found.practices[1].indicators[0].after is None


def test_an_indicator_that_was_not_sent_before_is_for_its_counts(qof: Definition) -> None:
    diabetes = one(qof, "DM020", numerator=426, denominator=597, register=742)
    old = result(qof, make_inputs(qof, diabetes))
    new = result(qof, make_inputs(qof, counts(qof)))
    change = compared(old, new).practices[0].indicators[0]
    assert (change.indicator, change.before) == ("VI001", None)
    assert change.after is not None
    assert change.parts == {"counts": change.after}


def test_what_the_old_rules_cannot_work_out_stands_under_the_rules(qof: Definition) -> None:
    """The new rules no longer ask for the register of DM020; nothing else is lost by it."""

    def unadjusted(raw: dict[str, Any]) -> None:
        diabetes = next(i for i in raw["indicators"] if i["id"] == "DM020")
        diabetes["prevalence_adjusted"]["value"] = "no"

    rules = dearer(qof, unadjusted)
    values = counts(qof, numerator=430) | one(qof, "VI001", numerator=68, denominator=70)
    register = next(key for key in one(qof, "DM020", register=1))
    del values[register]
    old = result(qof, make_inputs(qof, counts(qof)))
    new = result(rules, make_inputs(rules, values))
    diabetes, vaccination = compared(old, new).practices[0].indicators
    assert (diabetes.indicator, set(diabetes.parts)) == ("DM020", {"rules"})
    assert (vaccination.indicator, set(vaccination.parts)) == ("VI001", {"counts"})
    assert diabetes.parts["rules"] == diabetes.change


def test_sets_that_cannot_be_compared_are_refused(qof: Definition) -> None:
    inputs = make_inputs(qof, counts(qof))
    now = result(qof, inputs)
    with pytest.raises(DifferenceError, match="A99001 stands twice in the newer set"):
        difference([now], [now, now])

    def next_year(raw: dict[str, Any]) -> None:
        raw["year"] = "2026/27"

    other = dearer(qof, next_year)
    with pytest.raises(DifferenceError, match=r"results of qof/2025-26 and of qof/2026-27"):
        compared(now, Calculated(other, inputs, now.statement))


def test_figures_that_moved_for_no_reason_are_not_explained_away(qof: Definition) -> None:
    inputs = make_inputs(qof, counts(qof))
    now = result(qof, inputs)
    lines = (replace(now.statement.lines[0], pence=1), *now.statement.lines[1:])
    forged = replace(now, statement=replace(now.statement, lines=lines))
    with pytest.raises(DifferenceError, match="A99001: the figures differ, yet counts, list"):
        compared(now, forged)


def test_counts_of_one_indicator_explain_no_other(qof: Definition) -> None:
    old = result(qof, make_inputs(qof, counts(qof)))
    new = result(qof, make_inputs(qof, counts(qof, numerator=430)))
    diabetes, vaccination = new.statement.lines
    lines = (diabetes, replace(vaccination, pence=1))
    forged = replace(new, statement=replace(new.statement, lines=lines))
    with pytest.raises(DifferenceError, match="A99001: the figures differ"):
        compared(old, forged)


def test_a_missing_national_figure_is_the_rules_part_and_the_sum_still_holds(
    qof: Definition,
) -> None:
    """New national figures made for new rules, without a register that the old ones need."""

    def unadjusted(raw: dict[str, Any]) -> None:
        for indicator in raw["indicators"]:
            if "prevalence_adjusted" in indicator:
                indicator["prevalence_adjusted"]["value"] = "no"

    rules = dearer(qof, unadjusted)
    old = result(qof, make_inputs(qof, counts(qof)))
    inputs = replace(make_inputs(rules, counts(qof)), reference=Reference({}, "final", "0" * 64))
    practice = compared(old, result(rules, inputs)).practices[0]
    assert practice.swapped == ("prevalence", "rules")
    assert set(practice.parts) == {"rules"}
    assert practice.parts["rules"] == practice.change != Amount()
