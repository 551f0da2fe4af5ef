"""A definition with one fault gives one error, at its path, with what to do."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cqrs.definitions import check
from tests.unit.definitions.broken import built, indicator, raw

QOF, OLD, LD = "qof/2025-26", "qof/2023-24", "learning_disability_health_check/2025-26"

Spoil = Callable[[Any], object]


def put(*path: str, value: object) -> Spoil:
    """Write a value at a path; an indicator is named by its id."""

    def spoil(content: Any) -> None:
        place = content
        for step in path[:-1]:
            place = place[step] if step in place else indicator(content, step)
        place[path[-1]] = value

    return spoil


def drop(*path: str) -> Spoil:
    """Remove what stands at a path."""

    def spoil(content: Any) -> None:
        place = content
        for step in path[:-1]:
            place = place[step] if step in place else indicator(content, step)
        del place[path[-1]]

    return spoil


def twice(content: Any) -> None:
    again = json.loads(json.dumps(indicator(content, "VI001")))
    content["indicators"].append(again)


CASES: list[tuple[str, str, Spoil, str, str]] = [
    (
        "the average list of the wrong year",
        QOF,
        put("money", "average_list_date", value="2024-01-01"),
        "money.average_list_date",
        "the average list of 2025/26 is of 2025-01-01, but this one has 2024-01-01",
    ),
    (
        "an average list of no date",
        QOF,
        drop("money", "average_list_date"),
        "money.average_list_date",
        "this one has no date",
    ),
    (
        "lower not below upper",
        QOF,
        put("DM020", "thresholds", "lower", value="75"),
        "indicators.DM020.thresholds",
        "75 to 75 can't be: lower must be below upper",
    ),
    (
        "upper above 100",
        QOF,
        put("DM020", "thresholds", "upper", value="100.5"),
        "indicators.DM020.thresholds",
        "35 to 100.5 can't be",
    ),
    (
        "an unknown register",
        QOF,
        put("DEM004", "register_id", value="DEMENTIA"),
        "indicators.DEM004.register_id",
        "'DEMENTIA' isn't one of the registers",
    ),
    (
        "an unknown zero register",
        QOF,
        put("groups", "VI", "zero_register_id", value="VI"),
        "groups.VI.zero_register_id",
        "'VI' isn't one of the registers",
    ),
    (
        "a reason without words",
        QOF,
        drop("reasons", "ALCDEC"),
        "indicators.MH007.fields.ALCDEC",
        "'ALCDEC' isn't one of the reasons",
    ),
    (
        "a source that is nowhere explained",
        QOF,
        put("DM020", "points", "source", value="hearsay"),
        "indicators.DM020.points",
        "'hearsay' isn't one of the sources",
    ),
    (
        "protection of an unknown indicator",
        OLD,
        put("protection", "indicators", value=["AF001", "XX001"]),
        "protection.indicators",
        "'XX001' isn't one of the indicators",
    ),
    (
        "a reason nobody uses",
        QOF,
        put("reasons", "SPARE", value={"words": "spare"}),
        "reasons.SPARE",
        "nothing uses it",
    ),
    (
        "a group nobody is in",
        QOF,
        put("groups", "SPARE", value={"title": "Spare"}),
        "groups.SPARE",
        "nothing uses it",
    ),
    (
        "a register nobody uses",
        QOF,
        put("registers", "SPARE", value={"title": "Spare", "field": "Spare Register"}),
        "registers.SPARE",
        "nothing uses it",
    ),
    (
        "a source nobody names",
        QOF,
        put("sources", "spare", value="spare"),
        "sources.spare",
        "nothing uses it",
    ),
    (
        "no numerator",
        QOF,
        drop("DM020", "fields", "Numerator"),
        "indicators.DM020.fields",
        "exactly one numerator field is wanted, there are 0",
    ),
    (
        "two denominators",
        QOF,
        put("DM020", "fields", "Denominator 2", value={"kind": "denominator"}),
        "indicators.DM020.fields",
        "exactly one denominator field is wanted, there are 2",
    ),
    (
        "two registers",
        QOF,
        put("DM020", "fields", "Another Register", value={"kind": "register"}),
        "indicators.DM020.fields",
        "at most one register field is wanted, there are 2",
    ),
    (
        "a yes/no in a fraction",
        QOF,
        put("DM020", "fields", "Yes/No Flag", value={"kind": "yes_no"}),
        "indicators.DM020.fields",
        "a fraction indicator has no yes_no field",
    ),
    (
        "a PCA in a register",
        OLD,
        put("AF001", "fields", "DIAG1_DAT", value={"kind": "pca", "general": "yes"}),
        "indicators.AF001.fields",
        "a register indicator has no pca field",
    ),
    (
        "the source of a register cap where no register caps anything",
        LD,
        drop("LDHC021", "fields", "Register"),
        "settings.register_cap",
        "this definition has no such setting. Remove it",
    ),
    (
        "nothing to submit",
        LD,
        put("LDHCMI034", "fields", value={}),
        "indicators.LDHCMI034.fields",
        "nothing can be submitted",
    ),
    (
        "a general exclusion",
        QOF,
        put("DM020", "fields", "MDSEVFRAIL", "general", value="yes"),
        "indicators.DM020.fields.MDSEVFRAIL.general",
        "only a PCA is general or specific",
    ),
    (
        "words on a numerator",
        QOF,
        put("DM020", "fields", "Numerator", "words", value="done"),
        "indicators.DM020.fields.Numerator.words",
        "only a removal reason has words",
    ),
    (
        "prevalence without its register among the fields",
        QOF,
        drop("DM020", "fields", "Diabetes Mellitus Register"),
        "indicators.DM020.fields",
        "'Diabetes Mellitus Register', the field of register DM, isn't among its register fields",
    ),
    (
        "prevalence without a register",
        QOF,
        put("CS005", "prevalence_adjusted", "value", value="yes"),
        "indicators.CS005.prevalence_adjusted",
        "prevalence needs a register. Add register_id or write value: no",
    ),
    (
        "a base population without a register",
        QOF,
        put("CS005", "base_population", value="register"),
        "indicators.CS005.base_population",
        "there is no register_id",
    ),
    (
        "no fee",
        LD,
        put("LDHC021", "fee", "pounds", value="0"),
        "indicators.LDHC021.fee",
        "the fee is nothing",
    ),
    (
        "another average list",
        QOF,
        put("money", "average_list", "value", value="9964"),
        "money.average_list",
        "9,964 patients imply £220.62 a point (£156.92 × list ÷ 7,087), but point_value is £225.49",
    ),
    (
        "another point value",
        OLD,
        put("money", "point_value", "pounds", value="213.34"),
        "money.average_list",
        "9,639 patients imply £213.43 a point",
    ),
    (
        "the list of another year",
        QOF,
        put("money", "list_date", value="2025-01-01"),
        "money.list_date",
        "2025-01-01 is outside 2025/26. Use a date from 2025-04-01 to 2026-03-31",
    ),
    (
        "the code of another year",
        QOF,
        put("quality_service", value="QOF2425"),
        "quality_service",
        "'QOF2425' doesn't end in 2526, so it isn't of 2025/26",
    ),
    (
        "the title of another year",
        QOF,
        put("short_title", value="QOF 2024/25"),
        "short_title",
        "it doesn't name 2025/26",
    ),
    (
        "approval before declaration",
        QOF,
        put("route", value=["approve", "declare"]),
        "route",
        "in the order declare, approve, finance_approve",
    ),
    (
        "a step twice",
        QOF,
        put("route", value=["declare", "approve", "approve"]),
        "route",
        "steps come once each",
    ),
    (
        "a setting without its source",
        QOF,
        drop("settings", "route"),
        "settings.route",
        "its source and confidence are missing",
    ),
    (
        "a setting that isn't one here",
        QOF,
        put("settings", "register_cap", value={"source": "our setting", "confidence": "inferred"}),
        "settings.register_cap",
        "this definition has no such setting",
    ),
]


@pytest.mark.parametrize(
    ("service", "spoil", "path", "words"),
    [pytest.param(*case[1:], id=case[0]) for case in CASES],
)
def test_one_fault_gives_one_error_at_its_path(
    service: str, spoil: Spoil, path: str, words: str
) -> None:
    content = raw(service)
    spoil(content)

    errors = [f for f in check.check(built(content)) if f.severity == "error"]

    assert [(f.path, words in f.words) for f in errors] == [(path, True)], errors
    assert ". " in errors[0].words or ": " in errors[0].words, "say what to do"


@pytest.mark.parametrize(
    ("spoil", "paths", "words"),
    [
        pytest.param(
            twice,
            ["indicators.VI001", "money.total_points", "domains.PH.total_points"],
            "the id stands 2 times. Remove or rename all but one",
            id="the same id twice",
        ),
        pytest.param(
            put("DEM004", "group", value="DEMENTIA"),
            ["indicators.DEM004.group", "groups.DEM", "domains.CL.total_points"],
            "'DEMENTIA' isn't one of the groups. Add it under groups or correct the spelling",
            id="an unknown group",
        ),
        pytest.param(
            put("groups", "VI", "domain", value="PUBLIC"),
            ["groups.VI.domain", "domains.PH.total_points"],
            "'PUBLIC' isn't one of the domains. Add it under domains or correct the spelling",
            id="an unknown domain",
        ),
        pytest.param(
            put("registers", "HF_LVSD", "field", value="Heart Failure Register"),
            [
                "registers.HF.field",
                "registers.HF_LVSD.field",
                "indicators.HF003.fields",
                "indicators.HF006.fields",
            ],
            "'Heart Failure Register' is the field of another register too. Correct one of them",
            id="two registers with one field",
        ),
    ],
)
def test_a_fault_that_spoils_more_is_told_first(spoil: Spoil, paths: list[str], words: str) -> None:
    content = raw(QOF)
    spoil(content)

    errors = [f for f in check.check(built(content)) if f.severity == "error"]

    assert [f.path for f in errors] == paths
    assert errors[0].words == words


def test_points_that_do_not_add_up_are_told_for_the_whole_and_the_domain() -> None:
    content = raw(QOF)
    indicator(content, "DM020")["points"]["value"] = "16"

    errors = [f for f in check.check(built(content)) if f.severity == "error"]

    assert [(f.path, f.words) for f in errors] == [
        (
            "money.total_points",
            "564 is published, but the indicators add up to 563. Correct one of them",
        ),
        (
            "domains.CL.total_points",
            "437 is published, but its indicators add up to 436. Correct one of them",
        ),
    ]


def test_points_need_money() -> None:
    content = raw(QOF)
    del content["money"], content["settings"]["list_date"]
    del content["sources"]["Practice Index 2025/26"], content["sources"]["point value law"]
    del content["sources"]["no document seen"]

    errors = [f for f in check.check(built(content)) if f.severity == "error"]

    assert [(f.path, f.words[:3]) for f in errors] == [("money", "564")]


def test_an_indicator_without_points_is_an_error() -> None:
    content = raw(QOF)
    indicator(content, "DM020")["points"]["value"] = "0"
    paths = [f.path for f in check.check(built(content)) if f.severity == "error"]
    assert paths[0] == "indicators.DM020.points"
