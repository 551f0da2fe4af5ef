"""The published mapping of practices to networks, sub-ICB locations, ICBs and regions."""

from collections import Counter, defaultdict

from cqrs.definitions.counts import shown
from cqrs.exchange.ods.rows import (
    COMMISSIONED_BY,
    MEMBER_OF,
    PART_OF,
    OdsFile,
    OdsOrganisation,
    OdsTie,
    Reader,
    readable,
    unread,
)
from cqrs.exchange.ods.table import Table

LAYOUT = "practice mapping"
LEVELS = (
    ("region", "REGION_ODS_CODE", "REGION_NAME"),
    ("icb", "ICB_ODS_CODE", "ICB_NAME"),
    ("sub_icb", "SUB_ICB_ODS_CODE", "SUB_ICB_NAME"),
    ("pcn", "PCN_ODS_CODE", "PCN_NAME"),
    ("practice", "PRACTICE_CODE", "PRACTICE_NAME"),
)
COLUMNS = tuple(column for _, *columns in LEVELS for column in columns)
NO_NETWORK = "U"
"""What the mapping writes where a practice is in no network."""
WITHOUT_NETWORK = "practices in no network, taken in without one"

Names = dict[str, tuple[str, str]]
"""Code and name of a row's organisations, by kind."""


def is_mapping(header: list[str]) -> bool:
    """Whether the first row is this layout's header."""
    return {"PRACTICE_CODE", "PCN_ODS_CODE"} <= {name.upper() for name in header}


def read(table: Table) -> OdsFile:
    """Every level once, who is part of whom, and every problem of the rows."""
    name, digest = table.sheet.name, table.sheet.digest
    header = [column.upper() for column in table.rows[0][1]]
    wrong = [
        table.sheet.problem(
            f"the column {column} is missing", f"The columns are {', '.join(COLUMNS)}",
            row=1, field=column,
        )
        for column in COLUMNS
        if column not in header
    ]  # fmt: skip
    body = table.rows[1:]
    wrong += table.wrong_widths(body, len(header), "the header")
    if wrong:
        return unread(name, digest, LAYOUT, wrong)
    reader = Reader(name)
    places = {kind: (header.index(code), header.index(word)) for kind, code, word in LEVELS}
    parents: dict[tuple[str, str], tuple[str, int]] = {}
    practices: dict[str, Counter[str]] = defaultdict(Counter)
    for row, cells in body:
        names = {kind: (cells[code], cells[word]) for kind, (code, word) in places.items()}
        if _row_is_sound(reader, row, names):
            _take(reader, row, names, parents)
            practices[names["pcn"][0]][names["sub_icb"][0]] += 1
    for (child, kind), (parent, row) in parents.items():
        reader.ties.append(OdsTie(row, child, parent, kind))
    for network, commissioners in practices.items():
        if network != NO_NETWORK:
            # A network over several locations answers to the one of most of its practices.
            chosen = min(commissioners, key=lambda code: (-commissioners[code], code))
            row = reader.organisations[network].row
            reader.ties.append(OdsTie(row, network, chosen, COMMISSIONED_BY))
    return reader.finish(digest, LAYOUT, rows=len(body), whole=True)


def _row_is_sound(reader: Reader, row: int, names: Names) -> bool:
    before = len(reader.problems)
    for kind, code_column, name_column in LEVELS:
        code, name = names[kind]
        if kind == "pcn" and code == NO_NETWORK:
            continue
        reader.is_code(row, code_column, code)
        if not name:
            reader.refuse(row, name_column, "the name is missing", f"Add the name of {code}")
        known = reader.organisations.get(code)
        if known and kind != "practice" and known.name != readable(name):
            words = f"{code} is '{shown(name)}' here and '{shown(known.name)}' in row {known.row}"
            reader.refuse(row, name_column, words, "Write one name for one code")
        if known and known.kind != kind:
            words = f"{code} is also used for another kind of organisation, in row {known.row}"
            reader.refuse(row, code_column, words, "Give each organisation its own code")
    return len(reader.problems) == before


def _take(
    reader: Reader, row: int, names: Names, parents: dict[tuple[str, str], tuple[str, int]]
) -> None:
    for kind, code_column, _ in LEVELS:
        code, name = names[kind]
        if kind == "practice":
            reader.add(OdsOrganisation(row, code, readable(name), kind, leads=False), code_column)
        elif code not in reader.organisations and (kind, code) != ("pcn", NO_NETWORK):
            reader.organisations[code] = OdsOrganisation(
                row, code, readable(name), kind, leads=False
            )
    _belongs(reader, row, parents, ("icb", "region", PART_OF), names)
    _belongs(reader, row, parents, ("sub_icb", "icb", PART_OF), names)
    _belongs(reader, row, parents, ("practice", "sub_icb", COMMISSIONED_BY), names)
    if names["pcn"][0] == NO_NETWORK:
        reader.pass_over(WITHOUT_NETWORK)
    else:
        _belongs(reader, row, parents, ("practice", "pcn", MEMBER_OF), names)


def _belongs(
    reader: Reader,
    row: int,
    parents: dict[tuple[str, str], tuple[str, int]],
    link: tuple[str, str, str],
    names: Names,
) -> None:
    """Note whom the child belongs to; two at once is a problem."""
    child, parent = names[link[0]][0], names[link[1]][0]
    known = parents.setdefault((child, link[2]), (parent, row))
    if known[0] != parent and link[0] != "practice":
        reader.refuse(
            row,
            next(code for kind, code, _ in LEVELS if kind == link[1]),
            f"{child} is in {parent} here and in {known[0]} in row {known[1]}: the dates overlap",
            "Write one for all rows",
        )
