"""A CSV file as a sheet: sound text, a checked header, rows numbered as spreadsheets do."""

import codecs
import csv
import hashlib
import io
import os
import stat
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO

from cqrs.definitions.counts import Problem, shown

CHUNK = 1 << 20
LONGEST_LINE = 1_000_000
BINARY = {
    b"\x1f\x8b": "a gzip archive",
    b"PK\x03\x04": "a workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"%PDF": "a PDF",
}
SAVE_AS = "Save it as CSV UTF-8 and send it again"


class Unreadable(Exception):  # noqa: N818 - it says what the file is
    """A file that can't be read to its end: holds the one problem that stops it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text())
        self.problem = problem


class Sheet:
    """A file whose bytes were looked through once: UTF-8 text, its name and its digest.

    Raises Unreadable for an empty file, another character set (with the byte), or NUL bytes.
    """

    def __init__(
        self, name: str, opener: Callable[[], IO[bytes]], path: Path | None = None
    ) -> None:
        self.name = name
        self.path = path
        """Where the file lies; None where it is only in memory."""
        self._open = opener
        self.digest = self._inspect()

    @classmethod
    def at(cls, path: Path | str) -> "Sheet":
        """Open a file by its path; a pipe is taken into memory, since it is read twice."""
        place = Path(path)
        name = shown(place.name)
        try:
            with place.open("rb") as stream:
                mode = os.fstat(stream.fileno()).st_mode
                if stat.S_ISCHR(mode):
                    raise ValueError("it is a device, not a file")
                regular = stat.S_ISREG(mode)
                content = b"" if regular else stream.read()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            words = f"the file can't be opened: {why}"
            raise _stop(name, words, "Check the path") from None
        return cls(name, lambda: place.open("rb"), place) if regular else cls.of(name, content)

    @classmethod
    def of(cls, name: str, content: bytes) -> "Sheet":
        """A file that is already in memory, such as an upload."""
        return cls(name, partial(io.BytesIO, content))

    def stop(
        self, words: str, remedy: str, *, row: int | None = None, field: str = ""
    ) -> Unreadable:
        """The exception that refuses this file."""
        return _stop(self.name, words, remedy, row=row, field=field)

    def problem(
        self, words: str, remedy: str, *, row: int, field: str, practice_code: str = ""
    ) -> Problem:
        """A problem of one row of this file."""
        return Problem(
            words=words,
            remedy=remedy,
            file=self.name,
            row=row,
            field=field,
            practice_code=practice_code,
        )

    def lines(self) -> Generator[tuple[int, list[str]], None, None]:
        """Row numbers and stripped cells of every row, for a file without a checked header."""
        return self._lines()

    def header(self) -> list[str]:
        """The names of the columns, in lower case."""
        with closing(self._lines()) as lines:
            return [name.lower() for _, names in islice(lines, 1) for name in names]

    def rows(
        self, columns: Sequence[str], optional: Sequence[str] = ()
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Row number and cells in the order of `columns` then `optional` ("" where absent).

        The header may have any case and order; unknown, missing or doubled columns are refused,
        and so is a row of another width. Cells are stripped; blank rows are passed over.
        """
        lines = self._lines()
        header = self._checked(next((names for _, names in lines), []), columns, optional)
        width = len(header)
        wanted = [*columns, *optional]
        pick = itemgetter(*[header.index(n) if n in header else width for n in wanted])
        for row, cells in lines:
            if not any(cells):
                continue
            if len(cells) != width:
                words = f"this row has {len(cells)} cells, the header has {width}"
                remedy = "Give every column a cell; put text with a comma in quotation marks"
                raise self.stop(words, remedy, row=row)
            cells.append("")
            yield row, pick(cells)

    def _checked(
        self, given: Sequence[str], columns: Sequence[str], optional: Sequence[str]
    ) -> list[str]:
        """The header in the spelling of the layout."""
        remedy = f"The columns are {','.join(columns)}"
        if optional:
            remedy += f" and, if you have them, {','.join(optional)}"
        spelling = {name.lower(): name for name in (*columns, *optional)}
        header: list[str] = []
        for place, name in enumerate(given, start=1):
            known = spelling.get(name.lower())
            if known is None:
                words = f"'{shown(name)}' is not a column of this file"
                if not name:
                    words = f"column {place} has no name"
                raise self.stop(words, remedy, row=1, field=shown(name) or "header")
            if known in header:
                raise self.stop(f"the column {known} stands twice", remedy, row=1, field=known)
            header.append(known)
        for name in columns:
            if name not in header:
                raise self.stop(f"the column {name} is missing", remedy, row=1, field=name)
        return header

    def _lines(self) -> Generator[tuple[int, list[str]], None, None]:
        """Row numbers and stripped cells, the header too."""
        row = 0
        with io.TextIOWrapper(self._open(), encoding="utf-8-sig", newline="") as text:
            lines = iter(partial(text.readline, LONGEST_LINE), "")
            try:
                for row, cells in enumerate(csv.reader(lines, strict=True), start=1):
                    yield row, list(map(str.strip, cells))
            except csv.Error as error:
                words = f"this row can't be read as CSV: {error}"
                remedy = "Look for a quotation mark that isn't closed, or a very long cell"
                raise self.stop(words, remedy, row=row + 1) from None

    def _inspect(self) -> str:
        """Look through all bytes once; returns the SHA-256 of the file."""
        digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
        seen = held = 0
        blank = True
        with self._open() as stream:
            while chunk := stream.read(CHUNK):
                if not seen:
                    self._refuse_binary(chunk)
                digest.update(chunk)
                if b"\0" in chunk:
                    self._refuse_byte("a NUL byte", seen + chunk.index(b"\0"))
                if held or blank or not chunk.isascii():
                    try:
                        blank = not decoder.decode(chunk).strip("\ufeff \r\n\t") and blank
                    except UnicodeDecodeError as error:
                        self._refuse_byte("not UTF-8", seen + error.start - held)
                    held = len(decoder.getstate()[0])
                seen += len(chunk)
        if held:
            self._refuse_byte("half a character", seen - held)
        if blank:
            raise self.stop("the file is empty", "Send a file with a header and rows")
        return digest.hexdigest()

    def _refuse_binary(self, start: bytes) -> None:
        for magic, what in BINARY.items():
            if start.startswith(magic):
                raise self.stop(f"this is {what}, not UTF-8 text: byte 1", SAVE_AS)

    def _refuse_byte(self, what: str, at: int) -> None:
        """Refuse a byte by its place in the file, the first being 0."""
        with self._open() as stream:
            line = stream.read(at).count(b"\n") + 1
        raise self.stop(f"byte {at + 1:,}, in line {line:,}, is {what}", SAVE_AS)


def write_rows(
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    quoted: bool = False,
    end: str = "\r\n",
) -> Iterator[bytes]:
    """Write a header and rows as UTF-8 CSV, in pieces.

    `quoted` puts every text in quotation marks (numbers never), as one CQRS export does.
    """
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=end).writerow(header)
    writer = csv.writer(
        buffer,
        lineterminator=end,
        quoting=csv.QUOTE_NONNUMERIC if quoted else csv.QUOTE_MINIMAL,
    )
    for row in rows:
        writer.writerow(row)
        if buffer.tell() > CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def cell(text: str) -> str:
    """A text as `write_rows` spells it among others in a row."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow([text, ""])
    return buffer.getvalue()[:-1]


def _stop(
    name: str, words: str, remedy: str, *, row: int | None = None, field: str = ""
) -> Unreadable:
    return Unreadable(Problem(words=words, remedy=remedy, file=name, row=row, field=field))
