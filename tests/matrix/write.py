"""Ask again and write expected.txt, for review.

    python -m tests.matrix.write                   every address, in a few minutes
    python -m tests.matrix.write people: join      names that begin so; the rest stays

Then read the difference as an auditor would: should this role see this?
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(beginnings: list[str]) -> int:
    """Run the one thing that asks and writes."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "tests/matrix/writing.py"],
        cwd=ROOT,
        env={**os.environ, "CQRS_MATRIX_ROUTES": ",".join(beginnings)},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
