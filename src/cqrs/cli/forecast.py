"""`cqrs forecast`: the year's end from counts of today, and the fewest patients to a target."""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction

from cqrs.calculation.forecast import Forecast, IndicatorForecast, forecast, month_of_year
from cqrs.calculation.routes import Route, Target, Way, route, ways
from cqrs.calculation.shapes import FEWEST, MONTHS, ManyCounts, Shape, Shapes, assumed, learnt
from cqrs.calculation.statement import CalculationError, PracticeInputs
from cqrs.cli import inputs as reading
from cqrs.cli.amounts import json_of, points_text, refused, signed_pounds, table
from cqrs.cli.inputs import Inputs
from cqrs.cli.output import Refused, Stages, Usage, print_json
from cqrs.definitions import load
from cqrs.definitions.counts import Problem
from cqrs.definitions.diff import lineage
from cqrs.definitions.schema import Definition
from cqrs.exchange import counts_file
from cqrs.exchange.sheet import Sheet, Unreadable
from cqrs.values import FinancialYear, decimal_text, pounds_text, round_half_up

BASES = {
    "last_year": "the way of last year’s practices from this month to the year’s end",
    "this_year": "the pace between the two month ends of this year, going on",
    "as_today": "today’s shares, staying as they are",
    "since_april": "today’s shares, adding up from nought since 1 April",
}
ERRORS = {
    True: "nine in ten should end within the interval, as last year’s did",
    False: "how far practices end beside it is assumed, not measured",
}
HEAD = ("", "patients today", "at year end", "points today", "at year end", "pounds at year end")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "forecast",
        help="from counts during the year to the year's end, with an interval",
        epilog="Nine year ends in ten should lie within the interval, if the error was measured: "
        "give last year's counts for that.",
    )
    reading.add_arguments(parser)
    parser.add_argument("--practice", metavar="CODE", help="whose figures (all practices)")
    parser.add_argument(
        "--last-year",
        nargs=2,
        metavar=("MONTH_FILE", "YEAR_END_FILE"),
        help="last year's counts at the same month end and at the year's end",
    )
    parser.add_argument(
        "--last-service", metavar="SERVICE", help="what last year's counts are of (the year before)"
    )
    parser.add_argument(
        "--earlier",
        nargs=2,
        metavar=("YYYY-MM-DD", "FILE"),
        help="counts of an earlier month end of this year: their pace goes on",
    )
    parser.add_argument(
        "--since-april",
        action="store_true",
        help="without those: take it that shares add up from nought since 1 April",
    )
    parser.add_argument(
        "--target",
        metavar="POINTS|£POUNDS",
        help="with --practice: the fewest further patients to '500 points' or '£120000'",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Forecast and print; returns the exit code."""
    target = _target(args.target) if args.target else None
    if target and not args.practice:
        raise Usage("--target goes with --practice")
    if (args.earlier or args.since_april) and args.last_year:
        raise Usage("--last-year decides by itself: leave --earlier and --since-april out")
    inputs = reading.read(args, Stages())
    national = reading.national(inputs, strike_it=args.strike_national)
    many = [inputs.of(one, national) for one in inputs.counts]
    try:
        shapes = _shapes(args, inputs, many)
        if args.practice:
            _tell_one(args, inputs, _one(inputs, many, args.practice), shapes, target)
        else:
            _tell_all(args, inputs, many, shapes)
    except CalculationError as error:
        raise refused(error, inputs.file.source) from error
    return 0


def _target(text: str) -> Target:
    digits = r"(\d{1,12}(?:\.\d{1,2})?)"
    plain = text.replace(",", "").strip()
    if found := re.fullmatch(rf"{digits}(?: points?)?", plain):
        return Target(points=Fraction(found[1]))
    if found := re.fullmatch(rf"£{digits}|{digits} pounds?", plain):
        return Target(pence=int(Fraction(found[1] or found[2]) * 100))
    raise Usage(f"'{text}' is no target: write '500 points' or '£120000'")


def _one(inputs: Inputs, many: Sequence[PracticeInputs], code: str) -> PracticeInputs:
    for one in many:
        if one.practice_code == code:
            return one
    words = f"there are no counts of practice {code}"
    raise Refused([Problem(words=words, remedy="Check the code", file=inputs.file.source)])


# Shapes ------------------------------------------------------------------------------------------


def _shapes(args: argparse.Namespace, inputs: Inputs, many: Sequence[PracticeInputs]) -> Shapes:
    definition, day = inputs.definition, inputs.file.achievement_date
    left = MONTHS - month_of_year(definition, many[0])
    now: ManyCounts = {one.practice_code: one.values for one in many}
    if args.last_year:
        last = _last(args.last_service, definition)
        month, year_end = args.last_year
        years = day.year - definition.year.starts_in + last.year.starts_in
        return learnt(
            definition,
            last,
            lineage(last, definition),
            _nation(month, last, _month_end(years, day.month)),
            _nation(year_end, last, last.year.end),
            left,
        )
    earlier = None
    if args.earlier:
        before = _day(args.earlier[0])
        months = (day.month - before.month) % MONTHS
        if before not in definition.year or before >= day or not months:
            raise Usage(f"--earlier wants a month end of {definition.year} before {day}")
        earlier = (_nation(args.earlier[1], definition, before), months)
    return assumed(definition, now, left, earlier=earlier, since_april=args.since_april)


def _last(named: str | None, definition: Definition) -> Definition:
    if named:
        return reading.service(named)
    year = FinancialYear(definition.year.starts_in - 1)
    service = f"{definition.service}/{year.slug}"
    if service not in load.all_services():
        raise Usage(f"There is no {service}: name last year's service with --last-service")
    return load.load(service)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Usage(f"'{text}' is not a date: write it as YYYY-MM-DD") from None


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _nation(path: str, definition: Definition, day: date) -> ManyCounts:
    """Counts of a file by practice; Refused with every problem of it."""
    try:
        file = counts_file.read(Sheet.at(path), definition, achievement_date=day)
    except Unreadable as error:
        raise Refused([error.problem]) from None
    problems = counts_file.problems_of(file, definition)
    if any(problem.is_error for problem in problems):
        raise Refused(problems)
    return {one.practice_code: one.values for one in file.counts}


# One practice ------------------------------------------------------------------------------------


def _tell_one(
    args: argparse.Namespace,
    inputs: Inputs,
    one: PracticeInputs,
    shapes: Shapes,
    target: Target | None,
) -> None:
    told = forecast(inputs.definition, one, shapes)
    found = {way.indicator: way for way in ways(inputs.definition, one)}
    way = route(inputs.definition, one, target) if target else None
    if args.json:
        print_json(_head(inputs, told) | _one_json(told, found, way))
        return
    practice = inputs.practices[one.practice_code]
    print(f"{practice.practice_code} {practice.name}, {inputs.definition.short_title}")
    print(f"Counts of {one.achievement_date}, {told.months_left} months before the year's end")
    for how in sorted({shape.how for shape in shapes.by_indicator.values()}):
        print(f"Forecast by {BASES[how]}; {ERRORS[_measured(shapes, how)]}")
    print("\n".join(table(HEAD, [*(_row(line) for line in told.indicators), _total_row(told)])))
    unknown = [line.indicator for line in told.indicators if line.unknown]
    if unknown:
        print(f"Nobody counted yet, so nothing is known of: {', '.join(unknown)}")
    if told.today.missing:
        print(f"Missing, skipped: {', '.join(told.today.missing)}")
    print("\n".join(_worth_lines(found)))
    if way is not None:
        print("\n".join(_route_lines(way)))


def _measured(shapes: Shapes, how: str) -> bool:
    """Whether the error was seen in last year's practices, and not assumed for want of them."""
    alike = [shape for shape in shapes.by_indicator.values() if shape.how == how]
    return how == "last_year" and all(shape.practices >= FEWEST for shape in alike)


def _row(line: IndicatorForecast) -> tuple[str, ...]:
    worth, patients = line.worth, line.patients
    done = f"{patients.expected:,} ({patients.low:,}–{patients.high:,})" if patients else ""
    return (
        line.indicator,
        "" if line.today is None else f"{line.today:,}",
        done,
        points_text(worth.now.points),
        _range(*(points_text(a.points) for a in (worth.expected, worth.low, worth.high))),
        _range(*(pounds_text(a.pence) for a in (worth.expected, worth.low, worth.high))),
    )


def _total_row(told: Forecast) -> tuple[str, ...]:
    worth = told.worth
    return (
        "Total",
        "",
        "",
        points_text(worth.now.points),
        _range(*(points_text(a.points) for a in (worth.expected, worth.low, worth.high))),
        _range(*(pounds_text(a.pence) for a in (worth.expected, worth.low, worth.high))),
    )


def _range(expected: str, low: str, high: str) -> str:
    return f"{expected} ({low}–{high})" if low != high else expected


def _worth_lines(found: dict[str, Way]) -> Iterator[str]:
    """What further patients are worth, the most for each first."""
    rows = [
        (
            name,
            f"{way.left:,}",
            signed_pounds(way.next_patient.pence),
            f"{way.next_point:,}" if way.next_point else "",
            f"{way.to_the_most:,}",
            signed_pounds(way.gains[-1].pence),
            pounds_text(int(round_half_up(way.pence_a_patient, 0))),
        )
        for name, way in found.items()
        if way.to_the_most
    ]
    rows.sort(key=lambda row: (-found[row[0]].pence_a_patient, row[0]))
    if rows:
        yield "What further patients are worth, from today's counts:"
        head = ("", "still to do", "the next one", "to a point", "to the most", "", "each")
        yield from table(head, rows)


def _route_lines(way: Route) -> Iterator[str]:
    wanted = (
        f"{points_text(way.target.points)} points"
        if way.target.points is not None
        else pounds_text(way.target.pence or 0)
    )
    most = f"{points_text(way.most.points)} points and {pounds_text(way.most.pence)}"
    if way.steps is None:
        yield f"{wanted} can't be reached: with every patient counted there are {most}."
        return
    reached = f"{points_text(way.reached.points)} points and {pounds_text(way.reached.pence)}"
    yield f"{wanted} takes at least {way.patients:,} further patients, and gives {reached}:"
    for step in way.steps:
        gain = f"{points_text(step.gain.points)} points, {pounds_text(step.gain.pence)}"
        yield f"  {step.indicator}: {step.patients:,} of the {step.left:,} still to do ({gain})"


# All practices -----------------------------------------------------------------------------------


def _tell_all(
    args: argparse.Namespace, inputs: Inputs, many: Sequence[PracticeInputs], shapes: Shapes
) -> None:
    found = []
    for number, one in enumerate(many, 1):
        found.append(forecast(inputs.definition, one, shapes))
        if sys.stderr.isatty() and number % 50 == 0:
            print(f"\rForecast {number:,} of {len(many):,}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if args.json:
        answer = [{"practice": told.practice_code, "worth": _worth_json(told)} for told in found]
        print_json({**_head(inputs, found[0]), "practices": answer})
        return
    head = ("", "points today", "at year end", "pounds at year end")
    rows = []
    for told in found:
        row = _total_row(told)
        rows.append((told.practice_code, *row[3:]))
    print("\n".join(table(head, rows, "")))


# JSON --------------------------------------------------------------------------------------------


def _head(inputs: Inputs, told: Forecast) -> dict[str, object]:
    return {
        "schema": "cqrs/forecast/1",
        "service": inputs.definition.id,
        "achievement_date": inputs.file.achievement_date.isoformat(),
        "months_left": told.months_left,
    }


def _worth_json(told: Forecast | IndicatorForecast) -> dict[str, object]:
    worth = told.worth
    ends = {"now": worth.now, "low": worth.low, "expected": worth.expected, "high": worth.high}
    return {name: json_of(amount) for name, amount in ends.items()}


def _one_json(told: Forecast, found: dict[str, Way], way: Route | None) -> dict[str, object]:
    return {
        "practice": told.practice_code,
        "worth": _worth_json(told),
        "indicators": [
            {
                "indicator": line.indicator,
                "patients": None if line.patients is None else vars(line.patients),
                "worth": _worth_json(line),
                "unknown": line.unknown,
                "shape": None if line.shape is None else _shape_json(line.shape),
                "further": _way_json(found.get(line.indicator)),
            }
            for line in told.indicators
        ],
        "missing": list(told.today.missing),
        "route": None if way is None else _route_json(way),
    }


def _shape_json(shape: Shape) -> dict[str, object]:
    return {
        "how": shape.how,
        "closing": decimal_text(shape.closing, 4),
        "falling": decimal_text(shape.falling, 4),
        "error_millionths": shape.error,
        "practices": shape.practices,
    }


def _way_json(way: Way | None) -> dict[str, object] | None:
    if way is None:
        return None
    return {
        "left": way.left,
        "next_patient": json_of(way.next_patient),
        "to_next_point": way.next_point,
        "to_the_most": way.to_the_most,
        "most": json_of(way.gains[-1]),
        "pence_a_patient": decimal_text(way.pence_a_patient, 2),
    }


def _route_json(way: Route) -> dict[str, object]:
    return {
        "reachable": way.steps is not None,
        "patients": way.patients,
        "now": json_of(way.now),
        "reached": json_of(way.reached),
        "most": json_of(way.most),
        "steps": [
            {"indicator": s.indicator, "patients": s.patients, "left": s.left,
             "gain": json_of(s.gain)}
            for s in way.steps or ()
        ],
    }  # fmt: skip
