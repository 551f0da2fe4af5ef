"""Reference data of another date is refused by name: list sizes and published prevalence."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cqrs.definitions import load
from cqrs.definitions.load import DefinitionError
from cqrs.definitions.reference import national_prevalence, of_another_date

QOF = load.load("qof/2025-26")
PUBLISHED = """\
schema: cqrs/national-prevalence/1
service: {service}
achievement_date: {day}
status: {status}
source: a made-up publication
confidence: verified
registers:
  AF: {{register: 1400, list: 60000}}
"""


def test_2014_list_sizes_of_the_wrong_year_are_refused_by_name() -> None:
    """2013/14: last year's list sizes went in; practices lost 1.9 %, about £2,000 each."""
    assert of_another_date(QOF, [date(2013, 1, 1)]) == (
        "these list sizes are of 1 January 2013; QOF 2025/26 needs those of 1 January 2026"
    )
    assert of_another_date(QOF, [date(2026, 1, 1)]) == ""


def test_every_wrong_date_is_named_once() -> None:
    days = [date(2026, 1, 1), date(2025, 4, 1), date(2025, 1, 1), date(2025, 4, 1)]
    assert of_another_date(QOF, days).startswith(
        "these list sizes are of 1 January 2025 and 1 April 2025; "
    )
    assert of_another_date(QOF, []) == ""


def test_a_service_that_asks_for_no_date_takes_any() -> None:
    rules = load.load("learning_disability_health_check/2025-26")
    assert rules.list_size_date is None
    assert of_another_date(rules, [date(2013, 1, 1)]) == ""


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Publish figures beside a copy of one definition."""
    services = tmp_path / "services"
    folder = services / "qof" / "2025-26"
    folder.mkdir(parents=True)
    rules = load.SERVICES / "qof" / "2025-26" / "service.yaml"
    (folder / "service.yaml").write_bytes(rules.read_bytes())
    monkeypatch.setattr(load, "SERVICES", services)

    def write(
        *, service: str = "qof/2025-26", day: str = "2026-03-31", status: str = "final"
    ) -> None:
        text = PUBLISHED.format(service=service, day=day, status=status)
        (folder / "national_prevalence.yaml").write_text(text, encoding="utf-8")

    return write


def test_published_prevalence_names_its_service_day_and_standing(
    publish: Callable[..., None],
) -> None:
    assert national_prevalence("qof/2025-26") is None
    publish()
    found = national_prevalence("qof/2025-26")
    assert found is not None
    assert found.content == {
        "service": "qof/2025-26",
        "achievement_date": "2026-03-31",
        "method": "published: a made-up publication",
        "registers": {"AF": {"register": 1400, "list": 60000}},
    }
    publish(day="2025-12-31", status="provisional")
    found = national_prevalence("qof/2025-26")
    assert found is not None
    assert found.status == "provisional"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"service": "qof/2024-25", "day": "2025-03-31"}, "is about qof/2024-25 at 31 March 2025"),
        ({"day": "2025-03-31"}, "is about qof/2025-26 at 31 March 2025; QOF 2025/26 needs"),
        ({"day": "2025-12-31"}, "final ones of 31 March 2026: move the file or correct it"),
        ({"day": "2027-03-31", "status": "provisional"}, "at 31 March 2027"),
        ({"day": "lately"}, "achievement_date"),
    ],
)
def test_national_prevalence_of_another_year_is_refused_by_name(
    publish: Callable[..., None], wrong: dict[str, str], words: str
) -> None:
    publish(**wrong)
    with pytest.raises(DefinitionError, match=words) as refused:
        national_prevalence("qof/2025-26")
    assert "services/qof/2025-26/national_prevalence.yaml" in str(refused.value)
