"""`cqrs replay`: calculate stored results again and prove that they are the same to the byte."""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

from cqrs.calculation.replay import Replayed, replay, unlike
from cqrs.cli import result_sets
from cqrs.cli.output import PRINTED, Refused, Usage, day, print_json, seconds
from cqrs.definitions.counts import Problem
from cqrs.exchange.result_set import ResultSet
from cqrs.exchange.sheet import Sheet, Unreadable

IDENTICAL, DIFFERENT = 0, 1
SIGN_OF_LIFE = 200


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "replay",
        help="calculate stored results again and prove that nothing changed",
        epilog="Exit codes: 0 all identical, 1 some differ or can't be read, 2 wrong usage.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--all", action="store_true", help="every statement the portal has stored")
    what.add_argument("--service", help="the portal's statements of a service: qof/2025-26")
    what.add_argument("--statement", metavar="DIGEST", help="one statement, by its digest")
    what.add_argument("--results", metavar="FILE", help="a result set that was stored as a file")
    parser.add_argument(
        "--date", type=day, metavar="YYYY-MM-DD", help="with --service: one achievement date"
    )
    parser.add_argument(
        "--counts", metavar="FILE", help="with --results: prove that it was made of this file"
    )
    parser.add_argument(
        "--practices", metavar="FILE", help="with --results: prove that it was made of this file"
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Replay what is asked for; 0 when all of it is identical, 1 when anything differs."""
    if args.date and not args.service:
        raise Usage("--date goes with --service")
    if (args.counts or args.practices) and not args.results:
        raise Usage("--counts and --practices go with --results")
    started = time.perf_counter_ns()
    if args.results:
        stored = result_sets.opened(args.results)
        total, replayed = stored.statements, _of_file(args, stored)
    else:
        total, replayed = _of_portal(args)
    number = identical = 0
    different: list[Replayed] = []
    for one in _watched(replayed, total):
        number += one.is_statement
        identical += one.is_statement and not one.differences
        if one.differences:
            different.append(one)
    if not number:
        different.append(Replayed("nothing", ("there was no statement to replay",), False))
    summary = {
        "statements": number,
        "identical": identical,
        "different": [{"name": one.name, "differences": one.differences} for one in different],
        "milliseconds": (time.perf_counter_ns() - started) // 1_000_000,
    }
    if args.json:
        print_json(summary)
    else:
        _tell(summary, different)
    return DIFFERENT if different else IDENTICAL


def _of_portal(args: argparse.Namespace) -> tuple[int, Iterator[Replayed]]:
    """Only this function knows the portal, and only while it runs."""
    from cqrs.portal.jobs import replay as portal

    try:
        return portal.open_replay(
            service=args.service or "", achievement_date=args.date, digest=args.statement or ""
        )
    except portal.NothingToReplayError as error:
        raise Refused([Problem(words=str(error), remedy=error.remedy)]) from None


def _of_file(args: argparse.Namespace, stored: ResultSet) -> Iterator[Replayed]:
    yield from _files(args, stored)
    rules, national = result_sets.rules_of(stored), result_sets.national_of(stored)
    try:
        for record in stored.records():
            try:
                given = result_sets.inputs_of(record, stored, national)
            except ValueError as error:
                yield Replayed("a result without a practice", (str(error),))
                continue
            changed = unlike(record.statement, record.statement_digest)
            differences = (*changed, *replay(rules, given, record.statement))
            yield Replayed(given.practice_code, differences)
    except Unreadable as error:
        yield Replayed("the set as a whole", (error.problem.text(),), is_statement=False)


def _files(args: argparse.Namespace, stored: ResultSet) -> Iterator[Replayed]:
    """Input files that are not those the set was made of."""
    for kind in ("counts", "practices"):
        path = getattr(args, kind)
        if path is None:
            continue
        try:
            sheet = Sheet.at(path)
        except Unreadable as error:
            raise Refused([error.problem]) from None
        made_of = stored.head.inputs.get(kind)
        if made_of is None or made_of.digest != sheet.digest:
            was = f"{made_of.name}, SHA-256 {made_of.digest}" if made_of else "no such file"
            words = f"it is not the file of {kind} that the set was made of: {was}"
            yield Replayed(sheet.name, (words,), is_statement=False)


def _watched(replayed: Iterable[Replayed], total: int) -> Iterator[Replayed]:
    """The same, with a sign of life on a terminal."""
    shown = sys.stderr.isatty()
    for done, one in enumerate(replayed, start=1):
        if shown and (done % SIGN_OF_LIFE == 0 or done == total):
            print(f"\rReplayed {done:,} of {total:,}", end="", file=sys.stderr, flush=True)
        yield one
    if shown:
        print(file=sys.stderr)


def _tell(summary: dict[str, Any], different: list[Replayed]) -> None:
    print(f"statements  {summary['statements']:,}")
    print(f"identical   {summary['identical']:,}")
    print(f"different   {summary['statements'] - summary['identical']:,}")
    print(f"time        {seconds(summary['milliseconds'])}")
    for one in different[:PRINTED]:
        print(f"{one.name}: {'; '.join(one.differences)}", file=sys.stderr)
    if len(different) > PRINTED:
        more = f"… and {len(different) - PRINTED:,} more; --json lists all of them"
        print(more, file=sys.stderr)
