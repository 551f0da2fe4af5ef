"""Reading: text stays text, keys come once, nothing unknown gets in; errors name the place."""

from typing import Any

import pytest

from cqrs.definitions import load
from tests.unit.definitions.broken import built, indicator, raw


def test_no_stays_text() -> None:
    assert load.read_yaml("a: no\nb: 1.10\nc: 2025-03-31", "x") == {
        "a": "no",
        "b": "1.10",
        "c": "2025-03-31",
    }


def test_a_key_that_stands_twice_is_refused_with_its_line() -> None:
    with pytest.raises(load.DefinitionError) as caught:
        load.read_yaml("points: 5\nlower: 40\npoints: 6\n", "services/x/service.yaml")
    assert str(caught.value) == "services/x/service.yaml, line 3: the key 'points' stands twice"


def test_a_key_that_stands_twice_deep_inside_is_refused() -> None:
    with pytest.raises(load.DefinitionError, match="line 2: the key 'b'"):
        load.read_yaml("a:\n  - {b: 1, b: 2}\n", "x")


def test_what_is_not_yaml_is_refused_with_the_file() -> None:
    with pytest.raises(load.DefinitionError, match=r"^x: not readable as YAML"):
        load.read_yaml("a: [1", "x")


def test_an_unknown_service_is_refused_with_the_choice() -> None:
    with pytest.raises(load.DefinitionError) as caught:
        load.load("qof/1999-00")
    assert "There is no service 'qof/1999-00'" in str(caught.value)
    assert "qof/2025-26" in str(caught.value)


def spoilt(path: list[str], value: object) -> Any:
    content = raw("qof/2025-26")
    place: Any = content
    for step in path[:-1]:
        place = indicator(content, step) if step == "DM020" else place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "where", "what"),
    [
        (["colour"], "blue", "colour", "no such key is known here"),
        (["DM020", "ponits"], "17", "indicators.DM020.ponits", "no such key is known here"),
        (["money", "point_value"], None, "money.point_value", "this is missing. Add it"),
        (["DM020", "points", "value"], "1.5", "indicators.DM020.points.value", "not a whole"),
        (["DM020", "points", "value"], "-1", "indicators.DM020.points.value", "not a whole"),
        (["DM020", "points", "value"], "٣", "indicators.DM020.points.value", "not a whole"),
        (["DM020", "thresholds", "lower"], "35%", "indicators.DM020.thresholds.lower", "decimal"),
        (["DM020", "thresholds", "upper"], "1e2", "indicators.DM020.thresholds.upper", "decimal"),
        (["DM020", "base_population"], "some", "indicators.DM020.base_population", "'register'"),
        (["DM020", "kind"], "lottery", "indicators.DM020", "does not match any"),
        (
            ["DM020", "prevalence_adjusted", "value"],
            "true",
            "indicators.DM020.prevalence_adjusted.value",
            "must be yes or no",
        ),
        (
            ["DM020", "fields", "DMMAX", "general"],
            "False",
            "indicators.DM020.fields.DMMAX.general",
            "must be yes or no",
        ),
        (
            ["DM020", "points", "confidence"],
            "certain",
            "indicators.DM020.points.confidence",
            "'verified'",
        ),
        (["DM020", "points", "source"], "", "indicators.DM020.points.source", "this is empty"),
        (["money", "point_value", "pounds"], "225.495", "money.point_value.pounds", "in pounds"),
        (["money", "point_value", "pounds"], "£225.49", "money.point_value.pounds", "decimal"),
        (["money", "list_date"], "2026-02-30", "money.list_date", "out of range"),
        (["year"], "2025/27", "year", "not a financial year|followed by another"),
        (["route"], ["declare", "pay"], "route", "finance_approve"),
        (
            ["settings", "colour"],
            {"source": "x", "confidence": "memory"},
            "settings.colour",
            "route",
        ),
        (["rounding", "mode"], "up", "rounding.mode", "'half_up', 'half_even' or 'down'"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_with_its_path(
    path: list[str], value: object, where: str, what: str
) -> None:
    with pytest.raises(load.DefinitionError, match=what) as caught:
        built(spoilt(path, value))
    assert f"  {where}" in str(caught.value)


def test_the_digest_follows_what_is_said_not_how_it_is_laid_out() -> None:
    content = raw("qof/2025-26")
    assert built(dict(reversed(content.items()))).digest == load.load("qof/2025-26").digest
    indicator(content, "DM020")["points"]["value"] = "18"
    assert built(content).digest != load.load("qof/2025-26").digest
