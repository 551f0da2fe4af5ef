"""What is said besides counts: facts, networks of members, services that count nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Files, Outcome

PRACTICES = "practice_code,name,registered_list\nX10001,Alpha,9000\nX10002,Bravo,7000\n"
HOMES, FUND = "local_care_homes/2025-26", "investment_and_impact_fund/2024-25"
ASPIRATION = "qof_aspiration/2025-26"
Command = Callable[..., Outcome]


@pytest.fixture
def command(files: Files) -> Command:
    """Write named files and run a command that takes them as --name."""

    def run(name: str, service: str, *more: str, **texts: str) -> Outcome:
        arguments: list[str] = []
        for option, text in {"practices": PRACTICES, **texts}.items():
            path = files.folder / f"{option}.csv"
            path.write_text(text, encoding="utf-8")
            arguments += [f"--{option}", str(path)]
        return files.run(name, service, *arguments, *more)

    return run


@pytest.fixture
def calculated(command: Command, files: Files) -> Callable[..., dict[tuple[str, str], str]]:
    """The pounds by provider and line."""

    def run(service: str, *more: str, **texts: str) -> dict[tuple[str, str], str]:
        out = files.folder / "out.csv"
        outcome = command("calculate", service, "--out", str(out), *more, **texts)
        assert outcome.code == 0, outcome.err
        rows = [line.split(",") for line in out.read_text(encoding="utf-8").splitlines()[1:]]
        return {(row[0], row[1]): row[-1] for row in rows}

    return run


Calculated = Callable[..., dict[tuple[str, str], str]]

HOMES_FACTS = (
    "practice_code,fact,value\n"
    "X10001,care_home_beds,64\nX10001,weighted_list,9052.17\nX10001,days_held,182\n"
    "X10002,care_home_beds,300\nX10002,weighted_list,7100\n"
)


def test_a_service_that_counts_nothing_is_paid_on_facts_and_lists(calculated: Calculated) -> None:
    got = calculated(HOMES, facts=HOMES_FACTS)
    # 64 x 96 x 182/365, 9000 x 0.35 x 182/365, 9052.17 x 0.42 x 182/365; 300 x 96 + ... is capped.
    assert got["X10001", "BEDS"] == "3063.58"
    assert got["X10001", "REGISTERED"] == "1570.68"
    assert got["X10001", "WEIGHTED"] == "1895.75"
    assert got["X10001", "TAKINGPART"] == "1500.00"
    assert got["X10002", "BEDS"] == "28800.00"
    assert got["X10002", "LIMITS"] == "-4232.00"


def test_the_summary_says_which_facts_were_not_given(command: Command, files: Files) -> None:
    out = str(files.folder / "out.csv")
    outcome = command("calculate", HOMES, "--out", out, facts=HOMES_FACTS)
    assert "facts not given      days_held (1): what the definition says holds" in outcome.out
    answer = command("calculate", HOMES, "--out", out, "--json", facts=HOMES_FACTS).json
    assert answer["facts_not_given"] == {"days_held": 1}


def test_instalments_follow_the_date(calculated: Calculated) -> None:
    facts = "practice_code,fact,value\nX10001,previous_achievement,123456.78\n"
    only = PRACTICES.replace("X10002,Bravo,7000\n", "")
    # 123,456.78 x 0.8 x 225.49 / 220.62 = 100,945.59 for the year
    months = {"2025-04-30": "8412.13", "2025-05-31": "8412.14", "2026-03-31": "8412.13"}
    for day, pounds in months.items():
        got = calculated(ASPIRATION, "--date", day, practices=only, facts=facts)
        assert got["X10001", "ASPIRATION"] == pounds


MEMBERS = "network_code,practice_code,start_date,end_date\nU10001,X10001,2023-04-01,\n"
BOTH = f"{MEMBERS}U10001,X10002,2023-04-01,\n"
COUNTS = (
    "practice_code,indicator,field,value\n"
    "X10001,HI03,Numerator,30\nX10001,HI03,Denominator,40\n"
    "X10002,HI03,Numerator,12\nX10002,HI03,Denominator,20\n"
)
AVERAGE = "practice_code,fact,value\nU10001,average_network_list,50000\n"


def test_a_network_is_paid_on_its_members_together(calculated: Calculated) -> None:
    got = calculated(FUND, "--strike-national", counts=COUNTS, members=BOTH, facts=AVERAGE)
    # 42 of 60 is 70 %, half way from 60 to 80: 18 of 36 points; alone in England, so x 1.
    assert got == {("U10001", "HI03"): "1140.48"}  # 18 x 198 x 16000 / 50000


def test_the_workings_of_a_network_say_whose_counts_they_are(command: Command) -> None:
    outcome = command(
        "explain", FUND, "--strike-national", "--practice", "U10001", "--indicator", "HI03",
        counts=COUNTS, members=BOTH, facts=AVERAGE,
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    assert "numerator 42: counts.csv, members together, Numerator, digest" in outcome.out
    assert "your registered list 16,000: practices.csv, members together, digest" in outcome.out
    assert "50,000: facts.csv, average_network_list, digest" in outcome.out


def test_the_workings_name_facts_dates_and_other_lines(command: Command) -> None:
    outcome = command("explain", HOMES, "--practice", "X10001", facts=HOMES_FACTS)
    assert "care home beds 64: facts.csv, care_home_beds, digest" in outcome.out
    assert "Care home beds £3,063.58: another line of the same statement" in outcome.out
    outcome = command("explain", HOMES, "--practice", "X10002", facts=HOMES_FACTS)
    assert "took part 365: days_held, not given, so what the definition says" in outcome.out
    facts = "practice_code,fact,value\nX10001,previous_achievement,100\n"
    told = ("--practice", "X10001", "--indicator", "ASPIRATION")
    outcome = command("explain", ASPIRATION, *told, "--date", "2025-05-31", facts=facts)
    assert "(April is 1) 2: the achievement date, 2025-05-31" in outcome.out


def test_the_json_of_protected_points_opens_the_formula_that_was_paid(command: Command) -> None:
    counts = (
        "practice_code,indicator,field,value\nX10001,AF001,Atrial Fibrillation Register,0\n"
        "X10002,AF001,Atrial Fibrillation Register,10\n"
    )
    facts = "practice_code,fact,value\nX10001,AF001.protected_points,4.5\n"
    told = ("--practice", "X10001", "--indicator", "AF001", "--json", "--strike-national")
    answer = command("explain", "qof/2023-24", *told, counts=counts, facts=facts).json
    (line,) = answer["indicators"]
    assert line["points"] == "4.50"
    assert "AF001.protected_points" in str(line["workings"])
    assert answer["sources"]["facts"]["file"] == "facts.csv"


def test_a_stored_result_with_facts_replays(command: Command, files: Files) -> None:
    stored = files.folder / "set.jsonl"
    told = ("--out", str(files.folder / "out.csv"), "--store", str(stored))
    assert command("calculate", HOMES, *told, facts=HOMES_FACTS).code == 0

    outcome = files.run("replay", "--results", str(stored))

    assert outcome.code == 0, outcome.err
    assert "2 of 2" in outcome.out or "identical" in outcome.out, outcome.out
    head = stored.read_text(encoding="utf-8").splitlines()[0]
    assert '"facts":{"' in head
    spoilt = stored.read_text(encoding="utf-8").replace(
        '"care_home_beds":64', '"care_home_beds":65'
    )
    stored.write_text(spoilt, encoding="utf-8")
    assert files.run("replay", "--results", str(stored)).code == 1


REFUSED = {
    "a fact that is needed": (
        ASPIRATION, {}, 1, "the fact previous_achievement (unadjusted QOF payment of 2024/25) is",
    ),
    "a fact of somebody else": (
        HOMES, {"facts": f"{HOMES_FACTS}X10009,care_home_beds,1\n"}, 1,
        "X10009 has facts, but nobody of that code is calculated",
    ),
    "a fact nobody knows": (
        HOMES, {"facts": f"{HOMES_FACTS}X10002,bedz,1\n"}, 1,
        "facts.csv, row 7, practice X10002, fact: 'bedz' is not a fact of this service. "
        "Its facts are: care_home_beds, days_held, weighted_list.",
    ),
    "more days than the year has": (
        HOMES, {"facts": HOMES_FACTS.replace("182", "366")}, 1,
        "facts.csv, row 4, practice X10001, value: days_held is 366, not from 0 to 365",
    ),
    "counts where there are none": (
        HOMES, {"counts": COUNTS}, 2, "counts nothing: leave --counts out",
    ),
    "no counts where there are some": ("qof/2023-24", {}, 2, "name the file with --counts"),
    "members without counts": (HOMES, {"members": BOTH}, 2, "--members adds counts up"),
    "a practice in no network": (
        FUND, {"counts": COUNTS, "members": MEMBERS}, 1,
        "X10002 has counts but is in no network on 2025-03-31, so nobody is paid for them",
    ),
    "a member that sent nothing": (
        FUND, {"counts": COUNTS, "members": f"{BOTH}U10001,X10003,2023-04-01,\n"}, 1,
        "X10003 is a member on 2025-03-31 but has not sent counts",
    ),
    "a membership of no date": (
        FUND, {"counts": COUNTS, "members": f"{MEMBERS}U10001,X10002,1.4.2023,\n"}, 1,
        "members.csv, row 3, practice X10002, start_date: '1.4.2023' is not a date",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("service", "texts", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    command: Command,
    files: Files,
    service: str,
    texts: dict[str, str],
    code: int,
    words: str,
) -> None:
    out: Path = files.folder / "out.csv"
    outcome = command("calculate", service, "--strike-national", "--out", str(out), **texts)
    assert (outcome.code, words in outcome.err) == (code, True), outcome.err
    assert not out.exists()
