"""Where people of a kind of organisation may use the portal from."""

from django.db import transaction

from cqrs.portal.accounts import networks
from cqrs.portal.accounts.models import AddressRange
from cqrs.portal.accounts.permissions import Permission, Refused
from cqrs.portal.accounts.queries import Actor, everywhere
from cqrs.portal.audit import actions as audit

MAY_NOT = "Only a national user administrator may say where people work from."


@transaction.atomic
def restrict(
    *, actor: Actor, organisation_kind: str, ranges: list[str], here: str, note: str = ""
) -> None:
    """Let people of a kind of organisation in from these address ranges only; none: anywhere.

    `here` is the actor's own address: a change that would lock its author out is refused.
    """
    _require_national(actor)
    wanted = tuple(sorted({networks.tidy(one) for one in ranges}))
    if organisation_kind == actor.organisation_kind and not networks.covers(wanted, here):
        raise Refused(
            f"You work from {here}, which is in none of these ranges: you would lock yourself "
            "out. Add a range with your own address."
        )
    kept = AddressRange.objects.select_for_update().filter(organisation_kind=organisation_kind)
    before = tuple(sorted(kept.values_list("network", flat=True)))
    if before == wanted:
        return
    kept.delete()
    AddressRange.objects.bulk_create(
        AddressRange(organisation_kind=organisation_kind, network=one, note=note) for one in wanted
    )
    transaction.on_commit(networks.forget)
    where = f"from {', '.join(wanted)} only" if wanted else "from anywhere"
    audit.record(
        actor=actor,
        action="accounts.restrict",
        subject_kind="network",
        subject_reference=organisation_kind,
        sentence=f"{actor.name} let people of {organisation_kind} organisations in {where}.",
        details={"before": list(before), "after": list(wanted), "note": note},
    )


def _require_national(actor: Actor) -> None:
    if not everywhere(actor, Permission.MANAGE_USERS):
        raise Refused(MAY_NOT)
