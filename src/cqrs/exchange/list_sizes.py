"""List sizes of a day: our own columns, or the published totals of registered patients by age.

Our own: code,registered and, where they are known, weighted and columns of ages (0-4, 85+). The
published one: PRACTICE_CODE,TOTAL,16OV …, whose age columns overlap: "16 and over" beside "50 and
over". They are kept under the names the file gives them and never added up.

Where the publisher knows a practice's total but not all of its ages, it publishes ages with a
fraction: its estimates. No number of patients has a fraction, and an estimate may come out whole
("389" beside "387.95"), so a row with a fraction keeps its total and none of its ages, and is told.
A total with a fraction is refused, and so is any fraction in our own columns.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from cqrs.definitions.counts import Problem, shown
from cqrs.exchange.sheet import Sheet, Unreadable

CODE = re.compile(r"[A-Z0-9]{2,10}")
WHOLE = re.compile(r"[0-9]{1,9}")
WEIGHTED = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
ESTIMATE = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")
BAND = re.compile(r"[0-9]{1,3}([-_][0-9]{1,3}|\+)|[0-9]{1,3}OV")
GZIP = b"\x1f\x8b"
LARGEST = 50_000_000
"""Bytes of a file once it is unpacked; every practice of England fits 20 times."""
COLUMNS = {"code": "code", "practice_code": "code", "registered": "registered",
           "total": "registered", "weighted": "weighted"}  # fmt: skip
NEEDED = "The columns are code,registered and, if you have them, weighted and ages such as 0-4,85+"


@dataclass(frozen=True)
class Listed:
    """One organisation's patients, by the row they stand in."""

    row: int
    code: str
    registered: int
    weighted: Decimal | None
    age_bands: Mapping[str, int]


@dataclass(frozen=True)
class ListFile:
    """A file that was read to its end. With problems, nothing of it may be used."""

    name: str
    digest: str
    """SHA-256 of the bytes as they were given."""
    sizes: tuple[Listed, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    """Rows of which something is left out, each with what; they stop nothing."""


@dataclass
class _Reading:
    sheet: Sheet
    header: Sequence[str]
    published: bool
    """Whether it is the published layout, in which ages may be estimates."""
    sizes: dict[str, Listed] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def refuse(self, row: int, column: str, words: str, remedy: str) -> None:
        self.problems.append(self.sheet.problem(words, remedy, row=row, field=column))

    def take(self, row: int, cells: Sequence[str]) -> None:
        """One row: a size, or what is wrong with it."""
        if len(cells) != len(self.header):
            words = f"this row has {len(cells)} cells, the header has {len(self.header)}"
            self.refuse(row, "columns", words, "Give every column a cell")
            return
        given = dict(zip(self.header, cells, strict=True))
        before = len(self.problems)
        code = given["code"].upper()
        if not CODE.fullmatch(code):
            words = f"'{shown(code)}' is not an organisation's code"
            self.refuse(row, "code", words, "Write 2 to 10 letters and digits, such as A99001")
        elif code in self.sizes:
            words = f"{code} stands twice: row {self.sizes[code].row} has it too"
            self.refuse(row, "code", words, "Keep one of the two rows")
        registered = self._whole(row, "registered", given["registered"], least=1)
        weighted = self._weighted(row, given.get("weighted", ""))
        ages = {name: given[name] for name in self.header if BAND.fullmatch(name) and given[name]}
        estimated = [name for name, text in ages.items() if self._is_estimate(text)]
        bands = {
            name: number
            for name, text in ages.items()
            if not estimated
            if (number := self._whole(row, name, text, most=registered)) is not None
        }
        if len(self.problems) == before and registered is not None:
            self.sizes[code] = Listed(row, code, registered, weighted, bands)
            if estimated:
                self._note(row, code, registered, estimated)

    def _is_estimate(self, text: str) -> bool:
        return self.published and ESTIMATE.fullmatch(text) is not None

    def _note(self, row: int, code: str, registered: int, estimated: Sequence[str]) -> None:
        words = (
            "ages with a fraction are the publisher's estimates, and its ages are left out; the "
            f"total of {registered:,} counts"
        )
        remedy = "Nothing has to be done"
        self.notes.append(
            Problem(
                words=words, remedy=remedy, severity="warning", file=self.sheet.name, row=row,
                practice_code=code, field=", ".join(estimated),
            )
        )  # fmt: skip

    def _whole(
        self, row: int, column: str, text: str, *, least: int = 0, most: int | None = None
    ) -> int | None:
        number = int(text) if WHOLE.fullmatch(text) else None
        if number is None or number < least:
            words = f"'{shown(text)}' is not a number of patients" if text else "it is missing"
            remedy = f"Write a whole number of at least {least}, without commas"
            self.refuse(row, column, words, remedy)
            return None
        if most is not None and number > most:
            words = f"{number:,} patients of one age are more than the {most:,} registered"
            self.refuse(row, column, words, "Correct the number, or the total")
        return number

    def _weighted(self, row: int, text: str) -> Decimal | None:
        if not text:
            return None
        if not WEIGHTED.fullmatch(text):
            words = f"'{shown(text)}' is not a weighted list size"
            self.refuse(row, "weighted", words, "Write a number with 2 decimals at most")
            return None
        return Decimal(text)


def read(name: str, content: bytes) -> ListFile:
    """What the file says. It never raises for its content: problems are told in the answer."""
    name = shown(Path(name).name)
    digest = sha256(content).hexdigest()
    try:
        reading = _read(name, _unpacked(name, content))
    except Unreadable as stopped:
        return ListFile(name, digest, problems=(stopped.problem,))
    return ListFile(
        name, digest, tuple(reading.sizes.values()), tuple(reading.problems), tuple(reading.notes)
    )


def _read(name: str, content: bytes) -> _Reading:
    sheet = Sheet.of(name, content)
    given = sheet.header()
    header = [_column(cell) for cell in given]
    for column in ("code", "registered"):
        if column not in header:
            raise sheet.stop(f"the column {column} is missing", NEEDED, row=1, field=column)
    for cell in header:
        if cell not in COLUMNS.values() and not BAND.fullmatch(cell) and not cell.endswith("%"):
            words = f"'{shown(cell)}' is not a column of this file"
            raise sheet.stop(words, NEEDED, row=1, field=shown(cell) or "header")
        if header.count(cell) > 1:
            raise sheet.stop(f"the column {shown(cell)} stands twice", NEEDED, row=1)
    reading = _Reading(sheet, header, published="practice_code" in given)
    lines = sheet.lines()
    next(lines)
    for row, cells in lines:
        if any(cells):
            reading.take(row, cells)
    if not reading.sizes and not reading.problems:
        raise sheet.stop("there is no row below the header", "Send a file with rows")
    return reading


def _column(cell: str) -> str:
    return COLUMNS.get(cell.lower(), cell.upper())


def _unpacked(name: str, content: bytes) -> bytes:
    if not content.startswith(GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(content, LARGEST)
    except zlib.error:
        plain = b""
    if not unpacker.eof:
        words = f"this gzip archive is damaged, or larger than {LARGEST:,} bytes unpacked"
        problem = Problem(words=words, remedy="Fetch the file again", file=name)
        raise Unreadable(problem)
    return plain
