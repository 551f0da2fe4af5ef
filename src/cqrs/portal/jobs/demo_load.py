"""Loading the made-up England: organisations, people, rules, counts, figures, statements."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from cqrs.definitions.load import load
from cqrs.exchange import counts_file
from cqrs.exchange.sheet import Sheet
from cqrs.extraction.synthetic import England
from cqrs.extraction.synthetic.england import MAIN_ICB, MAIN_PRACTICE
from cqrs.extraction.synthetic.names import SUPPLIERS
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.audit.permissions import NotFound
from cqrs.portal.catalogue import actions as catalogue
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims import queries as claim_queries
from cqrs.portal.collection import actions as collection
from cqrs.portal.collection import queries as collection_queries
from cqrs.portal.jobs import demo_people, demo_work
from cqrs.portal.jobs.demo_files import CountsWanted, write_apart, write_practices
from cqrs.portal.jobs.demo_progress import Stage, StoppedError
from cqrs.portal.jobs.demo_world import CHECKS, QOF, World, at
from cqrs.portal.organisations import actions as organisations
from cqrs.portal.organisations import queries as organisation_queries
from cqrs.portal.organisations.actions import NewListSize, NewOrganisation, NewRelationship
from cqrs.values import clock, digest, pounds_text

OPENED = date(2022, 7, 1)
YEAR_STARTS = date(2025, 4, 1)
LIST_DATE = date(2026, 1, 1)
YEAR_END = date(2026, 3, 31)
DECEMBER = date(2025, 12, 31)
DECLARE_BY = date(2026, 5, 29)
EARLY_SUPPLIER = SUPPLIERS[-1]
"""The one supplier that has sent December's counts."""


def load_organisations(world: World, stage: Stage) -> None:
    """Organisations and their relationships; again after a crash, which adds only what lacks."""
    have = organisation_queries.totals().get("practice", 0)
    if have:
        _refuse_another(have, world.country)
        here = organisation_queries.by_code(MAIN_PRACTICE.code)
        if organisation_queries.commissioner_of(here.id):
            stage.already(f"{have:,} practices")
            return
    country = world.country
    with clock.fixed(at(3, 3, 9, year=2025)):
        organisations.register(actor=world.setter_up, organisations=list(_organisations(country)))
        organisations.relate(actor=world.setter_up, relationships=list(_relationships(country)))
    stage.done(
        f"{len(country.practices):,} practices, {len(country.networks):,} networks, "
        f"{len(country.icbs)} ICBs, {len(country.regions)} regions"
    )


def load_list_sizes(world: World, stage: Stage) -> None:
    """List sizes from files in the layout that `cqrs calculate` reads.

    QOF pays by the list of 1 January; the list of 1 April, a little shorter, serves the rest.
    """
    here = organisation_queries.by_code(MAIN_PRACTICE.code)
    if organisation_queries.list_size(here.id, LIST_DATE):
        stage.already()
        return
    _record_lists(world, YEAR_STARTS, at(4, 4, 9, year=2025), percent=99)
    _record_lists(world, LIST_DATE, at(1, 6, 9), percent=100)
    stage.done(f"{world.country.registered_patients:,} patients on 1 January 2026")


def _record_lists(world: World, day: date, moment: datetime, *, percent: int) -> None:
    practices = [
        replace(p, registered_list=p.registered_list * percent // 100)
        for p in world.country.practices
    ]
    path = write_practices(world.incoming, practices, f"practices-{day}.csv")
    with clock.fixed(moment):
        organisations.record_list_sizes(
            actor=world.setter_up,
            on_date=day,
            source_name=path.name,
            source_digest=digest(path.read_bytes()),
            sizes=[NewListSize(p.code, p.registered_list) for p in practices],
        )


def _refuse_another(have: int, country: England) -> None:
    try:
        ours = organisation_queries.by_code(MAIN_PRACTICE.code).name == MAIN_PRACTICE.name
    except NotFound:
        ours = False
    if not ours:
        raise StoppedError(
            f"This database holds {have:,} practices that the demonstration did not make. It "
            "never adds made-up organisations to real ones: use another database (unset "
            "DATABASE_URL, or set CQRS_DATA to a new folder)."
        )
    if have != len(country.practices):
        raise StoppedError(
            f"This database holds a demonstration of {have:,} practices, not of "
            f"{len(country.practices):,}. Start it with --practices {have}, or run `make reset` "
            "to begin with fresh data."
        )


def _organisations(country: England) -> Iterator[NewOrganisation]:
    yield NewOrganisation(demo_people.NATIONAL, "National Collection Service", "national")
    yield NewOrganisation(demo_people.AGENCY, "Primary Care Payment Agency", "agency")
    for region in country.regions:
        yield NewOrganisation(region.code, region.name, "region")
    for icb in country.icbs:
        yield NewOrganisation(icb.code, icb.name, "icb", open_date=OPENED)
    for network in country.networks:
        yield NewOrganisation(network.code, network.name, "pcn", open_date=OPENED)
    for p in country.practices:
        steps = 2 if p.code == MAIN_PRACTICE.code else 1
        yield NewOrganisation(
            p.code, p.name, "practice", p.supplier, p.payee_reference, provider_steps=steps
        )


def _relationships(country: England) -> Iterator[NewRelationship]:
    for icb in country.icbs:
        yield NewRelationship(icb.code, icb.region_code, "part_of", OPENED)
    for network in country.networks:
        yield NewRelationship(network.code, network.icb_code, "commissioned_by", OPENED)
    for p in country.practices:
        yield NewRelationship(p.code, p.pcn_code, "member_of", OPENED)
        yield NewRelationship(p.code, p.icb_code, "commissioned_by", OPENED)


def admit_people(world: World, stage: Stage) -> None:
    """Everybody who can sign in."""
    people = sign_ins(world.country)
    with clock.fixed(at(3, 3, 9, 30, year=2025)):
        for person in people:
            world.admit(person)
    stage.done(f"{len({person.email for person in people})} people who can sign in")


def sign_ins(country: England) -> tuple[demo_people.Person, ...]:
    """The people of the printed table."""
    early = demo_people.provisional_manager(country, EARLY_SUPPLIER)
    here = demo_people.elsewhere(country)
    return (*demo_people.SIGN_INS, *([early] if early else []), *here)


def publish_rules(world: World, stage: Stage) -> None:
    """Both services, everybody in QOF, and the health checks of the main area."""
    operator = world.actor(demo_people.DATA_OPERATOR)
    author = world.actor(demo_people.RULE_AUTHOR)
    publisher = world.actor(demo_people.RULE_PUBLISHER)
    practices = world.country.practices
    taking_part = {
        QOF: [(p.code, p.icb_code) for p in practices],
        CHECKS: [(p.code, p.icb_code) for p in practices if p.icb_code == MAIN_ICB],
    }
    with clock.fixed(at(4, 1, 8, year=2025)):
        for service, pairs in taking_part.items():
            catalogue.draft(actor=author, definition=load(service))
            catalogue.publish(actor=publisher, definition=load(service))
            catalogue.enrol(
                actor=operator,
                service=service,
                participants=[
                    catalogue.NewParticipation(code, icb, YEAR_STARTS) for code, icb in pairs
                ],
            )
    stage.done(f"{load(QOF).short_title}, {load(CHECKS).short_title}")


def _open(world: World, service: str, day: date, moment: datetime) -> int:
    with clock.fixed(moment):
        number = collection.open_collection(
            actor=world.actor(demo_people.DATA_OPERATOR),
            definition_digest=load(service).digest,
            achievement_date=day,
            declare_by=DECLARE_BY,
        )
    world.collections[service, day] = number
    return number


def take_in_counts(world: World, stage: Stage) -> None:
    """A file from each supplier, read, validated and kept, each in one transaction."""
    number = _open(world, QOF, YEAR_END, at(4, 1, 0, 1))
    silent = _silent_suppliers(world, number)
    wanted = [
        CountsWanted(f"QOF2526-{YEAR_END}-{_slug(name)}.csv", QOF, str(YEAR_END), supplier=name)
        for name in sorted(silent, key=lambda name: silent[name])
    ]
    _take_in(world, stage, number, wanted, at(4, 2, 6, 30))
    if wanted:
        stage.done(f"{sum(silent.values()):,} practices in {len(wanted)} files")
    else:
        stage.already()


def _silent_suppliers(world: World, number: int) -> dict[str, int]:
    """Suppliers some of whose practices have sent nothing, with how many."""
    operator = world.actor(demo_people.DATA_OPERATOR)
    page = collection_queries.collection(operator, number)
    return {name: missing for name, missing, _ in page.missing_by_supplier if missing}


def _take_in(
    world: World, stage: Stage, number: int, wanted: list[CountsWanted], moment: datetime
) -> None:
    """Each file in its own transaction, while the next one is being written."""
    if not wanted:
        return
    total = sum(file.holds(p) for file in wanted for p in world.country.practices)
    operator, before = world.actor(demo_people.DATA_OPERATOR), 0
    for file, path in write_apart(world.incoming, world.country, wanted):
        definition = load(file.service)
        stage.tell(f"reading {path.name}")
        read = counts_file.read(Sheet.at(path), definition)
        faults = [problem.text() for problem in read.problems if problem.is_error]
        if faults:
            raise StoppedError(f"{path.name} has {len(faults)} faults, the first is: {faults[0]}")
        done = before

        def count(so_far: int, _: int, done: int = done) -> None:
            stage.count(done + so_far, total)

        with clock.fixed(moment):
            collection.take_in(
                actor=operator,
                collection_id=number,
                counts=read.counts,
                source_file=_described(path, read),
                progress=count,
            )
        before += len(read.counts)


def _described(path: Path, read: counts_file.CountsFile) -> collection.FileDescription:
    return collection.FileDescription(path.name, read.digest, path.stat().st_size, read.layout)


def strike(world: World, stage: Stage) -> None:
    """England's prevalence, final: everybody's counts are in."""
    operator = world.actor(demo_people.DATA_OPERATOR)
    number = world.collections[QOF, YEAR_END]
    if _overview(operator, number).reference_status == "final":
        stage.already()
        return
    with clock.fixed(at(4, 20, 15)):
        collection.strike_reference(actor=operator, collection_id=number, final=True)
    registers = len(load(QOF).registers)
    stage.done(f"final, {registers} registers")


def calculate(world: World, stage: Stage) -> None:
    """The nation's statements and claims, by the worker, as the data operator asks for it."""
    number = world.collections[QOF, YEAR_END]
    _calculate(world, stage, number, at(4, 21, 6))


def _calculate(world: World, stage: Stage, number: int, moment: datetime) -> None:
    operator = world.actor(demo_people.DATA_OPERATOR)
    received = _overview(operator, number).received
    auditor = world.actor(demo_people.AUDITOR)
    if claim_queries.national_summary(auditor, number).claims == received:
        stage.already(f"{received:,} statements")
        return
    with clock.fixed(moment):
        demo_work.finish(stage)
        if claim_queries.national_summary(auditor, number).claims != received:
            claims.request_calculation(actor=operator, collection_id=number)
            demo_work.finish(stage)
    summary = claim_queries.national_summary(auditor, number)
    if summary.claims != received:
        raise StoppedError(
            f"{summary.claims:,} of {received:,} practices were calculated: the worker's job "
            "failed. Its error stands above; start again when it is mended."
        )
    stage.done(f"{received:,} statements, {pounds_text(summary.pence or 0)}")


def _overview(operator: Actor, number: int) -> collection_queries.CollectionOverview:
    return next(row for row in collection_queries.overview(operator) if row.id == number)


def health_checks(world: World, stage: Stage) -> None:
    """March's learning disability health checks of one area: a service paid per item."""
    number = _open(world, CHECKS, YEAR_END, at(4, 2, 6, 40))
    file = CountsWanted(f"LDHC2526-{YEAR_END}-westmere.csv", CHECKS, str(YEAR_END), "", MAIN_ICB)
    wanted = [file] if _silent_suppliers(world, number) else []
    _take_in(world, stage, number, wanted, at(4, 2, 7))
    _calculate(world, stage, number, at(4, 3, 6))


def december(world: World, stage: Stage) -> None:
    """December's counts of one supplier of four: so the figures are provisional."""
    number = _open(world, QOF, DECEMBER, at(1, 6, 9, 30))
    name = f"QOF2526-{DECEMBER}-{_slug(EARLY_SUPPLIER)}.csv"
    file = CountsWanted(name, QOF, str(DECEMBER), EARLY_SUPPLIER)
    if not any(file.holds(practice) for practice in world.country.practices):
        stage.done("nobody has this supplier")
        return
    wanted = [file] if EARLY_SUPPLIER in _silent_suppliers(world, number) else []
    _take_in(world, stage, number, wanted, at(1, 6, 10))
    operator = world.actor(demo_people.DATA_OPERATOR)
    if _overview(operator, number).reference_status == "":
        with clock.fixed(at(1, 9, 15)):
            collection.strike_reference(actor=operator, collection_id=number, final=False)
    _calculate(world, stage, number, at(1, 9, 16))


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


STAGES = (
    ("Organisations", load_organisations),
    ("People", admit_people),
    ("Rules and who takes part", publish_rules),
    ("List sizes", load_list_sizes),
    ("December's counts, provisional", december),
    ("Year-end counts: written, read, validated, kept", take_in_counts),
    ("Learning disability health checks", health_checks),
    ("National prevalence", strike),
    ("Calculating the nation", calculate),
)
