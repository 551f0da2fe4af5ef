"""What a journey needs done behind the served demo: time that passes, things that lie about."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .served import DAY, ROOT, Demo


def let_letters_leave(demo: Demo) -> None:
    """Ask the demo's worker to send what waits now, as it does by itself every minute."""
    _run(demo.data, "let_letters_leave")


def expire_invitation(demo: Demo, email: str) -> None:
    """Let the one invitation of an address have been sent fifteen days ago."""
    _run(demo.data, "expire_invitation", email)


def make_things(demo: Demo) -> dict[str, Any]:
    """One of everything that addresses name by number: `things`, a `run`, a `collection_id`."""
    made: dict[str, Any] = json.loads(_run(demo.data, "make_things"))
    return made


def open_a_portal(data: Path, practices: int) -> None:
    """A portal on its first morning: organisations and people, and nothing else."""
    _run(data, "open_a_portal", str(practices))


def _run(data: Path, what: str, *arguments: str) -> str:
    environment = {
        **os.environ,
        "CQRS_DATA": str(data),
        "CQRS_DATE": DAY,
        "DJANGO_SETTINGS_MODULE": "cqrs.portal.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.stage_hands", what, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
