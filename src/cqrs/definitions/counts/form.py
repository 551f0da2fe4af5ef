"""The format of counts: one practice, one achievement date, a value for each indicator's field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from cqrs.values import canonical_json, digest

Value = int | bool
"""A count, or the answer to a yes/no."""

Key = tuple[str, str]
"""Indicator and field, both by CQRS's name: ("AF006", "Denominator")."""

Counts = Mapping[Key, Value]

LONGEST_SHOWN = 60


class CountRow(NamedTuple):
    """One row of a file or one box of a form, as text, before anybody has judged it."""

    row: int
    """The row as a spreadsheet shows it: the header is 1. 0 when there is no row."""
    practice_code: str
    achievement_date: date
    indicator: str
    field: str
    text: str


@dataclass(frozen=True)
class PracticeCounts:
    """The counts of one practice at one achievement date, and where each of them stands.

    `rows` holds the spreadsheet row of each value in the order of `values`; it may be empty
    when the counts were not read from a file.
    """

    practice_code: str
    achievement_date: date
    values: Counts
    source: str = ""
    rows: Sequence[int] = ()

    def row_of(self, indicator: str, *fields: str) -> int | None:
        """The row of the first of these fields that was given, else the indicator's first row."""
        for name in fields:
            if (indicator, name) in self._row_by_key:
                return self._row_by_key[indicator, name]
        return next((row for key, row in self._row_by_key.items() if key[0] == indicator), None)

    @cached_property
    def _row_by_key(self) -> dict[Key, int]:
        return dict(zip(self.values, self.rows, strict=False))

    @cached_property
    def indicators(self) -> frozenset[str]:
        """The indicators for which anything was given."""
        return frozenset(indicator for indicator, _ in self.values)

    @cached_property
    def content(self) -> bytes:
        """The canonical JSON of these counts, whatever file they came in: what is digested."""
        tree: dict[str, dict[str, Value]] = {}
        for (indicator, name), value in self.values.items():
            tree.setdefault(indicator, {})[name] = value
        return canonical_json(
            {
                "schema": "cqrs/counts/1",
                "practice": self.practice_code,
                "achievement_date": self.achievement_date.isoformat(),
                "values": tree,
            }
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest(self.content)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong, where it stands, and what to do about it: a sentence for who must act."""

    words: str
    remedy: str
    severity: Literal["error", "warning"] = "error"
    file: str = ""
    row: int | None = None
    practice_code: str = ""
    indicator: str = ""
    field: str = ""
    rows: int = 1
    """How many rows have this same fault, when they are told once."""

    @property
    def is_error(self) -> bool:
        """True when this stops the counts; a warning does not."""
        return self.severity == "error"

    @property
    def place(self) -> str:
        """The file, row, practice, indicator and field, as far as they are known."""
        parts = [
            self.file,
            f"row {self.row}" if self.row else "",
            f"practice {shown(self.practice_code)}" if self.practice_code else "",
            " ".join(shown(part) for part in (self.indicator, self.field) if part),
        ]
        return ", ".join(part for part in parts if part)

    def text(self) -> str:
        """The whole problem in a line: "counts.csv, row 7, ... : what is wrong. What to do."."""
        more = f" {self.rows - 1:,} more rows say the same." if self.rows > 1 else ""
        start = f"{self.place}: " if self.place else ""
        return f"{start}{self.words}.{more} {self.remedy}."

    def as_json(self) -> dict[str, object]:
        """The parts by name, for a machine."""
        return {
            "severity": self.severity,
            "file": self.file,
            "row": self.row,
            "rows": self.rows,
            "practice_code": self.practice_code,
            "indicator": self.indicator,
            "field": self.field,
            "words": self.words,
            "remedy": self.remedy,
        }


def shown(text: str) -> str:
    """Somebody else's text, safe to print: short, and without control characters."""
    short = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    if short.isprintable():
        return short
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)
