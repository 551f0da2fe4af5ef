"""Opening a collection, and taking counts in: all or nothing, and harmless when repeated."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from psycopg.types.json import Jsonb

from cqrs.definitions.counts import PracticeCounts, Problem, Validator
from cqrs.definitions.schema import Definition
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, everywhere, reached
from cqrs.portal.audit import actions as audit
from cqrs.portal.bulk import copy_rows
from cqrs.portal.catalogue.models import PublishedDefinition
from cqrs.portal.catalogue.queries import Participant, definition, participants
from cqrs.portal.collection.models import (
    Collection,
    CollectionState,
    Purpose,
    Source,
    SourceFile,
    Submission,
)
from cqrs.portal.collection.queries import current_versions
from cqrs.portal.words import day_text
from cqrs.values import clock

Progress = Callable[[int, int], None]
"""Called with how many practices are done, of how many."""

NAMED = 5
COLUMNS = (
    "collection_id", "provider_id", "version", "source", "source_file_id", "counts", "digest",
    "warnings", "received_at", "received_by_id", "received_by_name", "supersedes_id", "on_behalf",
)  # fmt: skip


@dataclass(frozen=True)
class FileDescription:
    """The file that brought counts: its name, digest, size and layout."""

    name: str
    sha256: str
    size_bytes: int
    layout: str


@dataclass(frozen=True)
class TakenIn:
    """What an intake did, in numbers of practices and in a sentence."""

    new: int
    changed: int
    unchanged: int
    already_received: bool
    sentence: str


class IntakeRefused(Refused):
    """Nothing was taken in; `problems` says what is wrong and where."""

    def __init__(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(sentence)
        self.problems = tuple(problems)


def purpose_of(rules: Definition, achievement_date: date) -> Purpose:
    """Each month of some services pays; of the others only the year end, the rest is to know."""
    if rules.collection.pays == "each":
        return Purpose.MONTH
    return Purpose.YEAR_END if achievement_date == rules.year.end else Purpose.IN_YEAR


@transaction.atomic
def open_collection(
    *,
    actor: Actor,
    definition_digest: str,
    achievement_date: date,
    declare_by: date,
) -> int:
    """Ask every participant for counts at a month end; answers the collection's number.

    The definition says whether it decides money. Opening the same one again changes nothing.
    """
    require(actor, Permission.TAKE_IN, "Only a data operator may open a collection.")
    published = PublishedDefinition.objects.filter(digest=definition_digest).first()
    if published is None:
        raise NotFound(f"No definition with the digest {definition_digest} is published.")
    known = Collection.objects.filter(
        service=published.service, achievement_date=achievement_date
    ).first()
    if known:
        return known.pk
    rules = definition(definition_digest)
    if achievement_date not in rules.year:
        raise Refused(
            f"{day_text(achievement_date)} is not in the year of {published.short_title}."
        )
    purpose = purpose_of(rules, achievement_date)
    row = Collection.objects.create(
        definition=published,
        service=published.service,
        achievement_date=achievement_date,
        purpose=purpose,
        declare_by=declare_by,
    )
    audit.record(
        actor=actor,
        action="collection.open",
        subject_kind="collection",
        subject_reference=str(row.pk),
        sentence=f"{actor.name} opened {published.short_title} at {day_text(achievement_date)}.",
        concerns=participants(published.service, achievement_date),
        details={"definition": definition_digest, "purpose": purpose},
    )
    return row.pk


@transaction.atomic
def take_in(
    *,
    actor: Actor,
    collection_id: int,
    counts: Iterable[PracticeCounts],
    source_file: FileDescription | None = None,
    source: str = Source.EXTRACTED,
    progress: Progress | None = None,
) -> TakenIn:
    """Keep the counts of any number of practices as new submissions.

    A practice whose counts are as they were gets no new version. A file already taken in
    changes nothing. IntakeRefused when anything is wrong with any of them.
    """
    collection = (
        Collection.objects.select_for_update(no_key=True, of=("self",))
        .select_related("definition")
        .defer("definition__content")
        .filter(pk=collection_id)
        .first()
    )
    if collection is None:
        raise NotFound(f"There is no collection {collection_id}.")
    many = list(counts)
    _check_source(source, source_file)
    taking_part = participants(collection.service, collection.achievement_date)
    on_behalf = _may_take_in(actor, collection.service, source, many, taking_part)
    file = _file(actor, source_file)
    if file and Submission.objects.filter(collection=collection, source_file=file).exists():
        return TakenIn(
            0, 0, len(many), True,
            f"This file was already received on {day_text(file.received_at)} as {file.name}. "
            "Nothing has changed.",
        )  # fmt: skip
    warnings = _validated(collection, many, taking_part, progress)
    intake = _Intake(actor, collection, source, file, taking_part, warnings, on_behalf)
    outcome = intake.keep(many)
    _mark_complete(collection, taking_part)
    audit.record(
        actor=actor,
        action="collection.take_in",
        subject_kind="collection",
        subject_reference=str(collection.pk),
        sentence=outcome.sentence,
        concerns=[counts.practice_code for counts in many],
        details={
            "file": source_file.name if source_file else "",
            "sha256": source_file.sha256 if source_file else "",
            "source": source,
            "new": outcome.new,
            "changed": outcome.changed,
            "unchanged": outcome.unchanged,
        },
    )
    return outcome


def _check_source(source: str, source_file: FileDescription | None) -> None:
    if source not in Source.values:
        raise Refused(f"'{source}' is not a way in which counts come in.")
    if source != Source.TYPED and source_file is None:
        raise Refused("Counts that were not typed in must name the file they came in.")


def _may_take_in(
    actor: Actor,
    service: str,
    source: str,
    many: list[PracticeCounts],
    taking_part: dict[str, Participant],
) -> frozenset[str]:
    """The codes of those for whom the actor sends counts in their place; Refused otherwise.

    A data operator takes in anybody's. A provider sends its own; a commissioner's approval
    manager those of the providers it pays for the service.
    """
    if everywhere(actor, Permission.TAKE_IN, service):
        return frozenset()
    if not (actor.may(Permission.ENTER_DATA) or actor.may(Permission.ENTER_ON_BEHALF)):
        raise Refused("Only data entry may send counts.")
    if source == Source.EXTRACTED:
        raise Refused(
            "Only a data operator takes in extracted counts. Type yours in or upload them."
        )
    ids = {c.practice_code: taking_part[c.practice_code].provider_id
           for c in many if c.practice_code in taking_part}  # fmt: skip
    mine = reached(actor, Permission.ENTER_DATA, ids.values(), service)
    paid = [n for c, n in ids.items() if taking_part[c].commissioner_id == actor.organisation_id]
    theirs = reached(actor, Permission.ENTER_ON_BEHALF, paid, service)
    others = {c.practice_code for c in many if ids.get(c.practice_code) not in mine | theirs}
    if others:
        pays = actor.may(Permission.ENTER_ON_BEHALF)
        whose = f"the providers {actor.organisation_name} pays" if pays else actor.organisation_name
        raise Refused(
            f"You may send counts of {whose} only; {min(others)} is another practice. Nothing was "
            "taken in."
        )
    return frozenset(code for code, number in ids.items() if number in theirs - mine)


def _file(actor: Actor, described: FileDescription | None) -> SourceFile | None:
    if described is None:
        return None
    known = SourceFile.objects.filter(sha256=described.sha256).first()
    return known or SourceFile.objects.create(
        name=described.name,
        sha256=described.sha256,
        size_bytes=described.size_bytes,
        layout=described.layout,
        received_at=clock.now(),
        received_by_id=actor.user_id,
        received_by_name=actor.name,
    )


def _validated(
    collection: Collection,
    many: list[PracticeCounts],
    taking_part: dict[str, Participant],
    progress: Progress | None,
) -> dict[str, list[str]]:
    """Warnings by practice code; IntakeRefused with every error otherwise."""
    _refuse_strangers(collection, many, taking_part)
    validator = Validator(definition(collection.definition.digest))
    errors: list[Problem] = []
    warnings: dict[str, list[str]] = {}
    for done, counts in enumerate(many, start=1):
        for problem in validator.problems(counts):
            if problem.is_error:
                errors.append(problem)
            else:
                words = f"{problem.indicator}: {problem.words}"
                warnings.setdefault(counts.practice_code, []).append(words)
        if progress and (done % 500 == 0 or done == len(many)):
            progress(done, len(many))
    if errors:
        raise IntakeRefused(
            f"{len(errors):,} things are wrong with these counts. Nothing was taken in.", errors
        )
    return warnings


def _refuse_strangers(
    collection: Collection, many: list[PracticeCounts], taking_part: dict[str, Participant]
) -> None:
    if not many:
        raise IntakeRefused("There are no counts in this file. Nothing was taken in.")
    codes = [counts.practice_code for counts in many]
    strangers = sorted(set(codes) - set(taking_part))
    if strangers:
        raise IntakeRefused(
            f"{len(strangers):,} practices do not take part in {collection.definition.short_title}"
            f" on {day_text(collection.achievement_date)}: {', '.join(strangers[:NAMED])}"
            f"{' and others' if len(strangers) > NAMED else ''}. "
            "Enrol them or take them out of the file. Nothing was taken in."
        )
    if len(set(codes)) != len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise IntakeRefused(f"{twice} stands in this file twice. Nothing was taken in.")
    wrong = next((c for c in many if c.achievement_date != collection.achievement_date), None)
    if wrong:
        raise IntakeRefused(
            f"{wrong.practice_code} has counts for {day_text(wrong.achievement_date)}, but this "
            f"collection is for {day_text(collection.achievement_date)}. Nothing was taken in."
        )


@dataclass
class _Intake:
    actor: Actor
    collection: Collection
    source: str
    file: SourceFile | None
    taking_part: dict[str, Participant]
    warnings: dict[str, list[str]]
    on_behalf: frozenset[str]

    def keep(self, many: list[PracticeCounts]) -> TakenIn:
        """COPY the practices whose counts are new or changed."""
        before = current_versions(self.collection.pk)
        now = clock.now()
        rows = []
        changed = 0
        for counts in many:
            provider_id = self.taking_part[counts.practice_code].provider_id
            last = before.get(provider_id)
            if last and last.digest == counts.digest:
                continue
            changed += last is not None
            rows.append(self._row(counts, provider_id, last.id if last else None,
                                  last.version + 1 if last else 1, now))  # fmt: skip
        copy_rows("collection_submission", COLUMNS, rows)
        new, unchanged = len(rows) - changed, len(many) - len(rows)
        name = self.file.name if self.file else "counts typed in"
        return TakenIn(
            new, changed, unchanged, False,
            f"{self.actor.name} took in {name}: {new:,} practices new, {changed:,} changed, "
            f"{unchanged:,} unchanged.",
        )  # fmt: skip

    def _row(
        self, counts: PracticeCounts, provider_id: int, last: int | None, version: int,
        now: datetime,
    ) -> tuple[object, ...]:  # fmt: skip
        tree: dict[str, dict[str, int]] = {}
        for (indicator, name), value in counts.values.items():
            tree.setdefault(indicator, {})[name] = value
        return (
            self.collection.pk, provider_id, version, self.source,
            self.file.pk if self.file else None, Jsonb(tree), counts.digest,
            Jsonb(self.warnings.get(counts.practice_code, [])), now, self.actor.user_id,
            self.actor.name, last, counts.practice_code in self.on_behalf,
        )  # fmt: skip


def _mark_complete(collection: Collection, taking_part: dict[str, Participant]) -> None:
    received = set(current_versions(collection.pk))
    if all(p.provider_id in received for p in taking_part.values()):
        Collection.objects.filter(pk=collection.pk, state=CollectionState.OPEN).update(
            state=CollectionState.COMPLETE
        )
