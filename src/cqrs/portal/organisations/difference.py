"""What loading files of the Organisation Data Service would change, before anything is changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from cqrs.definitions.counts import Problem
from cqrs.exchange.ods import OdsFile, OdsOrganisation, OdsTie
from cqrs.values import digest

OPENED, CLOSED, MOVED, RENAMED, CHANGED = "opened", "closed", "moved", "renamed", "changed"
KINDS_OF_CHANGE = (OPENED, CLOSED, MOVED, RENAMED, CHANGED)
UNCHANGED, ABSENT = "unchanged", "absent"
NOT_KNOWN_AND_CLOSED = "closed before they were known here"
LEFT_CLOSED = "closed here and open in the file, left closed"


@dataclass(frozen=True)
class Change:
    """One thing that would happen to one organisation."""

    what: str
    """"opened", "closed", "moved", "renamed" or "changed"."""
    code: str
    name: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True)
class HeldOrganisation:
    """An organisation as the portal knows it."""

    id: int
    code: str
    name: str
    kind: str
    open_date: date | None
    close_date: date | None
    succeeded: bool
    """Whether a merger, split or closure has named who comes after it."""


@dataclass(frozen=True)
class HeldTie:
    """A relationship as the portal holds it."""

    id: int
    parent: str
    start_date: date
    end_date: date | None


@dataclass(frozen=True)
class Held:
    """What the portal knows, by code."""

    organisations: Mapping[str, HeldOrganisation]
    ties: Mapping[tuple[str, str], Sequence[HeldTie]]
    """By child and kind: commissioned by, part of, and member of a network."""


@dataclass(frozen=True)
class NewTie:
    """A relationship that would be recorded."""

    child: str
    parent: str
    kind: str
    start_date: date
    end_date: date | None


@dataclass
class Plan:
    """The rows that would be written."""

    new: list[OdsOrganisation] = field(default_factory=list)
    updates: dict[int, dict[str, str | date | None]] = field(default_factory=dict)
    """New values of held organisations, by number."""
    ties: list[NewTie] = field(default_factory=list)
    endings: dict[int, date] = field(default_factory=dict)
    """The last day of held relationships, by number."""


@dataclass(frozen=True)
class Difference:
    """What would change, and why it can't be applied when there are problems."""

    files: tuple[OdsFile, ...]
    effective_date: date
    changes: tuple[Change, ...]
    unchanged: int
    absent: int
    """Open practices that are known here and in none of the files: they stay as they are."""
    passed_over: Mapping[str, int]
    problems: tuple[Problem, ...]
    plan: Plan

    @property
    def counts(self) -> dict[str, int]:
        """How many organisations of each kind of change, then unchanged and absent ones."""
        codes = {what: {c.code for c in self.changes if c.what == what} for what in KINDS_OF_CHANGE}
        found = {what: len(codes[what]) for what in KINDS_OF_CHANGE}
        return {**found, UNCHANGED: self.unchanged, ABSENT: self.absent}

    @property
    def digest(self) -> str:
        """Binds whoever applies it to what was shown."""
        told = [
            [file.digest for file in self.files],
            self.effective_date.isoformat(),
            [[c.what, c.code, c.name, c.kind, c.before, c.after] for c in self.changes],
            self.unchanged,
        ]
        return digest(json.dumps(told, ensure_ascii=False).encode())

    def as_json(self) -> dict[str, Any]:
        """Everything but the plan, for a machine."""
        return {
            "sentence": self.sentence,
            "counts": self.counts,
            "digest": self.digest,
            "effective_date": self.effective_date.isoformat(),
            "files": [
                {"name": f.name, "digest": f.digest, "layout": f.layout, "rows": f.rows}
                for f in self.files
            ],
            "passed_over": dict(self.passed_over),
            "changes": [asdict(change) for change in self.changes],
        }

    @property
    def sentence(self) -> str:
        """ "3 opened, 1 moved; 6,200 unchanged.", or "Nothing changed."."""
        counts = self.counts
        parts = [f"{counts[what]:,} {what}" for what in KINDS_OF_CHANGE if counts[what]]
        if not parts:
            return "Nothing changed."
        return f"{', '.join(parts)}; {self.unchanged:,} unchanged."


def ties_by_child(files: Sequence[OdsFile]) -> dict[tuple[str, str], list[tuple[OdsFile, OdsTie]]]:
    """The ties of several files by child and kind.

    A file that is about the child speaks for it; one that only names it on the way is heard where
    no other speaks. Of two that are about it the later one counts.
    """
    found: dict[tuple[str, str], list[tuple[OdsFile, OdsTie]]] = {}
    for file in _weakest_first(files):
        own: dict[tuple[str, str], list[tuple[OdsFile, OdsTie]]] = {}
        for tie in file.ties:
            own.setdefault((tie.child, tie.kind), []).append((file, tie))
        found |= own
    return found


def wanted_organisations(
    files: Sequence[OdsFile],
) -> dict[str, tuple[OdsFile, OdsOrganisation]]:
    """The organisations of several files by code, by the same rule."""
    return {one.code: (file, one) for file in _weakest_first(files) for one in file.organisations}


def _weakest_first(files: Sequence[OdsFile]) -> list[OdsFile]:
    return sorted(files, key=lambda file: any(one.leads for one in file.organisations))
