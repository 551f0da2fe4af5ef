"""The demonstration is killed without warning, at any stage: a new start loses nothing."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from .running import finished, start, stop_database

DEMO = ("demo", "--no-serve", "--practices", "60")
KILLED_AFTER = (
    "Database",
    "List sizes",
    "December's counts, provisional",
    "Year-end counts: written, read, validated, kept",
    "National prevalence",
    "Calculating the nation",
)
"""The stages whose printed line is the last that is waited for: the next one is cut off."""


def _finished(data: Path) -> str:
    code, printed = finished(data, *DEMO)
    assert code == 0, printed
    return printed


def _killed(data: Path, after: str) -> None:
    process = start(data, *DEMO)
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if line.startswith(after):
            break
    else:
        raise AssertionError(f"'{after}' was never printed:\n{''.join(seen)}")
    try:
        process.wait(0.4)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    process.stdout.close()


def _england(printed: str) -> str:
    found = re.search(r"QOF 2025/26, England.*?\n\n", printed, re.DOTALL)
    assert found, printed
    return found.group()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the undisturbed demonstration keeps its data."""
    return tmp_path_factory.mktemp("undisturbed")


@pytest.fixture(scope="module")
def undisturbed(folder: Path) -> str:
    """What a demonstration prints that nobody disturbs."""
    return _finished(folder)


def test_killed_at_every_stage_it_comes_to_the_same_england(
    undisturbed: str, tmp_path: Path
) -> None:
    try:
        for stage in KILLED_AFTER:
            _killed(tmp_path, stage)
        printed = _finished(tmp_path)
    finally:
        stop_database(tmp_path)
    assert _england(printed) == _england(undisturbed)


def test_a_second_start_finds_all_there(undisturbed: str, folder: Path) -> None:
    again = _finished(folder)
    assert _england(again) == _england(undisturbed)
    assert again.count("already there") >= 7
