"""Unsure figures are listed as doubts, and the result is made for people and machines."""

import json
from pathlib import Path

import pytest

from cqrs.definitions import check, load
from cqrs.definitions.rules import point_value_by_law
from tests.unit.definitions.broken import built, raw

QOF, OLD, LD = "qof/2025-26", "qof/2023-24", "learning_disability_health_check/2025-26"


def test_every_figure_that_is_not_verified_is_a_doubt_with_its_source() -> None:
    doubts = {f.path: f for f in check.check(load.load(OLD)) if f.severity == "doubt"}

    remembered = doubts["indicators.AF006.thresholds"]
    assert remembered.confidence == "memory"
    assert remembered.words == (
        "40% to 90% is from memory, source: no document seen (the 2025/26 source has the same "
        "thresholds). Confirm it from an official source and write verified"
    )
    assert doubts["indicators.OB003.prevalence_adjusted"].confidence == "doubtful"
    assert doubts["indicators.CHOL001.prevalence_adjusted"].confidence == "doubtful"
    assert doubts["settings.paycode"].confidence == "doubtful"
    assert "indicators.AF006.points" not in doubts
    assert "money.average_list" not in doubts


def test_the_derived_average_list_is_a_doubt() -> None:
    doubts = {f.path: f for f in check.check(load.load(QOF)) if f.severity == "doubt"}
    assert doubts["money.average_list"].confidence == "derived"
    assert doubts["money.average_list"].words.startswith("10,184 is derived")


@pytest.mark.parametrize("service", [QOF, OLD, LD])
def test_doubts_and_verified_figures_are_all_the_figures(service: str) -> None:
    checked = check.check_service(service)
    (told,) = json.loads(json.dumps(check.result([checked])))["services"]
    unsure = sum(n for sure, n in told["confidence"].items() if sure != "verified")
    assert unsure == len(checked.doubts)
    assert sum(count for _, _, count in check.summary(checked.findings)) == len(checked.doubts)


def test_figures_marked_verified_leave_the_doubts() -> None:
    content = raw(QOF)
    before = len(check.check(built(content)))
    content["money"]["average_list"]["confidence"] = "verified"
    assert len(check.check(built(content))) == before - 1


# What the command line reads ---------------------------------------------------------------------


def test_the_result_is_json_with_digest_and_paths() -> None:
    result = json.loads(json.dumps(check.result(check.check_all())))

    assert (result["schema"], result["errors"]) == ("cqrs/check/1", 0)
    services = {one["service"]: one for one in result["services"]}
    assert list(services) == load.all_services()
    assert services[QOF]["points"] == 564
    assert services[QOF]["digest"] == load.load(QOF).digest
    assert services[OLD]["indicators"] == 76
    assert services[LD]["doubts"][0]["path"].startswith("settings.")


def test_a_definition_that_cannot_be_read_is_an_error_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service, text in {"good/2025-26": None, "bad/2025-26": "a: 1\na: 2\n"}.items():
        folder = tmp_path / service
        folder.mkdir(parents=True)
        source = (load.SERVICES / LD / "service.yaml").read_text(encoding="utf-8")
        named = source.replace("service: learning_disability_health_check", "service: good")
        (folder / "service.yaml").write_text(text or named, encoding="utf-8")
    monkeypatch.setattr(load, "SERVICES", tmp_path)
    load.load.cache_clear()

    bad, good = check.check_all()

    load.load.cache_clear()
    assert bad.definition is None
    assert [f.path for f in bad.errors] == ["services/bad/2025-26/service.yaml"]
    assert "line 2: the key 'a' stands twice" in bad.errors[0].words
    assert [f.path for f in good.errors] == ["services/good/2025-26/examples.yaml"]
    assert check.result([bad])["errors"] == 1


@pytest.mark.parametrize(
    ("average_list", "pence"), [(7087, 15692), (10184, 22549), (9639, 21343), (8096, 17926)]
)
def test_the_point_value_law(average_list: int, pence: int) -> None:
    assert point_value_by_law(average_list) == pence
