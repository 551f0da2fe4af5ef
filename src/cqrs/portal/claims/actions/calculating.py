"""Station 2: a statement for every provider that sent counts, and the claim it makes.

Unchanged results store nothing. A result that changed gives the claim a new statement; where
somebody had already declared or approved, the claim falls back to its start in a new round.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs

from cqrs.calculation.statement import CalculationError
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.audit import actions as audit
from cqrs.portal.claims.actions.keeping import Keeper
from cqrs.portal.claims.country import calculated as national_results
from cqrs.portal.claims.country import sent
from cqrs.portal.claims.inputs import Nation
from cqrs.portal.collection.models import Collection
from cqrs.values import pounds_text

Progress = Callable[[int, int], None]
"""Called with how many practices are done, of how many."""

CALCULATION_LOCK = 0x43414C43
JOB = "claims.calculate_nation"
MAY_NOT = "Only a data operator may calculate the nation."


@dataclass(frozen=True)
class Calculated:
    """What a national calculation did."""

    practices: int
    statements: int
    """New ones; the rest were as before."""
    unchanged: int
    claims_created: int
    fell_back: int
    """Claims that somebody had declared or approved, now back at their start."""
    differ_after_scheduling: int
    """Claims in a run or sent whose figures would now be others: they need an adjustment."""
    points: str
    pence: int
    calculating_seconds: str
    storing_seconds: str
    sentence: str


@transaction.atomic
def calculate_nation(
    *, actor: Actor, collection_id: int, progress: Progress | None = None
) -> Calculated:
    """Calculate every submission of a collection under the newest national figures."""
    require(actor, Permission.CALCULATE, MAY_NOT)
    collection = _collection(collection_id)
    _alone(collection)
    nation = Nation.of(collection)
    keeper = Keeper.of(actor, collection, nation)
    started = time.perf_counter()
    many = sent(nation)
    total = len(many)
    try:
        results = national_results(nation, many)
    except CalculationError as error:
        raise Refused(f"{error}. Nothing was calculated.") from error
    calculated = time.perf_counter()

    def told(done: int) -> None:
        if progress and (done % 200 == 0 or done == total):
            progress(done, total)

    kept = keeper.keep(many, results.outcomes(), told)
    stored = time.perf_counter()
    deed = (
        f"{actor.name} calculated {collection.definition.short_title}: {total:,} practices, "
        f"{kept.statements:,} new statements, {kept.unchanged:,} unchanged"
    )
    sentence = f"{deed}, {pounds_text(keeper.pence)} in all."
    audit.record(
        actor=actor,
        action="claims.calculate_nation",
        subject_kind="collection",
        subject_reference=str(collection.pk),
        sentence=f"{deed}.",
        concerns=[nation.providers[given.provider_id].provider_code for given in many],
        details={
            "definition": collection.definition.digest,
            "reference": nation.reference.digest,
            "statements": kept.statements,
            "fell_back": kept.fell_back,
            "pence": keeper.pence,
            "results": keeper.results_digest(),
        },
    )
    return Calculated(
        practices=total,
        statements=kept.statements,
        unchanged=kept.unchanged,
        claims_created=kept.claims_created,
        fell_back=len(kept.fell_back),
        differ_after_scheduling=kept.differ_after_scheduling,
        points=str(keeper.points),
        pence=keeper.pence,
        calculating_seconds=f"{calculated - started:.2f}",
        storing_seconds=f"{stored - calculated:.2f}",
        sentence=sentence,
    )


@transaction.atomic
def request_calculation(*, actor: Actor, collection_id: int) -> None:
    """Ask the worker to calculate the nation, in the same transaction as the audit event."""
    require(actor, Permission.CALCULATE, MAY_NOT)
    collection = _collection(collection_id)
    if actor.user_id is None:
        raise Refused("The command line calculates itself: call calculate_nation.")
    jobs.configure_task(JOB, lock=f"collection {collection.pk}").defer(
        collection_id=collection.pk,
        user_id=actor.user_id,
        organisation_id=actor.organisation_id,
    )
    audit.record(
        actor=actor,
        action="claims.request_calculation",
        subject_kind="collection",
        subject_reference=str(collection.pk),
        sentence=f"{actor.name} asked for {collection.definition.short_title} to be calculated.",
    )


def _collection(collection_id: int) -> Collection:
    row = (
        Collection.objects.select_related("definition")
        .defer("definition__content")
        .filter(pk=collection_id)
        .first()
    )
    if row is None:
        raise NotFound(f"There is no collection {collection_id}.")
    return row


def _alone(collection: Collection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", [CALCULATION_LOCK, collection.pk]
        )
        (free,) = cursor.fetchone() or (False,)
    if not free:
        raise Refused(f"{collection.definition.short_title} is being calculated at this moment.")
