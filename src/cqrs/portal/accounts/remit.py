"""How far an administrator's hand goes: which role they may give to whom, where, how limited.

The rule is one sentence: nobody gives more than their own grant covers. It is asked of each grant
of theirs alone; two grants never add up to a third.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cqrs.portal.accounts.permissions import Permission, Reach
from cqrs.portal.accounts.queries import Actor, Held, reached_by
from cqrs.portal.accounts.roles import ROLES

ADMINISTERS = (Permission.MANAGE_USERS, Permission.APPROVE_ACCESS)
"""Either lets a person give the roles that their own role names."""


@dataclass(frozen=True)
class Wanted:
    """A grant that somebody would give: role, organisation, and its limits. None is no limit."""

    role: str
    organisation_id: int
    organisation_name: str
    organisation_kind: str
    cluster_id: int | None = None
    services: Sequence[str] | None = None


def refusal(
    actor: Actor, wanted: Wanted, *, user_id: int | None, by: Permission = Permission.MANAGE_USERS
) -> str:
    """Why the actor may not give this grant; empty when they may.

    `user_id` is whose it would be, None for somebody who has no account yet. `by` is the
    permission they use: MANAGE_USERS, or APPROVE_ACCESS for a request. The command line may give
    everything: it sets up the first administrators.
    """
    role = ROLES.get(wanted.role)
    if role is None:
        return f"There is no role '{wanted.role}'. Choose one of: {', '.join(sorted(ROLES))}."
    if wanted.organisation_kind not in role.kinds:
        return (
            f"{role.name} can't be granted at {wanted.organisation_name}: it is for "
            f"{' or '.join(kind.replace('_', '-') for kind in role.kinds)} organisations."
        )
    if actor.user_id is None:
        return ""
    if actor.user_id == user_id:
        return "You can't grant a role to yourself. Ask another administrator."
    if not any(_covers(actor, reach, held, wanted) for reach, held in actor.ways(by)):
        return (
            f"You can't make anybody {role.name} at {wanted.organisation_name}: your own roles "
            "don't let you."
        )
    return ""


def _covers(actor: Actor, reach: Reach, held: Held | None, wanted: Wanted) -> bool:
    if held is None or wanted.role not in held.role.grants:
        return False
    own, given = held.services, wanted.services
    if own is not None and (given is None or not set(given) <= set(own)):
        return False
    if held.cluster_id is not None and wanted.cluster_id not in (None, held.cluster_id):
        return False
    return reached_by(actor, reach, held, wanted.organisation_id)
