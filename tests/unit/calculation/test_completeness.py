"""The gate before final national prevalence: whole suppliers always, practices beyond a share."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest

from cqrs.calculation.completeness import (
    Arrivals,
    Completeness,
    Expected,
    Received,
    completeness,
    in_short,
    too_many,
)
from cqrs.calculation.prevalence import registers_needed
from cqrs.definitions.load import load
from cqrs.definitions.schema import Definition

YEAR_END, FEBRUARY = date(2026, 3, 31), date(2026, 2, 28)
SUPPLIERS = ("Alder", "Birch", "Cedar")
NO_SHARE = Fraction(0)
Sent = dict[str, Received]


@pytest.fixture(scope="module")
def qof() -> Definition:
    return load("qof/2025-26")


def practices(number: int, suppliers: tuple[str, ...] = SUPPLIERS) -> list[Expected]:
    """Practices in turn with each supplier: A00001 with Alder, A00002 with Birch …"""
    return [
        Expected(f"A{n:05}", f"Surgery {n}", suppliers[(n - 1) % len(suppliers)])
        for n in range(1, number + 1)
    ]


def sent(rules: Definition, expected: list[Expected], day: date = YEAR_END) -> Sent:
    """Counts of everybody: 100 people on each register."""
    values = {key: 100 for keys in registers_needed(rules).values() for key in keys}
    return {p.practice_code: Received(day, values) for p in expected}


def without(given: Sent, *codes: str) -> Sent:
    return {code: one for code, one in given.items() if code not in codes}


def asked(
    rules: Definition, expected: list[Expected], given: Sent, share: Fraction = NO_SHARE
) -> Completeness:
    return completeness(rules, YEAR_END, expected, given, share)


def of(expected: list[Expected], supplier: str) -> Iterator[str]:
    return (p.practice_code for p in expected if p.supplier == supplier)


def test_when_everything_is_in_it_may_be_final(qof: Definition) -> None:
    everybody = practices(9)
    found = asked(qof, everybody, sent(qof, everybody))
    assert found.may_be_final
    assert found.refusal == ""
    assert found.suppliers == tuple(Arrivals(name, 3, 3) for name in SUPPLIERS)
    assert (found.expected, found.absent, found.silent_registers) == (9, (), {})


def test_2015_one_supplier_that_omitted_31_march_blocks_and_is_named(qof: Definition) -> None:
    """2014/15: one supplier's counts of the year end were left out; all paid ±2 %."""
    everybody = practices(9)
    given = without(sent(qof, everybody), *of(everybody, "Birch"))
    found = asked(qof, everybody, given)
    assert not found.may_be_final
    assert found.refusal.startswith(
        "Birch is missing as a whole: none of its 3 practices has sent counts of 31 March 2026: "
        "Surgery 2 (A00002), Surgery 5 (A00005), Surgery 8 (A00008). "
        "3 practices that take part have sent nothing: Surgery 2 (A00002), "
    )


def test_2015_counts_of_another_day_are_not_counts_of_31_march(qof: Definition) -> None:
    everybody = practices(9)
    february = {c: Received(FEBRUARY, one.values) for c, one in sent(qof, everybody).items()
                if c in set(of(everybody, "Cedar"))}  # fmt: skip
    found = asked(qof, everybody, sent(qof, everybody) | february)
    assert found.other_dates == dict.fromkeys(of(everybody, "Cedar"), FEBRUARY)
    assert (
        "Cedar is missing as a whole: none of its 3 practices has sent counts of 31 March 2026 "
        "(but of 28 February 2026): Surgery 3 (A00003), " in found.refusal
    )


def test_2015_no_agreed_share_excuses_a_whole_supplier(qof: Definition) -> None:
    """A supplier with one practice of 1,000 is well within any share, and is still a supplier."""
    everybody = [*practices(999), Expected("B00001", "Last Surgery", "Dogwood")]
    given = without(sent(qof, everybody), "B00001")
    found = asked(qof, everybody, given, Fraction(1, 10))
    assert found.refusal == (
        "Dogwood is missing as a whole: its only practice has not sent counts of 31 March 2026: "
        "Last Surgery (B00001)."
    )


@pytest.mark.parametrize(
    ("missing", "share", "may"),
    [
        (0, Fraction(0), True),
        (1, Fraction(0), False),
        (2, Fraction(1, 200), True),
        (3, Fraction(1, 200), False),
        (4, Fraction(1, 100), True),
    ],
)
def test_single_practices_may_be_missing_up_to_the_agreed_share(
    qof: Definition, missing: int, share: Fraction, may: bool
) -> None:
    everybody = practices(400)
    given = without(sent(qof, everybody), *(f"A{n:05}" for n in range(1, missing + 1)))
    found = asked(qof, everybody, given, share)
    assert found.may_be_final is may
    assert len(found.absent) == missing


def test_the_refusal_says_how_many_were_agreed_and_names_a_few(qof: Definition) -> None:
    everybody = practices(400)
    given = without(sent(qof, everybody), *(f"A{n:05}" for n in range(1, 8)))
    assert asked(qof, everybody, given, Fraction(1, 200)).refusal == (
        "7 practices that take part have sent nothing, more than the 1 in 200 that was agreed: "
        "Surgery 1 (A00001), Surgery 2 (A00002), Surgery 3 (A00003), Surgery 4 (A00004), "
        "Surgery 5 (A00005) and others."
    )
    one = without(sent(qof, everybody), "A00001")
    assert asked(qof, everybody, one).refusal == (
        "1 practice that takes part has sent nothing: Surgery 1 (A00001)."
    )


def changed(given: Sent, codes: Iterator[str], rules: Definition, to: int | None) -> Sent:
    """The same, with diabetes at `to` people in these practices; None takes it out."""
    keys = registers_needed(rules)["DM"]
    found = dict(given)
    for code in codes:
        kept = {key: value for key, value in given[code].values.items() if key not in keys}
        if to is not None:
            kept |= dict.fromkeys(keys, to)
        found[code] = Received(given[code].achievement_date, kept)
    return found


@pytest.mark.parametrize("to", [0, None])
def test_a_supplier_with_nobody_on_a_register_is_missing_for_that_register(
    qof: Definition, to: int | None
) -> None:
    everybody = practices(9)
    given = changed(sent(qof, everybody), of(everybody, "Alder"), qof, to)
    found = asked(qof, everybody, given, Fraction(1, 10))
    assert found.silent_registers == {"Alder": ("DM",)}
    assert found.refusal == "Alder has nobody on the register DM in any of its practices."


def test_one_practice_with_nobody_on_a_register_is_no_silence(qof: Definition) -> None:
    everybody = practices(9)
    given = changed(sent(qof, everybody), iter(["A00001"]), qof, 0)
    assert asked(qof, everybody, given).may_be_final


def test_a_rare_condition_may_be_absent_from_a_small_supplier(qof: Definition) -> None:
    """4 people in 9 practices: that one supplier of 9 has none of them may be chance."""
    everybody = practices(27)
    given = changed(sent(qof, everybody), (p.practice_code for p in everybody), qof, 0)
    given |= changed(given, iter(["A00001", "A00004", "A00007", "A00010"]), qof, 1)
    assert asked(qof, everybody, given).may_be_final
    given |= changed(given, of(everybody, "Alder"), qof, 2)
    assert asked(qof, everybody, given).silent_registers == {"Birch": ("DM",), "Cedar": ("DM",)}


def test_a_register_with_nobody_in_all_england_is_told(qof: Definition) -> None:
    everybody = practices(3, ("Alder",))
    given = changed(sent(qof, everybody), of(everybody, "Alder"), qof, 0)
    assert asked(qof, everybody, given).silent_registers == {"Alder": ("DM",)}


def test_practices_whose_supplier_nobody_knows_are_no_supplier(qof: Definition) -> None:
    everybody = [*practices(99), Expected("B00001", "Lone Surgery", "")]
    given = without(sent(qof, everybody), "B00001")
    assert asked(qof, everybody, given, Fraction(1, 100)).may_be_final
    assert "Lone Surgery (B00001)" in asked(qof, everybody, given).refusal


def test_only_registers_that_money_needs_are_looked_at() -> None:
    checks = load("learning_disability_health_check/2025-26")
    everybody = practices(3)
    given: Sent = {p.practice_code: Received(YEAR_END, {}) for p in everybody}
    assert asked(checks, everybody, given).may_be_final


@pytest.mark.parametrize("share", [Fraction(-1, 200), Fraction(1), Fraction(5)])
def test_a_share_that_is_none_is_refused(qof: Definition, share: Fraction) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        asked(qof, practices(3), {}, share)


def test_one_in_200_of_6300_practices_is_31() -> None:
    assert not too_many(31, 6_300, Fraction(1, 200))
    assert too_many(32, 6_300, Fraction(1, 200))


@pytest.mark.parametrize(
    ("suppliers", "share", "words"),
    [
        ([Arrivals("Alder", 3, 3)], "0", ""),
        ([Arrivals("Alder", 3, 2)], "0", "1 of 3 practices has sent nothing"),
        ([Arrivals("Alder", 3, 1)], "0", "2 of 3 practices have sent nothing"),
        ([Arrivals("Alder", 3, 2)], "1/2", ""),
        (
            [Arrivals("Alder", 9, 9), Arrivals("Birch", 1, 0)],
            "1/2",
            "1 of 10 practices has sent nothing; Birch is missing as a whole",
        ),
        (
            [Arrivals("Alder", 2, 0), Arrivals("Birch", 1, 0), Arrivals("Cedar", 1, 0)],
            "0",
            "4 of 4 practices have sent nothing; Alder, Birch and Cedar are missing as a whole",
        ),
    ],
)
def test_in_short_it_names_suppliers(suppliers: list[Arrivals], share: str, words: str) -> None:
    assert in_short(suppliers, Fraction(share)) == words
