"""Read and check everything a calculation starts from; any error refuses all of it."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cqrs.calculation.kinds import formulas
from cqrs.calculation.prevalence import reference_of, strike
from cqrs.calculation.statement import PracticeInputs, Reference
from cqrs.cli.output import Refused, Stages, Usage
from cqrs.definitions import counts, load
from cqrs.definitions.counts import PracticeCounts, Problem
from cqrs.definitions.reference import national_prevalence, of_another_date
from cqrs.definitions.schema import Definition
from cqrs.exchange import counts_file, cqrs_csv, practices_csv
from cqrs.exchange.counts_file import CountsFile
from cqrs.exchange.cqrs_csv import Participation
from cqrs.exchange.practices_csv import Practice
from cqrs.exchange.sheet import Sheet, Unreadable
from cqrs.values import canonical_json, digest

NOT_NEEDED = "nothing here is adjusted for prevalence"


@dataclass(frozen=True)
class National:
    """The national prevalence that was used, and how it came about."""

    reference: Reference
    method: str
    content: dict[str, object]


@dataclass(frozen=True)
class Inputs:
    """Files that were read, agreed with each other, and hold no error."""

    definition: Definition
    file: CountsFile
    practices: dict[str, Practice]
    practices_source: str
    practices_digest: str
    warnings: tuple[Problem, ...]
    silent_practices: tuple[str, ...]
    """Practices that could have counts and have none: they are in no result."""

    @property
    def counts(self) -> tuple[PracticeCounts, ...]:
        """The counts of each practice, by practice code."""
        return tuple(sorted(self.file.counts, key=lambda one: one.practice_code))

    @property
    def list_dates(self) -> str:
        """Of which day the list sizes are, or that the file doesn't say: words for a summary."""
        wanted = self.definition.list_size_date
        undated = sum(practice.list_date is None for practice in self.practices.values())
        if wanted is None:
            return "of any date"
        if not undated:
            return f"of {wanted}"
        who = "no date was given" if undated == len(self.practices) else f"{undated:,} bear no date"
        return f"{who}; taken as of {wanted}"

    def of(self, one: PracticeCounts, national: National) -> PracticeInputs:
        """What the statement of one practice is made of."""
        practice = self.practices[one.practice_code]
        day = practice.list_date or self.definition.list_size_date or one.achievement_date
        return PracticeInputs(
            practice_code=one.practice_code,
            achievement_date=one.achievement_date,
            values=one.values,
            registered_list=practice.registered_list,
            list_date=day,
            submission_digest=one.digest,
            reference=national.reference,
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that name the input files."""
    parser.add_argument("service", help="service and year, such as qof/2023-24")
    parser.add_argument(
        "--counts",
        required=True,
        metavar="FILE",
        help="counts as CQRS INDICATOR_VALUES, or practice_code,indicator,field,value",
    )
    parser.add_argument(
        "--practices", required=True, metavar="FILE", help="practice_code,name,registered_list"
    )
    parser.add_argument(
        "--participation", metavar="FILE", help="who takes part, as CQRS FINAL_PRACTICE_LIST"
    )
    parser.add_argument(
        "--strike-national",
        action="store_true",
        help="strike national prevalence from these counts and lists",
    )
    parser.add_argument(
        "--date",
        type=_date,
        metavar="YYYY-MM-DD",
        help="the achievement date that is meant, where the file holds several",
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        words = f"'{text}' is not a date: write it as YYYY-MM-DD, such as 2024-03-31"
        raise argparse.ArgumentTypeError(words) from None


def service(name: str) -> Definition:
    """The definition of a service; Usage when there is none of that name."""
    if name not in load.all_services():
        known = ", ".join(load.all_services())
        raise Usage(f"There is no service '{name}'. Choose one of: {known}")
    return load.load(name)


def read(args: argparse.Namespace, stages: Stages, *, complete: bool = False) -> Inputs:
    """Read the files that were named; raises Refused with every problem of all of them."""
    definition = service(args.service)
    problems: list[Problem] = []
    with stages.stage("Read practices"):
        practices = _practices(args.practices, problems)
        participation = _participation(args.participation, definition, problems)
        told = {problem.practice_code for problem in problems}
        if practices is not None:
            problems += _lists_of_another_date(definition, *practices)
    with stages.stage("Read counts"):
        file = _counts(args, definition, problems)
    with stages.stage("Validate counts"):
        if file is not None:
            problems += counts_file.problems_of(file, definition)
            if practices is not None:
                problems += _strangers(file, told.union(practices[0]), args.practices)
            if participation is not None:
                problems += _not_participating(file, definition, participation, told)
            if complete:
                problems += _incomplete(file, definition)
    if file is None or practices is None or any(problem.is_error for problem in problems):
        raise Refused(problems)
    day = file.achievement_date
    silent = set(practices[0]) - {one.practice_code for one in file.counts}
    if participation is not None:
        silent = {code for code in silent if any(day in p for p in participation.get(code, ()))}
    return Inputs(
        definition,
        file,
        practices[0],
        practices[1].name,
        practices[1].digest,
        tuple(problems),
        tuple(sorted(silent)),
    )


def national(inputs: Inputs, *, strike_it: bool) -> National:
    """National prevalence for these inputs: struck from them, else what is published as final.

    Raises Refused when it is needed and there is neither.
    """
    definition = inputs.definition
    given = {indicator for one in inputs.counts for indicator in one.indicators}
    needed = [f.indicator.id for f in formulas(definition) if f.register_id]
    if not given.intersection(needed):
        empty = Reference({}, "not needed", digest(canonical_json({"service": definition.id})))
        return National(empty, NOT_NEEDED, {})
    if not strike_it:
        return _published(definition)
    content = strike(
        definition,
        (
            (one.practice_code, inputs.practices[one.practice_code].registered_list, one.values)
            for one in inputs.counts
        ),
        inputs.file.achievement_date,
    )
    struck = reference_of(content, "provisional")
    return National(struck, str(content["method"]), dict(content))


def _published(definition: Definition) -> National:
    found = national_prevalence(definition.id)
    if found is None or found.status != "final":
        raise Refused(
            [
                Problem(
                    words=f"{definition.short_title} has no final national prevalence to use",
                    remedy="Add --strike-national to strike it from these counts and lists",
                )
            ]
        )
    reference = reference_of(found.content, found.status)
    return National(reference, str(found.content["method"]), found.content)


def _practices(path: str, problems: list[Problem]) -> tuple[dict[str, Practice], Sheet] | None:
    try:
        sheet = Sheet.at(path)
        before = len(problems)
        found = practices_csv.read(sheet, problems)
        if not found and len(problems) == before:
            raise sheet.stop("there is no practice in this file", "Send a row for each practice")
        return found, sheet
    except Unreadable as error:
        problems.append(error.problem)
        return None


def _lists_of_another_date(
    definition: Definition, practices: dict[str, Practice], sheet: Sheet
) -> Iterator[Problem]:
    """One problem for each date that the definition doesn't ask for."""
    rows: dict[date, list[Practice]] = {}
    for practice in practices.values():
        if practice.list_date and of_another_date(definition, [practice.list_date]):
            rows.setdefault(practice.list_date, []).append(practice)
    for day, many in rows.items():
        yield Problem(
            words=of_another_date(definition, [day]),
            remedy=f"Send the list sizes of {definition.list_size_date}",
            file=sheet.name,
            row=many[0].row,
            rows=len(many),
            practice_code=many[0].practice_code,
            field="list_date",
        )


def _participation(
    path: str | None, definition: Definition, problems: list[Problem]
) -> dict[str, list[Participation]] | None:
    if path is None:
        return None
    found: dict[str, list[Participation]] = {}
    try:
        sheet = Sheet.at(path)
        for one in cqrs_csv.read_participation(sheet, problems):
            if one.quality_service == definition.quality_service:
                found.setdefault(one.practice_code, []).append(one)
                continue
            problems.append(
                sheet.problem(
                    f"this row is of {counts.shown(one.quality_service) or 'no service'}, "
                    f"not of {definition.quality_service} ({definition.short_title})",
                    "Send the participation list of this service and year",
                    row=one.row,
                    field="QUALITY_SERVICE",
                    practice_code=one.practice_code,
                )
            )
    except Unreadable as error:
        problems.append(error.problem)
        return None
    return found


def _counts(
    args: argparse.Namespace, definition: Definition, problems: list[Problem]
) -> CountsFile | None:
    try:
        file = counts_file.read(Sheet.at(args.counts), definition, achievement_date=args.date)
    except Unreadable as error:
        problems.append(error.problem)
        return None
    return file


def _at_first_row(file: CountsFile, one: PracticeCounts, words: str, remedy: str) -> Problem:
    return Problem(
        words=words,
        remedy=remedy,
        file=file.source,
        row=one.rows[0] if one.rows else None,
        practice_code=one.practice_code,
        field="practice_code" if file.layout == "tidy" else "ORG_CODE",
    )


def _strangers(file: CountsFile, known: set[str], path: str) -> Iterator[Problem]:
    for one in file.counts:
        if one.practice_code not in known:
            words = f"{one.practice_code} has counts but no list size: it is not in {path}"
            remedy = f"Add {one.practice_code} to {path}, or take its counts out"
            yield _at_first_row(file, one, words, remedy)


def _not_participating(
    file: CountsFile,
    definition: Definition,
    participation: dict[str, list[Participation]],
    told: set[str],
) -> Iterator[Problem]:
    """Practices with counts that don't take part, but for those whose row was already refused."""
    day = file.achievement_date
    for one in file.counts:
        found = participation.get(one.practice_code, [])
        if one.practice_code in told or any(day in period for period in found):
            continue
        dates = " and ".join(f"{p.start_date} to {p.end_date}" for p in found)
        only = f" (only from {dates})" if found else ""
        words = (
            f"{one.practice_code} does not participate in {definition.short_title} on {day}{only}"
        )
        remedy = "Take its counts out, or send a participation list that has it"
        yield _at_first_row(file, one, words, remedy)


def _incomplete(file: CountsFile, definition: Definition) -> Iterator[Problem]:
    for one in file.counts:
        absent = counts.missing(definition, one)
        if absent:
            words = f"{len(absent)} indicators have no counts: {', '.join(absent)}"
            remedy = "Send them too, or leave --require-complete out"
            yield _at_first_row(file, one, words, remedy)
    for code in file.blank_practices:
        yield Problem(
            words="all values of this practice are blank",
            remedy="Send its counts, or leave --require-complete out",
            file=file.source,
            practice_code=code,
            field="VALUE",
        )
