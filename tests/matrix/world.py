"""The made-up England of the matrix: somebody in every role, and things at every distance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.queries import Actor, actor_for, command_actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.audit.actions import REFUSALS_AN_HOUR
from cqrs.portal.audit.models import Refusal
from cqrs.portal.organisations import actions as organisations
from cqrs.portal.organisations.actions import NewOrganisation, NewRelationship
from cqrs.values import clock
from tests import factories
from tests.integration.rooms.road import claim_of, declared, in_a_run
from tests.matrix import things

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
START = date(2020, 4, 1)
REGION = "Y99"
AT = {
    "practice": "A99001",
    "pcn": "U99901",
    "icb": factories.WESTMERE,
    "national": factories.NATION,
}
"""Where the people of the matrix work, by the first kind that their role is for."""
REGIONAL = ("commissioner_viewer", "approval_manager", "finance_manager")
"""Roles that are also tried from the region above."""
SIDES = {"practice": "practice", "pcn": "network", "icb": "commissioner"}
SIGNED_OUT, NO_ROLE, ENDED = "signed_out", "without_role", "role_has_ended"


FEW = (
    "practice_viewer", "practice_declarer", "practice_user_administrator", "network_viewer",
    "approval_manager", "payment_operator", "data_operator", "help_desk", SIGNED_OUT,
)  # fmt: skip
"""One or two of each side, where asking everybody would say nothing more."""
Things = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Person:
    """One row of the matrix: a role somewhere, or nobody."""

    name: str
    side: str
    client: Client
    cookie: str = ""
    actor: Actor | None = None


@dataclass
class World:
    """Everything addresses can be asked for."""

    people: dict[str, Person] = field(default_factory=dict)
    collection_id: int = 0
    run: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    """Reference of the claim at each place."""
    things: Things = field(default_factory=dict)
    """Numbers of what else addresses name, by kind of thing and place."""


def build() -> World:
    """Load it into the open transaction."""
    factories.set_up()
    loaded = factories.load_service()
    operator = command_actor()
    organisations.register(
        actor=operator, organisations=[NewOrganisation(REGION, "NHS Matrix Region", "region")]
    )
    organisations.relate(
        actor=operator,
        relationships=[
            NewRelationship(code, REGION, "part_of", START)
            for code in (factories.WESTMERE, factories.NORTHMOOR)
        ],
    )
    declared("A99002", "quay")
    run = in_a_run("A99001")
    world = World(collection_id=loaded.collection_id, run=run)
    world.claims = {place: claim_of(code).reference for place, code in CLAIMS.items()}
    for name, side, role, place, end in _rows():
        world.people[name] = _person(name, side, role, place, end)
    world.things = things.make(PLACES, world.people["practice_viewer"].actor)
    _refuse_enough(world)
    world.people[SIGNED_OUT] = Person(SIGNED_OUT, "outside", Client(raise_request_exception=False))
    return world


CLAIMS = {"larkfield": "A99001", "neighbour": "A99002", "elms": "A99003", "elsewhere": "A99005"}
PLACES = {
    **CLAIMS, "network": "U99901", "icb": factories.WESTMERE, "other_icb": factories.NORTHMOOR,
    "region": REGION, "national": factories.NATION,
}  # fmt: skip
"""Practices: larkfield is that of the matrix's practice people, a member of their network and a
child of their commissioner. The neighbour is beside it in the same network, elms in the same
area, and elsewhere belongs to another commissioner. The others are no practices."""


def _refuse_enough(world: World) -> None:
    """Let most have had their fill of refusals this hour, so that another is not recorded.

    Recording costs as much as answering; one of each side shows that it works for all.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    Refusal.objects.bulk_create(
        Refusal(hour=hour, person_id=person.actor.user_id, address=f"GET /{number}/")
        for person in world.people.values()
        if person.actor and person.actor.user_id and person.name not in FEW
        for number in range(REFUSALS_AN_HOUR)
    )


def _rows() -> list[tuple[str, str, str, str, date | None]]:
    rows: list[tuple[str, str, str, str, date | None]] = []
    for role in ROLES.values():
        kind = next(kind for kind in AT if kind in role.kinds)
        rows.append((role.code, SIDES.get(kind, "national"), role.code, AT[kind], None))
    rows += [(f"regional_{code}", "region", code, REGION, None) for code in REGIONAL]
    rows.append((NO_ROLE, "outside", "", "", None))
    rows.append((ENDED, "outside", "practice_declarer", "A99001", date(2026, 3, 31)))
    return rows


def _person(name: str, side: str, role: str, place: str, end: date | None) -> Person:
    email = f"{name.replace('_', '.')}@matrix.example"
    operator = command_actor()
    accounts.create_user(
        actor=operator, email=email, full_name=f"Matrix {name.title()}", password=factories.PASSWORD
    )
    if role:
        accounts.grant(
            actor=operator, email=email, role=role, organisation_code=place,
            start_date=START, end_date=end,
        )  # fmt: skip
    user = get_user_model().objects.get(email=email)
    client = Client(raise_request_exception=False)
    client.force_login(user, BACKEND)
    client.get("/help/")  # a session's first page notes the hour; the calls below are later ones
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    actor = actor_for(user) if role and end is None else None
    return Person(name, side, client, cookie, actor)
