"""Everything that is refused: exit code 1, the message names file, row, field and remedy."""

from collections.abc import Callable

import pytest

from tests.integration.cli.conftest import AF_REGISTER, ALPHA, BRAVO, Files, value_row

Refused = Callable[..., str]
LIST_HEADER = "QUALITY_SERVICE,SP_ORG_CODE,SP_ORG_NAME,CO_ORG_CODE,PART_ST_DT,PART_ED_DT\n"


def test_the_sound_files_are_accepted(files: Files) -> None:
    outcome = files.calculate()
    assert (outcome.code, outcome.err) == (0, "")
    assert files.written() == ["points-totals.csv", "points.csv"]


def test_a_wrong_header(files: Files, refused: Refused) -> None:
    files.header[6] = "VALEU"
    message = refused()
    assert "counts.csv, row 1, VALEU: 'VALEU' is not a column of this file." in message
    assert "The columns are QUALITY_SERVICE,NAME," in message


def test_a_missing_column(files: Files, refused: Refused) -> None:
    files.header.pop(7)
    for row in files.counts:
        row.pop(7)
    assert "row 1, DEFAULT_VALUES_USED: the column DEFAULT_VALUES_USED is missing" in refused()


def test_a_text_where_a_count_belongs(files: Files, refused: Refused) -> None:
    row = files.change(BRAVO, "AF006", "Numerator", "many")
    message = refused()
    place = f"counts.csv, row {row}, practice X10002, AF006 Numerator"
    assert f"{place}: 'many' is not a count. Write a whole number of 0 or more" in message
    assert "Refused: 1 problem." in message


@pytest.mark.parametrize(
    "text", ["-1", "1.5", "1,000", "１２", "1e3", "9" * 5000, "Y", "+7", "\u0000"]
)
def test_every_other_kind_of_text(files: Files, refused: Refused, text: str) -> None:
    files.change(BRAVO, "AF006", "Numerator", text)
    assert "counts.csv" in refused()


def test_a_numerator_above_its_denominator(files: Files, refused: Refused) -> None:
    row = files.change(ALPHA, "AF006", "Numerator", "161")
    message = refused()
    assert f"counts.csv, row {row}, practice X10001, AF006 Numerator:" in message
    assert f"the Numerator 161 is larger than the Denominator 160 (row {row + 1})" in message
    assert "Correct the wrong one in the source system and send both again." in message


def test_an_unknown_indicator(files: Files, refused: Refused) -> None:
    row = files.change(ALPHA, "QI013", "Yes/No Flag", "QI999", column=4)
    message = refused()
    assert f"counts.csv, row {row}, practice X10001, QI999 Yes/No Flag:" in message
    assert "'QI999' is not an indicator of QOF 2023/24. Correct the indicator" in message


def test_an_unknown_field(files: Files, refused: Refused) -> None:
    row = files.change(ALPHA, "QI013", "Yes/No Flag", "Flag", column=5)
    message = refused()
    assert f"row {row}, practice X10001, QI013 Flag: 'Flag' is not a field of QI013" in message
    assert "Use one of: Yes/No Flag." in message


def test_a_duplicate_row(files: Files, refused: Refused) -> None:
    first = files.row(ALPHA, "AF006", "Numerator")
    files.counts.append(value_row(ALPHA, "AF006", "Numerator", "130"))
    message = refused()
    assert f"row {len(files.counts) + 1}, practice X10001, AF006 Numerator:" in message
    assert f"this value stands twice: row {first} has it too. Keep one of the two, or " in message
    assert "write LAST_SUBMISSION N on the one that was replaced." in message


@pytest.mark.parametrize("value", ["", "x"])
def test_a_duplicate_of_a_row_without_a_sound_value(
    files: Files, refused: Refused, value: str
) -> None:
    files.change(ALPHA, "AF006", "Numerator", value)
    files.counts.append(value_row(ALPHA, "AF006", "Numerator", "130"))
    assert "this value stands twice" in refused()


def test_a_date_that_is_not_a_month_end(files: Files, refused: Refused) -> None:
    for row in files.counts:
        row[3] = "20240330"
    message = refused()
    place = "counts.csv, row 2, practice X10001, ACH_DATE:"
    assert f"{place} the achievement date 2024-03-30" in message
    assert "is not the last day of a month. Send the counts as they stood at a month end" in message
    assert "Refused: 1 problem." in message


def test_a_date_of_another_year(files: Files, refused: Refused) -> None:
    for row in files.counts:
        row[3] = "20250331"
    message = refused()
    assert "row 2, practice X10001, ACH_DATE:" in message
    assert "the achievement date 2025-03-31 is not in 2023/24" in message


def test_a_date_that_is_none(files: Files, refused: Refused) -> None:
    files.counts[3][3] = "31/03/2024"
    message = refused()
    assert "row 5, practice X10001, ACH_DATE: '31/03/2024' is not a date." in message
    assert "Write the date as yyyymmdd" in message


def test_another_years_service(files: Files, refused: Refused) -> None:
    for row in files.counts:
        row[0] = "QOF2223"
    message = refused()
    assert "counts.csv, row 2, practice X10001, QUALITY_SERVICE:" in message
    assert "this row is of QOF2223, not of QOF2324 (QOF 2023/24). 13 more rows say the same" in (
        message
    )
    assert "send the file of this service" in message
    assert "Refused: 1 problem." in message


def test_a_practice_that_does_not_participate(files: Files, refused: Refused) -> None:
    files.participation = f"{LIST_HEADER}QOF2324,X10001,Alpha,Region A,20230401,20240331\n"
    message = refused()
    assert f"counts.csv, row 9, practice {BRAVO}, ORG_CODE:" in message
    assert "X10002 does not participate in QOF 2023/24 on 2024-03-31. Take" in message


def test_a_practice_that_participated_earlier(files: Files, refused: Refused) -> None:
    files.participation = (
        f"{LIST_HEADER}QOF2324,X10001,Alpha,Region A,20230401,20240331\n"
        "QOF2324,X10002,Bravo,Region A,20230401,20230930\n"
    )
    assert "on 2024-03-31 (only from 2023-04-01 to 2023-09-30)." in refused()


def test_a_participation_list_of_another_year(files: Files, refused: Refused) -> None:
    files.participation = f"{LIST_HEADER}QOF2425,X10001,Alpha,Region A,20240401,20250331\n"
    assert "list.csv, row 2, practice X10001, QUALITY_SERVICE: this row is of QOF2425" in refused()


def test_a_fault_of_a_list_is_told_once(files: Files, refused: Refused) -> None:
    files.participation = (
        f"{LIST_HEADER}QOF2324,X10001,Alpha,Region A,01/04/2023,20240331\n"
        "QOF2324,X10002,Bravo,Region A,20230401,20240331\n"
    )
    message = refused()
    assert "list.csv, row 2, practice X10001, PART_ST_DT: '01/04/2023' is not a date" in message
    assert "Refused: 1 problem." in message


def test_a_list_without_one_sound_practice_names_its_rows_only(
    files: Files, refused: Refused
) -> None:
    files.practices = "practice_code,name,registered_list\nX10001,Alpha,0\nX10002,Bravo,many\n"
    message = refused()
    assert "there is no practice in this file" not in message
    assert "row 2, practice X10001, registered_list: '0' is not a list size" in message
    assert "Refused: 2 problems." in message


def test_a_date_asked_for_that_is_none_is_wrong_usage(files: Files) -> None:
    outcome = files.calculate("--date", "31/03/2024")
    assert outcome.code == 2
    assert "'31/03/2024' is not a date: write it as YYYY-MM-DD" in outcome.err


def test_a_practice_without_a_list_size(files: Files, refused: Refused) -> None:
    files.practices = "practice_code,name,registered_list\nX10001,Alpha Surgery,9639\n"
    message = refused()
    assert "counts.csv, row 9, practice X10002, ORG_CODE: X10002 has counts but no list" in message
    assert "Add X10002 to " in message


@pytest.mark.parametrize("size", ["0", "", "9,639", "-5", "9639.0"])
def test_a_list_size_that_is_none(files: Files, refused: Refused, size: str) -> None:
    files.practices = f'practice_code,name,registered_list\nX10001,Alpha,"{size}"\nX10002,Bravo,5\n'
    message = refused()
    assert "practices.csv, row 2, practice X10001, registered_list:" in message
    assert "Write a whole number of at least 1" in message


def test_a_practice_twice(files: Files, refused: Refused) -> None:
    files.practices += "X10001,Alpha Surgery,9640\n"
    assert "practices.csv, row 4, practice X10001, practice_code: the practice stands twice" in (
        refused()
    )


def test_an_indicator_without_a_required_field(files: Files, refused: Refused) -> None:
    row = files.change(ALPHA, "AF006", "Denominator", "")
    message = refused()
    assert f"counts.csv, row {row - 1}, practice X10001, AF006 Denominator:" in message
    assert "AF006 was submitted without its Denominator. Add the Denominator" in message


def test_a_required_field_of_which_no_row_is_the_last_one(files: Files, refused: Refused) -> None:
    files.change(ALPHA, "AF006", "Denominator", "N", column=11)
    assert "AF006 was submitted without its Denominator." in refused()


def test_a_register_with_two_values(files: Files, refused: Refused) -> None:
    first = files.row(BRAVO, "AF001", AF_REGISTER)
    row = files.change(BRAVO, "AF006", AF_REGISTER, "201")
    message = refused()
    assert f"row {row}, practice X10002, AF006 {AF_REGISTER}: this register is 201 here" in message
    assert f"but 200 under AF001 (row {first})" in message


def test_a_denominator_above_its_register(files: Files, refused: Refused) -> None:
    files.change(ALPHA, "AF006", "Denominator", "201")
    assert f"the Denominator 201 is larger than the {AF_REGISTER} 200" in refused()


def test_patients_who_got_lost(files: Files, refused: Refused) -> None:
    for name in ("CHAD_VAL2", "AFIBINV1", "AFIBPCADEC", "AFIBPCAPU", "DIAG1_DAT", "REG1_DAT3"):
        files.counts.append(value_row(ALPHA, "AF006", name, "6"))
    message = refused()
    assert "the Denominator 160 and the 36 patients removed make 196" in message
    assert f"but the {AF_REGISTER} is 200" in message


def test_missing_indicators_where_all_are_required(files: Files, refused: Refused) -> None:
    message = refused("--require-complete")
    assert "72 indicators have no counts: AF008, CHD001," in message
    assert "Send them too, or leave --require-complete out." in message


def test_national_prevalence_that_nobody_struck(files: Files) -> None:
    files.write()
    files.out_path.parent.mkdir()
    arguments = files.arguments("calculate", "--out", str(files.out_path))
    arguments.remove("--strike-national")
    outcome = files.run(*arguments)
    assert outcome.code == 1
    assert "Add --strike-national to strike it" in outcome.err
    assert files.written() == []


def test_two_dates_of_which_none_is_meant(files: Files, refused: Refused) -> None:
    files.counts[7][3] = "20240229"
    message = refused()
    assert "counts.csv, row 9, ACH_DATE: the counts describe several dates:" in message
    assert "Say which one is meant with --date." in message


def test_a_date_that_the_file_lacks(files: Files, refused: Refused) -> None:
    assert "there are no counts of 2024-02-29, only of 2024-03-31" in refused(
        "--date", "2024-02-29"
    )


def test_results_that_would_replace_an_input(files: Files) -> None:
    files.write()
    before = files.counts_path.read_bytes()
    outcome = files.run(*files.arguments("calculate", "--out", str(files.counts_path)))
    assert outcome.code == 1
    assert "Choose another --out" in outcome.err
    assert files.counts_path.read_bytes() == before


def test_many_problems_are_counted_and_the_first_printed(files: Files, refused: Refused) -> None:
    for row in files.counts:
        row[6] = "?"
    for extra in range(20):
        files.counts.append(value_row(f"Z{extra:05}", "QI013", "Yes/No Flag", "maybe"))
    message = refused()
    assert "… and 14 more; --json lists all of them" in message
    assert "Refused: 34 problems. Nothing was written." in message
    outcome = files.calculate("--json")
    assert outcome.code == 1
    assert outcome.json["refused"] is True
    assert len(outcome.json["problems"]) == outcome.json["errors"] == 34
    first = outcome.json["problems"][0]
    assert (first["file"], first["row"], first["field"]) == ("counts.csv", 2, AF_REGISTER)
    assert first["remedy"]


TIDY = b"practice_code,indicator,field,value\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "the file is empty"),
        (TIDY + b"X1,AF001,caf\xe9,1\n", "byte 49, in line 2, is not UTF-8"),
        (TIDY + b"X1,AF001,a\0b,1\n", "byte 47, in line 2, is a NUL"),
        (TIDY + b"X1,AF001,\xc3", "byte 46, in line 2, is half a char"),
        (b"\xff\xfep\0r\0", "this is UTF-16 text, not UTF-8 text: byte 1"),
        (b"PK\x03\x04rest", "this is a workbook or zip archive"),
        (TIDY, "counts.csv, value: no row of this file has a value"),
        (TIDY + b'X1,AF001,"a,1\n', "row 2: this row can't be read"),
        (TIDY + b"X1,AF001,a\n", "row 2: this row has 3 cells"),
        (b"practice_code,indicator,field,value,\nX1,AF001,a,1,\n", "column 5 has no name"),
        (b"practice_code,indicator,field,Field,value\n", "the column field stands twice"),
        (b"a,b\n1,2\n", "'a' is not a column of this file"),
        (TIDY + b"=1+1,AF001,a,1\n", "'=1+1' is not an organisation"),
        (b"\n\n\n" + TIDY, "row 1"),
    ],
)
def test_files_that_are_no_sound_text(files: Files, content: bytes, words: str) -> None:
    files.write()
    files.counts_path.write_bytes(content)
    outcome = files.run(*files.arguments("calculate", "--out", str(files.folder / "o.csv")))
    assert outcome.code == 1
    assert words in outcome.err
    assert "counts.csv" in outcome.err
    assert not (files.folder / "o.csv").exists()


@pytest.mark.parametrize("piece", [b",", b"x", b'"', b'"a",', b"\r", b" "])
def test_lines_of_millions_of_characters(files: Files, piece: bytes) -> None:
    files.write()
    files.counts_path.write_bytes(TIDY + piece * 2_000_000)
    outcome = files.run(*files.arguments("calculate", "--out", str(files.folder / "o.csv")))
    assert outcome.code == 1
    assert len(outcome.err) < 2_000


def test_a_file_that_is_not_there(files: Files) -> None:
    files.write()
    files.counts_path.unlink()
    outcome = files.run(*files.arguments("calculate", "--out", str(files.folder / "o.csv")))
    assert outcome.code == 1
    assert "counts.csv: the file can't be opened: No such file or directory." in outcome.err


@pytest.mark.parametrize("path", ["/dev/zero", "/"])
def test_a_place_that_is_no_file(files: Files, path: str) -> None:
    files.write()
    arguments = files.arguments("calculate", "--out", str(files.folder / "o.csv"))
    arguments[arguments.index(str(files.counts_path))] = path
    outcome = files.run(*arguments)
    assert outcome.code == 1
    assert "the file can't be opened" in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["calculate"],
        ["calculate", "qof/1999-00", "--counts", "a", "--practices", "b", "--out", "c"],
        ["calculate", "qof/2023-24", "--counts", "a", "--practices", "b", "--date", "31/3/24"],
        ["describe", "qof/2023-24", "XX001"],
        ["describe", "../../etc"],
        ["check", "nothing"],
        ["fly"],
    ],
)
def test_wrong_usage_is_told_apart(files: Files, arguments: list[str]) -> None:
    assert files.run(*arguments).code == 2
