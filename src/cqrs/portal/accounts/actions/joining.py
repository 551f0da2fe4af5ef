"""Asking to join an organisation, and one person's decision about it."""

from collections.abc import Sequence

from django.db import transaction

from cqrs.portal.accounts.actions.inviting import (
    open_invitation,
    refuse_closed,
    refuse_roles,
    tell_roles,
)
from cqrs.portal.accounts.actions.keeping import holds, write_grant
from cqrs.portal.accounts.addresses import require_person
from cqrs.portal.accounts.models import AccessRequest, Invitation, User
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.accounts.routing import deciders, roles_for, route
from cqrs.portal.accounts.waiting import requests_of
from cqrs.portal.audit import actions as audit
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages.kinds import Kind
from cqrs.portal.organisations.queries import OrganisationView, by_code, organisation
from cqrs.portal.words import day_text
from cqrs.values import clock

BY = (Permission.MANAGE_USERS, Permission.APPROVE_ACCESS)
LONGEST_REASON = 1000


@transaction.atomic
def ask_to_join(
    *,
    actor: Actor,
    full_name: str,
    work_phone: str,
    organisation_code: str,
    roles: Sequence[str],
    reason: str,
) -> str:
    """Ask for access in the actor's own name; answers the sentence of who decides.

    Whether the address is known here makes no difference to what the asker sees. A second
    request while the first waits changes nothing.
    """
    place = by_code(organisation_code)
    require_person(actor.email, full_name)
    refuse_closed(place)
    if not roles or set(roles) - set(roles_for(place.kind)):
        raise Refused(f"Choose what you need to do at {place.name}.")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Refused("Say in a few sentences what you need access for.")
    routed = route(place.id, roles)
    waiting = AccessRequest.objects.filter(
        email=actor.email, organisation=place.id, state="waiting"
    )
    if waiting.exists():
        return routed.sentence
    row = AccessRequest.objects.create(
        email=actor.email,
        full_name=full_name.strip(),
        work_phone=work_phone.strip(),
        user_id=actor.user_id,
        organisation_id=place.id,
        roles=list(dict.fromkeys(roles)),
        reason=reason.strip(),
        route=routed.route,
        decider_id=routed.decider_id,
        requested_at=clock.now(),
    )
    messages.post(
        key=f"access-request:{row.pk}:asked",
        kind=Kind.ACCOUNT,
        title=f"You asked to join {place.name}",
        body=(
            f"{row.full_name}, you asked to join {place.name}. {routed.sentence} If it wasn't "
            "you, tell the help desk."
        ),
        email=row.email,
    )
    could_give = roles_for(place.kind) if routed.route == "help_desk" else roles
    for number in deciders(routed.decider_id, place.id, could_give):
        messages.post(
            key=f"access-request:{row.pk}:decide",
            kind=Kind.ACCESS,
            title=f"{row.full_name} asks to join {place.name}",
            body=f"{row.full_name}, {row.email}, asks to join {place.name}. You can decide.",
            link=f"/people/requests/{row.pk}/",
            recipient_id=number,
        )
    _record(actor, "accounts.ask_to_join", row, f"asked to join {place.name}")
    return routed.sentence


@transaction.atomic
def approve_request(*, actor: Actor, request_id: int, roles: Sequence[str]) -> None:
    """Agree to a request with these roles. Who has no account yet gets an invitation link."""
    row = _waiting(actor, request_id)
    place = organisation(row.organisation_id)
    refuse_roles(actor, place, roles, row.email, BY)
    _decide(actor, row, "approved", "")
    user = User.objects.filter(email=row.email).first()
    if user is not None and not user.is_active:
        raise Refused(
            f"The account of {row.full_name} is switched off. Have it switched on first, or "
            "refuse the request."
        )
    if user is None or not user.has_usable_password():
        _invite(actor, row, place, roles)
    else:
        for role in roles:
            if not holds(user, role, place.id):
                write_grant(
                    user=user,
                    role=role,
                    organisation_id=place.id,
                    giver=(actor.user_id, actor.name),
                    start_date=clock.today(),
                )
        tell_roles(user, place, roles, actor.name)
    named = ", ".join(ROLES[role].name for role in roles)
    deed = f"approved that {row.full_name} joins {place.name} as {named}"
    _record(actor, "accounts.approve_request", row, deed)


@transaction.atomic
def refuse_request(*, actor: Actor, request_id: int, reason: str) -> None:
    """Refuse a request, with a reason that the asker reads."""
    row = _waiting(actor, request_id)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Refused("Say why you refuse, in a sentence the person can act on.")
    _decide(actor, row, "refused", reason.strip())
    messages.post(
        key=f"access-request:{row.pk}:refused",
        kind=Kind.ACCOUNT,
        title=f"Your request to join {row.organisation.name} was refused",
        body=f"{actor.name} at {actor.organisation_name} refused it: {reason.strip()}",
        email=row.email,
    )
    deed = f"refused that {row.full_name} joins {row.organisation.name}"
    _record(actor, "accounts.refuse_request", row, deed)


def _waiting(actor: Actor, request_id: int) -> AccessRequest:
    """A request this actor decides, decided or not. NotFound for any other."""
    row = requests_of(actor).filter(pk=request_id).select_related("organisation").first()
    if row is None:
        raise NotFound("There is no such request.")
    return row


def _decide(actor: Actor, row: AccessRequest, state: str, reason: str) -> None:
    """Only one of two deciders gets through: the state is part of the condition."""
    taken = AccessRequest.objects.filter(pk=row.pk, state="waiting").update(
        state=state,
        decided_at=clock.now(),
        decided_by_id=actor.user_id,
        decided_by_name=actor.name,
        decision_reason=reason,
    )
    if not taken:
        row.refresh_from_db()
        raise Refused(
            f"{row.decided_by_name} {row.state} this request on {day_text(row.decided_at)}. "
            "Nothing was changed."
        )


def _invite(
    actor: Actor, row: AccessRequest, place: OrganisationView, roles: Sequence[str]
) -> None:
    older = Invitation.objects.filter(
        email=row.email, organisation=place.id, accepted_at=None, withdrawn_at=None
    )
    older.update(withdrawn_at=clock.now())
    open_invitation(
        giver=(actor.user_id, actor.name),
        email=row.email,
        full_name=row.full_name,
        organisation=place,
        roles=roles,
    )


def _record(actor: Actor, action: str, row: AccessRequest, deed: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="access request",
        subject_reference=str(row.pk),
        sentence=f"{actor.name} {deed}.",
        concerns=[row.organisation.code, row.decider.code],
        details={"email": row.email, "asked": list(row.roles)},
    )
