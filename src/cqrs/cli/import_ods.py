"""`cqrs import ods`: show what files of the Organisation Data Service change, and apply it."""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from cqrs.cli.output import Refused, Stages, day, print_json, seconds
from cqrs.definitions.counts import Problem, shown
from cqrs.exchange import ods
from cqrs.exchange.ods import OdsFile
from cqrs.values import clock

TOLD = 50
"""Changes that are printed; --json lists all of them."""


def add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """Add the command to the command line; answers where further sources are added."""
    parser = commands.add_parser(
        "import",
        help="load organisations and list sizes into the portal",
        epilog="Exit codes: 0 done, 1 refused, 2 wrong usage.",
    )
    sources = parser.add_subparsers(dest="source", required=True, metavar="SOURCE")
    of_ods = sources.add_parser(
        "ods",
        help="files of the Organisation Data Service: epraccur, the mapping, ORD or FHIR JSON",
        description="Without --apply it only shows the difference.",
    )
    of_ods.add_argument("files", nargs="+", metavar="FILE", help="CSV, packed CSV or JSON")
    of_ods.add_argument("--apply", action="store_true", help="change the portal's organisations")
    of_ods.add_argument(
        "--from",
        dest="effective_date",
        type=day,
        metavar="YYYY-MM-DD",
        help="the day from which relationships without a date hold (today)",
    )
    of_ods.add_argument(
        "--expect-fewer",
        action="store_true",
        help="load lists in which over half of the known practices are missing",
    )
    of_ods.add_argument("--json", action="store_true", help="answer in JSON")
    of_ods.set_defaults(run=run)
    return sources


def run(args: argparse.Namespace) -> int:
    """Show the difference, and apply it when asked; 0 when that is done."""
    stages = Stages()
    with stages.stage("Reading"):
        sent = [opened(path) for path in args.files]
        files = [ods.read(name, content) for name, content in sent]
    broken = ods.problems_of(files)
    if broken:
        raise Refused(broken)
    effective = args.effective_date or clock.today()
    outcome = _of_portal(args, sent, files, effective, stages)
    if args.json:
        print_json(outcome | {"milliseconds": stages.milliseconds})
    else:
        _tell(outcome, stages)
    return 0


def opened(path: str) -> tuple[str, bytes]:
    """Name and bytes of a file. Raises Refused when it can't be opened."""
    place = Path(path)
    name = shown(place.name)
    try:
        return name, place.read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        words = f"the file can't be opened: {why}"
        raise Refused([Problem(words=words, remedy="Check the path", file=name)]) from None


def _of_portal(
    args: argparse.Namespace,
    sent: Sequence[tuple[str, bytes]],
    files: Sequence[OdsFile],
    effective: date,
    stages: Stages,
) -> dict[str, Any]:
    """Only this function knows the portal, and only while it runs."""
    from cqrs.portal.jobs import load_organisations as portal

    try:
        with stages.stage("Comparing"):
            found = portal.difference(files, effective, expect_fewer=args.expect_fewer)
        if found.problems:
            raise Refused(found.problems)
        outcome = found.as_json()
        outcome["applied"] = False
        if args.apply and found.changes:
            with stages.stage("Applying"):
                portal.apply(sent, effective, found.digest, expect_fewer=args.expect_fewer)
            outcome["applied"] = True
    except portal.CannotLoadError as error:
        raise Refused([Problem(words=str(error).rstrip("."), remedy=error.remedy)]) from None
    return outcome


def _tell(outcome: dict[str, Any], stages: Stages) -> None:
    for file in outcome["files"]:
        print(f"{file['name']}: {file['layout']}, {file['rows']:,} rows")
    for reason, number in outcome["passed_over"].items():
        print(f"  passed over  {number:>6,}  {reason}")
    for change in outcome["changes"][:TOLD]:
        steps = " → ".join(part for part in (change["before"], change["after"]) if part)
        print(f"{change['what']:<8} {change['code']:<8} {change['name']}: {steps}".rstrip(": "))
    left = len(outcome["changes"]) - TOLD
    if left > 0:
        print(f"… and {left:,} more; --json lists all of them")
    print(outcome["sentence"])
    if outcome["counts"]["absent"]:
        number = outcome["counts"]["absent"]
        print(f"{number:,} open practices are in none of the files; they stay as they are.")
    if outcome["applied"]:
        print(f"Applied in {seconds(sum(stages.milliseconds.values()))}.")
    elif outcome["changes"]:
        print("Nothing was applied. Say --apply to apply it.")
