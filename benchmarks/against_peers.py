"""Claim: exact columns are as quick as what people use today, and only they get no penny wrong.

Three years of national QOF, 6,300 practices x 76 indicators: one as drawn, one whose exact pounds
end in half a penny wherever they can, one whose exact points end in half a hundredth. Each engine
reads the same files in a process of its own; the referee is plain whole-number arithmetic.
Takes some minutes, the first time longer (it installs the engines): every step has a time limit.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _line import say
from peers import environments, referee, ties, years
from peers.environments import NotHereError
from peers.folder import Array, Year, write

HERE = Path(__file__).resolve().parent
GOAL_SECONDS = 0.25
LIMIT_SECONDS = 300
"""A process that takes longer is stopped, and its engine reported as not run."""
REPEATS, REPEATED_BELOW_SECONDS = 5, 10
YEARS = ("drawn", "half-pennies", "half-points")
COMMONEST_TIES = 0.8
"""At least this share of the rows of the second year are half-pennies, or it proves little."""


@dataclass(frozen=True)
class Engine:
    """A script of `peers` and what it needs: a package of its own, or a program on the PATH."""

    title: str
    script: str
    package: str = ""
    program: str = ""
    arguments: tuple[str, ...] = ()


ENGINES = (
    Engine("CQRS, columns", "columns_reader"),
    Engine("CQRS, exact reader", "exact_reader"),
    Engine("numpy, its own round", "numpy_floats", "numpy", "", ("nearest",)),
    Engine("numpy, half up by hand", "numpy_floats", "numpy", "", ("half_up",)),
    Engine("numpy, with a nudge", "numpy_floats", "numpy", "", ("nudged",)),
    Engine("pandas, merged tables", "pandas_floats", "pandas"),
    Engine("openfisca-core", "openfisca_engine", "openfisca-core"),
    Engine("policyengine-core", "policyengine_engine", "policyengine-core"),
    Engine("LibreOffice, one sheet", "libreoffice_sheet", "", "soffice"),
)
OURS, REFERENCE = ENGINES[:2], ENGINES[2]


@dataclass(frozen=True)
class Wrong:
    """How many rows of a year have wrong points, wrong pence, and by how many pence in all."""

    points: int
    pence: int
    pennies: int


@dataclass(frozen=True)
class Outcome:
    """What an engine took for the drawn year, and what it got wrong in each."""

    name: str
    seconds: float
    process_seconds: float
    wrong: dict[str, Wrong]


def main() -> None:
    """Make the years, run everybody on them, print the table and the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practices", type=int, default=6300, help="6300 unless told")
    practices = parser.parse_args().practices
    with tempfile.TemporaryDirectory(prefix="cqrs-peers-") as name:
        folders = Path(name)
        right = _make_years(folders, practices)
        outcomes: dict[Engine, Outcome | str] = {}
        for engine in ENGINES:
            _progress(engine.title)
            try:
                outcomes[engine] = _run(engine, folders, right)
            except NotHereError as reason:
                outcomes[engine] = f"not run: {reason}"
    _print_table(outcomes)
    ours = [outcome for engine in OURS if isinstance(outcome := outcomes[engine], Outcome)]
    assert len(ours) == len(OURS), "one of our own readers did not run"
    for outcome in ours:
        assert not any(w.points or w.pence for w in outcome.wrong.values()), (
            f"{outcome.name}: wrong"
        )
    peer = outcomes[REFERENCE]
    ratio = ours[0].seconds / peer.seconds if isinstance(peer, Outcome) else 0
    what = f"for {practices:,} x 76, none wrong"
    say(ours[0].seconds, what, ratio, REFERENCE.title, GOAL_SECONDS)


def _progress(text: str) -> None:
    print(f"  … {text}", file=sys.stderr, flush=True)


def _make_years(folders: Path, practices: int) -> dict[str, Array]:
    """Write the three years; returns the right answers of each."""
    drawn = years.drawn(practices)
    makers: tuple[Callable[[Year], Year], ...] = (lambda y: y, ties.half_pennies, ties.half_points)
    right = {}
    for name, make in zip(YEARS, makers, strict=True):
        _progress(f"making the year: {name}")
        year = make(drawn)
        of_points, of_pence = referee.ties(year)
        right[name] = referee.right(year)
        write(year, folders / name)
        pounds = right[name][:, 1].sum() / 100
        print(
            f"{name + ':':<14}{len(year.counts):>8,} rows, £{pounds:,.0f}; exact halves: "
            f"{of_pence:,} of a penny, {of_points:,} of a hundredth of a point"
        )
        if name == YEARS[1]:
            assert of_pence > COMMONEST_TIES * len(year.counts), "too few half-pennies"
    return right


# Running an engine -------------------------------------------------------------------------------


def _run(engine: Engine, folders: Path, right: dict[str, Array]) -> Outcome:
    """Let an engine answer for every year; quick ones answer often for the first."""
    python = sys.executable
    if engine.package:
        python = environments.python_with(engine.package, HERE.parent)
    if engine.program:
        environments.program(engine.program)
    first, *others = YEARS
    runs = [_answer(python, engine, folders / first)]
    while len(runs) < REPEATS and runs[0][2] < REPEATED_BELOW_SECONDS:
        runs.append(_answer(python, engine, folders / first))
    for year in others:
        _answer(python, engine, folders / year)
    return Outcome(
        runs[0][0],
        min(seconds for _, seconds, _ in runs),
        min(whole for _, _, whole in runs),
        {year: _wrong(folders / year, right[year]) for year in YEARS},
    )


def _answer(python: str, engine: Engine, folder: Path) -> tuple[str, float, float]:
    """Run the script for a folder: its name with version, seconds it computed, seconds in all."""
    command = [python, "-m", f"peers.{engine.script}", str(folder), *engine.arguments]
    started = time.perf_counter()
    printed = environments.run(command, HERE, LIMIT_SECONDS)
    whole = time.perf_counter() - started
    said = json.loads(printed.splitlines()[-1])
    return said["engine"], said["seconds"], whole - said["aside"]


def _wrong(folder: Path, right: Array) -> Wrong:
    answers = np.load(folder / "answers.npy")
    assert answers.shape == right.shape, f"{folder.name}: {len(answers)} answers of {len(right)}"
    points, pence = np.abs(answers - right).T
    return Wrong(int((points > 0).sum()), int((pence > 0).sum()), int(pence.sum()))


# Saying it ---------------------------------------------------------------------------------------

HEADS = (
    "engine",
    "version",
    "computing",
    "to ours",
    "process",
    "drawn: points wrong",
    "pounds wrong",
    "by in all",
    "half-pennies: pounds wrong",
    "half-points: points wrong",
)


def _print_table(outcomes: dict[Engine, Outcome | str]) -> None:
    """A row for each engine, as a table that a document can take over."""
    ours = outcomes[OURS[0]]
    base = ours.seconds if isinstance(ours, Outcome) else 0
    rows = [HEADS, ("---", "---", *("---:" for _ in HEADS[2:]))]
    rows += [_row(engine.title, outcome, base) for engine, outcome in outcomes.items()]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    print()
    for row in rows:
        cells = [
            text.ljust(width) if place < 2 else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print(f"| {' | '.join(cells)} |")
    print()


def _row(title: str, outcome: Outcome | str, base: float) -> tuple[str, ...]:
    if isinstance(outcome, str):
        return (title, outcome, *("" for _ in HEADS[2:]))
    drawn, pennies, points = (outcome.wrong[year] for year in YEARS)
    return (
        title,
        outcome.name,
        f"{outcome.seconds:.3f} s",
        f"{outcome.seconds / base:.2f} ×" if base else "",
        f"{outcome.process_seconds:.2f} s",
        f"{drawn.points:,}",
        f"{drawn.pence:,}",
        f"£{drawn.pennies / 100:,.2f}",
        f"{pennies.pence:,}",
        f"{points.points:,}",
    )


if __name__ == "__main__":
    main()
