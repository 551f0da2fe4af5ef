"""The command line: anyone can check a definition and reproduce a payment on a laptop."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import cache

from cqrs.cli import (
    audit,
    calculate,
    diff,
    explain,
    forecast,
    import_lists,
    import_ods,
    replay,
    rules,
    what_if,
)
from cqrs.cli.output import Refused, Usage, print_json, print_refusal
from cqrs.definitions.load import DefinitionError

DONE, REFUSED, USAGE = 0, 1, 2
INTERRUPTED, NOBODY_READS = 130, 141
"""As shells have them: stopped by Ctrl-C; the reader of standard output went away (`| head`)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns 0 when it is done, 1 when the input is refused, 2 for wrong usage."""
    parser = _parser()
    args = parser.parse_args(arguments)
    try:
        code: int = args.run(args)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except Refused as refused:
        print_refusal(refused.problems, as_json=getattr(args, "json", False))
        return REFUSED
    except DefinitionError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except Usage as error:
        print(f"cqrs {args.command}: {error}", file=sys.stderr)
        if getattr(args, "json", False):
            print_json({"usage": str(error)})
        return USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except KeyboardInterrupt:
        print("Stopped before it was done.", file=sys.stderr)
        return INTERRUPTED


@cache
def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cqrs",
        description="Quality payments of general practice: rules as data, every penny explained.",
        epilog="Exit codes: 0 done, 1 refused, 2 wrong usage.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    rules.add(commands)
    calculate.add(commands)
    explain.add(commands)
    replay.add(commands)
    diff.add(commands)
    forecast.add(commands)
    what_if.add(commands)
    import_lists.add(import_ods.add(commands))
    audit.add(commands)
    demo = commands.add_parser("demo", help="load made-up England, calculate it, serve the portal")
    demo.add_argument("--no-serve", action="store_true", help="stop after the national summary")
    demo.add_argument("--practices", type=int, metavar="N", help="a smaller England (6,300)")
    demo.add_argument("--port", type=int, default=8000, help="where to serve (8000)")
    demo.set_defaults(run=_demo)
    serve = commands.add_parser("serve", help="serve the portal on this machine")
    serve.add_argument("--port", type=int, default=8000, help="where to serve (8000)")
    serve.set_defaults(run=_serve)
    return parser


def _demo(args: argparse.Namespace) -> int:
    """Only these two commands know the portal, and only while they run."""
    from cqrs.portal.jobs import demo

    return demo.run(args)


def _serve(args: argparse.Namespace) -> int:
    from cqrs.portal.jobs import serve

    return serve.run(args)
