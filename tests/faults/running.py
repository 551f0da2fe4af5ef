"""Starting the command line as a user would, with data of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path


def start(data: Path, *arguments: str) -> "subprocess.Popen[str]":
    """`cqrs …` with its data in the folder, in a process group of its own."""
    environment = {**os.environ, "CQRS_DATA": str(data), "PYTHONUNBUFFERED": "1"}
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "CQRS_DATE"):
        environment.pop(name, None)
    return subprocess.Popen(
        [sys.executable, "-m", "cqrs.cli", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finished(data: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and everything that was printed."""
    process = start(data, *arguments)
    printed, _ = process.communicate(timeout=240)
    return process.returncode, printed


def stop_database(data: Path) -> None:
    """A server that killed processes had joined outlives them: it can't know that they are gone."""
    known = data / "postgres" / "postmaster.pid"
    if known.exists():
        os.kill(int(known.read_text().splitlines()[0]), signal.SIGINT)
