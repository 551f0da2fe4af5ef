"""A killed process must not keep the embedded server running for ever."""

import json
import os
from pathlib import Path

from cqrs.portal.config.embedded import forget_the_dead

NEVER_A_PROCESS = 4_194_305
"""Above the highest process number Linux gives."""


def test_killed_processes_are_dropped_and_living_ones_stay(tmp_path: Path) -> None:
    joined = tmp_path / ".handle_pids.json"
    joined.write_text(json.dumps([NEVER_A_PROCESS, os.getpid()]), encoding="ascii")

    forget_the_dead(joined)

    assert json.loads(joined.read_text(encoding="ascii")) == [os.getpid()]


def test_before_the_first_start_there_is_no_list(tmp_path: Path) -> None:
    forget_the_dead(tmp_path / ".handle_pids.json")

    assert list(tmp_path.iterdir()) == []
