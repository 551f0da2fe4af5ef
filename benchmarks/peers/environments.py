"""Processes with a time limit, in a Python of its own for each tool that the project doesn't use.

The Pythons are made when first wanted and live in `var/peers` (in `$CQRS_DATA/peers` where that is
set); they may be deleted at any time.
"""

import os
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path

PATIENCE_SECONDS = 600


class NotHereError(Exception):
    """A tool can't be had on this machine; says why."""


def python_with(package: str, root: Path) -> str:
    """The Python that has a package, newest version, installed by pip unless it is there already.

    Raises NotHereError when it can't be made; what was half made is deleted.
    """
    data = Path(os.environ.get("CQRS_DATA") or root / "var").resolve()
    folder = data / "peers" / package
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"    installing {package} in {folder} …", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            venv.create(folder, with_pip=True)
            _install(str(python), package)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError | subprocess.CalledProcessError):
                raise NotHereError(f"no environment for {package}: {error}") from error
            raise
        (folder / "complete").touch()
    return str(python)


def _install(python: str, package: str) -> None:
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
    try:
        run(command, Path.cwd(), PATIENCE_SECONDS)
    except NotHereError as error:
        raise NotHereError(f"pip can't install {package}: {error}") from error


def run(command: list[str], folder: Path, limit_seconds: int) -> str:
    """What a program prints. Raises NotHereError if it fails or takes too long.

    One that takes too long is stopped together with whatever it started.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        try:
            out, errors = process.communicate(timeout=limit_seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise NotHereError(f"stopped after {limit_seconds} s") from error
            raise
    if process.returncode:
        said = [line for line in errors.splitlines() if line.strip()] or ["it did not say why"]
        raise NotHereError(next((line for line in said if line.startswith("ERROR")), said[-1]))
    return out


def program(name: str) -> str:
    """A program on the PATH. Raises NotHereError where there is none."""
    found = shutil.which(name)
    if found is None:
        raise NotHereError(f"{name} isn't on the PATH")
    return found
