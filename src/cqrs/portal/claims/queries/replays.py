"""Stored statements calculated again from what the database holds, to prove that none changed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from cqrs.calculation.kinds import FormulaError, formulas
from cqrs.calculation.prevalence import reference_of
from cqrs.calculation.replay import Replayed, replay, unlike
from cqrs.calculation.statement import PracticeInputs, Reference
from cqrs.definitions.load import DefinitionError, parse
from cqrs.definitions.schema import Definition
from cqrs.portal.accounts.permissions import NotFound, Permission, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.catalogue.models import PublishedDefinition
from cqrs.portal.claims.inputs import NO_REFERENCE
from cqrs.portal.claims.models import Statement
from cqrs.portal.collection.models import NationalReference
from cqrs.portal.collection.queries import values_of
from cqrs.portal.organisations.models import ListSize
from cqrs.portal.words import day_text
from cqrs.values import digest, short_digest

CHUNK = 200
COLUMNS = (
    "content", "digest", "points", "attainable", "pence", "status", "number", "provider_id",
    "provider__code", "collection__service", "collection__achievement_date",
    "submission__counts", "submission__digest", "reference_id", "definition_id",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which statements; empty means all, superseded and provisional ones among them."""

    service: str = ""
    achievement_date: date | None = None
    digest: str = ""
    """Of one statement; its first digits are enough where no other begins with them."""


def replayed(actor: Actor, wanted: Wanted) -> tuple[int, Iterator[Replayed]]:
    """How many statements are wanted, and each of them replayed, in a read-only transaction.

    NotFound when there is none.
    """
    require(actor, Permission.SEE_COLLECTIONS, "Only national roles may replay statements.")
    rows = _rows(wanted)
    number = rows.count()
    if not number:
        raise NotFound("No statement that is stored fits what you ask for.")
    return number, _replayed(rows)


def _rows(wanted: Wanted) -> "QuerySet[Statement]":
    rows = Statement.objects.order_by("collection_id", "provider__code", "number")
    if wanted.service:
        rows = rows.filter(collection__service=wanted.service)
    if wanted.achievement_date:
        rows = rows.filter(collection__achievement_date=wanted.achievement_date)
    if wanted.digest:
        rows = rows.filter(digest__startswith=wanted.digest)
    return rows


def _replayed(rows: "QuerySet[Statement]") -> Iterator[Replayed]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
        shelf = _Shelf()
        for row in rows.values_list(*COLUMNS, named=True).iterator(chunk_size=CHUNK):
            yield shelf.replay(row)


class _Shelf:
    """What many statements share, read and checked once."""

    def __init__(self) -> None:
        self._rules: dict[int, tuple[Definition | None, tuple[str, ...]]] = {}
        self._national: dict[int | None, tuple[Reference, tuple[str, ...]]] = {
            None: (NO_REFERENCE, ())
        }
        self._lists: dict[date, frozenset[tuple[int, int]]] = {}

    def replay(self, row: Any) -> Replayed:
        """One statement from its own row, its submission's, its rules' and its figures'."""
        day = row.collection__achievement_date
        name = (
            f"{row.provider__code}, {row.collection__service} at {day_text(day)}, "
            f"statement {row.number} ({short_digest(row.digest)})"
        )
        stored = bytes(row.content)
        rules, found = self.rules(row.definition_id)
        national, wrong = self.national(row.reference_id)
        found = (*unlike(stored, row.digest), *found, *wrong)
        if rules is None:
            return Replayed(name, found)
        try:
            content = json.loads(stored)
            used = content["reference"]
            inputs = PracticeInputs(
                practice_code=row.provider__code,
                achievement_date=day,
                values=values_of(row.submission__counts),
                registered_list=int(used["registered_list"]),
                list_date=date.fromisoformat(used["list_date"]),
                submission_digest=row.submission__digest,
                reference=national,
                facts=content.get("facts", {}),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Replayed(name, (*found, f"the stored bytes are no statement: {error}"))
        again = replay(rules, inputs, stored)
        return Replayed(name, (*found, *again, *self._list(row, inputs), *_beside(row, content)))

    def rules(self, definition_id: int) -> tuple[Definition | None, tuple[str, ...]]:
        """The rules as they were published, not as this installation has them now."""
        if definition_id not in self._rules:
            row = PublishedDefinition.objects.get(pk=definition_id)
            content = bytes(row.content)
            title = f"the rules {row.short_title}, version {row.version}"
            words = () if digest(content) == row.digest else (f"{title}, were changed",)
            try:
                rules = parse(content)
                formulas(rules)
                self._rules[definition_id] = (rules, words)
            except (DefinitionError, FormulaError, ValueError) as error:
                self._rules[definition_id] = (None, (*words, f"{title}, can't be read: {error}"))
        return self._rules[definition_id]

    def national(self, reference_id: int | None) -> tuple[Reference, tuple[str, ...]]:
        """England's figures that the statement names."""
        if reference_id is not None and reference_id not in self._national:
            row = NationalReference.objects.get(pk=reference_id)
            found = reference_of(row.content, row.status)
            words = () if found.digest == row.digest else ("England's figures were changed",)
            self._national[reference_id] = (found, words)
        return self._national[reference_id]

    def _list(self, row: Any, inputs: PracticeInputs) -> Iterator[str]:
        """A list size that the statement names and nobody recorded."""
        day = inputs.list_date
        if day not in self._lists:
            sizes = ListSize.objects.filter(on_date=day)
            self._lists[day] = frozenset(sizes.values_list("organisation_id", "registered"))
        if (row.provider_id, inputs.registered_list) not in self._lists[day]:
            yield (
                f"no list size of {inputs.registered_list:,} on {day_text(day)} is recorded for it"
            )


def _beside(row: Any, content: dict[str, Any]) -> Iterator[str]:
    """Columns that no longer say what the statement says."""
    beside = {
        "points": (Fraction(row.points), Fraction(str(content.get("points", -1)))),
        "attainable_points": (Fraction(row.attainable), content.get("attainable_points")),
        "pence": (row.pence, content.get("pence")),
        "status": (row.status, content["reference"].get("status")),
    }
    for name, (column, said) in beside.items():
        if column != said:
            yield f"{name} stands beside the statement as {column}, but in it as {said}"
