"""`cqrs calculate`: counts and list sizes in, points and pounds of every practice out."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from cqrs.calculation.statement import CalculationError, Statement, calculate
from cqrs.cli import inputs as reading
from cqrs.cli.inputs import Inputs, National
from cqrs.cli.output import Refused, Stages, print_json, print_problems, seconds
from cqrs.cli.publish import publish
from cqrs.definitions.counts import Problem
from cqrs.exchange.sheet import write_rows
from cqrs.values import Pence, decimal_text, pounds_text, short_digest

LINES = ("practice_code", "indicator", "numerator", "denominator", "register", "points", "pounds")
TOTALS = ("practice_code", "points", "attainable_points", "pounds")
Result = tuple[str, Statement]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("calculate", help="turn counts into points and pounds")
    reading.add_arguments(parser)
    parser.add_argument(
        "--require-complete", action="store_true", help="refuse practices that lack an indicator"
    )
    parser.add_argument("--out", required=True, metavar="FILE", help="where the results go, as CSV")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Calculate and write both result files; returns the exit code."""
    out = Path(args.out).resolve()
    totals = out.with_name(f"{out.stem if out.suffix else out.name}-totals.csv")
    _spare_the_inputs(args, out, totals)
    stages = Stages()
    inputs = reading.read(args, stages, complete=args.require_complete)
    national = reading.national(inputs, strike_it=args.strike_national)
    with stages.stage("Calculate"):
        results = list(_calculated(inputs, national))
    with stages.stage("Write results"):
        publish(
            {
                out: write_rows(LINES, _lines(results), end="\n"),
                totals: write_rows(TOTALS, _totals(results), end="\n"),
            }
        )
    summary = _summary(inputs, national, results, stages) | {"files": [str(out), str(totals)]}
    if args.json:
        print_json(summary)
    else:
        print("\n".join(_sentences(summary, inputs, national)))
        print_problems(inputs.warnings)
    return 0


def _spare_the_inputs(args: argparse.Namespace, out: Path, totals: Path) -> None:
    for given in (args.counts, args.practices, args.participation):
        if given and Path(given).resolve() in (out, totals):
            words = "the results would be written over one of the inputs"
            raise Refused([Problem(words=words, remedy="Choose another --out", file=str(given))])


def _calculated(inputs: Inputs, national: National) -> Iterator[Result]:
    for one in inputs.counts:
        try:
            yield one.practice_code, calculate(inputs.definition, inputs.of(one, national))
        except CalculationError as error:
            problem = Problem(
                words=str(error),
                remedy="Correct the counts and send them again",
                file=one.source,
                practice_code=one.practice_code,
            )
            raise Refused([problem]) from error


def _lines(results: Iterable[Result]) -> Iterator[Sequence[object]]:
    for code, statement in results:
        for line in statement.lines:
            counts = (line.numerator, line.denominator, line.register)
            shown = ("" if count is None else count for count in counts)
            yield code, line.indicator, *shown, _points(line.points), _pounds(line.pence)


def _totals(results: Iterable[Result]) -> Iterator[Sequence[object]]:
    for code, statement in results:
        scored = any(line.points is not None for line in statement.lines)
        points = statement.points if scored else None
        attainable = Fraction(statement.attainable_points) if scored else None
        yield code, _points(points), _points(attainable), _pounds(statement.pence)


def _points(points: Fraction | None) -> str:
    return "" if points is None else decimal_text(points, 2)


def _pounds(pence: Pence) -> str:
    return decimal_text(Fraction(pence, 100), 2)


def _summary(
    inputs: Inputs, national: National, results: Sequence[Result], stages: Stages
) -> dict[str, object]:
    missing: dict[str, int] = {}
    for _, statement in results:
        for indicator in statement.missing:
            missing[indicator] = missing.get(indicator, 0) + 1
    definition, file = inputs.definition, inputs.file
    average = definition.money.average_list if definition.money else None
    return {
        "service": definition.id,
        "definition": {"version": definition.version, "digest": definition.digest},
        "achievement_date": file.achievement_date.isoformat(),
        "practices": len(results),
        "lines": sum(len(statement.lines) for _, statement in results),
        "points": _points(sum((s.points for _, s in results), Fraction(0)))
        if definition.money
        else None,
        "pounds": _pounds(sum(s.pence for _, s in results)),
        "pence": sum(s.pence for _, s in results),
        "registered_list": sum(inputs.practices[code].registered_list for code, _ in results),
        "average_list": average
        and {"value": average.value, "source": average.source, "confidence": average.confidence},
        "national_prevalence": {
            "status": national.reference.status,
            "method": national.method,
            "digest": national.reference.digest,
            "registers": national.content.get("registers", {}),
        },
        "missing_indicators": missing,
        "blank_practices": list(file.blank_practices),
        "practices_without_counts": list(inputs.silent_practices),
        "replaced_rows": file.replaced_rows,
        "warnings": [problem.as_json() for problem in inputs.warnings],
        "sources": {
            "counts": {"file": file.source, "layout": file.layout, "digest": file.digest},
            "practices": {"file": inputs.practices_source, "digest": inputs.practices_digest},
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
        yield f"  average list         {average.value:,} ({average.confidence})"
        yield f"  list sizes           registered_list of {inputs.practices_source}, in the CPI too"
    status = national.reference.status
    yield f"  national prevalence  {status}: {national.method}"
    if national.content:
        yield f"                       digest {short_digest(national.reference.digest)}"
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
        yield f"  written              {files[0]} and {files[1]}"
