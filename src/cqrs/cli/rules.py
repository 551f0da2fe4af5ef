"""`cqrs check` and `cqrs describe`: do the definitions agree, and what do they say in English?"""

import argparse
import textwrap

from cqrs.calculation import check as formula_check
from cqrs.calculation.kinds import formulas
from cqrs.calculation.words import rule
from cqrs.cli.inputs import service, service_is_known
from cqrs.cli.output import Usage, print_json
from cqrs.definitions import check, words
from cqrs.definitions.check import Checked
from cqrs.definitions.figures import CONFIDENCE
from cqrs.definitions.schema import Definition

WIDTH = 100


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands to the command line."""
    parser = commands.add_parser("check", help="check that every definition agrees with itself")
    parser.add_argument("service", nargs="?", help="only this one, such as qof/2025-26")
    parser.add_argument("--doubts", action="store_true", help="list what still wants a source")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=run_check)
    parser = commands.add_parser("describe", help="say in English what a service pays for")
    parser.add_argument("service", help="service and year, such as qof/2025-26")
    parser.add_argument("indicator", nargs="?", help="only this one, such as DM036")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=run_describe)


def run_check(args: argparse.Namespace) -> int:
    """Check the definitions; 1 when any of them has an error."""
    if args.service:
        service_is_known(args.service)
        checked = [formula_check.check_service(args.service)]
    else:
        checked = formula_check.check_all()
    if args.json:
        print_json(check.result(checked))
    else:
        for one in checked:
            _print_checked(one, doubts=args.doubts)
    return 1 if any(one.errors for one in checked) else 0


def _print_checked(one: Checked, *, doubts: bool) -> None:
    definition = one.definition
    if definition is None:
        print(f"{one.service}: can't be read")
    else:
        points = definition.money.total_points.value if definition.money else None
        total = "" if points is None else f", {points} points"
        state = _counted(len(one.errors), "error") if one.errors else "agrees with itself"
        title = f"{definition.title}, version {definition.version}"
        paid = _counted(len(definition.paid), "paid indicator")
        print(f"{one.service}: {title}: {paid}{total}; {state}")
    for finding in one.errors:
        print(f"  ERROR {finding.path}: {finding.words}.")
    if doubts:
        for finding in one.doubts:
            print(f"  {finding.path}: {finding.words}.")
    elif one.doubts:
        kinds: dict[str, list[str]] = {}
        for kind, sure, count in check.summary(one.doubts):
            kinds.setdefault(kind, []).append(f"{count} {CONFIDENCE[sure]}")
        told = ", ".join(f"{kind} ({', '.join(counts)})" for kind, counts in kinds.items())
        figures = _counted(len(one.doubts), "figure")
        lead = f"  {figures} not yet from an official source (--doubts lists them): "
        print(textwrap.fill(lead + told, WIDTH, subsequent_indent="    "))


def _counted(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number:,} {thing}s"


def _widest(definition: Definition) -> list[str]:
    """How points become pounds, by the indicator with the most factors.

    Nothing where several payments each have a formula of their own: their pages tell it.
    """
    if len(definition.scored) < len(definition.paid) and len(definition.paid) > 1:
        return []
    steps = [(rule(f.pence), rule(f.points) if f.points else {}) for f in formulas(definition)]
    pounds = [[line for name, line in all_.items() if name not in own] for all_, own in steps]
    return max(pounds, key=len, default=[])


def run_describe(args: argparse.Namespace) -> int:
    """Describe a service or one of its indicators."""
    definition = service(args.service)
    if args.indicator is None:
        lines = words.describe(definition, _widest(definition))
    elif args.indicator in definition.by_id:
        paid = (f.pence for f in formulas(definition) if f.indicator.id == args.indicator)
        formula = [line for pence in paid for line in rule(pence).values()]
        lines = words.describe_indicator(definition, args.indicator, formula)
    else:
        known = ", ".join(definition.by_id)
        raise Usage(
            f"{definition.short_title} has no indicator '{args.indicator}'. Choose one of: {known}"
        )
    if args.json:
        about = {"version": definition.version, "digest": definition.digest}
        head = {"service": definition.id, "indicator": args.indicator, "definition": about}
        print_json(head | {"lines": lines})
    else:
        for line in lines:
            indent = line[: len(line) - len(line.lstrip())]
            print(textwrap.fill(line, WIDTH, subsequent_indent=indent + "  " * bool(indent)))
    return 0
