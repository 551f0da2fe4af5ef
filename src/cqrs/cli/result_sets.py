"""Result sets between files and calculations: storing what was calculated, reading it back."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from cqrs.calculation.difference import Calculated
from cqrs.calculation.kinds import FormulaError, formulas
from cqrs.calculation.nation import Outcome
from cqrs.calculation.prevalence import reference_of
from cqrs.calculation.replay import read_statement, unlike
from cqrs.calculation.statement import PracticeInputs, Reference, Statement
from cqrs.cli.inputs import Inputs, National
from cqrs.cli.output import Refused
from cqrs.definitions import load
from cqrs.definitions.counts import Problem
from cqrs.definitions.load import DefinitionError
from cqrs.definitions.schema import Definition
from cqrs.exchange import result_set
from cqrs.exchange.result_set import Head, InputFile, NationalFigures, Record, ResultSet
from cqrs.exchange.sheet import Unreadable

MAKE_AGAIN = result_set.MAKE_AGAIN


def pieces(
    inputs: Inputs, national: National, results: Sequence[tuple[str, Statement | Outcome]]
) -> Iterator[bytes]:
    """The file of a result set: what `cqrs calculate` read and what came of it."""
    counts = {one.practice_code: one.values for one in inputs.counts}
    file, facts = inputs.file, inputs.facts_file
    head = Head(
        service=inputs.definition.id,
        achievement_date=file.achievement_date,
        definition=inputs.definition.content,
        national=NationalFigures(
            national.reference.status, national.reference.digest, national.content
        ),
        inputs={
            "counts": InputFile(file.source, file.digest),
            "practices": InputFile(inputs.practices_source, inputs.practices_digest),
            **({"facts": InputFile(facts.name, facts.digest)} if facts else {}),
        },
    )
    records = [
        Record(counts[code], statement.content, statement.digest) for code, statement in results
    ]
    return result_set.write(head, records)


def opened(path: str) -> ResultSet:
    """A stored result set; Refused when the file is none."""
    try:
        return result_set.read(path)
    except Unreadable as error:
        raise Refused([error.problem]) from None


def rules_of(stored: ResultSet) -> Definition:
    """The rules as they were when the set was stored, not as they are now."""
    try:
        found = load.parse(stored.head.definition)
        formulas(found)
        return found
    except (DefinitionError, FormulaError) as error:
        raise _refused(stored, f"its rules can't be read: {error}") from None


def national_of(stored: ResultSet) -> Reference:
    """England's figures of a set; Refused when they are not those that their digest names."""
    given = stored.head.national
    if not given.content:
        return Reference({}, given.status, given.digest)
    try:
        found = reference_of(given.content, given.status)
    except (KeyError, TypeError) as error:
        raise _refused(stored, f"England's figures are damaged: {error}") from None
    if found.digest != given.digest:
        raise _refused(stored, "England's figures are not those that their digest names")
    return found


def inputs_of(record: Record, stored: ResultSet, national: Reference) -> PracticeInputs:
    """What one result was made of. ValueError when its statement doesn't say."""
    content: dict[str, Any] = json.loads(record.statement)
    try:
        used = content["reference"]
        return PracticeInputs(
            practice_code=str(content["practice"]),
            achievement_date=stored.head.achievement_date,
            values=record.counts,
            registered_list=int(used["registered_list"]),
            list_date=date.fromisoformat(used["list_date"]),
            submission_digest=str(content["submission"]),
            reference=national,
            facts=content.get("facts", {}),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the statement is damaged: {error}") from None


def calculated(path: str) -> Iterator[Calculated]:
    """A stored result set as differences are made of; Refused at the first result that changed."""
    stored = opened(path)
    rules, national = rules_of(stored), national_of(stored)
    try:
        for record in stored.records():
            changed = unlike(record.statement, record.statement_digest)
            if changed:
                raise _refused(stored, changed[0])
            try:
                statement = read_statement(record.statement)
                yield Calculated(rules, inputs_of(record, stored, national), statement)
            except ValueError as error:
                raise _refused(stored, str(error)) from None
    except Unreadable as error:
        raise Refused([error.problem]) from None


def _refused(stored: ResultSet, words: str) -> Refused:
    return Refused([Problem(words=words, remedy=MAKE_AGAIN, file=stored.path.name)])
