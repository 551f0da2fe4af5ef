"""Who is viewed by the help desk, and what the help desk sees then: nothing to do, no pounds."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef

from cqrs.portal.accounts.models import Grant, User, Viewing
from cqrs.portal.accounts.permissions import NotFound, Permission, require
from cqrs.portal.accounts.queries import (
    Actor,
    Held,
    Membership,
    actor_for,
    may_for,
    organisations_of,
)
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.queries import on
from cqrs.values import clock

SEEN = frozenset(
    {
        Permission.SEE_POINTS,
        Permission.SEE_CLAIMS,
        Permission.SEE_COLLECTIONS,
        Permission.SEE_SIGN_INS,
    }
)
"""What is left of a role while the help desk views: reading, and never pounds."""
HELPERS = tuple(code for code, role in ROLES.items() if Permission.VIEW_AS in role.permissions)


@dataclass(frozen=True)
class ViewingRow:
    """One viewing, as the person viewed reads it."""

    started_at: datetime
    ended_at: datetime
    """When it ended, or ends at the latest."""
    helper: str
    organisation: str
    reason: str
    live: bool


@dataclass(frozen=True)
class Viewable:
    """A person whom the help desk may view as, and where."""

    user_id: int
    name: str
    email: str
    places: tuple[Membership, ...]


def viewable(actor: Actor, email: str) -> Viewable:
    """The person with this address. NotFound unless the actor may view them somewhere."""
    require(actor, Permission.VIEW_AS, "Only the help desk may view as somebody else.")
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    places = organisations_of(person) if person else ()
    reached = tuple(p for p in places if may_for(actor, Permission.VIEW_AS, p.organisation_id))
    if person is None or not reached:
        raise NotFound("There is no such person.")
    return Viewable(person.pk, person.full_name, person.email, reached)


def viewed_actor(viewing_id: int, helper: User) -> Actor:
    """The person as the helper sees them. NotFound when the viewing is over. Two queries.

    Over means: ended, out of time, or the helper isn't help desk any more.
    """
    still = Grant.objects.filter(on(clock.today()), user=OuterRef("helper"), role__in=HELPERS)
    now = clock.now()
    viewing = (
        Viewing.objects.filter(
            Exists(still), pk=viewing_id, helper=helper, ended_at=None, ends_at__gt=now
        )
        .select_related("person")
        .first()
    )
    if viewing is None:
        raise NotFound("The viewing is over.")
    actor = actor_for(viewing.person, viewing.organisation_id)
    held = tuple(_reading(one) for one in actor.held)
    return replace(actor, held=held, viewed_by=helper.full_name, viewed_until=viewing.ends_at)


def _reading(held: Held) -> Held:
    reach = {p: reach for p, reach in held.role.reach.items() if p in SEEN}
    return replace(held, role=replace(held.role, reach=reach, grants=()))


def viewings_of(user_id: int, *, most: int = 10) -> tuple[ViewingRow, ...]:
    """The latest times the help desk viewed as this person, newest first."""
    now = clock.now()
    rows = (
        Viewing.objects.filter(person_id=user_id)
        .select_related("helper", "organisation")
        .order_by("-started_at")[:most]
    )
    return tuple(
        ViewingRow(
            row.started_at,
            row.ended_at or row.ends_at,
            row.helper.full_name,
            row.organisation.name,
            row.reason,
            row.ended_at is None and row.ends_at > now,
        )
        for row in rows
    )
