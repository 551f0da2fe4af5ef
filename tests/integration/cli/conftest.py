"""One small sound set of files, which a test spoils in one place before it runs the command."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cqrs.cli import main

INDICATOR_VALUES = (
    *("QUALITY_SERVICE", "NAME", "ORG_CODE", "ACH_DATE", "IND_CODE", "FIELD_NAME", "VALUE"),
    *("DEFAULT_VALUES_USED", "SUBMIT_USER_ID", "SUBMIT_DATE", "SUBMIT_TIME", "LAST_SUBMISSION"),
)
AF_REGISTER = "Atrial Fibrillation Register"
COUNTS = (
    ("AF001", AF_REGISTER, "200"),
    ("AF006", "Numerator", "130"),
    ("AF006", "Denominator", "160"),
    ("AF006", AF_REGISTER, "200"),
    ("QI013", "Yes/No Flag", "Y"),
    ("VI003", "Numerator", "39"),
    ("VI003", "Denominator", "41"),
)
ALPHA, BRAVO = "X10001", "X10002"


@dataclass(frozen=True)
class Outcome:
    """What a run of the command line left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as JSON."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass
class Files:
    """The input files of a calculation in a folder of their own."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    header: list[str] = field(default_factory=lambda: list(INDICATOR_VALUES))
    counts: list[list[str]] = field(default_factory=list)
    practices: str = (
        "practice_code,name,registered_list\nX10001,Alpha Surgery,9639\nX10002,Bravo Surgery,4800\n"
    )
    participation: str | None = None
    end: str = "\r\n"
    bom: bytes = b""

    def row(self, practice: str, indicator: str, name: str) -> int:
        """The spreadsheet row of a value."""
        wanted = (practice, indicator, name)
        return next(i for i, r in enumerate(self.counts, 2) if (r[2], r[4], r[5]) == wanted)

    def change(self, practice: str, indicator: str, name: str, value: str, column: int = 6) -> int:
        """Change a cell (the VALUE unless told otherwise); returns its row."""
        row = self.row(practice, indicator, name)
        self.counts[row - 2][column] = value
        return row

    @property
    def counts_path(self) -> Path:
        """The file of counts."""
        return self.folder / "counts.csv"

    @property
    def out_path(self) -> Path:
        """The first result file."""
        return self.folder / "results" / "points.csv"

    def write(self) -> None:
        """Write the input files as they stand."""
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator=self.end).writerows([self.header, *self.counts])
        self.counts_path.write_bytes(self.bom + buffer.getvalue().encode())
        (self.folder / "practices.csv").write_text(self.practices, encoding="utf-8")
        if self.participation is not None:
            (self.folder / "list.csv").write_text(self.participation, encoding="utf-8")

    def arguments(self, command: str, *more: str) -> list[str]:
        """A command on these files."""
        paths = ["--counts", str(self.counts_path)]
        paths += ["--practices", str(self.folder / "practices.csv")]
        if self.participation is not None:
            paths += ["--participation", str(self.folder / "list.csv")]
        return [command, "qof/2023-24", *paths, "--strike-national", *more]

    def calculate(self, *more: str) -> Outcome:
        """Write the files and calculate."""
        self.write()
        self.out_path.parent.mkdir(exist_ok=True)
        return self.run(*self.arguments("calculate", "--out", str(self.out_path), *more))

    def explain(self, *more: str) -> Outcome:
        """Write the files and explain."""
        self.write()
        return self.run(*self.arguments("explain", *more))

    def run(self, *arguments: str) -> Outcome:
        """Run the command line as its entry point does."""
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(str(stop.code))
        shown = self.capsys.readouterr()
        return Outcome(code, shown.out, shown.err)

    def results(self) -> list[dict[str, str]]:
        """The result rows."""
        with self.out_path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def totals(self) -> list[dict[str, str]]:
        """The rows of the totals."""
        path = self.out_path.with_name("points-totals.csv")
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def written(self) -> list[str]:
        """What stands in the folder of results."""
        return sorted(path.name for path in self.out_path.parent.iterdir())


def value_row(practice: str, indicator: str, name: str, value: str) -> list[str]:
    """A row of INDICATOR_VALUES."""
    service = ["QOF2324", "Quality and Outcomes Framework 2023/24", practice, "20240331"]
    provenance = ["None", "AUTOMATED", "02/04/2024", "11:19:50", "Y"]
    return [*service, indicator, name, value, *provenance]


@pytest.fixture
def files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Files:
    """Two practices with four indicators each, every file sound."""
    made = Files(tmp_path, capsys)
    made.counts = [value_row(code, *count) for code in (ALPHA, BRAVO) for count in COUNTS]
    return made


@pytest.fixture
def refused(files: Files) -> Callable[..., str]:
    """Calculate, prove that it is refused and nothing is written, and return the message."""

    def run(*more: str) -> str:
        outcome = files.calculate(*more)
        assert outcome.code == 1, outcome
        assert "Traceback" not in outcome.err
        assert files.written() == []
        assert outcome.out == ""
        return outcome.err

    return run
