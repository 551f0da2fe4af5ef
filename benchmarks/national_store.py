"""Claim: from the counts in PostgreSQL to durable statements takes 2.5 s for the whole country.

QOF 2023/24 (6,300 practices x 76 indicators) and 2025/26 (44): read the newest submissions,
calculate, store statements, claims and events, commit. The peer is the exact reader on the same
submissions, reading included and storing not; both must come to the same statements. The
database is a fresh one of this run, in a folder that is deleted afterwards.
"""

import os
import shutil
import sys
import tempfile
import time
from datetime import date

from _line import say

GOAL_SECONDS = 2.5
PRACTICES = int(os.environ.get("CQRS_BENCHMARK_PRACTICES", "6300"))
ENDS = {"qof/2023-24": date(2024, 3, 31), "qof/2025-26": date(2026, 3, 31)}


def main() -> None:
    """Load England in a database of its own, then time each service both ways."""
    folder = tempfile.mkdtemp(prefix="cqrs-benchmark-")
    os.environ["CQRS_DATA"] = folder
    os.environ.pop("DATABASE_URL", None)
    try:
        from cqrs.portal.jobs.serve import set_up

        set_up()
        for service, number in _loaded().items():
            _compare(service, number)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compare(service: str, number: int) -> None:
    from cqrs.portal.accounts.queries import command_actor
    from cqrs.portal.claims import actions
    from cqrs.portal.claims.inputs import Nation
    from cqrs.portal.claims.models import Statement
    from cqrs.portal.collection.models import Collection

    collection = Collection.objects.select_related("definition").get(pk=number)
    nation = Nation.of(collection)
    started = time.perf_counter()
    exact = {nation.calculate(submitted).digest for submitted in nation.submissions()}
    exactly = time.perf_counter() - started
    started = time.perf_counter()
    outcome = actions.calculate_nation(actor=command_actor(), collection_id=number)
    seconds = time.perf_counter() - started
    stored = set(Statement.objects.filter(collection=number).values_list("digest", flat=True))
    assert stored == exact, "the statements differ from the exact reader's"
    rest = seconds - float(outcome.calculating_seconds) - float(outcome.storing_seconds)
    what = (
        f"for {outcome.practices:,} x {len(nation.definition.paid)} "
        f"(read and calculate {outcome.calculating_seconds}, store {outcome.storing_seconds}, "
        f"begin and commit {rest:.2f})"
    )
    say(seconds, what, seconds / exactly, "the exact reader, nothing stored", GOAL_SECONDS)


def _loaded() -> dict[str, int]:
    """England up to its struck prevalence for each service: the numbers of the collections."""
    from _year_2023 import drawn

    from cqrs.definitions.load import load
    from cqrs.extraction.synthetic import counts, england
    from cqrs.portal.catalogue import actions as catalogue
    from cqrs.portal.collection import actions as collection
    from cqrs.portal.jobs import demo_load, demo_people
    from cqrs.portal.jobs.demo_progress import Stage
    from cqrs.portal.jobs.demo_world import World
    from cqrs.portal.organisations import actions as organisations

    world = World.of(england(practices=PRACTICES))
    for title in ("Organisations", "People"):
        dict(demo_load.STAGES)[title](world, Stage(title))
    operator, practices = world.actor(demo_people.DATA_OPERATOR), world.country.practices
    numbers = {}
    for place, (service, day) in enumerate(ENDS.items()):
        rules = load(service)
        make = drawn if service == "qof/2023-24" else counts
        list_date = rules.list_size_date or day
        enrolled = [
            catalogue.NewParticipation(p.code, p.icb_code, rules.year.start) for p in practices
        ]
        sizes = [organisations.NewListSize(p.code, p.registered_list) for p in practices]
        catalogue.publish(actor=operator, definition=rules)
        catalogue.enrol(actor=operator, service=service, participants=enrolled)
        organisations.record_list_sizes(
            actor=world.setter_up,
            on_date=list_date,
            source_name="drawn in memory",
            source_digest=f"{place:064}",
            sizes=sizes,
        )
        numbers[service] = collection.open_collection(
            actor=operator,
            definition_digest=rules.digest,
            achievement_date=day,
            declare_by=date(day.year, 5, 29),
        )
        collection.take_in(
            actor=operator,
            collection_id=numbers[service],
            counts=make(rules, world.country),
            source_file=collection.FileDescription("drawn in memory", f"{place:064}", 0, "none"),
        )
        collection.strike_reference(actor=operator, collection_id=numbers[service], final=True)
    return numbers


if __name__ == "__main__":
    sys.exit(main())
