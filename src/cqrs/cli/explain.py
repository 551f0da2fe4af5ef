"""`cqrs explain`: the workings of one practice's figures, back to the row of the file."""

import argparse
from collections.abc import Callable, Iterator
from fractions import Fraction

from cqrs.calculation import exact, nodes, words, workings
from cqrs.calculation.kinds import formulas
from cqrs.calculation.statement import CalculationError, PracticeInputs, calculate
from cqrs.calculation.workings import Explanation
from cqrs.cli import inputs as reading
from cqrs.cli.inputs import Inputs, National
from cqrs.cli.output import Refused, Stages, Usage, print_json
from cqrs.definitions.counts import PracticeCounts, Problem
from cqrs.values import decimal_text, plain_text, pounds_text, short_digest

Origin = Callable[[str, nodes.Origin], str]
"""Says where an input comes from, by its name and origin."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("explain", help="show how a practice's figures come about")
    reading.add_arguments(parser)
    parser.add_argument("--practice", required=True, metavar="CODE", help="whose figures")
    parser.add_argument("--indicator", metavar="ID", help="only this one, such as DM036")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the workings; returns the exit code."""
    definition = reading.service(args.service)
    paid = [formula.indicator.id for formula in formulas(definition)]
    if args.indicator is not None and args.indicator not in paid:
        raise Usage(
            f"{definition.short_title} pays nothing for '{args.indicator}'. "
            f"Choose one of: {', '.join(paid)}"
        )
    inputs = reading.read(args, Stages())
    national = reading.national(inputs, strike_it=args.strike_national)
    counts = _counts_of(inputs, args.practice)
    by_id = definition.by_id
    wanted = [name for name in paid if name in counts.indicators or not by_id[name].fields]
    if args.indicator is not None and args.indicator not in wanted:
        told = f"there are no counts of {args.indicator} for {args.practice}"
        raise _refused(inputs, counts, told, "Choose an indicator that was submitted")
    try:
        if args.json:
            print_json(_json(inputs, national, counts, args.indicator, wanted))
        else:
            print("\n".join(_text(inputs, national, counts, args.indicator, wanted)))
    except CalculationError as error:
        raise _refused(inputs, counts, str(error), reading.REMEDY) from error
    return 0


def _counts_of(inputs: Inputs, code: str) -> PracticeCounts:
    for counts in inputs.counts:
        if counts.practice_code == code:
            return counts
    told = f"there are no counts of practice {code}"
    problem = Problem(words=told, remedy="Check the code", file=inputs.file.source)
    raise Refused([problem])


def _refused(inputs: Inputs, counts: PracticeCounts, told: str, remedy: str) -> Refused:
    code, source = counts.practice_code, inputs.file.source
    return Refused([Problem(words=told, remedy=remedy, file=source, practice_code=code)])


# In words --------------------------------------------------------------------------------------


def _text(
    inputs: Inputs,
    national: National,
    counts: PracticeCounts,
    indicator: str | None,
    wanted: list[str],
) -> Iterator[str]:
    definition, made_of = inputs.definition, inputs.of(counts, national)
    statement = calculate(definition, made_of)
    practice = inputs.practices[counts.practice_code]
    yield f"{practice.practice_code} {practice.name}, {definition.short_title}"
    yield f"Counts of {counts.achievement_date}: {_source_of_counts(inputs)}"
    yield f"List size {practice.registered_list:,}: {_source_of_list(inputs, counts)}"
    yield f"Definition version {definition.version}, digest {short_digest(definition.digest)}"
    yield f"National prevalence {national.reference.status}: {national.method}"
    if indicator is None:
        of = f" of {statement.attainable_points} points, " if definition.money else ""
        points = decimal_text(statement.points, 2) if definition.money else ""
        yield f"All indicators: {points}{of}{pounds_text(statement.pence)}"
        if statement.missing:
            yield f"Missing, skipped: {', '.join(statement.missing)}"
    for name in [indicator] if indicator else wanted:
        yield ""
        yield from _indicator_text(inputs, national, counts, made_of, name)


def _indicator_text(
    inputs: Inputs, national: National, counts: PracticeCounts, made_of: PracticeInputs, name: str
) -> Iterator[str]:
    told = workings.explain(inputs.definition, made_of, name)
    origin = _origins(inputs, national, counts, name)
    yield f"{name} {inputs.definition.by_id[name].title}: {_amount(told)}"
    yield f"  {told.sentence}"
    for step in told.steps:
        note = f" ({step.note})" if step.note else ""
        yield f"  {step.label}: {step.words}"
        yield f"    {step.numbers} -> {step.result}{note}"
    if told.keys and len(told.keys.pressed) > 2:
        keys = " ".join(told.keys.pressed)
        yield f"  On a calculator of {told.keys.digits} digits: {keys} {told.keys.shown}"
    yield "  Made of"
    for used in told.used:
        source = used.source or origin(used.name, used.origin)
        yield f"    {used.label} {used.value}: {source}"


def _amount(told: Explanation) -> str:
    points = "" if told.points is None else f"{decimal_text(told.points, 2)} points, "
    return points + pounds_text(told.pence)


def _origins(inputs: Inputs, national: National, counts: PracticeCounts, indicator: str) -> Origin:
    """Where each input of an indicator comes from: the file, its row and its digest."""

    def origin(name: str, kind: nodes.Origin) -> str:
        if kind == "submission":
            return _source_of_count(inputs, counts, indicator, name)
        if kind == "list":
            return _source_of_list(inputs, counts)
        if kind == "fact":
            return _source_of_fact(inputs, counts, name)
        if kind == "calculation":
            return "another line of the same statement"
        reference = national.reference
        digest = short_digest(reference.digest)
        return f"national prevalence, {reference.status}, digest {digest}"

    return origin


def _source_of_count(inputs: Inputs, counts: PracticeCounts, indicator: str, name: str) -> str:
    if name == "month":
        return f"the achievement date, {counts.achievement_date}"
    field, file = _field_of(inputs, indicator, name), inputs.file
    row = counts.row_of(indicator, field)
    where = "members together" if row is None else f"row {row}"
    return f"{file.source}, {where}, {field}, digest {short_digest(file.digest)}"


def _source_of_fact(inputs: Inputs, counts: PracticeCounts, name: str) -> str:
    file = inputs.facts_file
    if file is not None and name in inputs.facts.get(counts.practice_code, {}):
        return f"{file.name}, {name}, digest {short_digest(file.digest)}"
    return f"{name}, not given, so what the definition says"


def _field_of(inputs: Inputs, indicator: str, name: str) -> str:
    kind = "yes_no" if name == "flag" else name
    fields = inputs.definition.by_id[indicator].fields
    own = name.removeprefix("count ")
    if own in fields:
        return own
    return next((field for field, known in fields.items() if known.kind == kind), "")


def _source_of_counts(inputs: Inputs) -> str:
    return f"{inputs.file.source}, digest {short_digest(inputs.file.digest)}"


def _source_of_list(inputs: Inputs, counts: PracticeCounts) -> str:
    row = inputs.practices[counts.practice_code].row
    where = f"row {row}" if row else "members together"
    return f"{inputs.practices_source}, {where}, digest {short_digest(inputs.practices_digest)}"


# As JSON ---------------------------------------------------------------------------------------


def _json(
    inputs: Inputs,
    national: National,
    counts: PracticeCounts,
    indicator: str | None,
    wanted: list[str],
) -> dict[str, object]:
    definition, made_of = inputs.definition, inputs.of(counts, national)
    practice = inputs.practices[counts.practice_code]
    statement = calculate(definition, made_of)
    return {
        "schema": "cqrs/explanation/1",
        "service": definition.id,
        "definition": {"version": definition.version, "digest": definition.digest},
        "practice": {"practice_code": practice.practice_code, "name": practice.name},
        "achievement_date": counts.achievement_date.isoformat(),
        "statement_digest": statement.digest,
        "points": decimal_text(statement.points, 2) if definition.money else None,
        "attainable_points": statement.attainable_points if definition.money else None,
        "pence": statement.pence,
        "missing": list(statement.missing),
        "sources": {
            "counts": {"file": inputs.file.source, "digest": inputs.file.digest},
            "practices": {
                "file": inputs.practices_source,
                "digest": inputs.practices_digest,
                "row": practice.row,
                "registered_list": practice.registered_list,
            },
            "facts": inputs.facts_file
            and {"file": inputs.facts_file.name, "digest": inputs.facts_file.digest},
            "national_prevalence": {
                "status": national.reference.status,
                "method": national.method,
                "digest": national.reference.digest,
            },
        },
        "indicators": [
            _indicator_json(inputs, made_of, name, _origins(inputs, national, counts, name))
            for name in ([indicator] if indicator else wanted)
        ],
    }


def _indicator_json(
    inputs: Inputs, made_of: PracticeInputs, name: str, origin: Origin
) -> dict[str, object]:
    formula, numbers = workings.opened(inputs.definition, made_of, name)
    told = workings.explain(inputs.definition, made_of, name)
    keys = told.keys
    return {
        "indicator": name,
        "title": formula.indicator.title,
        "points": None if told.points is None else decimal_text(told.points, 2),
        "pence": told.pence,
        "sentence": told.sentence,
        "steps": [vars(step) for step in told.steps],
        "keys": None if keys is None else vars(keys) | {"pressed": list(keys.pressed)},
        "used": [
            vars(used) | {"source": used.source or origin(used.name, used.origin)}
            for used in told.used
        ],
        "workings": _tree(exact.work(formula.pence, numbers), origin),
    }


def _tree(working: exact.Working, origin: Origin) -> dict[str, object]:
    """A step with its exact value (a fraction where it isn't whole) and the steps under it.

    A named step has its formula in words and with this practice's numbers; a number of the
    practice or of England has its source, as a figure of the definition has.
    """
    node = working.node
    value = Fraction(working.value)
    told: dict[str, object] = {
        "node": type(node).__name__,
        "unit": str(node.unit),
        "value": str(value),
        "decimal": plain_text(value),
    }
    match node:
        case nodes.Constant(label=label, source=source):
            told |= {"label": label, "source": source}
        case nodes.Input(name=name, label=label, origin=kind):
            told |= {"name": name, "label": label, "origin": kind, "source": origin(name, kind)}
        case nodes.Named():
            told |= vars(words.step(node, working))
        case nodes.Round(places=places):
            told |= {"places": places}
        case nodes.WhenPositive(otherwise=otherwise) if len(working.parts) == 1:
            told |= {"otherwise": otherwise}
    if working.parts:
        told["parts"] = [_tree(part, origin) for part in working.parts]
    return told
