"""Change the calculation in small ways, one at a time, and say which changes no test notices.

    run_mutants.py [--children N] [NAME ...]

NAME is a pattern such as cqrs.calculation.exact*; without one, every mutant of [tool.mutmut] in
pyproject.toml is tried, which takes minutes. A survivor must be explained in EXPLAINED, and what
is explained there must survive. The work is done on a copy in build/mutants.
"""

import argparse
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "build" / "mutants"
COPIED = ("src", "tests", "pyproject.toml")
EXPLAINED = ROOT / "docs" / "explanation" / "mutants.md"
ENTRY = re.compile(r"^- `(?P<function>[\w.]+)`: `(?P<line>[^`]+)`: (?P<why>\S.*)$", re.MULTILINE)
NOTICED = ("killed", "timeout")


@dataclass(frozen=True, order=True)
class Change:
    """One small change: the function it is in, and the line as it reads afterwards."""

    function: str
    line: str

    def __str__(self) -> str:
        return f"`{self.function}`: `{self.line}`"


def explained(text: str) -> dict[Change, str]:
    """What a document explains, each with its reason: "- `function`: `changed line`: reason"."""
    return {Change(one["function"], one["line"]): one["why"] for one in ENTRY.finditer(text)}


def function_of(mutant: str) -> str:
    """The function a mutant is in: cqrs.values.x_rounded__mutmut_8 -> cqrs.values.rounded."""
    module, _, mangled = mutant.rpartition("__mutmut_")[0].rpartition(".")
    return f"{module}.{re.sub('^x_?', '', mangled).strip('ǁ').replace('ǁ', '.')}"


def line_of(difference: str) -> str:
    """The changed line of a difference, several joined by a space; "left out" if there is none."""
    added = re.findall(r"^\+(?!\+\+ )[ \t]*(.*?)[ \t]*$", difference, re.MULTILINE)
    return " ".join(filter(None, added)) or "left out"


def main(arguments: list[str]) -> int:
    """Try the mutants; 0 when each one that survived is explained, and nothing else is."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--children", type=int, default=1, help="how many are tried at a time")
    asked.add_argument("names", nargs="*", help="patterns of mutants; all without one")
    options = asked.parse_args(arguments)
    started = time.monotonic()
    _copy()
    run = _mutmut("run", "--max-children", str(options.children), *options.names, show=True)
    outcomes = _outcomes()
    if run.returncode or not outcomes:
        print(run.stdout)
        print("mutmut could not do its work: see above.", file=sys.stderr)
        return 2
    survivors = {
        Change(function_of(name), line_of(_mutmut("show", name).stdout))
        for name, outcome in outcomes.items()
        if outcome not in NOTICED
    }
    faults = _faults(survivors, explained(EXPLAINED.read_text(encoding="utf-8")), options.names)
    print(*faults, _summary(outcomes.values(), time.monotonic() - started), sep="\n")
    return 1 if faults else 0


def _copy() -> None:
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "vendor", "*.egg-info")
            shutil.copytree(ROOT / name, COPY / name, ignore=ignored)
        else:
            shutil.copy2(ROOT / name, COPY / name)


def _mutmut(*arguments: str, show: bool = False) -> subprocess.CompletedProcess[str]:
    on_screen = show and sys.stdout.isatty()
    return subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=COPY,
        stdout=None if on_screen else subprocess.PIPE,
        stderr=None if on_screen else subprocess.STDOUT,
        text=True,
    )


def _outcomes() -> dict[str, str]:
    """How each mutant that was tried ended: killed, survived, no tests, timeout."""
    listed = _mutmut("results", "--all", "True").stdout
    found = dict(re.findall(r"^\s+(\S+__mutmut_\d+): (.+)$", listed, re.MULTILINE))
    return {name: outcome for name, outcome in found.items() if outcome != "not checked"}


def _faults(survivors: set[Change], known: dict[Change, str], names: list[str]) -> list[str]:
    where = EXPLAINED.relative_to(ROOT)
    unexplained = [
        f"- {change}: no test notices. Write one, or explain it in {where}."
        for change in sorted(survivors - set(known))
    ]
    gone = [] if names else sorted(set(known) - survivors)
    return unexplained + [
        f"- {change}: doesn't survive. Take it out of {where}." for change in gone
    ]


def _summary(outcomes: Iterable[str], seconds: float) -> str:
    counts = Counter(outcomes)
    noticed = sum(counts[outcome] for outcome in NOTICED)
    share = 100 * noticed / counts.total()
    rest = counts.total() - noticed
    return f"{noticed} of {counts.total()} killed ({share:.1f} %), {rest} survived, {seconds:.0f} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
