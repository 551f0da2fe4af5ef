"""May this person do this to this claim, and may it be done now? Each no has its sentence.

Whose claim it is, is asked of the database row by row (`seen`, `answers`): one person may see the
pounds of their own organisation and only the points of another.
"""

from collections.abc import Collection

from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.expressions import Combinable

from cqrs.portal.accounts.duties import Duty, broken
from cqrs.portal.accounts.permissions import Permission, require
from cqrs.portal.accounts.queries import Actor, own, within
from cqrs.portal.accounts.roles import NETWORK, PROVIDER
from cqrs.portal.claims.models import Claim
from cqrs.portal.claims.states import (
    ACTIONS,
    OPEN_STATES,
    STATES,
    WAITS_IN,
    is_past,
    needed,
    offered,
    return_permission,
)

SIGNED = {Duty.DECLARE, Duty.APPROVE, Duty.FINANCE_APPROVE}
DONE = {
    "declare": "declared", "approve": "approved", "finance_approve": "finance-approved",
    "return": "returned", "withdraw": "taken back",
}  # fmt: skip


def visible(actor: Actor) -> Q:
    """The claims an actor may see: their own, their members', those they pay, or all."""
    require(actor, Permission.SEE_CLAIMS, "Your role does not see claims.")
    return seen(actor, Permission.SEE_CLAIMS)


def seen(actor: Actor, permission: Permission, prefix: str = "") -> Q:
    """The claims for which the actor has the permission: by their provider or by who pays them.

    `prefix` is the way from the table asked to the claim, as "claim__".
    """
    service = f"{prefix}definition__service"
    rows = within(actor, permission, organisation=f"{prefix}provider_id", service=service)
    if not rows or actor.organisation_kind in (*PROVIDER, *NETWORK):
        return rows
    return rows | within(
        actor, permission, organisation=f"{prefix}commissioner_id", service=service
    )


def deciding(actor: Actor, permission: Permission) -> Q:
    """The claims on which the actor may take the step: of their own side, within their limits."""
    side = "provider_id" if permission == Permission.DECLARE else "commissioner_id"
    return own(actor, side) & seen(actor, permission)


def answers(actor: Actor) -> dict[str, Combinable]:
    """For each row of claims what the actor may see and decide, as columns to annotate."""
    figures = (Permission.SEE_POINTS, Permission.SEE_POUNDS)
    return {name_of(p): as_column(seen(actor, p)) for p in figures} | answers_to(actor, *ACTIONS)


def answers_to(actor: Actor, *actions: str) -> dict[str, Combinable]:
    """The columns of `answers` that `refusal` reads for these actions."""
    wanted = dict.fromkeys(permission for action in actions for permission in needed(action))
    return {name_of(p): as_column(deciding(actor, p)) for p in wanted}


def name_of(permission: Permission) -> str:
    """The name of the column with the answer: may_see_points, may_approve …"""
    return f"may_{permission.name.lower()}"


def as_column(rows: Q) -> Combinable:
    """Whether a row is one of these."""
    if not rows:
        return Value(value=True)
    yes = When(rows, then=Value(value=True))
    return Case(yes, default=Value(value=False), output_field=BooleanField())


def refusal(actor: Actor, action: str, claim: Claim, *, done: Collection[Duty]) -> str:
    """Why the actor may not do this to the claim now; empty when they may.

    `claim` carries the columns of `answers`; `done` is what they did to it in this round.
    """
    return (
        _not_this_person(actor, action, claim)
        or _not_now(action, claim, signed=bool(set(done) & SIGNED))
        or _not_twice(action, done)
    )


def _not_this_person(actor: Actor, action: str, claim: Claim) -> str:
    rule = ACTIONS[action]
    wanted = rule.permission
    if action == "return" and claim.state in OPEN_STATES:
        wanted = return_permission(claim.state)
    if not actor.may(wanted):
        return f"Your role may not {rule.words} claims."
    if vars(claim)[name_of(wanted)]:
        return ""
    owner = claim.provider_id if rule.side == "provider" else claim.commissioner_id
    if owner != actor.organisation_id:
        return f"Only {_owner_name(rule.side, claim)} may {rule.words} {claim.reference}."
    return (
        f"You may {rule.words} claims of some services or practices only, and "
        f"{claim.reference} is not one of them."
    )


def _owner_name(side: str, claim: Claim) -> str:
    return claim.provider.name if side == "provider" else claim.commissioner.name


def _not_now(action: str, claim: Claim, *, signed: bool) -> str:
    if action not in offered(claim.state, claim.route):
        label = STATES[claim.state].label.lower()
        if action in WAITS_IN and is_past(WAITS_IN[action], claim.state):
            if signed:
                return f"You have already taken your step: {claim.reference} is {label} now."
            return (
                f"Somebody else has acted first: {claim.reference} is {label} now. "
                "Nothing was changed."
            )
        return f"{claim.reference} is {label}, so it can't be {DONE[action]} now."
    if action in WAITS_IN and not claim.collection.pays:
        return (
            f"{claim.reference} is for information: only the counts at the year end are declared "
            "and paid."
        )
    if action in WAITS_IN and claim.status != "final":
        return (
            f"The national figures behind {claim.reference} are provisional. You can "
            f"{ACTIONS[action].words} it when they are final."
        )
    if action in WAITS_IN and vars(claim).get("newer_counts_at"):
        return (
            f"Newer counts of {claim.provider.name} came in and are not calculated yet, so these "
            f"figures will change. You can {ACTIONS[action].words} the new ones when they are "
            "calculated."
        )
    return ""


def _not_twice(action: str, done: Collection[Duty]) -> str:
    return broken(Duty(action), done) if action in WAITS_IN else ""
