"""What is said about providers besides their counts: facts, and who is in which network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from cqrs.calculation.kinds import facts_of
from cqrs.calculation.nation import Total
from cqrs.calculation.networks import Membership, Networks, together
from cqrs.calculation.nodes import PENCE
from cqrs.definitions.counts import PracticeCounts, Problem, day_fault
from cqrs.definitions.schema import Definition
from cqrs.exchange import facts_csv, members_csv
from cqrs.exchange.counts_file import CountsFile
from cqrs.exchange.facts_csv import Facts, Known
from cqrs.exchange.practices_csv import Practice
from cqrs.exchange.sheet import Sheet, Unreadable
from cqrs.values import digest

POUNDS = 2
"""Pounds are written with so many decimals and kept in pence."""


def facts(
    path: str | None, definition: Definition, known: set[str], problems: list[Problem]
) -> tuple[Facts, Sheet | None]:
    """The facts of a file, and the file; those of providers that nobody named are refused."""
    if path is None:
        return {}, None
    kept = {
        name: Known(POUNDS if node.unit == PENCE else node.places, node.least, node.most)
        for name, node in facts_of(definition).items()
    }
    try:
        sheet = Sheet.at(path)
        found = facts_csv.read(sheet, kept, problems)
    except Unreadable as error:
        problems.append(error.problem)
        return {}, None
    for code in sorted(set(found) - known):
        words = f"{code} has facts, but nobody of that code is calculated"
        remedy = "Use the code of a practice, or with --members of a network, or take them out"
        problems.append(
            Problem(words=words, remedy=remedy, file=sheet.name, practice_code=code, field="fact")
        )
    return found, sheet


def not_given(
    definition: Definition, given: Mapping[str, Mapping[str, int]], totals: Sequence[Total]
) -> dict[str, int]:
    """The declared facts whose default was used, with for how many providers."""
    return {
        name: count
        for name, fact in definition.facts.items()
        if fact.default is not None
        and (count := sum(name not in given.get(one.practice_code, {}) for one in totals))
    }


def without_counts(
    definition: Definition, practices: Mapping[str, Practice], day: date | None
) -> CountsFile:
    """For a service that counts nothing: every provider of the file, with no number at all."""
    on = day or definition.year.end
    problems: tuple[Problem, ...] = ()
    if fault := day_fault(definition, on):
        problems = (Problem(words=fault[0], remedy=fault[1], field="achievement date"),)
    many = tuple(PracticeCounts(code, on, {}) for code in sorted(practices))
    return CountsFile("none", "no counts", digest(b""), on, many, (), problems, 0)


def networks(
    path: str, file: CountsFile, practices: Mapping[str, Practice], problems: list[Problem]
) -> tuple[CountsFile, dict[str, Practice]] | None:
    """The counts and lists of networks instead of those of their members on the day."""
    try:
        sheet = Sheet.at(path)
        members = list(members_csv.read(sheet, problems))
    except Unreadable as error:
        problems.append(error.problem)
        return None
    lists = {code: practice.registered_list for code, practice in practices.items()}
    made = together(file.counts, lists, _memberships(members), file.achievement_date)
    problems += [replace(problem, file=sheet.name) for problem in made.problems]
    problems += _outside(made, sheet, file.achievement_date)
    sizes = {code: Practice(0, code, code, size) for code, size in made.lists.items()}
    return replace(file, counts=made.counts), sizes


def _memberships(members: list[members_csv.Member]) -> Iterator[Membership]:
    for one in members:
        yield Membership(one.network_code, one.practice_code, one.start_date, one.end_date)


def _outside(made: Networks, sheet: Sheet, day: date) -> Iterator[Problem]:
    for code in made.outside:
        words = f"{code} has counts but is in no network on {day}, so nobody is paid for them"
        remedy = "Add its membership, or take its counts out"
        yield Problem(words=words, remedy=remedy, file=sheet.name, practice_code=code)
