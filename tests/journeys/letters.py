"""The emails of the demonstration, which writes them as files: waiting for one, its link."""

import re
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

from .backstage import let_letters_leave
from .served import Demo

PATIENCE_SECONDS = 70
"""The worker sends once a minute, and when it is asked to."""


@dataclass(frozen=True)
class Letter:
    """One email."""

    number: int
    """A later one has a higher number."""
    to: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """The path of the first address in it: whichever server sent it, another may be asked."""
        found = re.search(r"https?://\S+", self.text)
        assert found, self.text
        return urlsplit(found.group()).path


def letter(demo: Demo, to: str, subject: str, *, after: Letter | None = None) -> Letter:
    """Wait for the newest email to somebody whose subject contains this, newer than another."""
    let_letters_leave(demo)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = [
            one
            for path in sorted((demo.data / "mail").glob("*.eml"), reverse=True)
            if (one := _read(path)).to == to
            and subject in one.subject
            and (after is None or one.number > after.number)
        ]
        if found:
            return found[0]
        time.sleep(0.25)
    raise AssertionError(f"no email to {to} about {subject!r} within {PATIENCE_SECONDS} s")


def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body()
    assert body, path
    number = int(path.name.split("-")[0])
    return Letter(number, str(message["To"]), str(message["Subject"]), body.get_content())
