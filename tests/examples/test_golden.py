"""Published results of real practices: VI003 2023/24 comes to the points that were published.

The file is not part of the project. It is looked for beside the repository.
"""

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from cqrs.calculation.statement import PracticeInputs, Reference, calculate
from cqrs.definitions import load

GOLDEN = Path(__file__).parents[3] / "shared" / "data" / "golden"


def test_vaccination_at_five_years_gives_the_published_points() -> None:
    path = GOLDEN / "golden_VI003_2023-24.csv"
    if not path.is_file():
        pytest.skip(f"the published results are not in {path.name} beside the repository")
    definition = load.load("qof/2023-24")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows, "the file is empty"
    for row in rows:
        counts = {"Numerator": row["num_lowest_terms"], "Denominator": row["den_lowest_terms"]}
        inputs = PracticeInputs(
            practice_code=row["practice"],
            achievement_date=date(2024, 3, 31),
            values={("VI003", field): int(value) for field, value in counts.items()},
            registered_list=1,
            list_date=date(2024, 1, 1),
            submission_digest="0" * 64,
            reference=Reference({}, "final", "0" * 64),
        )
        (line,) = calculate(definition, inputs).lines
        assert line.points == Fraction(row["vi003_points_2dp"]), row["practice"]
