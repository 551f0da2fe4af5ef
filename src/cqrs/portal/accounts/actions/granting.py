"""Granting people roles."""

from datetime import date

from django.db import transaction

from cqrs.portal.accounts.actions.people import MAY_NOT
from cqrs.portal.accounts.models import Grant, User
from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, grantable, may_for
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
) -> int:
    """Grant a role at an organisation from today unless told; the same again changes nothing.

    Nobody grants to themselves, nor more than they may do themselves; the command line, which
    has no user, may set up the first people.
    """
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    if role not in ROLES:
        raise Refused(f"There is no role '{role}'. Choose one of: {', '.join(sorted(ROLES))}.")
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise Refused(f"Nobody here has the address {email}. Add the person first.")
    organisation = by_code(organisation_code)
    if organisation.kind not in ROLES[role].kinds:
        raise Refused(
            f"{ROLES[role].name} can't be granted at {organisation.name}: it is for "
            f"{' or '.join(ROLES[role].kinds)} organisations."
        )
    if actor.user_id == user.pk:
        raise Refused("You can't grant a role to yourself. Ask another administrator.")
    if actor.user_id is not None and not (
        role in grantable(actor) and may_for(actor, Permission.MANAGE_USERS, organisation.id)
    ):
        raise Refused(
            f"You can't make anybody {ROLES[role].name} at {organisation.name}: your own roles "
            "don't let you."
        )
    held = Grant.objects.filter(
        user=user, role=role, organisation_id=organisation.id, end_date=end_date
    ).first()
    if held and (start_date is None or held.start_date == start_date):
        return held.pk
    row = Grant.objects.create(
        user=user,
        role=role,
        organisation_id=organisation.id,
        start_date=start_date or clock.today(),
        end_date=end_date,
        granted_by_id=actor.user_id,
        granted_by_name=actor.name,
        granted_at=clock.now(),
    )
    audit.record(
        actor=actor,
        action="accounts.grant",
        subject_kind="user",
        subject_reference=str(user.pk),
        sentence=f"{actor.name} made {user.full_name} {ROLES[role].name} at {organisation.name}.",
        details={"role": role, "organisation": organisation.code},
    )
    return row.pk
