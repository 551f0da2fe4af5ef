"""The second wall, as a request meets it: whom the database may show rows to, until it is over.

The first wall is the queries of the rooms. The second is row-level security in PostgreSQL: the
connection works as the plain role `cqrs_web`, and every policy reads one setting of the session,
`cqrs.scope`. Without it no row with anybody's figures is seen. `config/walls.py` builds the wall.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection

from cqrs.portal.accounts.permissions import Permission, Reach
from cqrs.portal.accounts.queries import Actor
from cqrs.values import clock

WEB, WORKER = "cqrs_web", "cqrs_worker"
"""The roles of web server and worker in the database. Neither owns a table."""

PEOPLE = frozenset(
    {
        Permission.MANAGE_USERS,
        Permission.APPROVE_ACCESS,
        Permission.UNLOCK,
        Permission.VIEW_AS,
        Permission.SEE_SIGN_INS,
        Permission.READ_TRAIL,
        Permission.READ_AUDIT,
        Permission.MANAGE_CLUSTERS,
        Permission.KEEP_DETAILS,
    }
)
"""Permissions that are about people and their roles. All others are about figures: who looks
after accounts and has none of those is shown no figures, by the database either."""

BOTH = frozenset({Permission.PROPOSE_CHANGE, Permission.AGREE_CHANGE})
"""A merger or closure carries people's roles and providers' money over."""

ARMS = {
    Reach.OWN: ("own",),
    Reach.MEMBERS: ("own", "members"),
    Reach.AREA: ("own", "area"),
    Reach.NATION: ("nation",),
}
RAISE = "SELECT set_config('role', %s, false), set_config('cqrs.scope', %s, false)"
LOWER = "RESET ROLE; SELECT set_config('cqrs.scope', '', false)"


def scope_of(actor: Actor) -> dict[str, Any]:
    """What the policies read of an actor: who, where, how far for figures and for people."""
    arms: dict[str, set[str]] = {"figures": set(), "people": set()}
    for permission in Permission:
        for reach, held in actor.ways(permission):
            limited = held is not None and held.cluster_id is not None and reach != Reach.NATION
            reached = (f"cluster:{held.cluster_id}",) if held and limited else ARMS[reach]
            if permission in PEOPLE | BOTH:
                arms["people"].update(reached)
            if permission not in PEOPLE:
                arms["figures"].update(reached)
    return {
        "user": actor.user_id,
        "organisation": actor.organisation_id,
        "code": actor.organisation_code,
        "day": clock.today().isoformat(),
        "may": sorted(permission for permission in Permission if actor.may(permission)),
        "figures": sorted(arms["figures"]),
        "people": sorted(arms["people"]),
    }


def raise_wall(actor: Actor | None, *, accounts: bool = False) -> None:
    """Show the connection what the actor may see, and nothing else. One short statement.

    Without an actor, nothing at all. `accounts` also opens the tables of grants, invitations and
    requests: for signing in, accepting and joining, which come before anybody acts.
    """
    scope = scope_of(actor) if actor else {}
    _raise({**scope, "accounts": accounts})


@contextmanager
def behind_the_wall() -> Iterator[None]:
    """A request's stretch of the connection: begins with accounts only, ends with nothing."""
    _raise({"accounts": True})
    try:
        yield
    finally:
        _lower()


def _raise(scope: dict[str, Any]) -> None:
    # Beside Django's count of queries, which is of those that ask a table for something.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.create_cursor() as cursor:
        cursor.execute(RAISE, [WEB, json.dumps(scope)])


def _lower() -> None:
    if connection.connection is None:
        return
    try:
        with connection.create_cursor() as cursor:
            cursor.execute(LOWER)
    except DatabaseError:
        _give_up()


def _give_up() -> None:
    # A connection that can't be told to forget whom it served must serve nobody else. Inside a
    # transaction that failed, its end takes the setting back.
    if not connection.in_atomic_block:
        connection.close()
