"""Run the suites one after another with their times; end with the sum of all of them."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.journeys.browser import WHAT_TO_DO, find_browser  # noqa: E402 - after the path

SUITES = {
    "fast": ["-m", "not journey and not national and not fault", "-n", "2"],
    "faults": ["-m", "fault"],
    "national": ["-m", "national"],
    "journeys": ["-m", "journey"],
}
NOTHING_TO_RUN = 5
COUNTS = re.compile(r"(\d+) (passed|failed|skipped|errors?)")


def main() -> int:
    """Run the named suite, or all; the first browser found is used for the journeys."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    suites = list(SUITES) if wanted == "all" else [wanted]
    totals: dict[str, int] = {}
    failed: list[str] = []
    for suite in suites:
        if suite == "journeys" and not _browser():
            return 1
        started = time.monotonic()
        print(f"\n=== {suite} ===", flush=True)
        code, output = _run(SUITES[suite])
        for number, kind in COUNTS.findall(output[-400:]):
            totals[kind.rstrip("s")] = totals.get(kind.rstrip("s"), 0) + int(number)
        print(f"=== {suite}: {time.monotonic() - started:.0f} s ===", flush=True)
        if code not in (0, NOTHING_TO_RUN):
            failed.append(suite)
    if failed:
        print(f"Failed: {', '.join(failed)}")
    bad = totals.get("failed", 0) + totals.get("error", 0)
    print(f"{totals.get('passed', 0)} passed, {bad} failed, {totals.get('skipped', 0)} skipped")
    return 1 if failed else 0


def _run(arguments: list[str]) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", *arguments, *sys.argv[2:]]
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


def _browser() -> bool:
    """Find a browser; as root on Debian, install the distribution's."""
    if find_browser():
        return True
    if os.geteuid() == 0 and Path("/usr/bin/apt-get").exists():
        print("No browser here: installing Debian's chromium for the journeys", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], check=False, **quiet)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        subprocess.run(command, check=False, env=environment, **quiet)
    if find_browser():
        return True
    print(WHAT_TO_DO)
    return False


if __name__ == "__main__":
    sys.exit(main())
