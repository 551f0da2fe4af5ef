"""`cqrs import lists`: show what a file of list sizes changes, and record it."""

import argparse

from cqrs.cli.import_ods import opened
from cqrs.cli.output import Refused, day, print_json
from cqrs.definitions.counts import Problem
from cqrs.exchange import list_sizes

TOLD = 50
"""Changes that are printed; --json lists all of them."""


def add(sources: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add it to the sources of `cqrs import`."""
    parser = sources.add_parser(
        "lists",
        help="list sizes of a day: code,registered, weighted and ages",
        description="Without --apply it only shows the difference. The newest record of a day "
        "counts; earlier ones are kept.",
    )
    parser.add_argument("file", metavar="FILE", help="CSV or packed CSV")
    parser.add_argument(
        "--date", dest="on_date", type=day, metavar="YYYY-MM-DD", required=True,
        help="the day of which the list sizes are",
    )  # fmt: skip
    parser.add_argument(
        "--leave-out-unknown", action="store_true",
        help="leave out organisations that are not known here, and say how many",
    )  # fmt: skip
    parser.add_argument("--apply", action="store_true", help="record the list sizes")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show the difference, and record it when asked; 0 when that is done."""
    from cqrs.portal.jobs import load_lists as portal
    from cqrs.portal.jobs.load_organisations import CannotLoadError

    name, content = opened(args.file)
    file = list_sizes.read(name, content)
    if file.problems:
        raise Refused(file.problems)
    try:
        unknown = args.leave_out_unknown
        found = portal.difference(file, args.on_date, leave_out_unknown=unknown)
        if found.problems:
            raise Refused(found.problems)
        applied = bool(args.apply and found.changes)
        if applied:
            portal.apply(file.name, content, args.on_date, found.digest, leave_out_unknown=unknown)
    except CannotLoadError as error:
        raise Refused([Problem(words=str(error).rstrip("."), remedy=error.remedy)]) from None
    changes = [
        {"code": one.code, "name": one.name, "before": one.before, "after": one.after}
        for one in found.changes
    ]
    if args.json:
        left_out = [one.code for one in found.left_out]
        notes = [one.as_json() for one in file.notes]
        told = {"sentence": found.sentence, "applied": applied, "changes": changes}
        print_json({**told, "left_out": left_out, "notes": notes})
        return 0
    for note in file.notes:
        print(f"note: {note.text()}")
    for one in found.changes[:TOLD]:
        before = "none" if one.before is None else f"{one.before:,}"
        print(f"{one.code:<8} {one.name}: {before} → {one.after:,}")
    if len(changes) > TOLD:
        print(f"… and {len(changes) - TOLD:,} more; --json lists all of them")
    print(found.sentence)
    if changes:
        print("Recorded." if applied else "Nothing was recorded. Say --apply to record it.")
    return 0
