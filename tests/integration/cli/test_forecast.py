"""`cqrs forecast`: the year's end of one practice and of all, targets, and what is refused."""

import pytest

from tests.integration.cli.conftest import ALPHA, BRAVO, Files

HEADER = "practice_code,indicator,field,value"


@pytest.fixture
def september(files: Files) -> Files:
    """The sound files, as they stood at the end of September 2023."""
    for row in files.counts:
        row[3] = "20230930"
    files.change(ALPHA, "VI003", "Denominator", "200")
    files.change(ALPHA, "VI003", "Numerator", "160")
    files.write()
    return files


def tidy(files: Files, name: str, *shares: tuple[str, int, int]) -> str:
    """A tidy file of (indicator, numerator, denominator) for both practices."""
    path = files.folder / name
    lines = [HEADER]
    for code in (ALPHA, BRAVO):
        for indicator, part, whole in shares:
            lines += [f"{code},{indicator},Numerator,{part}"]
            lines += [f"{code},{indicator},Denominator,{whole}"]
            if indicator == "AF006":
                lines += [f"{code},AF006,Atrial Fibrillation Register,{whole}"]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def forecast(files: Files, *more: str):
    return files.run(*files.arguments("forecast", *more))


def last_year(files: Files) -> tuple[str, ...]:
    """Last year half of those still to do in September were done by March."""
    month = tidy(files, "last-month.csv", ("AF006", 60, 100), ("VI003", 80, 100))
    year_end = tidy(files, "last-year.csv", ("AF006", 80, 100), ("VI003", 90, 100))
    return ("--last-year", month, year_end)


def test_one_practice_by_last_years_way(september: Files) -> None:
    """AF006: 130 of 160, half of the other 30 more: 145. VI003: 160 of 200 become 180."""
    outcome = forecast(september, "--practice", ALPHA, *last_year(september))
    assert outcome.code == 0, outcome.err
    assert "Counts of 2023-09-30, 6 months before the year's end" in outcome.out
    assert "Forecast by the way of last year’s practices" in outcome.out
    table = outcome.out.partition("What further")[0].splitlines()
    rows = {line.split()[0]: line.split() for line in table if line[:2] == "  "}
    assert rows["AF006"][1:3] == ["130", "145"]
    assert rows["VI003"][1:3] == ["160", "180"]
    assert rows["AF001"][1:] == ["5.00", "5.00", rows["AF001"][3]]


def test_the_same_as_json_with_interval_and_shape(september: Files) -> None:
    told = forecast(september, "--practice", ALPHA, *last_year(september), "--json").json
    assert told["schema"] == "cqrs/forecast/1"
    assert told["months_left"] == 6
    lines = {line["indicator"]: line for line in told["indicators"]}
    af = lines["AF006"]
    assert af["patients"]["low"] < 145 == af["patients"]["expected"] < af["patients"]["high"]
    assert (af["shape"]["how"], af["shape"]["closing"]) == ("last_year", "0.5000")
    assert af["worth"]["now"]["points"] == "9.90"
    assert af["further"]["left"] == 30
    assert lines["QI013"]["patients"] is None
    total = told["worth"]
    sums = {
        end: sum(line["worth"][end]["pence"] for line in told["indicators"])
        for end in ("now", "expected", "low")
    }
    assert total["now"]["pence"] == sums["now"]
    assert total["expected"]["pence"] == sums["expected"]
    assert total["low"]["pence"] == sums["low"]  # two practices show no independence
    assert told["route"] is None


def test_today_is_what_calculate_says(september: Files) -> None:
    told = forecast(september, "--practice", ALPHA, "--json").json
    september.calculate()
    row = next(row for row in september.totals() if row["practice_code"] == ALPHA)
    assert str(told["worth"]["now"]["pence"]) == row["pounds"].replace(".", "")
    assert {line["shape"]["how"] for line in told["indicators"] if line["shape"]} == {"as_today"}


def test_the_pace_of_this_year(september: Files) -> None:
    june = tidy(september, "june.csv", ("VI003", 72, 100))
    told = forecast(september, "--earlier", "2023-06-30", june, "--practice", ALPHA, "--json").json
    lines = {line["indicator"]: line for line in told["indicators"]}
    assert lines["VI003"]["shape"]["how"] == "this_year"
    assert lines["AF006"]["shape"]["how"] == "as_today"


def test_shares_that_add_up_since_april(september: Files) -> None:
    told = forecast(september, "--since-april", "--practice", ALPHA, "--json").json
    lines = {line["indicator"]: line for line in told["indicators"]}
    assert lines["VI003"]["patients"]["expected"] == 200


def test_all_practices(september: Files) -> None:
    outcome = forecast(september, *last_year(september))
    assert [line.split()[0] for line in outcome.out.splitlines()[1:]] == [ALPHA, BRAVO]
    told = forecast(september, *last_year(september), "--json").json
    alone = forecast(september, "--practice", ALPHA, *last_year(september), "--json").json
    assert told["practices"][0] == {"practice": ALPHA, "worth": alone["worth"]}


def test_the_cheapest_route_to_a_target(september: Files) -> None:
    """49.90 today. AF006 gives 0.15 a patient; VI003 nothing up to 162, then 0.6 for each."""
    told = forecast(september, "--practice", ALPHA, "--target", "45 points", "--json").json
    route = told["route"]
    assert route["reachable"]
    assert float(route["reached"]["points"]) >= 45
    assert route["patients"] == sum(step["patients"] for step in route["steps"])
    out = forecast(september, "--practice", ALPHA, "--target", "45 points").out
    assert f"45.00 points takes at least {route['patients']} further patients" in out
    assert f"{route['steps'][0]['indicator']}: {route['steps'][0]['patients']} of the" in out


def test_a_target_in_pounds_out_of_reach(september: Files) -> None:
    outcome = forecast(september, "--practice", ALPHA, "--target", "£1,000,000")
    assert outcome.code == 0
    assert "£1,000,000.00 can't be reached: with every patient counted there are" in outcome.out


def test_what_further_patients_are_worth(september: Files) -> None:
    out = forecast(september, "--practice", ALPHA).out
    head = out.splitlines().index("What further patients are worth, from today's counts:")
    names = [line.split()[0] for line in out.splitlines()[head + 2 : head + 4]]
    assert sorted(names) == ["AF006", "VI003"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--target", "500 points"), "--target goes with --practice"),
        (("--practice", ALPHA, "--target", "lots"), "'lots' is no target: write '500 points'"),
        (("--earlier", "soon", "x.csv"), "'soon' is not a date"),
        (("--earlier", "2023-12-31", "x.csv"), "--earlier wants a month end of 2023/24 before"),
        (("--last-year", "a", "b", "--since-april"), "--last-year decides by itself"),
        (("--last-year", "a", "b", "--last-service", "qof/1999-00"), "There is no service"),
    ],
)
def test_wrong_usage(september: Files, more: tuple[str, ...], told: str) -> None:
    outcome = forecast(september, *more)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err


def test_a_last_year_that_cannot_be_read_is_refused(september: Files) -> None:
    path = tidy(september, "wrong.csv", ("AF006", 90, 80))
    outcome = forecast(september, "--last-year", path, path)
    assert outcome.code == 1
    assert "wrong.csv, row 2" in outcome.err
    gone = forecast(september, "--last-year", "nowhere.csv", path)
    assert gone.code == 1
    assert "nowhere.csv" in gone.err


def test_an_unknown_practice_is_refused(september: Files) -> None:
    outcome = forecast(september, "--practice", "X99999")
    assert outcome.code == 1
    assert "there are no counts of practice X99999" in outcome.err


def test_each_collection_that_pays_has_no_year_end(files: Files) -> None:
    files.write()
    lines = [HEADER, f"{ALPHA},LDHC021,Number (Scaled),12", f"{ALPHA},LDHC021,Register,15"]
    files.counts_path.write_text("\n".join(lines), encoding="utf-8")
    arguments = files.arguments("forecast", "--date", "2025-09-30")
    arguments[1] = "learning_disability_health_check/2025-26"
    outcome = files.run(*arguments)
    assert outcome.code == 1
    assert "no year end to forecast. Calculate each collection" in outcome.err
