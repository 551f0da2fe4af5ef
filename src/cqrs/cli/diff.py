"""`cqrs diff`: what changed between two years' rules, or between two stored result sets."""

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cqrs.calculation.compare import Compared, Comparison, compare
from cqrs.calculation.difference import (
    NOTHING,
    ORDER,
    Amount,
    Difference,
    DifferenceError,
    Parts,
    PracticeChange,
    difference,
)
from cqrs.calculation.statement import CalculationError, PracticeInputs
from cqrs.cli import inputs as reading
from cqrs.cli import result_sets
from cqrs.cli.amounts import (
    json_of,
    points_text,
    refused,
    signed_points,
    signed_pounds,
    table,
)
from cqrs.cli.inputs import Inputs
from cqrs.cli.output import Refused, Stages, Usage, day, print_json
from cqrs.definitions import diff, load
from cqrs.definitions.counts import Problem
from cqrs.definitions.diff import Lineage
from cqrs.definitions.schema import Definition
from cqrs.values import pounds_text

if TYPE_CHECKING:
    from cqrs.calculation.columns.compare import NationComparison, Summed

NAMED = 10
"""How many practices are named that changed most."""
HEAD = ("", "points before", "after", "change", "pounds before", "after", "change")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "diff",
        help="what changed between two years of a service, or between two result sets",
        epilog="With --counts, which are of the OLD year, also in points and pounds: the same "
        "counts under both sets of rules.",
    )
    parser.add_argument("old", help="the older service and year, or with --results the older file")
    parser.add_argument("new", help="the newer one")
    parser.add_argument(
        "--results",
        action="store_true",
        help="OLD and NEW are result sets that `cqrs calculate --store` wrote",
    )
    parser.add_argument("--practice", metavar="CODE", help="only this practice")
    parser.add_argument("--counts", metavar="FILE", help="counts of the OLD year")
    parser.add_argument("--practices", metavar="FILE", help="practice_code,name,registered_list")
    parser.add_argument(
        "--strike-national",
        action="store_true",
        help="strike national prevalence from these counts and lists",
    )
    parser.add_argument("--date", type=day, metavar="YYYY-MM-DD", help="of these counts")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=run, participation=None, facts=None, members=None)


def run(args: argparse.Namespace) -> int:
    """Print what changed; returns the exit code."""
    if args.results:
        if args.counts or args.practices or args.strike_national or args.date:
            raise Usage("--results compares stored results: leave counts, lists and dates out")
        _results(args)
        return 0
    if bool(args.counts) != bool(args.practices):
        raise Usage("--counts and --practices go together")
    if args.practice and not args.counts:
        raise Usage("--practice needs --counts and --practices of the older year")
    old, new = reading.service(args.old), reading.service(args.new)
    if old.service != new.service or new.year <= old.year:
        raise Usage(f"Name two years of one service, the older first, not {args.old}, {args.new}")
    found = diff.difference(old, new, _between(old, new))
    answer = _rules_json(old, new, found)
    told: list[str] = []
    if args.counts:
        answer["counts"], told = _money(args, old, new, found.lineage)
    if args.json:
        print_json(answer)
    else:
        print("\n".join([*_rules_text(old, new, found), *told]))
    return 0


def _between(old: Definition, new: Definition) -> list[Definition]:
    """The years in between, whose lineage leads from one to the other."""
    same = [name for name in load.all_services() if name.startswith(f"{old.service}/")]
    return [d for d in map(load.load, same) if old.year < d.year < new.year]


# Rules -------------------------------------------------------------------------------------------


def _rules_text(old: Definition, new: Definition, found: diff.Difference) -> Iterator[str]:
    yield f"From {old.short_title} to {new.short_title}"
    for what, before, after in (
        ("indicators", found.before.indicators, found.after.indicators),
        ("points", found.before.points, found.after.points),
    ):
        yield f"  {what:<11} {before} -> {after}"
    yield from (change.sentence for change in found.changes)
    if not found.changes:
        yield "Nothing changes."


def _rules_json(old: Definition, new: Definition, found: diff.Difference) -> dict[str, object]:
    lineage = found.lineage
    return {
        "schema": "cqrs/diff/1",
        "old": old.id,
        "new": new.id,
        "before": vars(found.before),
        "after": vars(found.after),
        "renamed": [list(pair) for pair in lineage.renamed],
        "merged": {name: list(several) for name, several in lineage.merged},
        "retired": list(lineage.retired),
        "new_indicators": list(lineage.new),
        "changes": [vars(change) for change in found.changes],
    }


# Money -------------------------------------------------------------------------------------------


def _money(
    args: argparse.Namespace, old: Definition, new: Definition, lineage: Lineage
) -> tuple[dict[str, object], list[str]]:
    """The same counts under both years' rules, as JSON and as text."""
    wanted = argparse.Namespace(**vars(args) | {"service": old.id})
    inputs = reading.read(wanted, Stages())
    national = reading.national(inputs, strike_it=args.strike_national)
    many = [inputs.of(one, national) for one in inputs.counts]
    try:
        if args.practice:
            one = _one(inputs, many, args.practice)
            compared = compare(old, new, lineage, one)
            return _one_json(compared), list(_one_text(inputs, compared))
        summed = _nation(old, new, lineage, many)
    except CalculationError as error:
        raise refused(error, inputs.file.source) from error
    return _nation_json(summed), list(_nation_text(lineage, summed))


def _one(inputs: Inputs, many: Sequence[PracticeInputs], code: str) -> PracticeInputs:
    for one in many:
        if one.practice_code == code:
            return one
    words = f"there are no counts of practice {code}"
    raise Refused([Problem(words=words, remedy="Check the code", file=inputs.file.source)])


def _nation(
    old: Definition, new: Definition, lineage: Lineage, many: Sequence[PracticeInputs]
) -> "NationComparison":
    """Columns are loaded only where they are used: it takes a while."""
    from cqrs.calculation.columns.compare import compare_nation
    from cqrs.calculation.columns.program import Overflow
    from cqrs.calculation.columns.query import BoundsError

    try:
        return compare_nation(old, new, lineage, many)
    except (BoundsError, Overflow, ZeroDivisionError) as error:
        raise refused(error) from error


def _one_text(inputs: Inputs, compared: Comparison) -> Iterator[str]:
    practice = inputs.practices[compared.practice_code]
    yield ""
    yield f"{practice.practice_code} {practice.name}: the same counts and list under both rules"
    rows = []
    for line in compared.lines:
        if line.comparable and line.before and line.after:
            rows.append(row(_named(line), line.before, line.after))
    before, after = compared.comparable_before, compared.after
    yield from table(HEAD, [*rows, row("Comparable", before, after)])
    told: dict[str, list[str]] = {}
    for line in compared.lines:
        if not line.comparable:
            worth = f" ({pounds_text(line.before.pence)})" if line.before else ""
            told.setdefault(line.reason, []).append(f"{line.new or line.old}{worth}")
    if told:
        yield "Not comparable"
        yield from (f"  {reason}: {', '.join(names)}" for reason, names in told.items())
    yield _lost(compared.before, compared.lost)


def _lost(before: Amount, lost: Amount) -> str:
    return (
        f"Of {pounds_text(before.pence)} under the old rules, {pounds_text(lost.pence)} "
        f"({points_text(lost.points)} points) came from what the new rules don't have or count "
        "otherwise; what is new there nobody has counted yet."
    )


def _one_json(compared: Comparison) -> dict[str, object]:
    return {
        "practice": compared.practice_code,
        "before": json_of(compared.before),
        "comparable_before": json_of(compared.comparable_before),
        "after": json_of(compared.after),
        "indicators": [
            {
                "old": line.old,
                "new": line.new,
                "before": json_of(line.before),
                "after": json_of(line.after),
                "not_comparable": line.reason,
            }
            for line in compared.lines
        ],
    }


def _nation_text(lineage: Lineage, summed: "NationComparison") -> Iterator[str]:
    yield ""
    yield f"{len(summed.codes):,} practices: the same counts and lists under both rules"
    rows = [row(_named(line), line.before, line.after) for line in summed.lines if line.practices]
    yield from table(HEAD, [*rows, row("Comparable", summed.comparable_before, summed.after)])
    winners = sum(change > 0 for change in summed.changes)
    losers = sum(change < 0 for change in summed.changes)
    yield f"By what is comparable {winners:,} practices gain and {losers:,} lose."
    left = [line for line in summed.lines if line.left_out]
    if left:
        told = ", ".join(f"{line.new} ({line.left_out:,} practices)" for line in left)
        yield f"Counts that the new rules can't use: {told}"
    gone = (*lineage.retired, *(one for _, several in lineage.merged for one in several))
    if gone:
        yield f"Retired or merged: {', '.join(gone)}"
    yield _lost(summed.before, summed.lost)


def _named(line: "Compared | Summed") -> str:
    return str(line.new) if line.old == line.new else f"{line.old} -> {line.new}"


def _nation_json(summed: "NationComparison") -> dict[str, object]:
    return {
        "practices": len(summed.codes),
        "before": json_of(summed.before),
        "comparable_before": json_of(summed.comparable_before),
        "after": json_of(summed.after),
        "indicators": [
            {
                "old": line.old,
                "new": line.new,
                "before": json_of(line.before),
                "after": json_of(line.after),
                "practices": line.practices,
                "left_out": line.left_out,
            }
            for line in summed.lines
        ],
        "changes": dict(zip(summed.codes, summed.changes, strict=True)),
    }


# Result sets -------------------------------------------------------------------------------------


def _results(args: argparse.Namespace) -> None:
    try:
        found = difference(result_sets.calculated(args.old), result_sets.calculated(args.new))
    except DifferenceError as error:
        raise refused(error) from error
    chosen = [one for one in found.practices if one.practice_code == args.practice]
    if args.practice and not chosen:
        words = f"practice {args.practice} is in neither result set"
        raise Refused([Problem(words=words, remedy="Check the code")])
    if args.json:
        print_json(_results_json(found, chosen or found.practices))
    elif chosen:
        print("\n".join(_practice_text(chosen[0])))
    else:
        print("\n".join(_results_text(found)))


def _results_text(found: Difference) -> Iterator[str]:
    told = ", ".join(f"{number:,} {standing}" for standing, number in found.counted.items())
    yield f"{len(found.practices):,} practices of {found.service}: {told}"
    yield from table(HEAD, [row("All", found.before, found.after)])
    yield from _reasons(found.parts)
    most = sorted(found.practices, key=lambda one: (-abs(one.change.pence), one.practice_code))
    changed = [one for one in most[:NAMED] if one.standing != "unchanged"]
    if changed:
        yield "Changed most"
        rows = [row(one.practice_code, one.before, one.after) for one in changed]
        yield from table(HEAD, rows)


def _practice_text(one: PracticeChange) -> Iterator[str]:
    yield f"{one.practice_code}: {one.standing}, {one.unchanged} indicators unchanged"
    rows = [
        row(line.indicator, line.before or NOTHING, line.after or NOTHING)
        for line in one.indicators
    ]
    yield from table(HEAD, [*rows, row("All", one.before, one.after)])
    yield from _reasons(one.parts)
    for line in one.indicators:
        told = (
            f"{INGREDIENTS[reason]} {signed_pounds(part.pence)}"
            for reason, part in line.parts.items()
        )
        yield f"  {line.indicator}: {', '.join(told)}"


INGREDIENTS = {reason: "counts and facts" if reason == "counts" else reason for reason in ORDER}
"""The ingredients as people call them: facts about a provider go with its counts."""


def _reasons(parts: Parts) -> Iterator[str]:
    """What each ingredient moved; they add up to the whole change."""
    if parts:
        yield f"Why, one ingredient at a time ({', then '.join(INGREDIENTS.values())})"
    for reason, part in parts.items():
        worth = f"{signed_points(part.points)} points, {signed_pounds(part.pence)}"
        yield f"  {INGREDIENTS[reason]}: {worth}"


def _results_json(found: Difference, chosen: Sequence[PracticeChange]) -> dict[str, object]:
    return {
        "schema": "cqrs/results-diff/1",
        "service": found.service,
        "counted": dict(found.counted),
        "before": json_of(found.before),
        "after": json_of(found.after),
        "order": list(ORDER),
        "parts": _parts_json(found.parts),
        "practices": [
            {
                "practice": one.practice_code,
                "standing": one.standing,
                "before": json_of(one.before),
                "after": json_of(one.after),
                "parts": _parts_json(one.parts),
                "unchanged": one.unchanged,
                "indicators": [
                    {
                        "indicator": line.indicator,
                        "before": json_of(line.before),
                        "after": json_of(line.after),
                        "parts": _parts_json(line.parts),
                    }
                    for line in one.indicators
                ],
            }
            for one in chosen
        ],
    }


def _parts_json(parts: Parts) -> dict[str, object]:
    return {reason: json_of(part) for reason, part in parts.items()}


def row(name: str, before: Amount, after: Amount) -> tuple[str, ...]:
    """A line of a table of what was and what is."""
    change = after - before
    return (
        name,
        points_text(before.points),
        points_text(after.points),
        signed_points(change.points),
        pounds_text(before.pence),
        pounds_text(after.pence),
        signed_pounds(change.pence),
    )
