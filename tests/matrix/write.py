"""`python -m tests.matrix.write`: ask again and write expected.txt, for review.

With `CQRS_MATRIX=all` everybody is asked about everything, which takes many minutes.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run the one test that compares, telling it to write instead."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
        "tests/matrix/test_matrix.py", "-k", "gets_the_reviewed_answer",
    ]  # fmt: skip
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "CQRS_MATRIX_WRITE": "1"}
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
