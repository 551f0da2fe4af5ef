"""Made-up files of the Organisation Data Service, as their publishers lay them out."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

MAPPING_HEADER = (
    *("NAT_ONS_CODE", "NAT_CODE", "NAT_COUNTRY", "REGION_ODS_CODE", "REGION_ONS_CODE"),
    *("REGION_NAME", "ICB_ODS_CODE", "ICB_ONS_CODE", "ICB_NAME", "SUB_ICB_ODS_CODE"),
    *("SUB_ICB_ONS_CODE", "SUB_ICB_NAME", "PCN_ODS_CODE", "PCN_NAME", "PRACTICE_CODE"),
    "PRACTICE_NAME",
)


def practice(
    code: str,
    name: str = "LARKFIELD ROAD SURGERY",
    *,
    status: str = "A",
    opened: str = "19740401",
    closed: str = "",
    commissioner: str = "99X",
    joined: str = "20200401",
    left: str = "",
    setting: str = "4",
    grouping: str = "Y99",
) -> list[str]:
    """A row of epraccur: 27 cells."""
    cells = [""] * 27
    cells[0:4] = [code, name, grouping, "QZ9"]
    cells[10:17] = [opened, closed, status, "B", commissioner, joined, left]
    cells[23], cells[25] = commissioner, setting
    return cells


def epraccur(*rows: Sequence[str]) -> bytes:
    """The file of the rows: no header, as published."""
    return _csv(rows)


def mapped(
    code: str,
    name: str = "Larkfield Road Surgery",
    *,
    pcn: tuple[str, str] = ("U99901", "Harbour and Vale PCN"),
    sub_icb: tuple[str, str] = ("99X", "NHS Westmere ICB - 99X"),
    icb: tuple[str, str] = ("QZ9", "NHS Westmere ICB"),
    region: tuple[str, str] = ("Y99", "Middle Region"),
) -> list[str]:
    """A row of the mapping: 16 cells."""
    start = ["E92000001", "ENG", "England"]
    levels = [region[0], "E40", region[1], icb[0], "E54", icb[1], sub_icb[0], "E38", sub_icb[1]]
    return [*start, *levels, *pcn, code, name]


def mapping(*rows: Sequence[str], header: Sequence[str] = MAPPING_HEADER) -> bytes:
    """The file of the rows, with its header."""
    return _csv([header, *rows])


def ord_record(
    code: str,
    name: str = "LARKFIELD ROAD SURGERY",
    *,
    roles: Iterable[str] = ("RO177", "RO76"),
    status: str = "Active",
    start: str = "1974-04-01",
    end: str = "",
    rels: Iterable[tuple[str, str, str, str]] = (),
) -> dict[str, Any]:
    """A record of the ORD interface; `rels` are (relationship, target, start, end)."""
    return {
        "Name": name,
        "Date": [{"Type": "Operational", "Start": start} | ({"End": end} if end else {})],
        "OrgId": {"root": "2.16.840.1.113883.2.1.3.2.4.18.48", "extension": code},
        "Status": status,
        "Roles": {"Role": [{"id": role, "uniqueRoleId": n} for n, role in enumerate(roles)]},
        "Rels": {
            "Rel": [
                {
                    "id": kind,
                    "Status": "Active",
                    "Date": [
                        {"Type": "Operational", "Start": since} | ({"End": until} if until else {})
                    ],
                    "Target": {"OrgId": {"extension": target}},
                }
                for kind, target, since, until in rels
            ]
        },
    }


def ord_json(*records: dict[str, Any]) -> bytes:
    """One organisation, or several."""
    if len(records) == 1:
        return json.dumps({"Organisation": records[0]}).encode()
    return json.dumps({"Organisations": list(records)}).encode()


def fhir_organization(
    code: str,
    name: str = "LARKFIELD ROAD SURGERY",
    *,
    roles: Iterable[str] = ("177", "76"),
    active: bool = True,
    period: dict[str, str] | None = None,
    part_of: str = "",
) -> dict[str, Any]:
    """An Organization as the ODS FHIR interface answers it."""
    resource: dict[str, Any] = {
        "resourceType": "Organization",
        "id": code,
        "identifier": [{"system": "urn:example:Id/ods-organization-code", "value": code}],
        "extension": [
            {"url": "urn:example:ActivePeriod", "valuePeriod": period or {"start": "1974-04-01"}},
            *(
                {
                    "url": "urn:example:OrganizationRole",
                    "extension": [{"url": "role", "valueCoding": {"code": role}}],
                }
                for role in roles
            ),
        ],
        "active": active,
        "name": name,
    }
    if part_of:
        resource["partOf"] = {"reference": f"Organization/{part_of}"}
    return resource


def fhir_affiliation(
    child: str, parent: str, code: str, period: dict[str, str] | None = None
) -> dict[str, Any]:
    """An OrganizationAffiliation: the participating one belongs to the organisation."""
    return {
        "resourceType": "OrganizationAffiliation",
        "active": True,
        "period": period or {"start": "2020-04-01"},
        "organization": {"identifier": {"value": parent}},
        "participatingOrganization": {"identifier": {"value": child}},
        "code": [{"coding": [{"code": code}]}],
    }


def bundle(*resources: dict[str, Any]) -> bytes:
    """A FHIR Bundle of resources."""
    entries = [{"resource": resource} for resource in resources]
    whole = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    return json.dumps(whole).encode()


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()
