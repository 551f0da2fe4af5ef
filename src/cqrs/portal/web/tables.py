"""Tables of many rows: declared once, then filtered, sorted and paged by the address alone.

A page declares a `Table`, gives `show` a function that fetches what is `Asked`, and hands what
comes back to `table` of `nhs/table.jinja`. Filtering, sorting and cutting into pages are the
database's work, so that a table of 6,300 rows costs what one of 20 costs. Everything asked stands
in the address: it can be shared and gone back to, and works without scripts.

    PEOPLE = Table("People", "person", (Column("Name", lambda p: p.name, sort="name"), ...))

    def people(request):
        fetch = lambda asked: cut(queries.people(actor, text=asked["text"], sort=asked.sort), asked)
        if wants_file(request):
            return download(request, PEOPLE, fetch)
        return render(request, "people.jinja", {"people": show(request, PEOPLE, fetch)})
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from cqrs.portal.web.middleware import NUL
from cqrs.portal.web.paging import Paging, address, page_number, paging
from cqrs.portal.web.shared import csv_files

Row = TypeVar("Row")

ALL = "all"
"""In the address: no filter, where a table filters unless told."""
LONGEST_TEXT = 80
LONGEST_FILE = 10_000
"""Rows of a download."""


@dataclass(frozen=True)
class Cell:
    """What stands in one cell: words, where they lead, what stands under them."""

    text: str
    link: str = ""
    sub: str = ""
    """A second, quieter line."""
    tag: str = ""
    """The colour of a status tag round the words; empty for none."""
    hidden: str = ""
    """Words after the text for screen readers only, so that links differ."""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its heading, what it shows of a row, and how it sorts."""

    heading: str
    value: Callable[[Row], Cell | str]
    sort: str = ""
    """The key by which the query sorts; empty when it can't be sorted."""
    numeric: bool = False
    label: str | None = None
    """What a phone's card says before the value: the heading unless told, nothing when empty."""
    orders: tuple[str, str] = ("A to Z", "Z to A")
    """What ascending and descending mean here: ("oldest first", "newest first")."""
    file: Callable[[Row], str] | None = None
    """What stands in a download, where it isn't the words of the cell."""

    def cell(self, row: Row) -> Cell:
        """The cell of one row."""
        value = self.value(row)
        return value if isinstance(value, Cell) else Cell(value)

    def text(self, row: Row) -> str:
        """The words of one row in a download."""
        return self.file(row) if self.file else self.cell(row).text


@dataclass(frozen=True)
class Filter:
    """One question of the filter form: a choice, or part of a text when there are no choices."""

    name: str
    label: str
    choices: Mapping[str, str] = field(default_factory=dict)
    anything: str = "Any"
    """The words of not filtering."""
    default: str = ""
    """The choice made when the address says nothing."""

    def read(self, request: HttpRequest) -> str:
        """What the address asks; nothing when it asks for what isn't there."""
        value = request.GET.get(self.name, self.default).replace(NUL, "").strip()[:LONGEST_TEXT]
        return value if not self.choices or value in self.choices else ""

    @property
    def off(self) -> str:
        """The value in the address that doesn't filter."""
        return ALL if self.default else ""


@dataclass(frozen=True)
class Table(Generic[Row]):
    """What a list of rows shows, and what may be asked of it."""

    caption: str
    thing: str
    """What one row is: "claim", "person"."""
    columns: tuple[Column[Row], ...]
    """The first column names the row."""
    sort: str = ""
    """The order unless another is asked: a column's key, with - before it for descending."""
    filters: tuple[Filter, ...] = ()
    things: str = ""
    """What many are, where an s at the end doesn't say it: "people"."""
    size: int = 20
    file_name: str = ""
    """The name of the download, without .csv; empty for none."""
    none_yet: tuple[str, str] = ("Nothing is here yet.", "")
    """For when there are no rows at all: that it is so, and how they come."""

    def counted(self, number: int) -> str:
        """1 claim, 6,300 claims."""
        return f"{number:,} {self.thing if number == 1 else self.things or self.thing + 's'}"

    @property
    def sorts(self) -> Mapping[str, str]:
        """Every order that may be asked for, in words."""
        return {
            sign + column.sort: f"{column.heading}, {words}"
            for column in self.columns
            if column.sort
            for sign, words in zip(("", "-"), column.orders, strict=True)
        }


@dataclass(frozen=True)
class Asked:
    """What a reader asks of a table. A filter's value is `asked["its name"]`, "" for none."""

    filters: Mapping[str, str]
    sort: str
    page: int
    size: int

    def __getitem__(self, name: str) -> str:
        """The value of a filter."""
        return self.filters[name]


@dataclass(frozen=True)
class Cut(Generic[Row]):
    """The rows of one page, and how many there are on all pages."""

    rows: Sequence[Row]
    matching: int
    page: int
    pages: int


Fetch = Callable[[Asked], Cut[Row]]


def cut_by(asked: Asked, matching: int, rows_of: Callable[[int, int], Sequence[Row]]) -> Cut[Row]:
    """The page asked for, the last one when there are fewer; `rows_of(start, stop)` fetches it."""
    pages = max(1, -(-matching // asked.size))
    page = min(asked.page, pages)
    start = (page - 1) * asked.size
    return Cut(rows_of(start, start + asked.size), matching, page, pages)


def cut(
    rows: "QuerySet[Any, Row] | Sequence[Row]",
    asked: Asked,
    keys: Mapping[str, Callable[[Row], Any]] | None = None,
) -> Cut[Row]:
    """The page asked for of a query that has its order, or of rows that are all here already.

    `keys` sorts rows that are all here: what to sort by, for each sort key of the columns.
    """
    if isinstance(rows, QuerySet):
        return cut_by(asked, rows.count(), lambda start, stop: list(rows[start:stop]))
    by = (keys or {}).get(asked.sort.removeprefix("-"))
    here = sorted(rows, key=by, reverse=asked.sort.startswith("-")) if by else list(rows)
    return cut_by(asked, len(here), lambda start, stop: here[start:stop])


@dataclass(frozen=True)
class Heading:
    """A column's heading; with an address it sorts, and `sorted` is its aria-sort."""

    text: str
    numeric: bool
    address: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Tag:
    """A filter in use, and the address without it."""

    label: str
    address: str


@dataclass(frozen=True)
class Labelled:
    """A cell with its column's label for phones."""

    cell: Cell
    label: str
    numeric: bool


@dataclass(frozen=True)
class Shown(Generic[Row]):
    """A table as its page shows it: for `nhs/table.jinja`."""

    table: Table[Row]
    asked: Asked
    cut: Cut[Row]
    headings: tuple[Heading, ...]
    lines: tuple[tuple[Labelled, ...], ...]
    tags: tuple[Tag, ...]
    everything: str
    """The address without any filter."""
    paging: Paging
    file: str
    """The address of the download; empty for none."""

    @property
    def in_title(self) -> str:
        """ " (page 2 of 7)" for the page's title, nothing on a single page."""
        return self.paging.in_title

    @property
    def range(self) -> str:
        """ "Showing 21 to 40 of 6,300 claims", "1 claim"."""
        matching = self.cut.matching
        if self.cut.pages == 1:
            return self.table.counted(matching)
        first = (self.cut.page - 1) * self.asked.size + 1
        last = first + len(self.cut.rows) - 1
        return f"Showing {first:,} to {last:,} of {self.table.counted(matching)}"


def asked(request: HttpRequest, table: Table[Any]) -> Asked:
    """What the address asks of the table; what it doesn't know counts as not asked."""
    sort = request.GET.get("sort", table.sort)
    return Asked(
        {one.name: one.read(request) for one in table.filters},
        sort if sort in table.sorts else table.sort,
        page_number(request),
        table.size,
    )


def show(request: HttpRequest, table: Table[Row], fetch: Fetch[Row]) -> Shown[Row]:
    """The page of the table that the address asks for."""
    wanted = asked(request, table)
    found = fetch(wanted)
    off: dict[str, str | int] = {one.name: one.off for one in table.filters}
    return Shown(
        table=table,
        asked=wanted,
        cut=found,
        headings=tuple(_heading(request, column, wanted.sort) for column in table.columns),
        lines=tuple(
            tuple(_labelled(column, row, first=n == 0) for n, column in enumerate(table.columns))
            for row in found.rows
        ),
        tags=tuple(_tags(request, table, wanted)),
        everything=address(request, **off, page=1),
        paging=paging(request, found.page, found.pages),
        file=address(request, format="csv", page=1) if table.file_name and found.rows else "",
    )


def _heading(request: HttpRequest, column: Column[Any], sort: str) -> Heading:
    if not column.sort:
        return Heading(column.heading, column.numeric)
    here = sort.removeprefix("-") == column.sort
    descending = sort.startswith("-")
    first = f"-{column.sort}" if column.numeric else column.sort
    other = column.sort if descending else f"-{column.sort}"
    return Heading(
        column.heading,
        column.numeric,
        address(request, sort=other if here else first, page=1),
        ("descending" if descending else "ascending") if here else "",
    )


def _labelled(column: Column[Row], row: Row, *, first: bool) -> Labelled:
    label = column.heading if column.label is None else column.label
    return Labelled(column.cell(row), "" if first else label, column.numeric)


def _tags(request: HttpRequest, table: Table[Any], wanted: Asked) -> Iterator[Tag]:
    for one in table.filters:
        value = wanted[one.name]
        if value:
            off: dict[str, str | int] = {one.name: one.off}
            label = f"{one.label}: {one.choices.get(value, value)}"
            yield Tag(label, address(request, **off, page=1))


def wants_file(request: HttpRequest) -> bool:
    """Whether the address asks for the download of the table."""
    return request.GET.get("format") == "csv"


def download(request: HttpRequest, table: Table[Row], fetch: Fetch[Row]) -> HttpResponse:
    """Every row that matches, as a file: the columns of the page, up to 10,000 rows."""
    wanted = asked(request, table)
    found = fetch(Asked(wanted.filters, wanted.sort, 1, LONGEST_FILE))
    rows = [[column.heading for column in table.columns]]
    rows += [[column.text(row) for column in table.columns] for row in found.rows]
    return csv_files.response(f"{table.file_name or 'table'}.csv", rows)
