"""`cqrs diff`: two years' rules in words, points and pounds; two result sets with the reasons."""

import pytest

from tests.integration.cli.conftest import ALPHA, BRAVO, Files
from tests.integration.cli.test_replay import store

OLD, NEW = "qof/2023-24", "qof/2025-26"


def diff(files: Files, *more: str):
    """Compare the years, with the counts of the files."""
    files.write()
    paths = ["--counts", str(files.counts_path), "--practices", str(files.folder / "practices.csv")]
    return files.run("diff", OLD, NEW, *paths, "--strike-national", *more)


def test_the_rules_in_words(files: Files) -> None:
    outcome = files.run("diff", OLD, NEW)
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert lines[0] == "From QOF 2023/24 to QOF 2025/26"
    assert "  points      635 -> 564" in lines
    assert "The service: value of a point £213.43 becomes £225.49." in lines
    assert "CHD015: thresholds 40% to 77% become 40% to 90%." in lines
    assert "AF001 is retired: Register kept, 5 points." in lines


def test_the_lineage_goes_through_the_years_between(files: Files) -> None:
    told = files.run("diff", OLD, NEW, "--json").json
    assert told["schema"] == "cqrs/diff/1"
    assert ["DM033", "DM036"] in told["renamed"]
    assert (told["before"]["points"], told["after"]["points"]) == (635, 564)
    paths = [change["path"] for change in told["changes"]]
    assert "indicators.DM036.points" in paths


def test_one_practice_in_points_and_pounds(files: Files) -> None:
    outcome = diff(files, "--practice", ALPHA)
    assert outcome.code == 0, outcome.err
    assert "X10001 Alpha Surgery: the same counts and list under both rules" in outcome.out
    (row,) = [line.split() for line in outcome.out.splitlines() if line.startswith("  AF006 ")]
    assert row[1:4] == ["9.90", "9.90", "0.00"]
    assert row[6].startswith("+£") or row[6].startswith("−£")
    assert "it is retired: AF001 (£" in outcome.out


def test_before_is_what_calculate_says(files: Files) -> None:
    files.calculate()
    pounds = {row["practice_code"]: row["pounds"].replace(".", "") for row in files.totals()}
    told = diff(files, "--practice", ALPHA, "--json").json["counts"]
    assert str(told["before"]["pence"]) == pounds[ALPHA]
    every = diff(files, "--json").json["counts"]
    assert every["before"]["pence"] == sum(map(int, pounds.values()))


def test_all_practices_are_the_sum_of_each(files: Files) -> None:
    files.change(BRAVO, "AF006", "Numerator", "80")
    every = diff(files, "--json").json["counts"]
    each = [diff(files, "--practice", code, "--json").json["counts"] for code in (ALPHA, BRAVO)]
    for side in ("before", "comparable_before", "after"):
        assert every[side]["pence"] == sum(one[side]["pence"] for one in each)
    assert every["changes"] == {
        one["practice"]: one["after"]["pence"] - one["comparable_before"]["pence"] for one in each
    }
    lines = {line["new"]: line for line in every["indicators"]}
    assert (lines["AF006"]["practices"], lines["AF006"]["left_out"]) == (2, 0)
    out = diff(files).out
    assert "2 practices: the same counts and lists under both rules" in out
    assert "Retired or merged: AF001" in out


def test_the_newer_year_first_is_wrong_usage(files: Files) -> None:
    outcome = files.run("diff", NEW, OLD)
    assert outcome.code == 2
    assert "the older first" in outcome.err


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ((OLD, "learning_disability_health_check/2025-26"), "two years of one service"),
        ((OLD, "qof/1999-00"), "There is no service 'qof/1999-00'"),
        ((OLD, NEW, "--counts", "x.csv"), "--counts and --practices go together"),
        ((OLD, NEW, "--practice", ALPHA), "--practice needs --counts"),
        (("a", "b", "--results", "--counts", "x.csv"), "--results compares stored results"),
    ],
)
def test_wrong_usage(files: Files, more: tuple[str, ...], told: str) -> None:
    outcome = files.run("diff", *more)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err


def test_an_unknown_practice_is_refused(files: Files) -> None:
    outcome = diff(files, "--practice", "X99999")
    assert outcome.code == 1
    assert "there are no counts of practice X99999" in outcome.err


# Result sets -------------------------------------------------------------------------------------


@pytest.fixture
def sets(files: Files) -> tuple[str, str]:
    """Two result sets: Alpha's counts and Bravo's list differ."""
    old = store(files, "old.jsonl")
    files.change(ALPHA, "VI003", "Numerator", "37")
    files.practices = files.practices.replace("4800", "5000")
    new = store(files, "new.jsonl")
    return str(old), str(new)


def test_two_result_sets_in_words(files: Files, sets: tuple[str, str]) -> None:
    outcome = files.run("diff", "--results", *sets)
    assert outcome.code == 0, outcome.err
    assert "2 practices of qof/2023-24: 2 changed, 0 unchanged, 0 new, 0 gone" in outcome.out
    order = "counts and facts, then list, then prevalence, then rules"
    assert f"Why, one ingredient at a time ({order})" in outcome.out
    assert "  counts and facts: −" in outcome.out
    assert "  list: " in outcome.out
    assert "Changed most" in outcome.out


def test_the_parts_add_up_to_the_change(files: Files, sets: tuple[str, str]) -> None:
    told = files.run("diff", "--results", *sets, "--json").json
    change = told["after"]["pence"] - told["before"]["pence"]
    assert change == sum(part["pence"] for part in told["parts"].values()) != 0
    alpha, bravo = told["practices"]
    assert alpha["parts"].keys() == {"counts", "prevalence"}
    assert "list" in bravo["parts"]
    assert "counts" not in bravo["parts"]


def test_one_practice_of_two_result_sets(files: Files, sets: tuple[str, str]) -> None:
    outcome = files.run("diff", "--results", *sets, "--practice", ALPHA)
    assert f"{ALPHA}: changed" in outcome.out
    assert "  VI003: counts and facts −£" in outcome.out
    assert BRAVO not in outcome.out
    gone = files.run("diff", "--results", *sets, "--practice", "X99999")
    assert gone.code == 1
    assert "practice X99999 is in neither result set" in gone.err


def test_a_file_that_is_no_result_set_is_refused(files: Files, sets: tuple[str, str]) -> None:
    files.write()
    outcome = files.run("diff", "--results", sets[0], str(files.counts_path))
    assert outcome.code == 1
    assert "counts.csv" in outcome.err
