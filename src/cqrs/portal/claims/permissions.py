"""May this person do this to this claim, and may it be done now? Each no has its sentence."""

from django.db.models import Q

from cqrs.portal.accounts.permissions import Permission, require
from cqrs.portal.accounts.queries import Actor, within
from cqrs.portal.claims.models import Claim
from cqrs.portal.claims.states import (
    ACTIONS,
    OPEN_STATES,
    STATES,
    WAITS_IN,
    is_past,
    offered,
    return_permission,
)

DONE = {
    "declare": "declared", "approve": "approved", "finance_approve": "finance-approved",
    "return": "returned", "withdraw": "taken back",
}  # fmt: skip


def visible(actor: Actor) -> Q:
    """The claims an actor may see: their own practice's, those they pay, or all."""
    require(actor, Permission.SEE_CLAIMS, "Your role does not see claims.")
    return within(actor, Permission.SEE_CLAIMS, service="definition__service")


def refusal(actor: Actor, action: str, claim: Claim, *, signed: bool) -> str:
    """Why the actor may not do this to the claim now; empty when they may.

    `signed`: whether they declared or approved it already in this round.
    """
    return (
        _not_this_person(actor, action, claim)
        or _not_now(action, claim, signed=signed)
        or _not_twice(action, signed=signed)
    )


def _not_this_person(actor: Actor, action: str, claim: Claim) -> str:
    rule = ACTIONS[action]
    wanted = rule.permission
    if action == "return" and claim.state in OPEN_STATES:
        wanted = return_permission(claim.state)
    if not actor.may(wanted):
        return f"Your role may not {rule.words} claims."
    owner = claim.provider_id if rule.side == "provider" else claim.commissioner_id
    if owner != actor.organisation_id:
        return f"Only {_owner_name(rule.side, claim)} may {rule.words} {claim.reference}."
    return ""


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


def _not_twice(action: str, *, signed: bool) -> str:
    if signed and action in WAITS_IN:
        return (
            "You have already taken a step on this claim. The next one must be taken by another "
            "person."
        )
    return ""
