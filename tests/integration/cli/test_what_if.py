"""`cqrs what-if`: before and after of one practice, of some, of all; a scenario that can't be."""

import pytest

from tests.integration.cli.conftest import ALPHA, BRAVO, Files

UPPER = ("--set", "indicators.AF006.thresholds.upper=95")


def what_if(files: Files, *more: str):
    files.write()
    return files.run(*files.arguments("what-if", *more))


def test_one_practice_in_words_with_workings(files: Files) -> None:
    """AF006: 130/160 = 81.25 on 40-90 of 12 points are 9.90; on 40-95 they are 9.00."""
    outcome = what_if(files, "--practice", ALPHA, *UPPER)
    assert outcome.code == 0, outcome.err
    assert "X10001 Alpha Surgery, QOF 2023/24" in outcome.out
    assert "What if indicators.AF006.thresholds.upper = 95?" in outcome.out
    (row,) = [line.split() for line in outcome.out.splitlines() if line.startswith("  AF006")]
    assert row[:4] == ["AF006", "9.90", "9.00", "−0.90"]
    assert "3 indicators stay the same." in outcome.out
    assert "share of the points: (81.2500 − 40) ÷ (95 − 40) -> 0.750000" in outcome.out


def test_before_is_what_calculate_says_and_the_files_stay(files: Files) -> None:
    files.calculate()
    content = files.counts_path.read_bytes()
    pence = {row["practice_code"]: row["pounds"].replace(".", "") for row in files.totals()}
    told = what_if(files, "--practice", ALPHA, *UPPER, "--json").json
    assert told["schema"] == "cqrs/what-if/1"
    assert str(told["pence"]["before"]) == pence[ALPHA]
    assert told["pence"]["change"] == told["pence"]["after"] - told["pence"]["before"] < 0
    assert set(told["workings"]) == {"AF001", "AF006", "QI013", "VI003"}
    assert files.counts_path.read_bytes() == content
    every = what_if(files, *UPPER, "--json").json
    assert every["pence"]["before"] == sum(map(int, pence.values()))


def test_all_practices_are_the_sum_of_each(files: Files) -> None:
    files.change(BRAVO, "AF006", "Numerator", "80")
    more = (*UPPER, "--set-count", "VI003.numerator=-5%", "--set-list=+3%", "--json")
    every = what_if(files, *more).json
    each = [what_if(files, "--practice", code, *more).json for code in (ALPHA, BRAVO)]
    for side in ("before", "after", "change"):
        assert every["pence"][side] == sum(one["pence"][side] for one in each)
    assert every["changes"] == {
        code: one["pence"]["change"] for code, one in zip((ALPHA, BRAVO), each, strict=True)
    }
    assert every["winners"] + every["losers"] == 2
    some = what_if(files, "--practice", f"{ALPHA},{BRAVO}", *more).json
    assert some == every


def test_all_practices_in_words(files: Files) -> None:
    out = what_if(files, *UPPER).out
    assert "2 practices, QOF 2023/24" in out
    assert "0 practices gain, 2 lose, 0 stay the same." in out
    assert "Lose most: X10001 −£" in out
    assert "Gain most" not in out


def test_counts_lists_and_national_figures(files: Files) -> None:
    more = ("--set-count", "AF006.Numerator=+30", "--set-national", "AF=+10%")
    told = what_if(files, "--practice", ALPHA, *more, "--json").json
    assert told["scenario"] == "AF006.Numerator +30; England’s AF +10%"
    (moved,) = [one for one in told["indicators"] if one["indicator"] == "AF006"]
    assert (moved["before"]["points"], moved["after"]["points"]) == ("9.90", "12.00")
    held = what_if(files, "--practice", ALPHA, "--set-count", "AF006.Numerator=+300", "--json")
    assert held.json["held"] == [["AF006", "Numerator"]]


def test_more_lists_and_registers_struck_anew_change_no_prevalence(files: Files) -> None:
    """Everybody's list and registers rise alike: only the CPI moves, of what has no register."""
    scenario = ("--set-count", "*.register=+10%", "--set-list=+10%", "--json")
    kept = what_if(files, *scenario, "--restrike").json
    (af,) = [one for one in kept["indicators"] if one["indicator"] == "AF006"]
    (vi,) = [one for one in kept["indicators"] if one["indicator"] == "VI003"]
    grown = vi["after"]["pence"] / vi["before"]["pence"]
    assert abs(af["after"]["pence"] / af["before"]["pence"] - grown) < 0.001
    assert abs(grown - 1.1) < 0.001


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            ("--set", "indicators.AF006.thresholds.upper=30"),
            "indicators.AF006.thresholds: 40 to 30",
        ),
        (("--set", "indicators.AF999.points=5"), "there is no 'AF999' here. Choose one of: "),
        (("--set", "money.point_value=x"), "money.point_value.pounds: 'x' is not a plain"),
        (("--set-count", "AF006.Nominator=+1"), "'Nominator' is not a field of AF006. Use one of"),
        (("--set-count", "AF006.Numerator=some"), "AF006.Numerator: 'some' is no change. Write"),
        (("--set-count", "AF006.Numerator=161"), "161 is more than Denominator, which is 160"),
        (
            ("--set-list=999999999999999999999",),
            "list: '999999999999999999999' has too many digits",
        ),
        (("--set-list=+99999999999999999999",), "has too many digits"),
        (("--set-list=+5.12345678901%",), "Write at most 9, and 4 decimals"),
        (("--set-count", "*.numerator=-1.00000%"), "*.numerator: '-1.00000%' has too many"),
        (("--set-national", "AF=+99999999999%"), "national.AF: '+99999999999%' has too many"),
        (("--set-list=+999999999%",) * 3, "Suppose no more than 1,000,000,000,000"),
        (("--set-national", "AF=+999999999%"), "national_register"),
        (("--set-list=999999999",), "list"),
        (("--set-list=0",), "list: X10001 would have no patients. Suppose at least 1"),
        (("--set-national", "XX=+1%"), "national.XX: there is no national figure of it. Choose"),
    ],
)
@pytest.mark.parametrize("whose", [("--practice", ALPHA), ()])
def test_a_scenario_that_cannot_be_is_refused(
    files: Files, more: tuple[str, ...], told: str, whose: tuple[str, ...]
) -> None:
    outcome = what_if(files, *more, *whose)
    assert outcome.code == 1
    assert outcome.out == ""
    assert "Refused: 1 problem." in outcome.err
    if "Denominator" not in told or whose:
        assert told in outcome.err


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--set", "money.point_value"), "--set wants a name, an equals sign and a value"),
        (("--set-count", "=5"), "--set-count wants a name"),
        (("--practice", ALPHA, "--restrike"), "--restrike needs all practices"),
    ],
)
def test_wrong_usage(files: Files, more: tuple[str, ...], told: str) -> None:
    outcome = what_if(files, *more)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err


def test_a_practice_named_twice_is_one_practice(files: Files) -> None:
    once = what_if(files, "--practice", ALPHA, *UPPER)
    assert once.code == 0, once.err
    assert what_if(files, "--practice", f"{ALPHA},, {ALPHA}", *UPPER).out == once.out


def test_a_blank_practice_is_not_everybody(files: Files) -> None:
    outcome = what_if(files, "--practice", "", *UPPER)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--practice names nobody" in outcome.err


def test_an_unknown_practice_is_refused(files: Files) -> None:
    outcome = what_if(files, "--practice", f"{ALPHA},X99999")
    assert outcome.code == 1
    assert "there are no counts of practice X99999" in outcome.err


def test_an_incomplete_indicator_is_refused_by_name(files: Files) -> None:
    files.counts = [row for row in files.counts if row[4:6] != ["AF006", "Denominator"]]
    outcome = what_if(files, *UPPER)
    assert outcome.code == 1
    assert "AF006" in outcome.err
    assert "Denominator" in outcome.err
