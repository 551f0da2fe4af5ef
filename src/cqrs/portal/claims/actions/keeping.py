"""Storing what a national calculation found: statements by COPY, then the claims they change."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from cqrs.calculation.nation import Outcome
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.bulk import copy_rows, next_ids
from cqrs.portal.claims.country import Sent
from cqrs.portal.claims.inputs import Nation
from cqrs.portal.claims.models import Claim, EventKind, Statement
from cqrs.portal.claims.newer import newest_found
from cqrs.portal.claims.states import FALLS_BACK_FROM, OPEN_STATES, start, steps_of
from cqrs.portal.collection.models import Collection
from cqrs.values import Pence, canonical_json, clock, decimal_text, digest

STATEMENT_COLUMNS = (
    "id", "provider_id", "collection_id", "submission_id", "reference_id", "definition_id",
    "number", "content", "digest", "points", "attainable", "pence", "status", "calculated_at",
)  # fmt: skip
STATEMENT_TYPES = (
    "int8", "int8", "int8", "int8", "int8", "int8",
    "int4", "bytea", "varchar", "numeric", "numeric", "int8", "text", "timestamptz",
)  # fmt: skip
CLAIM_COLUMNS = (
    "id", "reference", "provider_id", "commissioner_id", "collection_id", "definition_id",
    "statement_id", "statement_digest", "points", "attainable", "pence", "status", "state",
    "state_since", "route", "round", "flags",
)  # fmt: skip
EVENT_COLUMNS = (
    "claim_id", "round", "kind", "to_state", "statement_id", "actor_id", "actor_name",
    "organisation_name", "reason_code", "reason", "at",
)  # fmt: skip

GIVE_CLAIMS_THEIR_STATEMENTS = """
UPDATE claims_claim AS claim
   SET statement_id = statement.id, statement_digest = statement.digest,
       definition_id = statement.definition_id, points = statement.points,
       attainable = statement.attainable, pence = statement.pence, status = statement.status,
       flags = new.flags, state = new.state, round = new.round,
       state_since = CASE WHEN new.state <> claim.state OR claim.status <> statement.status
                          THEN %s ELSE claim.state_since END
  FROM unnest(%s::bigint[], %s::bigint[], %s::jsonb[], %s::text[], %s::int[])
       AS new (claim_id, statement_id, flags, state, round)
  JOIN claims_statement AS statement ON statement.id = new.statement_id
 WHERE claim.id = new.claim_id
"""


Told = Callable[[int], None]
"""Called with how many results are done."""

Change = tuple[int, int, Jsonb, str, int]
"""Claim, statement, flags, state and round."""


@dataclass(frozen=True)
class Found:
    """What a result came to, with the submission it is of and its flags; its bytes are stored."""

    given: Sent
    digest: str
    points: str
    attainable: str
    pence: Pence
    flags: list[dict[str, Any]]


@dataclass
class Kept:
    """What was stored."""

    statements: int = 0
    unchanged: int = 0
    claims_created: int = 0
    fell_back: list[str] = field(default_factory=list)
    differ_after_scheduling: int = 0


@dataclass
class Keeper:
    """Stores what is new about the results of a collection, in one go."""

    actor: Actor
    collection: Collection
    nation: Nation
    known: dict[str, int]
    """Statements stored before: id by digest."""
    numbers: dict[int, int]
    """The highest statement number of each provider."""
    found: list[Found] = field(default_factory=list)
    points: Decimal = Decimal(0)
    pence: int = 0

    @classmethod
    def of(cls, actor: Actor, collection: Collection, nation: Nation) -> "Keeper":
        """Read which statements there are already."""
        known: dict[str, int] = {}
        numbers: dict[int, int] = {}
        rows = Statement.objects.filter(collection=collection).values_list(
            "id", "digest", "provider_id", "number"
        )
        for id_, text, provider, number in rows:
            known[text] = id_
            numbers[provider] = max(number, numbers.get(provider, 0))
        return cls(actor, collection, nation, known, numbers)

    def results_digest(self) -> str:
        """One digest over all results, for the audit event."""
        return digest(canonical_json(sorted(found.digest for found in self.found)))

    def keep(self, sent: Sequence[Sent], results: Iterable[Outcome], progress: Told) -> Kept:
        """Store new statements, make the missing claims, and move those whose figures changed.

        Results are stored as they come: the database works while the next ones are written.
        """
        kept = Kept()
        now = clock.now()
        ids = iter(next_ids("claims_statement", len(sent)))
        rows = self._statements(sent, results, ids, now, progress)
        kept.statements = copy_rows("claims_statement", STATEMENT_COLUMNS, rows, STATEMENT_TYPES)
        claims = {
            claim.provider_id: claim
            for claim in Claim.objects.select_for_update(no_key=True)
            .filter(collection=self.collection)
            .order_by("pk")
        }
        self._make_claims([f for f in self.found if f.given.provider_id not in claims], kept, now)
        self._change_claims(claims, kept, now)
        return kept

    def _statements(
        self,
        sent: Sequence[Sent],
        results: Iterable[Outcome],
        ids: Iterator[int],
        now: datetime,
        progress: Told,
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of the statements that are new; takes every result in."""
        for done, (given, result) in enumerate(zip(sent, results, strict=True), start=1):
            found = Found(
                given,
                result.digest,
                decimal_text(result.points, 2),
                decimal_text(result.attainable_points, 2),
                result.pence,
                flags_of(given.source, given.warnings, len(result.missing)),
            )
            self.found.append(found)
            self.points += Decimal(found.points)
            self.pence += found.pence
            if found.digest not in self.known:
                self.known[found.digest] = next(ids)
                yield (
                    self.known[found.digest], given.provider_id, self.collection.pk,
                    given.submission_id, self.nation.reference_id, self.collection.definition_id,
                    self.numbers.get(given.provider_id, 0) + 1, result.content, found.digest,
                    Decimal(found.points), Decimal(found.attainable), found.pence,
                    self.nation.reference.status, now,
                )  # fmt: skip
            progress(done)

    def _make_claims(self, new: list[Found], kept: Kept, now: Any) -> None:
        route = steps_of(self.nation.definition.route)
        ids = next_ids("claims_claim", len(new))
        rows, events = [], []
        for found, id_ in zip(new, ids, strict=True):
            provider = self.nation.providers[found.given.provider_id]
            state = start(route, found.pence)
            statement_id = self.known[found.digest]
            rows.append((
                id_, self._reference(provider.provider_code), provider.provider_id,
                provider.commissioner_id, self.collection.pk, self.collection.definition_id,
                statement_id, found.digest, found.points, found.attainable, found.pence,
                self.nation.reference.status, state, now, Jsonb(route), 1, Jsonb(found.flags),
            ))  # fmt: skip
            events.append(self._event(id_, 1, EventKind.CALCULATED, state, statement_id, now))
        copy_rows("claims_claim", CLAIM_COLUMNS, rows)
        copy_rows("claims_claimevent", EVENT_COLUMNS, events)
        kept.claims_created = len(new)

    def _reference(self, provider_code: str) -> str:
        service = self.nation.definition.quality_service
        return f"{service}-{self.collection.achievement_date}-{provider_code}"

    def _change_claims(self, claims: dict[int, Claim], kept: Kept, now: Any) -> None:
        changes: list[Change] = []
        events = []
        told = newest_found(c for c in claims.values() if c.state in ("scheduled", "sent"))
        for found in self.found:
            claim = claims.get(found.given.provider_id)
            if claim is None:
                continue
            statement_id = self.known[found.digest]
            same = claim.statement_digest == found.digest
            kept.unchanged += same
            if claim.state not in (*OPEN_STATES, *FALLS_BACK_FROM):
                kept.differ_after_scheduling += not same
                if told.get(claim.pk, claim.statement_id) != statement_id:
                    events.append(self._event(
                        claim.pk, claim.round, EventKind.DIFFERS, claim.state, statement_id, now
                    ))  # fmt: skip
                continue
            if same:
                continue
            state = start(claim.route, found.pence)
            round_ = claim.round + (claim.state != state)
            if claim.state != state:
                kept.fell_back.append(claim.reference)
            changes.append((claim.pk, statement_id, Jsonb(found.flags), state, round_))
            events.append(
                self._event(claim.pk, round_, EventKind.RECALCULATED, state, statement_id, now)
            )
        give_statements(changes, now)
        copy_rows("claims_claimevent", EVENT_COLUMNS, events)

    def _event(
        self, claim_id: int, round_: int, kind: str, state: str, statement_id: int, now: Any
    ) -> tuple[Any, ...]:
        return (
            claim_id, round_, kind, state, statement_id, self.actor.user_id, self.actor.name,
            self.actor.organisation_name, "", "", now,
        )  # fmt: skip


def give_statements(changes: Sequence[Change], now: datetime) -> None:
    """Give claims another statement, and the state and round that it leaves them in."""
    if changes:
        with connection.cursor() as cursor:
            columns = [list(column) for column in zip(*changes, strict=True)]
            cursor.execute(GIVE_CLAIMS_THEIR_STATEMENTS, [now, *columns])


def flags_of(source: str, warnings: int, missing: int) -> list[dict[str, Any]]:
    """What a person should look at before deciding. The queue shows the words as they are."""
    flags: list[dict[str, Any]] = []
    if source == "typed":
        words = "Counts typed in, not extracted"
        flags.append({"code": "typed", "words": words, "blocks_bulk": False})
    if warnings:
        words = f"{warnings} warning{'s' if warnings > 1 else ''} with the counts"
        flags.append({"code": "warnings", "words": words, "blocks_bulk": False})
    if missing:
        words = f"{missing} indicator{'s' if missing > 1 else ''} without counts"
        flags.append({"code": "missing", "words": words, "blocks_bulk": True})
    return flags
