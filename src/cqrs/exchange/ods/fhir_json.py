"""ODS FHIR JSON: Organization and OrganizationAffiliation (R4), alone or in a Bundle."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cqrs.exchange.ods import codes
from cqrs.exchange.ods.rows import (
    COMMISSIONED_BY,
    PART_OF,
    OdsFile,
    OdsOrganisation,
    OdsTie,
    Reader,
    readable,
)

LAYOUT = "ODS FHIR JSON"
ODS_CODES = "ods-organization-code"
"""How the name of the identifier system of ODS codes ends."""
OTHER_RESOURCE = "resources other than organisations and their affiliations"


def is_fhir(content: Any) -> bool:
    """Whether this JSON is a FHIR resource."""
    return isinstance(content, dict) and "resourceType" in content


def read(name: str, digest: str, content: dict[str, Any]) -> OdsFile:
    """The organisations and their ties, and every problem of the resources."""
    reader = Reader(name)
    resources = [content]
    if content["resourceType"] == "Bundle":
        entries = codes.records(content.get("entry"))
        resources = [one["resource"] for one in entries if isinstance(one.get("resource"), dict)]
    for place, resource in enumerate(resources, start=1):
        if resource.get("resourceType") == "Organization":
            _organisation(reader, place, resource)
        elif resource.get("resourceType") == "OrganizationAffiliation":
            _affiliation(reader, place, resource)
        else:
            reader.pass_over(OTHER_RESOURCE)
    return reader.finish(digest, LAYOUT, rows=len(resources))


def _organisation(reader: Reader, place: int, resource: dict[str, Any]) -> None:
    before = len(reader.problems)
    code, name = _own_code(resource), str(resource.get("name") or "")
    reader.is_code(place, "identifier", code)
    if not name:
        reader.refuse(place, "name", "the name is missing", "Add the organisation's name")
    opened, closed = _period(reader, place, "extension.valuePeriod", _active_period(resource))
    active = resource.get("active") is not False
    codes.refuse_dates(reader, place, "extension.valuePeriod", (opened, closed))
    codes.refuse_closed_without_date(
        reader, place, "extension.valuePeriod.end", active=active, closed=closed
    )
    kind = codes.kind_of(_roles(resource))
    if not kind:
        reader.pass_over(codes.OTHER_KIND)
        return
    if len(reader.problems) > before:
        return
    closing = None if active else closed
    new = OdsOrganisation(place, code, readable(name), kind, opened, closing)
    if reader.add(new, "identifier") and resource.get("partOf"):
        parent = _referred(resource["partOf"])
        tie = PART_OF if kind in codes.BODIES else COMMISSIONED_BY
        if reader.is_code(place, "partOf", parent):
            reader.ties.append(OdsTie(place, code, parent, tie))


def _affiliation(reader: Reader, place: int, resource: dict[str, Any]) -> None:
    """The participating organisation belongs to the organisation."""
    relations = [code for one in codes.records(resource.get("code")) for code in _codings(one)]
    kind = next((tie for code in relations if (tie := codes.tie_of(code, ""))), "")
    if not kind:
        reader.pass_over(codes.OTHER_TIE)
        return
    if resource.get("active") is False:
        reader.pass_over(codes.ENDED_TIE)
        return
    child = _referred(resource.get("participatingOrganization"))
    parent = _referred(resource.get("organization"))
    start, end = _period(reader, place, "period", _dict(resource.get("period")))
    codes.refuse_dates(reader, place, "period", (start, end))
    sound = reader.is_code(place, "participatingOrganization", child)
    if reader.is_code(place, "organization", parent) and sound:
        reader.ties.append(OdsTie(place, child, parent, kind, start, end))


def _own_code(resource: dict[str, Any]) -> str:
    known = codes.records(resource.get("identifier"))
    own = [one for one in known if str(one.get("system", "")).lower().endswith(ODS_CODES)]
    value = own[0].get("value") if own else resource.get("id")
    return value if isinstance(value, str) else ""


def _referred(reference: Any) -> str:
    """The code a reference names: by identifier, or at the end of its address."""
    held = _dict(reference)
    value = _dict(held.get("identifier")).get("value")
    if not value:
        value = str(held.get("reference") or "").rpartition("/")[2]
    return value if isinstance(value, str) else ""


def _roles(resource: dict[str, Any]) -> Iterator[str]:
    for one in codes.records(resource.get("type")):
        yield from _codings(one)
    for held in codes.records(resource.get("extension")):
        for part in (held, *codes.records(held.get("extension"))):
            yield from _codings(_dict(part.get("valueCodeableConcept")))
            code = _dict(part.get("valueCoding")).get("code")
            if isinstance(code, str):
                yield code


def _codings(concept: dict[str, Any]) -> Iterator[str]:
    for one in codes.records(concept.get("coding")):
        code = one.get("code")
        if isinstance(code, str):
            yield code


def _active_period(resource: dict[str, Any]) -> dict[str, Any]:
    """The period of the organisation itself, not of one of its roles."""
    held = codes.records(resource.get("extension"))
    return next((_dict(one["valuePeriod"]) for one in held if "valuePeriod" in one), {})


def _period(
    reader: Reader, place: int, column: str, period: dict[str, Any]
) -> tuple[date | None, date | None]:
    start = codes.day(reader, place, f"{column}.start", period.get("start"))
    return start, codes.day(reader, place, f"{column}.end", period.get("end"))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
