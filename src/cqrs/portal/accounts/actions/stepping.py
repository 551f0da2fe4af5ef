"""How many people of a provider agree its claims: one, or two."""

from django.db import transaction

from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, may_for
from cqrs.portal.accounts.routing import PROVIDERS
from cqrs.portal.audit import actions as audit
from cqrs.portal.organisations.models import Organisation

MAY_NOT = "Only an organisation administrator of the commissioner may say how a provider works."
HOW = {1: "one step: who enters counts may declare them", 2: "two steps: a second person declares"}


@transaction.atomic
def set_provider_steps(*, actor: Actor, organisation_id: int, steps: int, reason: str) -> None:
    """Let a provider of the area work in one step or in two, from now on.

    What was declared stays as it is. NotFound for a provider outside the actor's area; Refused
    for who is no provider, without a reason, and where it is so already.
    """
    require(actor, Permission.KEEP_DETAILS, MAY_NOT)
    if not may_for(actor, Permission.KEEP_DETAILS, organisation_id):
        raise NotFound(f"There is no organisation {organisation_id}.")
    place = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
    if place.kind not in PROVIDERS:
        raise Refused(f"{place.name} is no provider, so it declares no claims. Nothing changed.")
    if steps not in HOW:
        raise Refused("Select one step or two steps. Nothing changed.")
    if not reason.strip():
        raise Refused(f"Say why {place.name} works otherwise from now on. Nothing changed.")
    if place.provider_steps == steps:
        raise Refused(f"{place.name} already works in {HOW[steps]}. Nothing changed.")
    place.provider_steps = steps
    place.save(update_fields=["provider_steps"])
    audit.record(
        actor=actor,
        action="accounts.set_provider_steps",
        subject_kind="organisation",
        subject_reference=place.code,
        sentence=f"{actor.name} let {place.name} work in {HOW[steps]}. Reason: {reason.strip()}",
        concerns=[place.code],
        details={"organisations": [place.code], "steps": steps},
    )
