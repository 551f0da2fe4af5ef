"""Read and check everything a calculation starts from; any error refuses all of it."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from cqrs.calculation.columns.country import Country
from cqrs.calculation.columns.counts import CountTable
from cqrs.calculation.kinds import formulas
from cqrs.calculation.prevalence import reference_of, registers_needed, strike
from cqrs.calculation.statement import PracticeInputs, Reference
from cqrs.cli import agreement, country, providers
from cqrs.cli.output import Refused, Stages, Usage, day
from cqrs.definitions import counts, load
from cqrs.definitions.counts import PracticeCounts, Problem
from cqrs.definitions.reference import national_prevalence
from cqrs.definitions.schema import Definition
from cqrs.exchange import counts_file, cqrs_csv, practices_csv
from cqrs.exchange.counts_file import CountsFile
from cqrs.exchange.cqrs_csv import Participation
from cqrs.exchange.practices_csv import Practice
from cqrs.exchange.sheet import Sheet, Unreadable
from cqrs.values import canonical_json, digest

REMEDY = "Correct the counts, the list or the facts and send them again"
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
    facts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Facts by provider, as `PracticeInputs` has them."""
    facts_file: Sheet | None = None
    read_at_once: CountTable | None = None
    """The counts, by practice code, where the file was ordinary and rows needn't be told."""

    @property
    def counts(self) -> Sequence[PracticeCounts]:
        """The counts of each practice, by practice code."""
        if self.read_at_once is not None:
            return self.file.counts
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

    @cached_property
    def table(self) -> CountTable:
        """The counts of all practices side by side, by practice code."""
        if self.read_at_once is not None:
            return self.read_at_once
        codes = [one.practice_code for one in self.counts]
        wanted = counts.demands(self.definition)
        return CountTable.of(wanted, codes, [one.values for one in self.counts])

    def of(self, one: PracticeCounts, national: National) -> PracticeInputs:
        """What the statement of one practice is made of."""
        return PracticeInputs(
            practice_code=one.practice_code,
            achievement_date=one.achievement_date,
            values=one.values,
            registered_list=self.practices[one.practice_code].registered_list,
            list_date=self._list_date(one.practice_code),
            submission_digest=one.digest,
            reference=national.reference,
            facts=self.facts.get(one.practice_code, {}),
        )

    def country(self, national: National) -> Country:
        """What the statements of all practices are made of, by practice code."""
        table = self.table
        return Country(
            definition=self.definition,
            achievement_date=self.file.achievement_date,
            reference=national.reference,
            counts=table,
            lists=[self.practices[code].registered_list for code in table.codes],
            list_dates=[self._list_date(code) for code in table.codes],
            submissions=country.Digests(self.counts),
            facts=[self.facts.get(code, {}) for code in table.codes] if self.facts else (),
        )

    def _list_date(self, code: str) -> date:
        own = self.practices[code].list_date
        return own or self.definition.list_size_date or self.file.achievement_date


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that name the input files."""
    parser.add_argument("service", help="service and year, such as qof/2023-24")
    parser.add_argument(
        "--counts",
        metavar="FILE",
        help="counts as CQRS INDICATOR_VALUES, or practice_code,indicator,field,value; "
        "not for a service that counts nothing",
    )
    parser.add_argument(
        "--practices", required=True, metavar="FILE", help="practice_code,name,registered_list"
    )
    parser.add_argument(
        "--facts", metavar="FILE", help="facts such as beds: practice_code,fact,value"
    )
    parser.add_argument(
        "--members",
        metavar="FILE",
        help="score networks on their members together: network_code,practice_code,start_date,"
        "end_date",
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
        type=day,
        metavar="YYYY-MM-DD",
        help="the achievement date that is meant, where the file holds several",
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def service(name: str) -> Definition:
    """The definition of a service; Usage when there is none of that name."""
    service_is_known(name)
    return load.load(name)


def service_is_known(name: str) -> None:
    """Refuse a name that no service of this installation has; a broken definition passes."""
    known = load.all_services()
    if name not in known:
        raise Usage(f"There is no service '{name}'. {_near(name, known)}")


def _near(name: str, known: list[str]) -> str:
    """The years of the service that was meant, or else what services there are."""
    meant = name.lower().partition("/")[0]
    years = [one for one in known if one.partition("/")[0] == meant]
    if years:
        return f"Choose one of: {', '.join(years)}"
    services = dict.fromkeys(one.partition("/")[0] for one in known)
    return f"Name one of these with its year, such as {known[-1]}: {', '.join(services)}"


def read(
    args: argparse.Namespace, stages: Stages, *, complete: bool = False, rows: bool = True
) -> Inputs:
    """Read the files that were named; raises Refused with every problem of all of them.

    An ordinary file is read at once where the caller needn't know the row of each count.
    """
    definition = service(args.service)
    problems: list[Problem] = []
    _needs_counts(args, definition)
    with stages.stage("Read practices"):
        practices = _practices(args.practices, problems)
        participation = _participation(args.participation, definition, problems)
        told = {problem.practice_code for problem in problems}
        if practices is not None:
            problems += agreement.lists_of_another_date(definition, *practices)
    with stages.stage("Read counts"):
        sheet = _opened(args.counts, problems)
        plain = not (rows or args.facts or args.members)
        if sheet is not None and practices is not None and not problems and plain:
            found = _at_once(args, definition, sheet, practices, participation, complete=complete)
            if found is not None:
                return found
        file = _counts(args, definition, sheet, practices, problems)
    with stages.stage("Validate counts"):
        if file is not None:
            problems += counts_file.problems_of(file, definition)
            if practices is not None:
                problems += agreement.strangers(file, told.union(practices[0]), args.practices)
            if participation is not None:
                problems += agreement.not_participating(file, definition, participation, told)
            if complete:
                problems += agreement.incomplete(file, definition)
        if args.members and file is not None and practices is not None:
            summed = providers.networks(args.members, file, practices[0], problems)
            file, practices = (summed[0], (summed[1], practices[1])) if summed else (None, None)
        known = set(practices[0]) if practices else set()
        facts, facts_file = providers.facts(args.facts, definition, known, problems)
    if file is None or practices is None or any(problem.is_error for problem in problems):
        raise Refused(problems)
    given = {one.practice_code for one in file.counts}
    agreed = _agreed(definition, file, practices, participation, given, problems)
    return replace(agreed, facts=facts, facts_file=facts_file)


def _needs_counts(args: argparse.Namespace, definition: Definition) -> None:
    counts_something = any(indicator.fields for indicator in definition.indicators)
    if args.counts is None and counts_something:
        raise Usage(f"{definition.short_title} counts something: name the file with --counts")
    if args.counts is not None and not counts_something:
        raise Usage(f"{definition.short_title} counts nothing: leave --counts out")
    if args.members is not None and args.counts is None:
        raise Usage("--members adds counts up, and there are none: leave it out")


def _at_once(
    args: argparse.Namespace,
    definition: Definition,
    sheet: Sheet,
    practices: tuple[dict[str, Practice], Sheet],
    participation: dict[str, list[Participation]] | None,
    *,
    complete: bool,
) -> Inputs | None:
    """The inputs where the counts are ordinary, and everybody who sent them takes part."""
    try:
        codes = sorted(practices[0])
        found = country.read(
            sheet, definition, codes, achievement_date=args.date, complete=complete
        )
    except Unreadable:
        return None
    if found is None:
        return None
    file, table = found
    day = file.achievement_date
    if participation is not None and not country.all_take_part(table, day, participation):
        return None
    agreed = _agreed(definition, file, practices, participation, set(table.codes), [])
    return replace(agreed, read_at_once=table)


def _agreed(
    definition: Definition,
    file: CountsFile,
    practices: tuple[dict[str, Practice], Sheet],
    participation: dict[str, list[Participation]] | None,
    given: set[str],
    warnings: list[Problem],
) -> Inputs:
    day = file.achievement_date
    silent = set(practices[0]) - given
    if participation is not None:
        silent = {code for code in silent if any(day in p for p in participation.get(code, ()))}
    return Inputs(
        definition,
        file,
        practices[0],
        practices[1].name,
        practices[1].digest,
        tuple(warnings),
        tuple(sorted(silent)),
    )


def national(inputs: Inputs, *, strike_it: bool) -> National:
    """National prevalence for these inputs: struck from them, else what is published as final.

    Raises Refused when it is needed and there is neither.
    """
    definition = inputs.definition
    table = inputs.table
    needed = {f.indicator.id for f in formulas(definition) if f.register_id}
    if not table.has_any_of(needed):
        empty = Reference({}, "not needed", digest(canonical_json({"service": definition.id})))
        return National(empty, NOT_NEEDED, {})
    if not strike_it:
        return _published(definition)
    carriers = [key for keys in registers_needed(definition).values() for key in keys]
    lists = (inputs.practices[code].registered_list for code in table.codes)
    content = strike(
        definition,
        zip(table.codes, lists, table.some(carriers), strict=True),
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


def _opened(path: str | None, problems: list[Problem]) -> Sheet | None:
    if path is None:
        return None
    try:
        return Sheet.at(path)
    except Unreadable as error:
        problems.append(error.problem)
        return None


def _counts(
    args: argparse.Namespace,
    definition: Definition,
    sheet: Sheet | None,
    practices: tuple[dict[str, Practice], Sheet] | None,
    problems: list[Problem],
) -> CountsFile | None:
    if args.counts is None and practices is not None:
        return providers.without_counts(definition, practices[0], args.date)
    if sheet is None:
        return None
    try:
        return counts_file.read(sheet, definition, achievement_date=args.date)
    except Unreadable as error:
        problems.append(error.problem)
        return None
