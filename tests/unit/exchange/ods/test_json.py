"""ODS as JSON, of the ORD interface and of FHIR: the same organisations either way."""

import json
from datetime import date
from typing import Any

import pytest

from cqrs.exchange import ods
from cqrs.exchange.ods import OdsFile, OdsTie
from tests.ods_files import bundle, fhir_affiliation, fhir_organization, ord_json, ord_record

RELS = (
    ("RE4", "99X", "2020-04-01", ""),
    ("RE8", "U99901", "2021-04-01", ""),
    ("RE5", "QZ9", "2020-04-01", ""),
    ("RE6", "X99", "2020-04-01", ""),
)


def read(content: bytes) -> OdsFile:
    return ods.read("ods.json", content)


def problems(content: bytes) -> list[str]:
    return [problem.text() for problem in read(content).problems]


def test_an_ord_record_gives_a_practice_its_commissioner_and_its_network() -> None:
    found = read(ord_json(ord_record("A99001", rels=RELS)))
    (practice,) = found.organisations
    assert (practice.kind, practice.name) == ("practice", "Larkfield Road Surgery")
    assert (practice.open_date, practice.close_date) == (date(1974, 4, 1), None)
    assert found.ties == (
        OdsTie(1, "A99001", "99X", "commissioned_by", date(2020, 4, 1)),
        OdsTie(1, "A99001", "U99901", "member_of", date(2021, 4, 1)),
    )
    assert (found.layout, found.whole) == ("ODS ORD JSON", False)


@pytest.mark.parametrize(
    ("roles", "kind"),
    [
        (("RO272",), "pcn"), (("RO182",), "pharmacy"), (("RO98", "RO319"), "sub_icb"),
        (("RO261", "RO318"), "icb"), (("RO209",), "region"),
    ],
)  # fmt: skip
def test_the_roles_make_the_kind(roles: tuple[str, ...], kind: str) -> None:
    assert read(ord_json(ord_record("X99", roles=roles))).organisations[0].kind == kind
    as_fhir = fhir_organization("X99", roles=[role.removeprefix("RO") for role in roles])
    assert read(bundle(as_fhir)).organisations[0].kind == kind


def test_fhir_gives_the_same_as_ord() -> None:
    from_fhir = read(
        bundle(
            fhir_organization("A99001"),
            fhir_affiliation("A99001", "99X", "RE4"),
            fhir_affiliation("A99001", "U99901", "RE8", {"start": "2021-04-01"}),
            {"resourceType": "Patient"},
        )
    )
    from_ord = read(ord_json(ord_record("A99001", rels=RELS)))
    assert from_fhir.organisations == from_ord.organisations
    assert [(t.child, t.parent, t.kind, t.start_date) for t in from_fhir.ties] == [
        (t.child, t.parent, t.kind, t.start_date) for t in from_ord.ties
    ]
    assert sum(from_fhir.passed_over.values()) == 1


def test_part_of_in_fhir_is_the_commissioner_of_a_practice_and_the_larger_body_of_an_icb() -> None:
    found = read(
        bundle(
            fhir_organization("A99001", part_of="99X"),
            fhir_organization("QZ9", "Westmere", roles=["318"], part_of="Y99"),
        )
    )
    assert [(tie.parent, tie.kind) for tie in found.ties] == [
        ("99X", "commissioned_by"),
        ("Y99", "part_of"),
    ]


def test_a_closed_organisation_has_its_closing_date_either_way() -> None:
    day = date(2024, 6, 30)
    closed = ord_record("A99001", status="Inactive", end="2024-06-30")
    assert read(ord_json(closed)).organisations[0].close_date == day
    period = {"start": "1974-04-01", "end": "2024-06-30"}
    as_fhir = fhir_organization("A99001", active=False, period=period)
    assert read(json.dumps(as_fhir).encode()).organisations[0].close_date == day


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (ord_record("?"), "row 1, OrgId: '?' is not an organisation's code. Write 2 to 10"),
        (ord_record("A99001", ""), "row 1, Name: the name is missing"),
        (ord_record("A99001", start="soon"), "row 1, Date.Start: 'soon' is not a date"),
        (ord_record("A99001", status="Inactive"), "is inactive but its closing date is missing"),
        (ord_record("A99001", end="1970-01-01"), "Date: the dates overlap: it ends on 1970-01-01"),
        (
            ord_record(
                "A99001",
                rels=[("RE4", "99X", "2020-04-01", "2024-03-31"), ("RE4", "98X", "2024-03-31", "")],
            ),
            "row 1, dates: A99001 is commissioned by 98X on days on which row 1 says 99X. Let one "
            "end the day before the other starts.",
        ),
        (
            ord_record("A99001", rels=[("RE4", "", "2020-04-01", "")]),
            "Rels.Rel.Target: the code is missing",
        ),
    ],
)
def test_a_wrong_record_is_refused(record: dict[str, Any], words: str) -> None:
    found = problems(ord_json(record))
    assert len(found) == 1
    assert words in found[0]


def test_a_code_that_stands_twice_is_refused() -> None:
    assert (
        "stands twice: row 1 has it too"
        in problems(ord_json(ord_record("A99001"), ord_record("A99001")))[0]
    )
    assert (
        "stands twice"
        in problems(bundle(fhir_organization("A99001"), fhir_organization("A99001")))[0]
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"Organisation": ', "row 1: this is not JSON"),
        (b'{"something": 1}', "neither of ODS ORD nor of FHIR"),
        (b"[1, 2]", "neither of ODS ORD nor of FHIR"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"Organisation": "\xe9"}', "byte 19, in line 1, is not UTF-8"),
        (b'{"Organisation": 1}', "OrgId: the code is missing"),
        (b'{"resourceType": "Organization", "name": 3}', "identifier: the code is missing"),
    ],
)
def test_json_that_is_something_else_is_refused(content: bytes, words: str) -> None:
    assert words in " ".join(problems(content))


@pytest.mark.parametrize(
    "content",
    [
        b'{"Organisations": [1, null, {"OrgId": 5, "Roles": {"Role": 7}, "Date": "x"}]}',
        b'{"resourceType": "Bundle", "entry": [4, {"resource": {"resourceType": "Organization",'
        b' "extension": 3, "type": [1], "identifier": "x"}}]}',
        b'{"resourceType": "Bundle", "entry": {"a": 1}}',
        b'{"Organisation": {"Rels": {"Rel": [{"id": "RE4", "Target": 4}]}, "Date": [3]}}',
    ],
)
def test_json_of_any_shape_is_answered_and_never_breaks(content: bytes) -> None:
    assert isinstance(read(content), OdsFile)
