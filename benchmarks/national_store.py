"""Claim: storing the nation's statements, with the claims and events they make, takes 10 s.

The peer is Django's bulk_create of the very same rows. Both run in a transaction with every
trigger and deferred check of the tables, and both are undone. The database is a fresh one of
this run, in a folder that is deleted afterwards.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from _line import say

if TYPE_CHECKING:
    from cqrs.portal.accounts.queries import Actor

GOAL_SECONDS = 10
DAY = date(2026, 3, 31)


def main() -> None:
    """Load and calculate England in a database of its own, then time both ways of storing."""
    folder = tempfile.mkdtemp(prefix="cqrs-benchmark-")
    os.environ["CQRS_DATA"] = folder
    os.environ.pop("DATABASE_URL", None)
    try:
        _compare()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compare() -> None:
    from cqrs.portal.jobs.serve import set_up

    set_up()
    from cqrs.portal.claims.actions.keeping import Keeper
    from cqrs.portal.claims.inputs import Nation
    from cqrs.portal.claims.models import Claim, ClaimEvent, Statement
    from cqrs.portal.collection.models import Collection

    actor, number = _loaded()
    collection = Collection.objects.select_related("definition").get(pk=number)
    nation = Nation.of(collection)
    keeper = Keeper.of(actor, collection, nation)
    for submitted in nation.submissions():
        keeper.add(submitted, nation.calculate(submitted))
    rows: list[list[Statement] | list[Claim] | list[ClaimEvent]] = []

    def remember() -> None:
        rows.extend([list(Statement.objects.all()), list(Claim.objects.all())])
        rows.append(list(ClaimEvent.objects.all()))

    copied = _undone(keeper.keep, remember)

    def one_by_one() -> None:
        Statement.objects.bulk_create(rows[0], batch_size=2000)
        Claim.objects.bulk_create(rows[1], batch_size=2000)
        ClaimEvent.objects.bulk_create(rows[2], batch_size=2000)

    created = _undone(one_by_one, lambda: None)
    what = f"for {len(rows[0]):,} statements and claims"
    say(copied, what, copied / created, "bulk_create of the same rows", GOAL_SECONDS)


def _undone(store: Callable[[], object], look: Callable[[], None]) -> float:
    """Seconds to store with every deferred check; afterwards nothing is stored."""
    from django.db import connection, transaction

    with transaction.atomic():
        started = time.perf_counter()
        store()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = time.perf_counter() - started
        look()
        transaction.set_rollback(True)
    return seconds


def _loaded() -> tuple["Actor", int]:
    """England up to its struck prevalence, without the files that the demonstration writes."""
    from cqrs.definitions.load import load
    from cqrs.extraction.synthetic import counts, england
    from cqrs.portal.collection import actions as collection
    from cqrs.portal.jobs import demo_load, demo_people
    from cqrs.portal.jobs.demo_progress import Stage
    from cqrs.portal.jobs.demo_world import QOF, World

    world = World.of(england())
    early = dict(demo_load.STAGES)
    for title in ("Organisations", "People", "Rules and who takes part", "List sizes"):
        early[title](world, Stage(title))
    operator = world.actor(demo_people.DATA_OPERATOR)
    number = collection.open_collection(
        actor=operator,
        definition_digest=load(QOF).digest,
        achievement_date=DAY,
        declare_by=demo_load.DECLARE_BY,
    )
    collection.take_in(
        actor=operator,
        collection_id=number,
        counts=counts(load(QOF), world.country),
        source_file=collection.FileDescription("drawn in memory", "0" * 64, 0, "none"),
    )
    collection.strike_reference(actor=operator, collection_id=number, final=True)
    return operator, number


if __name__ == "__main__":
    main()
