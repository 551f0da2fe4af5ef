"""Whether files agree with one another: counts, practices and who takes part."""

from collections.abc import Iterator
from datetime import date

from cqrs.definitions import counts
from cqrs.definitions.counts import PracticeCounts, Problem
from cqrs.definitions.reference import of_another_date
from cqrs.definitions.schema import Definition
from cqrs.exchange.counts_file import CountsFile
from cqrs.exchange.cqrs_csv import Participation
from cqrs.exchange.practices_csv import Practice
from cqrs.exchange.sheet import Sheet


def _at_first_row(file: CountsFile, one: PracticeCounts, words: str, remedy: str) -> Problem:
    return Problem(
        words=words,
        remedy=remedy,
        file=file.source,
        row=one.rows[0] if one.rows else None,
        practice_code=one.practice_code,
        field="practice_code" if file.layout == "tidy" else "ORG_CODE",
    )


def strangers(file: CountsFile, known: set[str], path: str) -> Iterator[Problem]:
    """Practices with counts that the file of practices hasn't got."""
    for one in file.counts:
        if one.practice_code not in known:
            words = f"{one.practice_code} has counts but no list size: it is not in {path}"
            remedy = f"Add {one.practice_code} to {path}, or take its counts out"
            yield _at_first_row(file, one, words, remedy)


def not_participating(
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


def incomplete(file: CountsFile, definition: Definition) -> Iterator[Problem]:
    """Practices that lack an indicator, or sent nothing but blanks."""
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


def lists_of_another_date(
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
