"""Run every file of benchmarks/: each prints one line, name, figure, ratio, goal, met or not.

    run_benchmarks.py [NAME ...]

`against_peers` takes minutes, the first time longer; one that takes longer than the limit is
stopped with everything it started, and counts as an error.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 2700
GRACE_SECONDS = 20


def main() -> int:
    """Run those named, or all; 1 when one of them broke (a goal that isn't met is only said)."""
    named = sys.argv[1:]
    files = {file.stem: file for file in sorted((ROOT / "benchmarks").glob("[!_]*.py"))}
    unknown = [name for name in named if name not in files]
    if unknown or not files:
        there = ", ".join(files) or "none"
        print(f"No such benchmark: {', '.join(unknown) or 'any'}. There are: {there}.")
        return 2
    chosen = [file for name, file in files.items() if not named or name in named]
    broken = 0
    for number, file in enumerate(chosen, 1):
        print(f"… {number} of {len(chosen)}: {file.stem}", file=sys.stderr, flush=True)
        started = time.monotonic()
        broken += not finished(file, LIMIT_SECONDS)
        print(f"  {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    if broken:
        print(f"{broken} of {len(chosen)} benchmarks ended with an error.", file=sys.stderr)
    return 1 if broken else 0


def finished(file: Path, limit_seconds: float) -> bool:
    """Run one benchmark; False when it ends with an error or has to be stopped."""
    with subprocess.Popen([sys.executable, file], cwd=ROOT, start_new_session=True) as process:
        try:
            return process.wait(limit_seconds) == 0
        except BaseException as error:
            _stop(process)
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            print(f"{file.stem}: stopped after {limit_seconds} s", file=sys.stderr, flush=True)
            return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a benchmark to end, so that it can end what it started, and after a while insist."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
