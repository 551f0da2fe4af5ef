"""ODS ORD JSON: one organisation, or several under "Organisations"."""

from datetime import date
from typing import Any

from cqrs.exchange.ods import codes
from cqrs.exchange.ods.rows import OdsFile, OdsOrganisation, OdsTie, Reader, readable

LAYOUT = "ODS ORD JSON"
OPERATIONAL = "Operational"


def is_ord(content: Any) -> bool:
    """Whether this JSON is the layout of the ORD interface."""
    many = content if isinstance(content, list) else [content]
    return any(
        isinstance(one, dict) and {"Organisation", "Organisations"} & set(one) for one in many
    )


def read(name: str, digest: str, content: Any) -> OdsFile:
    """The organisations with their live relationships, and every problem of the records."""
    reader = Reader(name)
    records = _records(content)
    for place, record in enumerate(records, start=1):
        _organisation(reader, place, record)
    return reader.finish(digest, LAYOUT, rows=len(records))


def _records(content: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in content if isinstance(content, list) else [content]:
        inner = one.get("Organisations", one.get("Organisation", one))
        for record in inner if isinstance(inner, list) else [inner]:
            found.append(record.get("Organisation", record) if isinstance(record, dict) else {})
    return found


def _organisation(reader: Reader, place: int, record: dict[str, Any]) -> None:
    before = len(reader.problems)
    code = _code(record.get("OrgId"))
    name = str(record.get("Name") or "")
    reader.is_code(place, "OrgId", code)
    if not name:
        reader.refuse(place, "Name", "the name is missing", "Add the organisation's name")
    roles = [str(role.get("id", "")) for role in _many(record, "Roles", "Role")]
    opened, closed = _dates(reader, place, "Date", record)
    active = record.get("Status") != "Inactive"
    codes.refuse_dates(reader, place, "Date", (opened, closed))
    codes.refuse_closed_without_date(reader, place, "Date.End", active=active, closed=closed)
    kind = codes.kind_of(roles)
    if not kind:
        reader.pass_over(codes.OTHER_KIND)
        return
    if len(reader.problems) > before:
        return
    closing = None if active else closed
    new = OdsOrganisation(place, code, readable(name), kind, opened, closing)
    if reader.add(new, "OrgId"):
        for relationship in _many(record, "Rels", "Rel"):
            _tie(reader, place, new, relationship)
        for _ in _many(record, "Succs", "Succ"):
            reader.pass_over(codes.SUCCESSION)


def _tie(reader: Reader, place: int, child: OdsOrganisation, relationship: dict[str, Any]) -> None:
    kind = codes.tie_of(str(relationship.get("id", "")), child.kind)
    if not kind:
        reader.pass_over(codes.OTHER_TIE)
        return
    if relationship.get("Status") == "Inactive":
        reader.pass_over(codes.ENDED_TIE)
        return
    target = relationship.get("Target")
    parent = _code(target.get("OrgId") if isinstance(target, dict) else None)
    start, end = _dates(reader, place, "Rels.Rel.Date", relationship)
    codes.refuse_dates(reader, place, "Rels.Rel.Date", (start, end))
    if reader.is_code(place, "Rels.Rel.Target", parent):
        reader.ties.append(OdsTie(place, child.code, parent, kind, start, end))


def _dates(
    reader: Reader, place: int, column: str, record: dict[str, Any]
) -> tuple[date | None, date | None]:
    """The operational dates, or the legal ones where there are no others."""
    periods = codes.records(record.get("Date"))
    periods.sort(key=lambda period: period.get("Type") != OPERATIONAL)
    if not periods:
        return None, None
    start = codes.day(reader, place, f"{column}.Start", periods[0].get("Start"))
    return start, codes.day(reader, place, f"{column}.End", periods[0].get("End"))


def _code(identity: Any) -> str:
    if isinstance(identity, dict):
        identity = identity.get("extension")
    return identity if isinstance(identity, str) else ""


def _many(record: dict[str, Any], outer: str, inner: str) -> list[dict[str, Any]]:
    """The records under two names; the interface writes a single one without its list."""
    held = record.get(outer)
    return codes.records(held.get(inner) if isinstance(held, dict) else None)
