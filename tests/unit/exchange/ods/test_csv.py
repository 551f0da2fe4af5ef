"""epraccur and the practice mapping: what is taken, what is passed over, what is refused."""

import gzip
from datetime import date

import pytest

from cqrs.exchange import ods
from cqrs.exchange.ods import OdsTie
from tests.ods_files import MAPPING_HEADER, epraccur, mapped, mapping, practice


def problems(content: bytes, name: str = "file.csv") -> list[str]:
    return [problem.text() for problem in ods.read(name, content).problems]


def test_epraccur_gives_practices_and_their_commissioners() -> None:
    read = ods.read(
        "epraccur.csv",
        epraccur(
            practice("A99001", "THE ELMS (ST MARY'S) PRACTICE"),
            practice("A99002", "DR O'SHEA & PARTNERS", joined="20200401.0"),
            practice("A99003", status="C", closed="20240630", left="20240630"),
        ),
    )
    assert (read.layout, read.rows, read.whole, read.problems) == ("epraccur", 3, True, ())
    assert [one.name for one in read.organisations[:2]] == [
        "The Elms (St Mary's) Practice",
        "Dr O'shea & Partners",
    ]
    assert [one.close_date for one in read.organisations] == [None, None, date(2024, 6, 30)]
    day = date(2020, 4, 1)
    assert read.ties[1] == OdsTie(2, "A99002", "99X", "commissioned_by", day)


def test_what_is_left_out_is_counted_by_its_reason() -> None:
    read = ods.read(
        "epraccur.csv",
        epraccur(
            practice("A99001"),
            practice("A99002", setting="9"),
            practice("A99003", grouping="W00"),
            practice("A99004", status="D"),
            practice("A99005", status="P"),
        ),
    )
    assert [one.code for one in read.organisations] == ["A99001"]
    assert sorted(read.passed_over.values()) == [1, 1, 1, 1]


def test_a_packed_file_is_read_as_if_it_were_not() -> None:
    plain = epraccur(practice("A99001"))
    packed = ods.read("epraccur.csv.gz", gzip.compress(plain))
    assert packed.organisations == ods.read("epraccur.csv", plain).organisations
    assert problems(gzip.compress(plain)[:-9]) == [
        "file.csv: this gzip archive ends too early. Fetch the file again."
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (practice("a99001"), "Organisation Code: 'a99001' is not an organisation's code"),
        (practice("A99009", ""), "Name: the name is missing. Add the practice's name."),
        (practice("A99009", status="X"), "Status Code: 'X' is not a status. Write A, C, D or P."),
        (
            practice("A99009", opened="2024-04-01"),
            "Open Date: '2024-04-01' is not a date. Write it as YYYYMMDD, such as 20240401.",
        ),
        (practice("A99009", opened="20240231"), "Open Date: '20240231' is not a date"),
        (practice("A99009", status="C"), "Close Date: the practice is closed but its closing date"),
        (
            practice("A99009", status="C", closed="19700101"),
            "Close Date: the dates overlap: it closes on 1970-01-01, before it opens on 1974-04-01",
        ),
        (practice("A99009", left="20190401"), "Left Provider Date: the dates overlap"),
        (practice("A99009", commissioner=""), "Commissioner: the code is missing"),
        (
            practice("A99001"),
            "Organisation Code: the code A99001 stands twice: row 1 has it too. Keep one of the",
        ),
    ],
)
def test_a_wrong_row_is_told_with_its_row_column_value_and_remedy(
    row: list[str], words: str
) -> None:
    found = problems(epraccur(practice("A99001"), row), "epraccur.csv")
    assert len(found) == 1
    assert found[0].startswith(f"epraccur.csv, row 2, {words}")


def test_all_wrong_rows_are_told_but_wrong_columns_first() -> None:
    wrong = [practice(f"A990{n:02}", status="X") for n in range(70)]
    assert len(problems(epraccur(*wrong))) == 70
    found = problems(epraccur(*wrong, practice("A99101")[:26], [*practice("A99102"), "x"]))
    assert found == [
        "file.csv, row 71, columns: this row has 26 columns, epraccur has 27. Fetch the file "
        "again, or put text that holds a comma in quotation marks.",
        "file.csv, row 72, columns: this row has 28 columns, epraccur has 27. Fetch the file "
        "again, or put text that holds a comma in quotation marks.",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            epraccur(practice("A99001")) + "A99002,CAFÉ SURGERY".encode("latin-1"),
            "byte 98, in line 2, is not UTF-8. Save it as CSV UTF-8 and send it again.",
        ),
        (epraccur(practice("A99001")).decode().encode("utf-16"), "this is UTF-16 text, not UTF-8"),
        (b"", "the file is empty"),
        (b"just\nwords\n", "this is none of the files that are known"),
        (b"\x1f\x8bnonsense", "this gzip archive is damaged"),
    ],
)
def test_bad_encoding_and_other_files_are_refused(content: bytes, words: str) -> None:
    (found,) = problems(content)
    assert words in found


def test_the_mapping_gives_every_level_and_who_is_part_of_whom() -> None:
    other = ("98X", "NHS Westmere ICB - 98X")
    read = ods.read(
        "mapping.csv",
        mapping(
            mapped("A99001"),
            mapped("A99002", "Quayside Surgery", sub_icb=other),
            mapped("A99003", "The Elms Practice", sub_icb=other),
            mapped("A99004", "Mill Lane", pcn=("U", "Unallocated")),
        ),
    )
    assert read.problems == ()
    assert {one.code: one.kind for one in read.organisations} == {
        "Y99": "region", "QZ9": "icb", "99X": "sub_icb", "98X": "sub_icb", "U99901": "pcn",
        "A99001": "practice", "A99002": "practice", "A99003": "practice", "A99004": "practice",
    }  # fmt: skip
    ties = {(tie.child, tie.kind): tie.parent for tie in read.ties}
    assert ties["QZ9", "part_of"] == "Y99"
    assert ties["98X", "part_of"] == "QZ9"
    assert ties["A99002", "commissioned_by"] == "98X"
    assert ties["A99002", "member_of"] == "U99901"
    assert ties["U99901", "commissioned_by"] == "98X", "where most of its practices are"
    assert ("A99004", "member_of") not in ties


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            mapping(mapped("A99001")[:-1]),
            "row 2, columns: this row has 15 columns, the header has 16",
        ),
        (
            mapping(mapped("A99001")[14:], header=MAPPING_HEADER[14:]),
            "row 1: this is none of the files",
        ),
        (
            mapping(mapped("A99001")[:-1], header=MAPPING_HEADER[:-1]),
            "row 1, PRACTICE_NAME: the column PRACTICE_NAME is missing. The columns are REGION",
        ),
        (
            mapping(mapped("A99001"), mapped("A99001")),
            "row 3, PRACTICE_CODE: the code A99001 stands twice: row 2 has it too",
        ),
        (
            mapping(mapped("A99001"), mapped("A99002", icb=("QZ9", "Another ICB"))),
            "row 3, ICB_NAME: QZ9 is 'Another ICB' here and 'NHS Westmere ICB' in row 2",
        ),
        (
            mapping(mapped("A99001"), mapped("A99002", icb=("QZ8", "NHS Northmoor ICB"))),
            "row 3, ICB_ODS_CODE: 99X is in QZ8 here and in QZ9 in row 2: the dates overlap",
        ),
        (
            mapping(mapped("A99001"), mapped("A99002", pcn=("A99001", "Larkfield Road Surgery"))),
            "row 3, PCN_ODS_CODE: A99001 is also used for another kind of organisation, in row 2",
        ),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_row(content: bytes, words: str) -> None:
    found = problems(content)
    assert any(words in one for one in found), found
