"""What the command line says: problems for people, JSON for machines, progress while it works."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from cqrs.definitions.counts import Problem

PRINTED = 20


class Refused(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The input is refused; nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


class Usage(Exception):  # noqa: N818 - as above
    """The command was not asked in a way it understands."""


def print_json(content: object) -> None:
    """Print one JSON value on standard output."""
    print(json.dumps(content, ensure_ascii=False, indent=2))


def print_refusal(problems: Sequence[Problem], *, as_json: bool) -> None:
    """Say why the input is refused: the first problems and their number, or all as JSON."""
    errors = [problem for problem in problems if problem.is_error]
    if as_json:
        told = [problem.as_json() | {"text": problem.text()} for problem in problems]
        print_json({"refused": True, "errors": len(errors), "problems": told})
        return
    print_problems(errors)
    count = "1 problem" if len(errors) == 1 else f"{len(errors):,} problems"
    print(f"Refused: {count}. Nothing was written.", file=sys.stderr)


def print_problems(problems: Sequence[Problem]) -> None:
    """The first problems, a line each, and how many more there are."""
    for problem in problems[:PRINTED]:
        print(problem.text(), file=sys.stderr)
    if len(problems) > PRINTED:
        more = f"… and {len(problems) - PRINTED:,} more; --json lists all of them"
        print(more, file=sys.stderr)


class Stages:
    """The stages of a command and their seconds, shown on a terminal while they run."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, int] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        shown = sys.stderr.isatty()
        start = time.perf_counter_ns()
        if shown:
            print(f"{name} …", end="", file=sys.stderr, flush=True)
        try:
            yield
        finally:
            self.milliseconds[name] = (time.perf_counter_ns() - start) // 1_000_000
            if shown:
                print(f" {seconds(self.milliseconds[name])}", file=sys.stderr)


def day(text: str) -> date:
    """A date of an option, for argparse: ArgumentTypeError says how it is written."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        words = f"'{text}' is not a date: write it as YYYY-MM-DD, such as 2024-03-31"
        raise argparse.ArgumentTypeError(words) from None


def seconds(milliseconds: int) -> str:
    """Milliseconds as people read them: 3214 -> "3.2 s"."""
    tenths = (milliseconds + 50) // 100
    return f"{tenths // 10}.{tenths % 10} s"
