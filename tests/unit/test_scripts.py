"""The scripts behind make: what they copy, what they delete, and how they count."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.copy_frontend import script, stylesheet
from scripts.run_tests import Tally

ROOT = Path(__file__).resolve().parents[2]


def test_the_stylesheet_loads_nothing_remote() -> None:
    text = (
        "@font-face{font-family:F;src:url(https://fonts.example/a.woff2)}"
        "a{background:url(/assets/images/x.svg)}\n/*# sourceMappingURL=x.css.map */"
    )
    assert stylesheet(text).strip() == "a{background:url(assets/images/x.svg)}"


def test_a_new_remote_address_in_the_stylesheet_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"elsewhere\.example"):
        stylesheet("a{background:url(https://elsewhere.example/x.png)}")


def test_the_module_starts_itself() -> None:
    text = "export{initAll};//# sourceMappingURL=nhsuk.js.map"
    assert script(text) == "export{initAll};\ninitAll();\n"
    with pytest.raises(SystemExit, match="initAll"):
        script("export{nothing};")


def test_suites_are_added_up() -> None:
    tally = Tally()
    tally.add("812 passed, 1 warning in 50.11s")
    tally.add("3 failed, 10 passed, 1 error in 4.00s")
    assert tally.text() == "822 passed, 4 failed"


def reset(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "reset_data.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True)


def test_reset_deletes_our_data(tmp_path: Path) -> None:
    (tmp_path / "var" / "static").mkdir(parents=True)
    assert reset(tmp_path / "var").returncode == 0
    assert not (tmp_path / "var").exists()


def test_reset_leaves_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    answer = reset(tmp_path)
    assert answer.returncode == 1
    assert "doesn't look like our data" in answer.stdout
    assert (tmp_path / "holiday.jpg").exists()


def test_reset_of_nothing_is_done() -> None:
    assert reset(Path("/nowhere/at/all")).returncode == 0
