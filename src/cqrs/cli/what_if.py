"""`cqrs what-if`: the same counts under supposed rules and numbers, for one practice or many."""

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cqrs.calculation import words
from cqrs.calculation.difference import Amount
from cqrs.calculation.scenario import (
    CountChange,
    NationalChange,
    RuleChange,
    Scenario,
    ScenarioError,
    Shift,
)
from cqrs.calculation.statement import CalculationError, PracticeInputs
from cqrs.calculation.what_if import Moved, Outcome, what_if
from cqrs.cli import inputs as reading
from cqrs.cli.amounts import (
    json_of,
    points_text,
    refused,
    signed_points,
    signed_pounds,
    table,
)
from cqrs.cli.inputs import Inputs
from cqrs.cli.output import Refused, Stages, Usage, print_json
from cqrs.definitions.counts import Problem
from cqrs.values import decimal_text, pounds_text

if TYPE_CHECKING:
    from cqrs.calculation.columns.what_if import NationOutcome

NAMED = 5
"""How many practices are named that gain or lose most."""
HEAD = ("", "points now", "then", "change", "pounds now", "then", "change")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "what-if",
        help="suppose other rules, counts or lists, and see what they would pay",
        epilog="A CHANGE is a number (430), or +12, -12, +5%, -2.5%. Write --set-list=-5% with "
        "an equals sign. Nothing is stored.",
    )
    reading.add_arguments(parser)
    parser.add_argument(
        "--practice",
        action="append",
        default=[],
        metavar="CODE",
        help="whose figures; several with commas (all practices)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="a figure of the rules: indicators.DM020.thresholds.upper=80",
    )
    parser.add_argument(
        "--set-count",
        action="append",
        default=[],
        metavar="INDICATOR.FIELD=CHANGE",
        help="counts: DM020.Numerator=+5%%, or of every indicator: '*.numerator=+5%%'",
    )
    parser.add_argument(
        "--set-list", action="append", default=[], metavar="CHANGE", help="registered lists: +3%%"
    )
    parser.add_argument(
        "--set-national",
        action="append",
        default=[],
        metavar="REGISTER=CHANGE",
        help="England's people on a register: DM=+2%%",
    )
    parser.add_argument(
        "--restrike",
        action="store_true",
        help="strike national prevalence anew from the supposed counts and lists",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Calculate before and after and print them; returns the exit code."""
    try:
        scenario = scenario_of(args)
    except ScenarioError as error:
        raise refused(error) from error
    named = [code.strip() for given in args.practice for code in given.split(",")]
    codes = list(dict.fromkeys(code for code in named if code))
    if args.practice and not codes:
        raise Usage("--practice names nobody: give a code, or leave it out for all practices")
    if args.restrike and codes:
        raise Usage("--restrike needs all practices: leave --practice out")
    inputs = reading.read(args, Stages())
    national = reading.national(inputs, strike_it=args.strike_national)
    many = [inputs.of(one, national) for one in inputs.counts]
    _refuse_strangers(inputs, codes)
    try:
        if len(codes) == 1:
            one = next(found for found in many if found.practice_code == codes[0])
            _tell_one(args, inputs, scenario, what_if(inputs.definition, one, scenario))
        else:
            _tell_many(args, inputs, scenario, _nation(args, inputs, many, codes, scenario))
    except (ScenarioError, CalculationError, ArithmeticError) as error:
        raise refused(error, inputs.file.source) from error
    return 0


def scenario_of(args: argparse.Namespace) -> Scenario:
    """The scenario that the arguments describe. Usage for an argument that isn't NAME=VALUE."""
    counts = []
    for name, value in _pairs("--set-count", args.set_count):
        indicator, _, field = name.partition(".")
        counts.append(CountChange(indicator, field, Shift.parse(name, value)))
    national = _pairs("--set-national", args.set_national)
    return Scenario(
        rules=tuple(RuleChange(path, value) for path, value in _pairs("--set", args.set)),
        counts=tuple(counts),
        lists=tuple(Shift.parse("list", text) for text in args.set_list),
        national=tuple(
            NationalChange(name, Shift.parse(f"national.{name}", value)) for name, value in national
        ),
    )


def _pairs(option: str, given: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise Usage(f"{option} wants a name, an equals sign and a value, not '{text}'")
        found.append((name, value))
    return found


def _refuse_strangers(inputs: Inputs, codes: Sequence[str]) -> None:
    known = {one.practice_code for one in inputs.counts}
    problems = [
        Problem(
            words=f"there are no counts of practice {code}",
            remedy="Check the code",
            file=inputs.file.source,
        )
        for code in codes
        if code not in known
    ]
    if problems:
        raise Refused(problems)


def _nation(
    args: argparse.Namespace,
    inputs: Inputs,
    many: Sequence[PracticeInputs],
    codes: Sequence[str],
    scenario: Scenario,
) -> "NationOutcome":
    """Columns are loaded only where they are used: it takes a while."""
    from cqrs.calculation.columns.basis import Basis
    from cqrs.calculation.columns.program import Overflow
    from cqrs.calculation.columns.query import BoundsError
    from cqrs.calculation.columns.what_if import what_if_nation

    try:
        nation = Basis.of(inputs.definition, many)
        return what_if_nation(nation, scenario, codes=codes, restrike=args.restrike)
    except (BoundsError, Overflow) as error:
        raise refused(error, inputs.file.source) from error


# One practice ------------------------------------------------------------------------------------


def _tell_one(
    args: argparse.Namespace, inputs: Inputs, scenario: Scenario, outcome: Outcome
) -> None:
    if args.json:
        print_json(_one_json(inputs, scenario, outcome))
        return
    practice = inputs.practices[outcome.inputs.practice_code]
    print(f"{practice.practice_code} {practice.name}, {inputs.definition.short_title}")
    print(f"What if {scenario}?")
    sides = (Amount(side.points, side.pence) for side in (outcome.before, outcome.after))
    print("\n".join(_rows(outcome.indicators, Moved("Total", *sides))))
    if outcome.held:
        told = ", ".join(" ".join(key) for key in outcome.held)
        print(f"Held at what they can be at most: {told}")
    for moved in outcome.indicators:
        if moved.change.pence or moved.change.points:
            print(f"\n{moved.indicator}, then")
            for step in words.steps(outcome.workings[moved.indicator]):
                print(f"  {step.label}: {step.numbers} -> {step.result}")


def _one_json(inputs: Inputs, scenario: Scenario, outcome: Outcome) -> dict[str, object]:
    return {
        **_head(inputs, scenario, outcome.before.pence, outcome.after.pence),
        "practice": outcome.inputs.practice_code,
        "points": {
            "before": decimal_text(outcome.before.points, 2),
            "after": decimal_text(outcome.after.points, 2),
        },
        "indicators": [_moved_json(moved) for moved in outcome.indicators],
        "workings": {
            name: [vars(step) for step in words.steps(working)]
            for name, working in outcome.workings.items()
        },
        "held": [list(key) for key in outcome.held],
    }


# Many practices ----------------------------------------------------------------------------------


def _tell_many(
    args: argparse.Namespace, inputs: Inputs, scenario: Scenario, outcome: "NationOutcome"
) -> None:
    if args.json:
        print_json(_many_json(inputs, scenario, outcome))
        return
    print(f"{len(outcome.codes):,} practices, {inputs.definition.short_title}")
    print(f"What if {scenario}?")
    print("\n".join(_rows(outcome.indicators, Moved("Total", outcome.before, outcome.after))))
    same = len(outcome.codes) - outcome.winners - outcome.losers
    print(f"{outcome.winners:,} practices gain, {outcome.losers:,} lose, {same:,} stay the same.")
    told = (f"{share}%: {signed_pounds(pence)}" for share, pence in outcome.spread().items())
    print(f"So many practices gain no more than: {'; '.join(told)}")
    losers = [one for one in outcome.ranked[:NAMED] if one[0] < 0]
    winners = [one for one in outcome.ranked[: -NAMED - 1 : -1] if one[0] > 0]
    for title, found in (("Lose most", losers), ("Gain most", winners)):
        if found:
            told = (f"{code} {signed_pounds(pence)}" for pence, code in found)
            print(f"{title}: {', '.join(told)}")
    if outcome.held:
        print(f"{outcome.held:,} counts were held at what they can be at most.")


def _many_json(inputs: Inputs, scenario: Scenario, outcome: "NationOutcome") -> dict[str, object]:
    before, after = outcome.before, outcome.after
    return {
        **_head(inputs, scenario, before.pence, after.pence),
        "practices": len(outcome.codes),
        "points": {
            "before": decimal_text(before.points, 2),
            "after": decimal_text(after.points, 2),
        },
        "indicators": [_moved_json(moved) for moved in outcome.indicators],
        "winners": outcome.winners,
        "losers": outcome.losers,
        "spread": {str(share): pence for share, pence in outcome.spread().items()},
        "changes": dict(zip(outcome.codes, outcome.changes, strict=True)),
        "held": outcome.held,
    }


# Both --------------------------------------------------------------------------------------------


def _head(inputs: Inputs, scenario: Scenario, before: int, after: int) -> dict[str, object]:
    return {
        "schema": "cqrs/what-if/1",
        "service": inputs.definition.id,
        "scenario": str(scenario),
        "pence": {"before": before, "after": after, "change": after - before},
    }


def _moved_json(moved: Moved) -> dict[str, object]:
    before, after = json_of(moved.before), json_of(moved.after)
    return {"indicator": moved.indicator, "before": before, "after": after}


def _rows(indicators: Sequence[Moved], total: Moved) -> Iterator[str]:
    """A row for each indicator that moves, and one for the total."""
    moving = [one for one in indicators if one.change.pence or one.change.points]
    yield from table(HEAD, [_row(one) for one in (*moving, total)])
    still = len(indicators) - len(moving)
    if still:
        yield f"{still} indicator{'s' * (still > 1)} stay{'s' * (still == 1)} the same."


def _row(moved: Moved) -> tuple[str, ...]:
    before, after = moved.before, moved.after
    return (
        moved.indicator,
        points_text(before.points) if before else "",
        points_text(after.points) if after else "",
        signed_points(moved.change.points),
        pounds_text(before.pence) if before else "",
        pounds_text(after.pence) if after else "",
        signed_pounds(moved.change.pence),
    )
