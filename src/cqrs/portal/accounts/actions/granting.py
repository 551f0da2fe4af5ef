"""Granting people roles."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from cqrs.portal.accounts import remit
from cqrs.portal.accounts.actions.keeping import write_grant
from cqrs.portal.accounts.actions.people import MAY_NOT
from cqrs.portal.accounts.models import Grant, User
from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.audit import actions as audit
from cqrs.portal.organisations.queries import by_code
from cqrs.values import clock


@transaction.atomic
def grant(
    *,
    actor: Actor,
    email: str,
    role: str,
    organisation_code: str,
    start_date: date | None = None,
    end_date: date | None = None,
    cluster_id: int | None = None,
    services: Sequence[str] | None = None,
) -> int:
    """Grant a role at an organisation from today unless told; the same again changes nothing.

    A limit that is None is none. Nobody grants to themselves, nor more than their own grant
    covers; the command line, which has no user, may set up the first people.
    """
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise Refused(f"Nobody here has the address {email}. Add the person first.")
    organisation = by_code(organisation_code)
    limits = {
        "cluster_id": cluster_id,
        "services": list(services) if services is not None else None,
    }
    if services is not None and not services:
        raise Refused(
            "A role limited to no service at all would let its holder do nothing. "
            "Name at least one, or leave the limit out."
        )
    wanted = remit.Wanted(
        role,
        organisation.id,
        organisation.name,
        organisation.kind,
        cluster_id=cluster_id,
        services=services,
    )
    no = remit.refusal(actor, wanted, user_id=user.pk)
    if no:
        raise Refused(no)
    held = Grant.objects.filter(
        user=user, role=role, organisation_id=organisation.id, end_date=end_date, **limits
    ).first()
    if held and (start_date is None or held.start_date == start_date):
        return held.pk
    row = write_grant(
        user=user,
        role=role,
        organisation_id=organisation.id,
        giver=(actor.user_id, actor.name),
        start_date=start_date or clock.today(),
        end_date=end_date,
        limits=limits,
    )
    audit.record(
        actor=actor,
        action="accounts.grant",
        subject_kind="user",
        subject_reference=str(user.pk),
        sentence=f"{actor.name} made {user.full_name} {ROLES[role].name} at {organisation.name}.",
        concerns=[organisation.code],
        details={"role": role, "organisation": organisation.code},
    )
    return row.pk
