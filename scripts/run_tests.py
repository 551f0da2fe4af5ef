"""Run the suites one after the other, say what each took, and close with one line for all.

    run_tests.py [SUITE ...] [-- ARGUMENTS FOR PYTEST]

Suites: fast, matrix, fault and journey (two processes each), national. Without a name, all of them.
"""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
COUNTED = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
APT = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation"]

SUITES = {
    "fast": [
        "-m",
        "not journey and not national and not fault and not matrix",
        "-n",
        "2",
        "--dist",
        "loadfile",
    ],
    "matrix": ["-m", "matrix", "-n", "2", "--dist", "loadscope"],
    "national": ["-m", "national"],
    "fault": ["-m", "fault", "-n", "2", "--dist", "loadfile"],
    "journey": ["-m", "journey", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"],
}

IN_A_BROWSER = ("national", "journey")


@dataclass
class Tally:
    """What the suites came to."""

    counts: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def add(self, closing: str) -> None:
        """Add pytest's closing line."""
        for number, word in COUNTED.findall(closing):
            kind = "failed" if word.startswith(("error", "failed")) else word
            self.counts[kind] = self.counts.get(kind, 0) + int(number)

    def text(self) -> str:
        """The line for all: "812 passed, 0 failed"."""
        counts = {"passed": 0, "failed": 0} | self.counts
        return ", ".join(f"{number} {word}" for word, number in counts.items())


def main(arguments: list[str]) -> int:
    """Run the named suites; 0 when everything passed."""
    named, extra = _split(arguments)
    if unknown := [name for name in named if name not in SUITES]:
        print(f"There is no suite '{unknown[0]}'. There are: {', '.join(SUITES)}.", file=sys.stderr)
        return 2
    tally = Tally()
    for name in named or SUITES:
        if name in IN_A_BROWSER and not browser_is_there():
            tally.broken.append(name)
            continue
        run(name, extra, tally)
    if tally.broken:
        print(f"\nNot passed: {', '.join(tally.broken)}")
    print(tally.text(), flush=True)
    return 1 if tally.broken else 0


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def run(name: str, extra: list[str], tally: Tally) -> None:
    """Run one suite, showing its output as it comes."""
    print(f"\n== {name} ==", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", *SUITES[name], *extra]
    closing = ""
    # Many processes read the same sources: where none may keep what it compiled, each compiles all.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            closing = line if COUNTED.search(line) else closing
    tally.add(closing)
    if process.returncode == NOTHING_COLLECTED:
        print(f"There are no {name} tests.")
    elif process.returncode:
        tally.broken.append(name)
    print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)


def browser_is_there() -> bool:
    """Find a browser for the journeys, or fetch one; say exactly what to do when neither works."""
    sys.path.insert(0, str(ROOT))
    from tests.journeys.browser import WHAT_TO_DO, find_browser

    if find_browser():
        return True
    print("\nNo Chromium or Chrome here: fetching one for the journeys…", flush=True)
    _quietly([sys.executable, "-m", "playwright", "install", "chromium"])
    if find_browser():
        return True
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        _quietly(["apt-get", "update"])
        _quietly(APT)
        if find_browser():
            return True
    print(WHAT_TO_DO, file=sys.stderr)
    return False


def _quietly(command: list[str]) -> None:
    print(f"  {' '.join(command[-3:])}", flush=True)
    try:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, capture_output=True, timeout=600, env=environment)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  did not work: {error}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
