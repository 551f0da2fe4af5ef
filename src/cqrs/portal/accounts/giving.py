"""Which roles an actor can give at an organisation, for the forms that offer them."""

from collections.abc import Iterable
from dataclasses import dataclass

from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor, reached_by
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.models import Cluster


@dataclass(frozen=True)
class Choice:
    """A role as a form offers it."""

    code: str
    name: str
    description: str


def roles_to_give(
    actor: Actor,
    organisation_id: int,
    kind: str,
    by: tuple[Permission, ...] = (Permission.MANAGE_USERS,),
) -> tuple[Choice, ...]:
    """Roles the actor can give there without limits, in the order of the table of roles.

    A query for each of their grants. What is offered here is asked once more when it is given.
    """
    codes: set[str] = set()
    for permission in by:
        for reach, held in actor.ways(permission):
            if held is None or held.services is not None or set(held.role.grants) <= codes:
                continue
            if reached_by(actor, reach, held, organisation_id):
                codes.update(held.role.grants)
    return choices(code for code, role in ROLES.items() if code in codes and kind in role.kinds)


def choices(codes: Iterable[str]) -> tuple[Choice, ...]:
    """Roles by code as forms offer them."""
    return tuple(Choice(code, ROLES[code].name, ROLES[code].description) for code in codes)


def clusters_of(organisation_id: int) -> tuple[tuple[int, str], ...]:
    """Clusters an organisation keeps today, by number and name."""
    rows = Cluster.objects.filter(owner=organisation_id)
    return tuple(rows.order_by("name").values_list("pk", "name"))
