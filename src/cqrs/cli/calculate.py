"""`cqrs calculate`: counts and list sizes in, points and pounds of every practice out."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path

from cqrs.calculation.columns.country import LineColumn
from cqrs.calculation.nation import Nation, NoResult, Total
from cqrs.cli import inputs as reading
from cqrs.cli import providers, result_sets
from cqrs.cli.inputs import Inputs, National
from cqrs.cli.output import Refused, Stages, print_json, print_problems, seconds
from cqrs.cli.publish import publish
from cqrs.definitions.counts import Problem
from cqrs.exchange.sheet import cell, write_rows
from cqrs.values import decimal_text, plain_pounds, pounds_text, short_digest

LINES = (
    *("practice_code", "indicator", "numerator", "denominator", "register", "count"),
    *("points", "pounds"),
)
TOTALS = ("practice_code", "points", "attainable_points", "pounds")
PLACES = 2
"""Decimals of points in the results."""
AT_ONCE = 500
"""Practices whose lines are written together."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("calculate", help="turn counts into points and pounds")
    reading.add_arguments(parser)
    parser.add_argument(
        "--require-complete", action="store_true", help="refuse practices that lack an indicator"
    )
    parser.add_argument("--out", required=True, metavar="FILE", help="where the results go, as CSV")
    parser.add_argument(
        "--store",
        metavar="FILE",
        help="also keep the result set, for `cqrs replay` and `cqrs diff`",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Calculate and write both result files; returns the exit code."""
    out = Path(args.out).resolve()
    totals = out.with_name(f"{out.stem if out.suffix else out.name}-totals.csv")
    store = Path(args.store).resolve() if args.store else None
    _spare_the_inputs(args, out, totals, store)
    stages = Stages()
    inputs = reading.read(args, stages, complete=args.require_complete, rows=False)
    national = reading.national(inputs, strike_it=args.strike_national)
    with stages.stage("Calculate"):
        nation = _calculated(inputs, national)
    with stages.stage("Write results"):
        files: dict[Path, Iterable[bytes]] = {
            out: _lines(nation),
            totals: write_rows(TOTALS, _totals(nation), end="\n"),
        }
        if store:
            files[store] = _result_set(inputs, national, nation)
        publish(files)
    summary = _summary(inputs, national, nation.totals, stages) | {"files": [*map(str, files)]}
    if args.json:
        print_json(summary)
    else:
        print("\n".join(_sentences(summary, inputs, national)))
        print_problems(inputs.warnings)
    return 0


def _spare_the_inputs(
    args: argparse.Namespace, out: Path, totals: Path, store: Path | None
) -> None:
    for given in (args.counts, args.practices, args.participation, args.facts, args.members):
        if given and Path(given).resolve() in (out, totals, store):
            words = "the results would be written over one of the inputs"
            raise Refused(
                [Problem(words=words, remedy="Choose another --out or --store", file=str(given))]
            )
    if store in (out, totals):
        words = "the result set would be written over the results"
        raise Refused([Problem(words=words, remedy="Choose another --store", file=str(store))])


def _result_set(inputs: Inputs, national: National, nation: Nation) -> Iterator[bytes]:
    codes = (total.practice_code for total in nation.totals)
    results = list(zip(codes, nation.outcomes(), strict=True))
    yield from result_sets.pieces(inputs, national, results)


def _calculated(inputs: Inputs, national: National) -> Nation:
    try:
        return Nation(inputs.country(national))
    except NoResult as error:
        problem = Problem(
            words=str(error),
            remedy=reading.REMEDY,
            file=inputs.file.source,
            practice_code=error.practice_code,
        )
        raise Refused([problem]) from error


def _lines(nation: Nation) -> Iterator[bytes]:
    """The lines of all practices; built as text, since the CSV writer takes five times as long."""
    yield from write_rows(LINES, [], end="\n")
    many = zip(nation.totals, nation.written(_cells, PLACES), strict=True)
    while some := list(islice(many, AT_ONCE)):
        yield "".join(
            f"{total.practice_code},{line}" for total, lines in some for line in lines
        ).encode()


def _cells(column: LineColumn, points: Sequence[str | None]) -> list[str]:
    """An indicator's rows for every practice, from the second cell on."""
    shown, indicator = column.shown, cell(column.formula.indicator.id)
    return [
        f"{indicator},{_count(n)},{_count(d)},{_count(r)},{_count(c)},{p or ''},"
        f"{plain_pounds(pence)}\n"
        for n, d, r, c, p, pence in zip(
            shown["numerator"],
            shown["denominator"],
            shown["register"],
            shown["count"],
            points,
            column.pence,
            strict=True,
        )
    ]


def _count(count: int | None) -> str:
    return "" if count is None else str(count)


def _totals(nation: Nation) -> Iterator[Sequence[object]]:
    for total in nation.totals:
        points = total.points if total.scored else None
        attainable = Fraction(total.attainable_points) if total.scored else None
        yield total.practice_code, _points(points), _points(attainable), plain_pounds(total.pence)


def _points(points: Fraction | None) -> str:
    return "" if points is None else decimal_text(points, PLACES)


def _summary(
    inputs: Inputs, national: National, totals: Sequence[Total], stages: Stages
) -> dict[str, object]:
    missing: dict[str, int] = {}
    for total in totals:
        for indicator in total.missing:
            missing[indicator] = missing.get(indicator, 0) + 1
    definition, file = inputs.definition, inputs.file
    money = definition.money
    average = money.average_list if money else None
    return {
        "service": definition.id,
        "definition": {"version": definition.version, "digest": definition.digest},
        "achievement_date": file.achievement_date.isoformat(),
        "practices": len(totals),
        "lines": sum(total.lines for total in totals),
        "points": _points(sum((total.points for total in totals), Fraction(0)))
        if definition.money
        else None,
        "pounds": plain_pounds(sum(total.pence for total in totals)),
        "pence": sum(total.pence for total in totals),
        "registered_list": sum(
            inputs.practices[total.practice_code].registered_list for total in totals
        ),
        "average_list": average
        and money
        and {
            "value": average.value,
            "date": money.average_list_date and money.average_list_date.isoformat(),
            "status": money.status,
            "source": average.source,
            "confidence": average.confidence,
        },
        "national_prevalence": {
            "status": national.reference.status,
            "method": national.method,
            "digest": national.reference.digest,
            "registers": national.content.get("registers", {}),
        },
        "facts_not_given": providers.not_given(definition, inputs.facts, totals),
        "missing_indicators": missing,
        "blank_practices": list(file.blank_practices),
        "practices_without_counts": list(inputs.silent_practices),
        "replaced_rows": file.replaced_rows,
        "warnings": [problem.as_json() for problem in inputs.warnings],
        "sources": {
            "counts": {"file": file.source, "layout": file.layout, "digest": file.digest},
            "practices": {"file": inputs.practices_source, "digest": inputs.practices_digest},
            "facts": inputs.facts_file
            and {"file": inputs.facts_file.name, "digest": inputs.facts_file.digest},
        },
        "milliseconds": stages.milliseconds,
    }


def _sentences(summary: dict[str, object], inputs: Inputs, national: National) -> Iterator[str]:
    definition, file = inputs.definition, inputs.file
    yield f"{definition.short_title}, counts of {file.achievement_date}"
    yield f"  practices            {summary['practices']:,}"
    yield f"  lines                {summary['lines']:,}"
    if definition.money:
        yield f"  points               {summary['points']}"
    yield f"  pounds               {pounds_text(int(str(summary['pence'])))}"
    if definition.money and definition.money.average_list:
        average = definition.money.average_list
        day = definition.money.average_list_date
        of = f" of {day}" if day else ""
        told = f"{average.value:,}{of}, {definition.money.status} ({average.confidence})"
        yield f"  average list         {told}"
    if definition.list_size_date:
        where = f"registered_list of {inputs.practices_source}, {inputs.list_dates}"
        yield f"  list sizes           {where}"
    status = national.reference.status
    yield f"  national prevalence  {status}: {national.method}"
    if national.content:
        yield f"                       digest {short_digest(national.reference.digest)}"
    unsaid = summary["facts_not_given"]
    if isinstance(unsaid, dict) and unsaid:
        told = ", ".join(f"{name} ({count:,})" for name, count in unsaid.items())
        yield f"  facts not given      {told}: what the definition says holds"
    missing = summary["missing_indicators"]
    if isinstance(missing, dict) and missing:
        told = ", ".join(f"{name} ({count:,})" for name, count in missing.items())
        yield f"  missing, skipped     {told}"
    for name, codes in (
        ("all values blank", file.blank_practices),
        ("practices without", inputs.silent_practices),
    ):
        if codes:
            more = ", …" if len(codes) > 10 else ""
            yield f"  {name:<20} {len(codes):,}: {', '.join(codes[:10])}{more}"
    if file.replaced_rows:
        yield f"  earlier submissions  {file.replaced_rows:,} rows, not counted"
    times = summary["milliseconds"]
    if isinstance(times, dict):
        told = ", ".join(f"{name.lower()} {seconds(value)}" for name, value in times.items())
        yield f"  time                 {told}"
    files = summary["files"]
    if isinstance(files, list):
        yield f"  written              {', '.join(files[:-1])} and {files[-1]}"
