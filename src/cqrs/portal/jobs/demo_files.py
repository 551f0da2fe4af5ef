"""The made-up England's files, in the layouts in which real ones arrive; written apart.

Run as a program it writes the files it is told of one after another, and names each on its
output when it is whole, so that the demonstration reads one while the next is being written.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from cqrs.definitions.load import load
from cqrs.exchange import cqrs_csv, practices_csv
from cqrs.exchange.cqrs_csv import IndicatorValue
from cqrs.extraction.synthetic import CountMaker, England, Practice, england


@dataclass(frozen=True)
class CountsWanted:
    """A file of counts to write: one service and date, the practices of one supplier or area."""

    name: str
    service: str
    achievement_date: str
    supplier: str = ""
    icb_code: str = ""

    def holds(self, practice: Practice) -> bool:
        """Whether the practice's counts belong in this file."""
        return self.supplier in ("", practice.supplier) and (
            self.icb_code in ("", practice.icb_code)
        )


def write_apart(
    folder: Path, country: England, wanted: Sequence[CountsWanted]
) -> Iterator[tuple[CountsWanted, Path]]:
    """Have the files written by another process; each is given when it is whole.

    Raises OSError when the writing fails: a full disk, or no right to write.
    """
    order = {
        "folder": str(folder),
        "seed": country.seed,
        "practices": len(country.practices),
        "files": [asdict(file) for file in wanted],
    }
    command = [sys.executable, "-m", "cqrs.portal.jobs.demo_files", json.dumps(order)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        for file in wanted:
            name = writer.stdout.readline().strip() if writer.stdout else ""
            if name != file.name:
                writer.wait()
                raise OSError(f"{file.name} could not be written to {folder}")
            yield file, folder / name


def write_practices(folder: Path, practices: Iterable[Practice], name: str) -> Path:
    """The practices with their list sizes: what `cqrs calculate --practices` reads."""
    rows = (
        practices_csv.Practice(0, p.code, p.name, p.registered_list, None, p.supplier)
        for p in practices
    )
    return _write(folder / name, practices_csv.write(rows))


def write_counts(folder: Path, country: England, wanted: CountsWanted) -> Path:
    """One file in the INDICATOR_VALUES layout, whole or not at all."""
    return _write(folder / wanted.name, cqrs_csv.write_indicator_values(_rows(country, wanted)))


def _rows(country: England, wanted: CountsWanted) -> Iterator[IndicatorValue]:
    definition = load(wanted.service)
    day = date.fromisoformat(wanted.achievement_date)
    maker = CountMaker(definition, seed=country.seed, achievement_date=day)
    service, title = definition.quality_service, definition.title
    sent = ("None", "AUTOMATED", f"{_day_after(day):%d/%m/%Y}", "06:12:40", True)
    for practice in country.practices:
        if not wanted.holds(practice):
            continue
        code = practice.code
        for (indicator, field), value in maker.of(practice).values.items():
            text = str(value) if type(value) is int else "Y" if value else "N"
            yield IndicatorValue(0, service, title, code, day, indicator, field, text, *sent)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _write(path: Path, pieces: Iterable[bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("wb") as file:
        file.writelines(pieces)
    unfinished.replace(path)
    return path


def _main(order: str) -> None:
    told = json.loads(order)
    country = england(seed=told["seed"], practices=told["practices"])
    for file in told["files"]:
        path = write_counts(Path(told["folder"]), country, CountsWanted(**file))
        print(path.name, flush=True)


if __name__ == "__main__":
    _main(sys.argv[1])
