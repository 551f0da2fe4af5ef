"""The published files of England load whole, quickly, and a second time change nothing."""

from datetime import date
from pathlib import Path
from time import perf_counter

import pytest

from cqrs.exchange import ods
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.organisations import actions, queries

FOLDER = Path(__file__).parents[4] / "shared/data/reference"
FILES = ("practice_to_pcn_icb_region_2023_24.csv.gz", "epraccur_2025_05.csv.gz")
SECONDS = 30
START = date(2023, 4, 1)


@pytest.mark.national
@pytest.mark.skipif(
    not all((FOLDER / name).exists() for name in FILES),
    reason="the published ODS files are not beside this repository: they are not carried in it",
)
def test_england_loads_within_thirty_seconds_and_again_changes_nothing(db: object) -> None:
    sent = [(name, (FOLDER / name).read_bytes()) for name in FILES]
    operator = command_actor()
    started = perf_counter()
    number = actions.receive_ods(actor=operator, files=sent, effective_date=START)
    shown = queries.difference_of(operator, queries.upload(operator, number))
    counts = actions.apply_ods(actor=operator, upload_id=number, shown=shown.digest)
    took = perf_counter() - started
    assert counts["opened"] > 7_500
    totals = queries.totals()
    assert (totals["pcn"], totals["icb"], totals["sub_icb"], totals["region"]) == (1275, 42, 106, 7)
    assert totals["practice"] > 6_200
    assert took < SECONDS
    files = [ods.read(name, content) for name, content in sent]
    again = queries.difference(operator, files, START, expect_fewer=False)
    assert (again.sentence, again.problems) == ("Nothing changed.", ())
    region = queries.by_code("Y60").id
    assert queries.beneath(region).count() > 1_000
    print(f"loaded {counts['opened']:,} organisations in {took:.1f} s")
