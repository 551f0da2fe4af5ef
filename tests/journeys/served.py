"""A demonstration served in a process of its own, as a user would start it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DAY = "2026-05-12"
"""The day on which the demonstration stands."""
ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 240


@dataclass(frozen=True)
class Demo:
    """A served demo: its address, its data folder, and the sign-ins it printed."""

    address: str
    data: Path
    printed: str

    def email(self, start: str) -> str:
        """The email printed for a sign-in whose role starts like this."""
        for line in self.printed.splitlines():
            if line.strip().lower().startswith(start.lower()):
                found = re.search(r"\S+@\S+", line)
                assert found, line
                return found.group()
        raise AssertionError(f"no sign-in for {start!r} was printed:\n{self.printed}")

    @property
    def password(self) -> str:
        """The one password of the demo."""
        found = re.search(r"password\D*?[:\s]\s*(\S+)", self.printed, re.IGNORECASE)
        assert found, self.printed
        return found.group(1)


@contextmanager
def serving(data: Path, *, second_factor: str) -> Iterator[str]:
    """Serve what a data folder holds, as `make serve` does; the address."""
    settings = {
        "CQRS_DATA": str(data),
        "CQRS_DATE": DAY,
        "CQRS_MAIL": "files",
        "CQRS_EMAIL_DOMAINS": "example",
        "CQRS_SECOND_FACTOR": second_factor,
        "CQRS_GALLERY": "1",
    }
    with running(["serve"], settings, data.parent / f"{second_factor}.log") as address:
        yield address


@contextmanager
def running(arguments: list[str], settings: dict[str, str], log: Path) -> Iterator[str]:
    """Run a command that serves on a free port; the address, once it answers."""
    port = _free_port()
    environment = {**os.environ, **settings, "PYTHONUNBUFFERED": "1"}
    environment.pop("DATABASE_URL", None)
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cqrs.cli", *arguments, "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(process, address, log)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the demo ended with {process.returncode}:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise AssertionError(f"the demo did not serve within {START_SECONDS} s:\n{log.read_text()}")
