"""National prevalence that is published as final is used when nobody asks to strike it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cqrs.cli import main
from cqrs.definitions import load
from tests.integration.cli.conftest import Files

PUBLISHED = """\
schema: cqrs/national-prevalence/1
service: qof/2023-24
achievement_date: 2024-03-31
status: {status}
source: a made-up publication
confidence: verified
registers:
  AF: {{register: 1400, list: 60000}}
"""


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Publish figures beside a copy of the definitions."""
    services = tmp_path / "services"
    shutil.copytree(load.SERVICES, services)
    monkeypatch.setattr(load, "SERVICES", services)

    def write(text: str) -> None:
        path = services / "qof" / "2023-24" / "national_prevalence.yaml"
        path.write_text(text, encoding="utf-8")

    return write


def calculate(files: Files) -> tuple[int, str, str]:
    files.write()
    files.out_path.parent.mkdir(exist_ok=True)
    arguments = files.arguments("calculate", "--out", str(files.out_path))
    arguments.remove("--strike-national")
    outcome = files.run(*arguments)
    return outcome.code, outcome.out, outcome.err


def test_final_figures_are_used(files: Files, publish: Callable[[str], None]) -> None:
    publish(PUBLISHED.format(status="final"))
    code, out, err = calculate(files)
    assert (code, err) == (0, "")
    assert "published: a made-up publication" in out
    row = next(
        r for r in files.results() if (r["practice_code"], r["indicator"]) == ("X10001", "AF001")
    )
    # 5 points x 213.43 x 9639/9639 x (200/9639) / (1400/60000)
    assert row["pounds"] == "948.96"


def test_provisional_figures_are_not(files: Files, publish: Callable[[str], None]) -> None:
    publish(PUBLISHED.format(status="provisional"))
    code, _, err = calculate(files)
    assert code == 1
    assert "no final national prevalence" in err
    assert files.written() == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (("register: 1400", "register: many"), "'many' is not a whole number"),
        (("list: 60000", "list: 0"), "greater than 0"),
        (("service: qof/2023-24", "service: qof/2025-26"), "is about qof/2025-26 at 31 March 2024"),
        (("2024-03-31", "2023-03-31"), "is about qof/2023-24 at 31 March 2023; QOF 2023/24 needs"),
        (("2024-03-31", "2024-02-29"), "final ones of 31 March 2024"),
        (("  AF:", "  ZZ:"), "the definition has no such register"),
    ],
)
def test_check_names_a_fault_of_the_published_figures(
    publish: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
    spoil: tuple[str, str],
    words: str,
) -> None:
    publish(PUBLISHED.format(status="final").replace(*spoil))
    assert main(["check", "qof/2023-24"]) == 1
    shown = capsys.readouterr()
    assert "national_prevalence.yaml" in shown.out + shown.err
    assert words in shown.out + shown.err
