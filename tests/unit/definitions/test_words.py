"""The plain English of a definition: complete, from the definition alone, and as it calculates."""

import re

import pytest

from cqrs.definitions import load, words
from cqrs.definitions.payment_words import listed
from tests.unit.definitions.broken import built, indicator, raw

GARBAGE = re.compile(r"None|True|False|Fraction|\{|\}|<|>|\(\)|  \.|,,|\.\.|object at")


@pytest.mark.parametrize("service", load.all_services())
def test_a_service_reads_as_english(service: str) -> None:
    definition = load.load(service)
    lines = words.describe(definition)

    assert lines[0] == f"{definition.title}, version 1"
    assert [line for line in lines if GARBAGE.search(line)] == []
    text = "\n".join(lines)
    for one in definition.indicators:
        assert f"  {one.id}  {one.title}, " in text
    for group_id, _ in definition.grouped:
        assert definition.groups[group_id].title in text


@pytest.mark.parametrize("service", load.all_services())
def test_each_indicator_reads_as_english(service: str) -> None:
    definition = load.load(service)
    for one in definition.indicators:
        lines = words.describe_indicator(definition, one.id)

        assert lines[0].startswith(f"{one.id}: {one.title} (")
        assert lines[1] == one.description
        assert [line for line in lines if GARBAGE.search(line)] == [], one.id
        text = "\n".join(lines)
        for field in one.removed_fields:
            assert f"  {field}: {definition.reason(one.id, field)}" in text
        assert "How sure each figure is" in text


@pytest.mark.parametrize("service", load.all_services())
def test_one_is_not_a_plural(service: str) -> None:
    definition = load.load(service)
    lines = words.describe(definition)
    for one in definition.indicators:
        lines += words.describe_indicator(definition, one.id)
    assert [line for line in lines if re.search(r"\b1 [a-z]+s\b", line)] == []


def test_a_register_has_its_article() -> None:
    lines = words.describe_indicator(load.load("qof/2023-24"), "PC001")
    assert "What counts: the palliative care register (in CQRS: Palliative Care Register)." in lines


@pytest.mark.parametrize("service", load.all_services())
def test_descriptions_are_sentences_and_reasons_are_not(service: str) -> None:
    definition = load.load(service)
    for one in definition.indicators:
        start = "Counts " if one.kind == "management_information" else "Pays for "
        assert one.description.startswith(start), one.id
        assert one.description.endswith("."), one.id
        assert len(one.title) <= 50, one.id
        assert not one.title.endswith("."), one.id
        for field in one.removed_fields:
            reason = definition.reason(one.id, field)
            assert len(reason) <= 100, (one.id, field)
            assert not reason.endswith("."), (one.id, field)


def test_one_fraction_in_full() -> None:
    formula = ["points = …", "pounds = …"]
    lines = words.describe_indicator(load.load("qof/2025-26"), "CHOL004", formula)
    assert lines[2:] == [
        "",
        "What counts: Numerator ÷ Denominator, the share of patients for whom it was done.",
        "It carries the coronary heart disease register (in CQRS: Coronary Heart Disease Register)"
        ", but patients who aren't on it may count too.",
        "Removed for a reason any indicator may use (PCAs):",
        "  REG1_DAT9: registered in the last 9 months",
        "Removed for a reason of this indicator (PCAs):",
        "  CHOLDEC: declined a cholesterol test in the last 12 months",
        "",
        "Up to 44 points: none up to 20%, all from 50%, in proportion between.",
        "Without patients in the denominator there are no points, and these points leave the "
        "attainable maximum.",
        "The prevalence factor (APDF) is drawn from the coronary heart disease register.",
        "How it is calculated",
        "  points = …",
        "  pounds = …",
        "",
        "How sure each figure is",
        "  Fields: inferred, CQRS field list 2023/24 (carried over from CHOL002 of 2023/24, which "
        "CHOL004 follows)",
        "  Points, 44: verified, secondary source quoting NHS England guidance 2025/26",
        "  Thresholds, 20% to 50%: verified, two secondary sources quoting NHS England guidance "
        "2025/26",
        "  Prevalence factor, yes: doubtful, weighted points 2025/26 (the register (coronary "
        "heart disease) rests on a field name only; the indicator also counts patients who are not "
        "on it)",
    ]


def test_the_words_follow_the_definition() -> None:
    content = raw("qof/2025-26")
    content["rounding"]["points_places"] = "3"
    indicator(content, "CHOL004")["thresholds"] |= {"lower": "22.5", "upper": "51"}
    indicator(content, "CHOL004")["prevalence_adjusted"]["value"] = "no"
    changed = "\n".join(words.describe_indicator(built(content), "CHOL004"))
    assert "none up to 22.5%, all from 51%" in changed
    assert "rounded to 3 decimals" in "\n".join(words.describe(built(content)))
    assert "There is no prevalence factor." in changed
    assert "APDF" not in changed


def test_income_protection_says_which_points_count_and_where() -> None:
    definition = load.load("qof/2023-24")
    assert definition.protection is not None
    told = (
        f"Income protection: {definition.protection.words} The points of 2022/23 count where they "
        "are given; the value of a point, list and prevalence are this year’s."
    )
    assert told in words.describe(definition)
    assert told in words.describe_indicator(definition, "AF001")
    assert told not in words.describe_indicator(definition, "AF006")


def test_an_unknown_indicator_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        words.describe_indicator(load.load("qof/2025-26"), "XX001")


@pytest.mark.parametrize(
    ("parts", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists_read_as_sentences_have_them(parts: list[str], text: str) -> None:
    assert listed(parts) == text
