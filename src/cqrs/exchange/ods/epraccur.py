"""epraccur: the practices and prescribing cost centres of England and Wales, 27 columns.

The published file has no header. Source: the ODS data point "epraccur" and its specification.
"""

from cqrs.definitions.counts import shown
from cqrs.exchange.ods.rows import COMMISSIONED_BY, OdsFile, OdsOrganisation, OdsTie, Reader, unread
from cqrs.exchange.ods.rows import readable as in_words
from cqrs.exchange.ods.table import Table, day

LAYOUT = "epraccur"
WIDTH = 27
CODE, NAME, GROUPING, OPENED, CLOSED, STATUS = 0, 1, 2, 10, 11, 12
COMMISSIONER, JOINED, LEFT, SETTING = 14, 15, 16, 25
GP_PRACTICE = "4"
STATUSES = {"A": "active", "C": "closed", "D": "dormant", "P": "proposed"}

NOT_A_PRACTICE = "not a GP practice (prescribing setting other than 4)"
IN_WALES = "in Wales"
DORMANT = "dormant without a closing date, left as they are"
PROPOSED = "proposed, not open yet"


def read(table: Table) -> OdsFile:
    """The GP practices of England with their commissioners, and every problem of their rows."""
    name, digest = table.sheet.name, table.sheet.digest
    wrong = table.wrong_widths(table.rows, WIDTH, "epraccur")
    if wrong:
        return unread(name, digest, LAYOUT, wrong)
    reader = Reader(name)
    for row, cells in table.rows:
        reason = _left_out(cells)
        if reason:
            reader.pass_over(reason)
        else:
            _practice(reader, row, cells)
    return reader.finish(digest, LAYOUT, rows=len(table.rows), whole=True)


def _left_out(cells: list[str]) -> str:
    if cells[SETTING].removesuffix(".0") != GP_PRACTICE:
        return NOT_A_PRACTICE
    if cells[GROUPING].startswith("W"):
        return IN_WALES
    if cells[STATUS] == "D" and not cells[CLOSED]:
        return DORMANT
    return PROPOSED if cells[STATUS] == "P" else ""


def _practice(reader: Reader, row: int, cells: list[str]) -> None:
    before = len(reader.problems)
    code, status = cells[CODE], cells[STATUS]
    reader.is_code(row, "Organisation Code", code)
    if not cells[NAME]:
        reader.refuse(row, "Name", "the name is missing", "Add the practice's name")
    if status not in STATUSES:
        words = f"'{shown(status)}' is not a status"
        reader.refuse(row, "Status Code", words, "Write A, C, D or P")
    opened = day(reader, row, "Open Date", cells[OPENED])
    closed = day(reader, row, "Close Date", cells[CLOSED])
    joined = day(reader, row, "Join Provider Date", cells[JOINED])
    left = day(reader, row, "Left Provider Date", cells[LEFT])
    if status == "C" and not cells[CLOSED]:
        words = "the practice is closed but its closing date is missing"
        reader.refuse(row, "Close Date", words, "Add the date, or write A as its status")
    if opened and closed and closed < opened:
        words = f"the dates overlap: it closes on {closed}, before it opens on {opened}"
        reader.refuse(row, "Close Date", words, "Correct one of the dates")
    if joined and left and left < joined:
        words = f"the dates overlap: it leaves on {left}, before it joins on {joined}"
        reader.refuse(row, "Left Provider Date", words, "Correct one of the dates")
    reader.is_code(row, "Commissioner", cells[COMMISSIONER])
    if len(reader.problems) > before:
        return
    practice = OdsOrganisation(row, code, in_words(cells[NAME]), "practice", opened, closed)
    if reader.add(practice, "Organisation Code"):
        tie = OdsTie(row, code, cells[COMMISSIONER], COMMISSIONED_BY, joined, left)
        reader.ties.append(tie)
