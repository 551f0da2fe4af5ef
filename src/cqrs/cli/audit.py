"""`cqrs audit verify`: whether the audit trail, or an exported part of it, is as it was sealed."""

import argparse
import time
from pathlib import Path

from cqrs.cli.output import Refused, Usage, print_json, seconds
from cqrs.definitions.counts import Problem, shown
from cqrs.exchange.audit_seal import Broken, check_lines

HOLDS, BROKEN = 0, 1


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("audit", help="prove that nobody changed the audit trail")
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    verify = deeds.add_parser(
        "verify",
        help="walk the chain of events and name the first that doesn't hold",
        epilog="Exit codes: 0 all hold, 1 one doesn't or nothing can be read, 2 wrong usage.",
    )
    verify.add_argument(
        "--from", dest="first", type=int, default=1, metavar="SEQ", help="begin at this event (1)"
    )
    verify.add_argument(
        "--file", metavar="FILE", help="an export in JSON lines, checked without the portal"
    )
    verify.add_argument("--json", action="store_true", help="answer in JSON")
    verify.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verify what is asked for; 0 when all of it holds, 1 when anything doesn't."""
    if args.first < 1:
        raise Usage("--from takes the number of an event, 1 or more")
    if args.file and args.first != 1:
        raise Usage("--from goes with the portal's own trail, not with --file")
    started = time.perf_counter_ns()
    found = _of_file(args.file) if args.file else _of_portal(args.first)
    milliseconds = (time.perf_counter_ns() - started) // 1_000_000
    if args.json:
        print_json(found | {"milliseconds": milliseconds})
    else:
        print(found["sentence"])
        print(f"time  {seconds(milliseconds)}")
    return HOLDS if found["holds"] else BROKEN


def _of_file(name: str) -> dict[str, object]:
    try:
        with Path(name).open(encoding="utf-8") as lines:
            number = check_lines(lines)
    except Broken as broken:
        return {"holds": False, "events": None, "broken": broken.seq, "sentence": broken.words}
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        words = f"the file can't be read: {why}"
        raise Refused(
            [Problem(words=words, remedy="Check the path", file=shown(Path(name).name))]
        ) from None
    words = f"All {number:,} events of the file are as they were sealed."
    return {"holds": True, "events": number, "broken": None, "sentence": words}


def _of_portal(first: int) -> dict[str, object]:
    """Only this function knows the portal, and only while it runs."""
    from cqrs.portal.jobs import verify_audit as portal

    try:
        return portal.verify(first)
    except portal.NothingToReplayError as error:
        raise Refused([Problem(words=str(error), remedy=error.remedy)]) from None
