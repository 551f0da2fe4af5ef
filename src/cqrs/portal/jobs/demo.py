"""`cqrs demo`: load a made-up England, calculate it, print what came out, and serve the portal.

Every stage looks first whether it is already done, and is one transaction or a row of them that
each may be repeated: a start after a crash takes up where the last one stopped.
"""

import argparse
import os
import sys

from cqrs.extraction.synthetic import england
from cqrs.extraction.synthetic.england import FEWEST, PRACTICES
from cqrs.portal.audit.permissions import Refused
from cqrs.portal.jobs.demo_progress import Progress, StoppedError
from cqrs.portal.jobs.serve import HOST, port_in_use, serve, set_up

DAY = "2026-05-12"
"""The demonstration's today, unless CQRS_DATE says otherwise."""


def run(args: argparse.Namespace) -> int:
    """Load, calculate, tell, and serve unless told not to. 0 done, 1 refused, 2 wrong usage."""
    practices = getattr(args, "practices", None) or PRACTICES
    if practices < FEWEST:
        print(f"cqrs demo: take {FEWEST} practices or more, not {practices}", file=sys.stderr)
        return 2
    taken = "" if args.no_serve else port_in_use(args.port, "make demo")
    if taken:
        print(taken, file=sys.stderr)
        return 1
    os.environ.setdefault("CQRS_DATE", DAY)
    # Made-up people have no phones. Everywhere else a second factor is required.
    os.environ.setdefault("CQRS_SECOND_FACTOR", "offered")
    os.environ.setdefault("CQRS_EMAIL_DOMAINS", "nhs.net,nhs.uk,example")
    os.environ.setdefault("CQRS_MAIL", "files")
    os.environ.setdefault("CQRS_ADDRESS", f"http://{HOST}:{args.port}")
    try:
        load(Progress(), practices)
    except (StoppedError, Refused, OSError) as stopped:
        print(stopped, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start again to take up from here: nothing is lost.", file=sys.stderr)
        return 130
    return 0 if args.no_serve else serve(args.port)


def load(progress: Progress, practices: int) -> None:
    """Every stage up to the printed summary."""
    with progress.stage("Database") as stage:
        stage.done(set_up())
    # These know the rooms, which can only be imported when Django is set up.
    from cqrs.portal.jobs import demo_load, demo_road, demo_summary
    from cqrs.portal.jobs.demo_world import World

    world = World.of(england(practices=practices))
    for title, step in (*demo_load.STAGES, *demo_road.STAGES):
        with progress.stage(title) as stage:
            step(world, stage)
    print(demo_summary.text(world, progress))
