"""List sizes that bear a date: of the wrong year they are refused, without one it is said."""

import argparse
from dataclasses import replace
from datetime import date

from cqrs.cli import inputs as reading
from cqrs.cli.inputs import Inputs
from cqrs.cli.output import Stages
from cqrs.definitions.load import load
from cqrs.values import canonical_json

from .conftest import ALPHA, Files

HEADER = "practice_code,name,registered_list,list_date\n"


def dated(first: str, second: str) -> str:
    return f"{HEADER}X10001,Alpha Surgery,9639,{first}\nX10002,Bravo Surgery,4800,{second}\n"


def read(files: Files) -> Inputs:
    files.write()
    args = argparse.Namespace(
        service="qof/2023-24",
        counts=str(files.counts_path),
        practices=str(files.folder / "practices.csv"),
        participation=None,
        facts=None,
        members=None,
        date=None,
    )
    return reading.read(args, Stages())


def test_2014_list_sizes_of_the_wrong_year_cannot_be_used(files: Files) -> None:
    """2013/14: last year's list sizes went in and cost every practice about £2,000."""
    files.practices = dated("2013-01-01", "2013-01-01")
    outcome = files.calculate()
    assert outcome.code == 1
    assert files.written() == []
    assert outcome.err.startswith(
        "practices.csv, row 2, practice X10001, list_date: these list sizes are of 1 January "
        "2013; QOF 2023/24 needs those of 1 January 2024. 1 more rows say the same. "
        "Send the list sizes of 2024-01-01.\n"
    )


def test_one_list_size_of_another_day_is_enough_to_refuse_all(files: Files) -> None:
    files.practices = dated("2024-01-01", "2024-04-01")
    outcome = files.calculate()
    assert outcome.code == 1
    assert "row 3, practice X10002, list_date: these list sizes are of 1 April 2024" in outcome.err


def test_list_sizes_of_the_right_day_change_nothing(files: Files) -> None:
    assert files.calculate().code == 0
    before = files.results()
    assert read(files).list_dates == "no date was given; taken as of 2024-01-01"
    files.practices = dated("2024-01-01", "2024-01-01")
    assert files.calculate().code == 0
    assert files.results() == before
    assert read(files).list_dates == "of 2024-01-01"
    files.practices = dated("2024-01-01", "")
    assert read(files).list_dates == "1 bear no date; taken as of 2024-01-01"


def test_a_calculation_uses_the_date_that_the_size_bears(files: Files) -> None:
    files.practices = dated("2024-01-01", "2024-01-01")
    given = read(files)
    national = reading.national(given, strike_it=True)
    assert canonical_json(national.content).count(b"2024-03-31") == 1
    (alpha,) = [one for one in given.counts if one.practice_code == ALPHA]
    assert given.of(alpha, national).list_date == given.definition.list_size_date
    any_date = replace(given, definition=load("learning_disability_health_check/2025-26"))
    assert any_date.list_dates == "of any date"
    assert any_date.of(alpha, national).list_date == date(2024, 1, 1)
    files.practices = Files.practices
    undated = replace(read(files), definition=any_date.definition)
    assert undated.of(alpha, national).list_date == alpha.achievement_date
