"""Claim: `cqrs calculate` turns England's files into result files in 5 s and less than 1 GB.

QOF 2023/24, 6,300 practices x 76 indicators, the whole process from its start: once from tidy
counts without removals (1.1 million rows), once from INDICATOR_VALUES with every field (3.5
million). The peer is the exact reader, practice by practice, in this same run; the results must
be its results, to the byte.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from _line import say
from _year_2023 import drawn

from cqrs.calculation.prevalence import reference_of, strike
from cqrs.calculation.statement import PracticeInputs, calculate
from cqrs.definitions.counts import PracticeCounts
from cqrs.definitions.load import load
from cqrs.exchange import cqrs_csv, practices_csv, tidy_csv
from cqrs.exchange.cqrs_csv import IndicatorValue
from cqrs.exchange.practices_csv import Practice
from cqrs.extraction.synthetic import england
from cqrs.values import decimal_text

GOAL_SECONDS = 5
GOAL_MEGABYTES = 1_000
PRACTICES = int(os.environ.get("CQRS_BENCHMARK_PRACTICES", "6300"))
SERVICE = "qof/2023-24"
PROCESS = """
import sys, time
from pathlib import Path
from cqrs.cli import main
code = main(sys.argv[1:])
peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(peak, time.process_time(), file=sys.stderr)
sys.exit(code)
"""
KEPT = ("numerator", "denominator", "register", "yes_no")


def main() -> None:
    """Write the files, calculate both, compare with the exact reader, and print the lines."""
    definition, country = load(SERVICE), england(practices=PRACTICES)
    kinds = {(i.id, n): f.kind for i in definition.indicators for n, f in i.fields.items()}
    with tempfile.TemporaryDirectory(prefix="cqrs-benchmark-") as name:
        folder = Path(name)
        practices = [Practice(0, p.code, p.name, p.registered_list) for p in country.practices]
        _write(folder / "practices.csv", practices_csv.write(practices))
        whole = list(drawn(definition, country))
        few = [
            replace(one, values={k: v for k, v in one.values.items() if kinds[k] in KEPT})
            for one in whole
        ]
        _write(folder / "tidy.csv", tidy_csv.write(few))
        rows = (row for one in whole for row in _rows(definition.quality_service, one))
        _write(folder / "full.csv", cqrs_csv.write_indicator_values(rows))
        lists = {p.code: p.registered_list for p in country.practices}
        del whole
        exact_seconds = _exactly(folder / "exact.csv", few, lists)
        wanted = (folder / "exact.csv").read_bytes()
        for kind in ("tidy", "full"):
            seconds, megabytes, cpu = _calculated(folder, kind)
            assert (folder / f"{kind}-out.csv").read_bytes() == wanted, f"{kind} differs"
            held = "met" if megabytes < GOAL_MEGABYTES else "NOT met"
            what = f"{kind} ({cpu:.1f} s of processor), {megabytes} MB: {held};"
            say(seconds, what, seconds / exact_seconds, "the exact reader alone", GOAL_SECONDS)


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    with path.open("wb") as stream:
        stream.writelines(pieces)


def _rows(service: str, one: PracticeCounts) -> Iterator[IndicatorValue]:
    for (indicator, field), value in one.values.items():
        text = ("Y" if value else "N") if isinstance(value, bool) else str(value)
        head = (0, service, "Quality and Outcomes Framework 2023/24", one.practice_code)
        tail = ("None", "AUTOMATED", "02/04/2024", "11:19:50", True)
        yield IndicatorValue._make((*head, one.achievement_date, indicator, field, text, *tail))


def _calculated(folder: Path, kind: str) -> tuple[float, int, float]:
    """Seconds of the whole process, its peak memory in megabytes, and processor seconds."""
    command = [
        *(sys.executable, "-c", PROCESS, "calculate", SERVICE, "--strike-national"),
        *("--counts", str(folder / f"{kind}.csv"), "--practices", str(folder / "practices.csv")),
        *("--out", str(folder / f"{kind}-out.csv"), "--json"),
    ]
    started = time.perf_counter()
    process = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - started
    assert process.returncode == 0, process.stderr
    kilobytes, cpu = process.stderr.split()
    return seconds, int(kilobytes) // 1024, float(cpu)


def _exactly(path: Path, many: list[PracticeCounts], lists: dict[str, int]) -> float:
    """Write what the exact reader makes of the same counts; seconds of calculating alone."""
    definition = load(SERVICE)
    money = definition.money
    assert money is not None
    pool = ((one.practice_code, lists[one.practice_code], one.values) for one in many)
    reference = reference_of(strike(definition, pool, definition.year.end), "provisional")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        names = ("practice_code", "indicator", "numerator", "denominator", "register", "count")
        writer.writerow((*names, "points", "pounds"))
        seconds = 0.0
        for one in sorted(many, key=lambda one: one.practice_code):
            code = one.practice_code
            inputs = PracticeInputs(
                code, one.achievement_date, one.values, lists[code], money.list_date, "", reference
            )
            started = time.perf_counter()
            statement = calculate(definition, inputs)
            seconds += time.perf_counter() - started
            for line in statement.lines:
                counts = (line.numerator, line.denominator, line.register, line.count)
                writer.writerow(
                    (
                        code,
                        line.indicator,
                        *("" if count is None else count for count in counts),
                        "" if line.points is None else decimal_text(line.points, 2),
                        f"{line.pence // 100}.{line.pence % 100:02}",
                    )
                )
    return seconds


if __name__ == "__main__":
    main()
