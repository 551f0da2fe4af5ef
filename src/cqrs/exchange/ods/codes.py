"""Codes of the Organisation Data Service: which role makes which kind, which relationship a tie.

Source: the role and relationship code lists of the ODS ORD interface, release 2.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from cqrs.definitions.counts import shown
from cqrs.exchange.ods.rows import COMMISSIONED_BY, MEMBER_OF, PART_OF, Reader

KIND_OF_ROLE = {
    "RO76": "practice",
    "RO272": "pcn",
    "RO182": "pharmacy",
    "RO318": "icb",
    "RO319": "sub_icb",
    "RO98": "sub_icb",
    "RO209": "region",
}
"""In order of precedence: a GP practice is a prescribing cost centre (RO177) with the role RO76."""
TIE_OF_RELATIONSHIP = {
    "RE2": PART_OF,
    "RE4": COMMISSIONED_BY,
    "RE5": PART_OF,
    "RE8": MEMBER_OF,
}
"""Sub-division of, commissioned by, in the geography of, partner to."""
BODIES = ("sub_icb", "icb", "region")

OTHER_KIND = "organisations of kinds that the portal doesn't keep"
OTHER_TIE = "relationships of kinds that the portal doesn't keep"
ENDED_TIE = "relationships that have ended"
SUCCESSION = "successors, which a merger, split or closure names"


def records(value: object) -> list[dict[str, Any]]:
    """The records of a list, or a single one without its list; whatever else stands there, none."""
    many = value if isinstance(value, list) else [value]
    return [one for one in many if isinstance(one, dict)]


def kind_of(roles: Iterable[str]) -> str:
    """The kind that the roles make; "" when the portal keeps no such organisation."""
    given = {role if role.startswith("RO") else f"RO{role}" for role in roles}
    return next((kind for role, kind in KIND_OF_ROLE.items() if role in given), "")


def tie_of(relationship: str, child_kind: str) -> str:
    """The tie that a relationship makes; "" when it makes none.

    Practices and networks lie in geographies too (RE5), but are commissioned, not parts of them.
    """
    code = relationship if relationship.startswith("RE") else f"RE{relationship}"
    tie = TIE_OF_RELATIONSHIP.get(code, "")
    return "" if tie == PART_OF and child_kind and child_kind not in BODIES else tie


def day(reader: Reader, row: int, column: str, text: object) -> date | None:
    """A date as YYYY-MM-DD, also at the beginning of a moment; None where there is none."""
    if text in (None, ""):
        return None
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        words = f"'{shown(str(text))}' is not a date"
        reader.refuse(row, column, words, "Write it as YYYY-MM-DD, such as 2024-04-01")
        return None


def refuse_dates(
    reader: Reader, row: int, column: str, period: tuple[date | None, date | None]
) -> None:
    """Note a period that ends before it starts."""
    start, end = period
    if start and end and end < start:
        words = f"the dates overlap: it ends on {end}, before it starts on {start}"
        reader.refuse(row, column, words, "Correct one of the dates")


def refuse_closed_without_date(
    reader: Reader, row: int, column: str, *, active: bool, closed: date | None
) -> None:
    """Note an organisation that is inactive on nobody knows which day."""
    if not active and closed is None:
        words = "the organisation is inactive but its closing date is missing"
        reader.refuse(row, column, words, "Add the date, or write that it is active")
