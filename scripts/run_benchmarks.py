"""Run every file of benchmarks/: each prints one line, name, figure, ratio, goal, met or not."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run those named, or all; 1 when one of them broke (a goal that isn't met is only said)."""
    named = sys.argv[1:]
    files = sorted((ROOT / "benchmarks").glob("[!_]*.py"))
    chosen = [file for file in files if not named or file.stem in named]
    if not chosen:
        print(f"No such benchmark. There are: {', '.join(file.stem for file in files) or 'none'}.")
        return 2
    broken = 0
    for file in chosen:
        print(f"… {file.stem}", file=sys.stderr, flush=True)
        broken += subprocess.run([sys.executable, str(file)], cwd=ROOT).returncode != 0
    if broken:
        print(f"{broken} of {len(chosen)} benchmarks ended with an error.", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
