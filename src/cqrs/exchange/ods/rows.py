"""What a file of the Organisation Data Service says, row by row, whatever its layout."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cqrs.definitions.counts import Problem, shown

CODE = re.compile(r"[A-Z0-9]{2,10}")
CODE_AS = "Write 2 to 10 capital letters and digits, such as A99001"
DAY_AS = "Write it as YYYYMMDD, such as 20240401"
ABBREVIATIONS = frozenset({"NHS", "PCN", "ICB", "GP", "UK", "PMS", "APMS", "UCC", "II", "III"})
SMALL = frozenset({"and", "at", "by", "for", "in", "of", "on", "the", "with"})

MEMBER_OF, COMMISSIONED_BY, PART_OF = "member_of", "commissioned_by", "part_of"


@dataclass(frozen=True)
class OdsOrganisation:
    """One organisation as a file gives it. Kinds are those of the portal: "practice", "pcn" …"""

    row: int
    """Row of the sheet, the first being 1; in JSON, the place of the record."""
    code: str
    name: str
    kind: str
    open_date: date | None = None
    close_date: date | None = None
    leads: bool = True
    """Whether the file is about this organisation, or only names it on the way."""


@dataclass(frozen=True)
class OdsTie:
    """The child belongs to the parent; a file without dates of its own leaves them out."""

    row: int
    child: str
    parent: str
    kind: str
    """"commissioned_by", "part_of" or "member_of"."""
    start_date: date | None = None
    end_date: date | None = None


@dataclass(frozen=True)
class OdsFile:
    """A file that was read to its end. With problems, nothing of it may be used."""

    name: str
    digest: str
    """SHA-256 of the bytes as they were given."""
    layout: str
    """What it was recognised as, for people: "epraccur", "practice mapping" …"""
    rows: int = 0
    organisations: tuple[OdsOrganisation, ...] = ()
    ties: tuple[OdsTie, ...] = ()
    passed_over: Mapping[str, int] = field(default_factory=dict)
    """How many rows were left out on purpose, by reason."""
    problems: tuple[Problem, ...] = ()
    whole: bool = False
    """Whether it is a list of all practices, so that many missing ones are suspicious."""


class Reader:
    """Collects what a file says, and every problem of its rows."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.organisations: dict[str, OdsOrganisation] = {}
        self.ties: list[OdsTie] = []
        self.problems: list[Problem] = []
        self.passed_over: dict[str, int] = {}

    def refuse(self, row: int | None, column: str, words: str, remedy: str) -> None:
        """Note a problem: file, row, column, what is wrong and what to do."""
        self.problems.append(
            Problem(words=words, remedy=remedy, file=self.file, row=row, field=column)
        )

    def pass_over(self, reason: str) -> None:
        """Count a row that is left out on purpose."""
        self.passed_over[reason] = self.passed_over.get(reason, 0) + 1

    def is_code(self, row: int, column: str, text: str) -> bool:
        """Whether this is an organisation's code; notes the problem when not."""
        if CODE.fullmatch(text):
            return True
        words = f"'{shown(text)}' is not an organisation's code" if text else "the code is missing"
        self.refuse(row, column, words, CODE_AS)
        return False

    def add(self, organisation: OdsOrganisation, column: str) -> bool:
        """Take an organisation in; a second row of the same code is a problem."""
        before = self.organisations.get(organisation.code)
        if before is not None:
            self.refuse(
                organisation.row,
                column,
                f"the code {organisation.code} stands twice: row {before.row} has it too",
                "Keep one of the two rows",
            )
            return False
        self.organisations[organisation.code] = organisation
        return True

    def finish(self, digest: str, layout: str, *, rows: int, whole: bool = False) -> OdsFile:
        """What was read, after checking that no dates overlap."""
        self._refuse_overlaps()
        return OdsFile(
            self.file,
            digest,
            layout,
            rows,
            tuple(self.organisations.values()),
            tuple(self.ties),
            dict(self.passed_over),
            tuple(self.problems),
            whole,
        )

    def _refuse_overlaps(self) -> None:
        """One commissioner, one larger body and one network at a time."""
        seen: dict[tuple[str, str], list[OdsTie]] = {}
        for tie in self.ties:
            others = seen.setdefault((tie.child, tie.kind), [])
            for other in others:
                if _overlap(tie, other):
                    self.refuse(
                        tie.row,
                        "dates",
                        f"{tie.child} {TIES[tie.kind]} {tie.parent} on days on which row "
                        f"{other.row} says {other.parent}",
                        "Let one end the day before the other starts",
                    )
            others.append(tie)


TIES = {
    COMMISSIONED_BY: "is commissioned by",
    PART_OF: "is part of",
    MEMBER_OF: "is a member of",
}


def _overlap(one: OdsTie, other: OdsTie) -> bool:
    first = (one.start_date or date.min, one.end_date or date.max)
    second = (other.start_date or date.min, other.end_date or date.max)
    return first[0] <= second[1] and second[0] <= first[1]


def readable(name: str) -> str:
    """A name that a source writes in capitals, as people write it; others as they are.

    "THE ELMS (ST MARY'S) PCN" becomes "The Elms (St Mary's) PCN".
    """
    name = " ".join(name.split())
    if not name.isupper():
        return name
    words = [_word(word, first=not n) for n, word in enumerate(name.split(" "))]
    return " ".join(words)


def _word(word: str, *, first: bool) -> str:
    bare = word.strip("().,&'")
    if bare in ABBREVIATIONS or any(sign.isdigit() for sign in bare):
        return word
    if not first and word.lower() in SMALL:
        return word.lower()
    parts = re.split(r"([-/(.])", word)
    return "".join(part.capitalize() for part in parts)


def same_name(one: str, other: str) -> bool:
    """Whether two spellings differ in capitals and spaces only."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def unread(name: str, digest: str, layout: str, problems: Sequence[Problem]) -> OdsFile:
    """A file that can't be read at all: nothing but its problems."""
    return OdsFile(name, digest, layout, problems=tuple(problems))


def problems_of(files: Iterable[OdsFile]) -> tuple[Problem, ...]:
    """Every problem of several files, in their order."""
    return tuple(problem for file in files for problem in file.problems)
