"""Say plainly what is missing on this machine before anything is installed.

Runs under whatever Python was found, so it keeps to what old versions understand.
"""

import os
import shutil
import subprocess
import sys

PYTHON = (3, 11)
NODE = (20, 9)
APT = "apt-get install "


def python() -> str:
    """What is wrong with this Python; empty when nothing is."""
    if sys.version_info < PYTHON:
        return (
            f"Python {_text(PYTHON)} or later is needed, this is {_text(sys.version_info[:2])}. "
            "Install a newer one, then: make setup PYTHON=/path/to/python3.11"
        )
    try:
        import ensurepip  # noqa: F401  (only whether it is there)
        import venv  # noqa: F401
    except ImportError:
        return f"Python has no venv module. Install it (Debian, Ubuntu: {APT}python3-venv)."
    return ""


def node() -> str:
    """What is wrong with Node and npm; empty when nothing is."""
    wanted = f"Node {_text(NODE)} or later with npm is needed to install the NHS.UK frontend"
    how = f"Install it (Debian 13, Ubuntu 25: {APT}nodejs npm), then run make setup again."
    if not shutil.which("node"):
        return f"{wanted}, and there is none. {how}"
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True)
    found = answer.stdout.strip().lstrip("v")
    numbers = tuple(int(part) for part in found.split(".")[:2] if part.isdigit())
    if numbers < NODE:
        return f"{wanted}, this is {found or 'not working'}. {how}"
    if not shutil.which("npm"):
        return f"{wanted}: node is here, npm is not. {how}"
    return ""


def _text(numbers: "tuple[int, ...]") -> str:
    return ".".join(str(number) for number in numbers)


def main() -> int:
    """Check what the argument names; 1 and a sentence when it is not there."""
    wrong = {"python": python, "node": node}[sys.argv[1]]()
    if wrong:
        sys.stderr.write(wrong + os.linesep)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
