"""`cqrs calculate` on sound files: the same figures whatever the shape they come in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cqrs.cli import main, publish
from cqrs.cli.output import Refused
from tests.integration.cli.conftest import AF_REGISTER, ALPHA, BRAVO, COUNTS, Files, value_row

TIDY = "practice_code,indicator,field,value\n" + "".join(
    f"{code},{indicator},{name},{value}\n"
    for code in (ALPHA, BRAVO)
    for indicator, name, value in COUNTS
)


def test_rows_totals_and_summary(files: Files) -> None:
    outcome = files.calculate()
    assert outcome.code == 0
    alpha = [row for row in files.results() if row["practice_code"] == ALPHA]
    assert [row["indicator"] for row in alpha] == ["AF001", "AF006", "VI003", "QI013"]
    # 39/41 of 18 points on 81-96 is 16.9463...; a list of 9,639 has a CPI of 1.
    assert alpha[2] == {
        "practice_code": ALPHA,
        "indicator": "VI003",
        "numerator": "39",
        "denominator": "41",
        "register": "",
        "count": "",
        "points": "16.95",
        "pounds": "3617.64",
    }
    assert (alpha[3]["numerator"], alpha[3]["points"], alpha[3]["pounds"]) == (
        "",
        "27.00",
        "5762.61",
    )
    # AF: 5 points x 213.43 x APDF (200/9639) / (400/14439).
    assert (alpha[0]["register"], alpha[0]["pounds"]) == ("200", "799.28")
    total = files.totals()[0]
    assert total["points"] == "58.85"
    assert total["attainable_points"] == "62.00"
    pence = sum(int(row["pounds"].replace(".", "")) for row in alpha)
    assert total["pounds"].replace(".", "") == str(pence)
    assert "practices            2\n" in outcome.out
    assert "provisional: pooled: sum of registers over sum of registered lists" in outcome.out
    assert "missing, skipped     AF008 (2)" in outcome.out
    assert "COPD009MI1" not in outcome.out


def test_the_summary_as_json(files: Files) -> None:
    answer = files.calculate("--json").json
    assert answer["practices"] == 2
    assert answer["lines"] == 8
    assert answer["pence"] == sum(int(row["pounds"].replace(".", "")) for row in files.totals())
    assert answer["national_prevalence"]["status"] == "provisional"
    assert answer["national_prevalence"]["registers"]["AF"] == {
        "register": 400,
        "list": 14439,
        "practices": 2,
    }
    assert answer["missing_indicators"]["AF008"] == 2
    assert set(answer["milliseconds"]) >= {"Read counts", "Calculate"}


def _results(files: Files) -> list[bytes]:
    return [path.read_bytes() for path in sorted(files.out_path.parent.iterdir())]


def test_the_shape_of_the_file_changes_nothing(files: Files) -> None:
    files.calculate()
    plain = _results(files)

    files.header = [name.lower() for name in reversed(files.header)]
    files.counts = [row[::-1] for row in files.counts]
    files.end, files.bom = "\n", b"\xef\xbb\xbf"
    assert files.calculate().code == 0
    assert _results(files) == plain


def test_the_order_of_the_rows_changes_nothing(files: Files) -> None:
    files.calculate()
    plain = _results(files)
    files.counts.reverse()
    files.counts.insert(3, [""] * 12)
    assert files.calculate().code == 0
    assert _results(files) == plain


def test_tidy_counts_give_the_same(files: Files) -> None:
    files.calculate()
    plain = _results(files)
    files.counts_path.write_text(TIDY, encoding="utf-8")
    outcome = files.run(*files.arguments("calculate", "--out", str(files.out_path)))
    assert outcome.code == 0, outcome.err
    assert _results(files) == plain


def test_counts_from_a_pipe_give_the_same(files: Files) -> None:
    files.calculate()
    plain = _results(files)
    pipe = files.folder / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cp", str(files.counts_path), str(pipe)]):
        arguments = files.arguments("calculate", "--out", str(files.out_path))
        arguments[arguments.index(str(files.counts_path))] = str(pipe)
        assert files.run(*arguments).code == 0
    assert _results(files) == plain


def test_provenance_may_be_spreadsheet_serials(files: Files) -> None:
    for row in files.counts:
        row[9:11] = ["45384", "0.4721"]
    assert files.calculate().code == 0


def test_only_the_last_submission_counts(files: Files) -> None:
    earlier = value_row(ALPHA, "AF006", "Numerator", "1")
    earlier[11] = "N"
    files.counts[:0] = [earlier, [*earlier]]
    outcome = files.calculate()
    assert outcome.code == 0
    assert files.results()[1]["numerator"] == "130"
    assert "earlier submissions  2 rows, not counted" in outcome.out


def test_an_indicator_without_a_last_submission_is_told_and_skipped(files: Files) -> None:
    row = files.change(ALPHA, "QI013", "Yes/No Flag", "N", column=11)
    outcome = files.calculate()
    assert outcome.code == 0
    assert f"counts.csv, row {row}, practice X10001, QI013" in outcome.err
    assert "none is marked as the last one" in outcome.err
    assert [r["indicator"] for r in files.results()][:3] == ["AF001", "AF006", "VI003"]


def test_the_date_that_is_meant(files: Files) -> None:
    for indicator, name, value in COUNTS:
        row = value_row(ALPHA, indicator, name, "1" if value != "Y" else "N")
        row[3] = "20230930"
        files.counts.append(row)
    assert files.calculate("--date", "2024-03-31").code == 0
    assert len(files.totals()) == 2
    assert files.calculate("--date", "2023-09-30").code == 0
    assert [row["practice_code"] for row in files.totals()] == [ALPHA]


def test_blank_values_were_not_submitted(files: Files) -> None:
    for indicator, name, _ in COUNTS:
        files.change(BRAVO, indicator, name, "")
    for name in ("Numerator", "Denominator"):
        files.change(ALPHA, "VI003", name, "")
    outcome = files.calculate()
    assert outcome.code == 0, outcome.err
    assert [row["practice_code"] for row in files.totals()] == [ALPHA]
    assert "VI003 (1)" in outcome.out
    assert "all values blank     1: X10002" in outcome.out


def test_management_information_is_kept_and_never_paid(files: Files) -> None:
    register = "Chronic Obstructive Pulmonary Disease Register"
    files.counts.append(value_row(ALPHA, "COPD009MI1", register, "90"))
    assert files.calculate().code == 0
    assert not [row for row in files.results() if "MI" in row["indicator"]]


def test_management_information_may_differ_from_the_register_and_strikes_no_prevalence(
    files: Files,
) -> None:
    register = "Chronic Obstructive Pulmonary Disease Register"
    files.counts.append(value_row(ALPHA, "COPD015", register, "90"))
    files.counts.append(value_row(ALPHA, "COPD009MI2", register, "40"))
    files.counts.append(value_row(BRAVO, "COPD009MI2", register, "70"))
    struck = files.calculate("--json").json["national_prevalence"]["registers"]
    assert struck["COPD"] == {"register": 90, "list": 9639, "practices": 1}


def test_nothing_needs_national_prevalence_here(files: Files) -> None:
    files.counts = [row for row in files.counts if row[4] in ("VI003", "QI013")]
    files.write()
    files.out_path.parent.mkdir()
    arguments = files.arguments("calculate", "--out", str(files.out_path))
    arguments.remove("--strike-national")
    outcome = files.run(*arguments)
    assert outcome.code == 0
    assert "not needed: nothing here is adjusted for prevalence" in outcome.out


def test_practices_without_counts_are_named(files: Files) -> None:
    files.practices += "X10003,Charlie Surgery,7000\n"
    outcome = files.calculate()
    assert "practices without    1: X10003" in outcome.out
    assert outcome.code == 0


def test_more_columns_of_practices(files: Files) -> None:
    files.practices = (
        "Supplier,WEIGHTED_LIST,registered_list,name,practice_code\n"
        'Maple Systems,,9639,"Alpha, Surgery",X10001\n,5000,4800,Bravo,X10002\n'
    )
    assert files.calculate().code == 0


def test_a_register_within_a_register_only_warns(files: Files) -> None:
    for code in (ALPHA, BRAVO):
        files.counts.append(value_row(code, "HF001", "Heart Failure Register", "10"))
        for name, value in (
            ("Numerator", "9"),
            ("Denominator", "11"),
            ("Heart Failure (LVSD) Register", "11"),
        ):
            files.counts.append(value_row(code, "HF003", name, value))
    outcome = files.calculate()
    assert outcome.code == 0
    assert "11 people are on this register but only 10 on 'Heart Failure Register'" in outcome.err


def test_results_replace_earlier_ones_together(files: Files) -> None:
    files.calculate()
    files.change(ALPHA, "AF006", "Numerator", "131")
    files.calculate()
    assert files.written() == ["points-totals.csv", "points.csv"]
    assert files.results()[1]["numerator"] == "131"


def test_a_failed_move_undoes_the_other(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.calculate()
    before = _results(files)
    files.change(ALPHA, "AF006", "Numerator", "131")
    move = Path.replace

    def failing(source: Path, target: Path) -> None:
        if target.name.endswith("totals.csv") and before[0] == target.read_bytes():
            raise OSError(28, "No space left on device")
        move(source, target)

    monkeypatch.setattr(Path, "replace", failing)
    outcome = files.calculate()
    assert outcome.code == 1
    assert "points-totals.csv: can't be written: No space left on device" in outcome.err
    assert _results(files) == before
    assert files.written() == ["points-totals.csv", "points.csv"]


def test_a_failed_move_leaves_no_first_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Path.replace

    def failing(source: Path, target: Path) -> None:
        if target.name == "b":
            raise OSError(5, "Input/output error")
        move(source, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(Refused):
        publish.publish({tmp_path / "a": [b"1"], tmp_path / "b": [b"2"]})
    assert list(tmp_path.iterdir()) == []


def test_a_stop_between_the_files_undoes_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    move = Path.replace

    def stopped(source: Path, target: Path) -> None:
        if target.name == "b":
            raise KeyboardInterrupt
        move(source, target)

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        publish.publish({tmp_path / "a": [b"1"], tmp_path / "b": [b"2"]})
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_a_reader_that_went_away_is_no_refusal() -> None:
    command = [sys.executable, "-m", "cqrs.cli", "check", "qof/2023-24", "--doubts"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.stderr is not None
        assert run.stderr.read() == b""
    assert run.returncode == 141


def test_no_standard_output_is_no_fault(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write()
    arguments = files.arguments("calculate", "--out", str(files.folder / "o.csv"))
    monkeypatch.setattr(sys, "stdout", None)
    assert main(arguments) == 0


def test_a_folder_that_is_not_there(files: Files) -> None:
    files.write()
    out = files.folder / "nowhere" / "o.csv"
    outcome = files.run(*files.arguments("calculate", "--out", str(out)))
    assert outcome.code == 1
    assert "Choose a folder that exists" in outcome.err


def test_no_web_framework_and_no_database_is_loaded(files: Files) -> None:
    files.write()
    out = str(files.folder / "o.csv")
    code = (
        "import sys; from cqrs.cli import main; code = main(sys.argv[1:]); "
        "loaded = {'django', 'psycopg', 'cqrs.portal'} & set(sys.modules); "
        "sys.exit(code or (3 if loaded else 0))"
    )
    arguments = files.arguments("calculate", "--out", out)
    run = subprocess.run([sys.executable, "-c", code, *arguments], check=False, env=_with_source())
    assert run.returncode == 0


def test_the_module_runs_like_the_command(files: Files) -> None:
    files.write()
    arguments = files.arguments("explain", "--practice", "X99999")
    command = [sys.executable, "-m", "cqrs.cli", *arguments]
    run = subprocess.run(command, check=False, env=_with_source(), capture_output=True, text=True)
    assert run.returncode == 1
    assert "there are no counts of practice X99999. Check the code." in run.stderr


def _with_source() -> dict[str, str]:
    source = str(Path(publish.__file__).parents[2])
    return {**os.environ, "PYTHONPATH": source}


def test_a_lone_register_is_enough_for_its_own_indicator(files: Files) -> None:
    files.counts = [value_row(ALPHA, "AF001", AF_REGISTER, "0")]
    assert files.calculate().code == 0
    assert files.results()[0]["points"] == "0.00"
    assert files.totals()[0]["attainable_points"] == "0.00"


def test_a_service_paid_per_item_has_no_points(files: Files) -> None:
    counts = files.folder / "checks.csv"
    counts.write_text(
        "practice_code,indicator,field,value\n"
        f"{ALPHA},LDHC021,Number (Scaled),12\n{ALPHA},LDHC021,Register,40\n",
        encoding="utf-8",
    )
    files.write()
    files.out_path.parent.mkdir()
    outcome = files.run(
        *("calculate", "learning_disability_health_check/2025-26", "--counts", str(counts)),
        *("--practices", str(files.folder / "practices.csv"), "--out", str(files.out_path)),
    )
    assert outcome.code == 0, outcome.err
    (row,), (total,) = files.results(), files.totals()
    assert (row["indicator"], row["register"], row["points"]) == ("LDHC021", "40", "")
    assert row["count"] != ""
    assert (row["pounds"], total["pounds"]) == ("1680.00", "1680.00")
    assert (total["points"], total["attainable_points"]) == ("", "")
    assert "points               " not in outcome.out
