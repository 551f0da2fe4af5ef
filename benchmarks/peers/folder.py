"""What every engine is given and gives back: a folder of plain files, read with numpy alone.

`indicators.csv` and `national.csv` hold the rules and England's figures, `practices.csv` the
lists, `counts.csv` a row for each practice and indicator, all whole numbers; an engine leaves
`answers.npy`: hundredths of a point and pence, in the order of the counts.
"""

import csv
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

COUNTS = ("practice", "indicator", "numerator", "denominator", "register", "flag")
"""The columns of counts.csv; practice and indicator are numbers of rows in the other files."""


@dataclass(frozen=True)
class Indicator:
    """One rule: points between two percentages, for a register, or for a yes."""

    id: str
    kind: str
    points: int
    lower: int
    upper: int
    paid_at_nil: int
    national_register: int
    """Nought where pounds don't depend on how common the disease is."""
    national_list: int


@dataclass(frozen=True)
class Year:
    """A year of one country."""

    point_value: int
    """In pence."""
    average_list: int
    indicators: tuple[Indicator, ...]
    lists: tuple[int, ...]
    counts: Array
    """A row for each practice and indicator, columns as in COUNTS."""

    def column(self, name: str) -> Array:
        """One column of the counts."""
        return self.counts[:, COUNTS.index(name)]

    def figures(self, name: str) -> Array:
        """A figure of every indicator."""
        return np.array([getattr(indicator, name) for indicator in self.indicators])


def write(year: Year, folder: Path) -> None:
    """Leave a year in a folder."""
    folder.mkdir(parents=True)
    national = {"point_value": year.point_value, "average_list": year.average_list}
    (folder / "national.json").write_text(json.dumps(national))
    with (folder / "indicators.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, [field.name for field in fields(Indicator)])
        table.writeheader()
        table.writerows(asdict(indicator) for indicator in year.indicators)
    with (folder / "practices.csv").open("w") as file:
        file.writelines(["list\n", *(f"{patients}\n" for patients in year.lists)])
    header = ",".join(COUNTS)
    np.savetxt(folder / "counts.csv", year.counts, "%d", ",", header=header, comments="")


def read(folder: Path) -> Year:
    """A year from its folder."""
    national = json.loads((folder / "national.json").read_text())
    with (folder / "indicators.csv").open(newline="") as file:
        indicators = tuple(_indicator(row) for row in csv.DictReader(file))
    lists = (folder / "practices.csv").read_text().split()[1:]
    rows = np.loadtxt(folder / "counts.csv", np.int64, delimiter=",", skiprows=1)
    counts = np.asfortranarray(rows)  # each column in one piece, as every engine wants it
    return Year(
        national["point_value"],
        national["average_list"],
        indicators,
        tuple(int(patients) for patients in lists),
        counts,
    )


def _indicator(row: dict[str, str]) -> Indicator:
    figures = {name: int(text) for name, text in row.items() if name not in ("id", "kind")}
    return Indicator(row["id"], row["kind"], **figures)


def answer(
    folder: Path, points: Array, pence: Array, seconds: float, engine: str, aside: float = 0
) -> None:
    """Leave the answers of an engine, and print what the benchmark reads.

    `points` in hundredths and `pence`, whole numbers of any type, one for each row given;
    `seconds` of computing, without reading or writing; `aside` those spent on measuring only.
    """
    both = np.stack([points, pence], axis=1).astype(np.int64)
    np.save(folder / "answers.npy", both)
    print(json.dumps({"seconds": seconds, "engine": engine, "aside": aside}))


def timed(compute: Callable[[], tuple[Array, Array]]) -> tuple[Array, Array, float]:
    """Points and pounds of an engine with the seconds that took."""
    started = time.perf_counter()
    points, pence = compute()
    return points, pence, time.perf_counter() - started


def whole(amounts: Array) -> Array:
    """Amounts of two decimals as whole hundredths."""
    return np.rint(amounts.astype(np.float64) * 100).astype(np.int64)


def given() -> Path:
    """The folder that this engine was started with."""
    return Path(sys.argv[1])
