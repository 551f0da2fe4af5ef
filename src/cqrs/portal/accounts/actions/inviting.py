"""Inviting one person to an organisation by a signed link, and what becomes of the invitation."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from cqrs.portal.accounts import remit
from cqrs.portal.accounts.actions.keeping import ADMINISTRATORS, holds, write_grant
from cqrs.portal.accounts.actions.people import MAY_NOT, new_user
from cqrs.portal.accounts.addresses import require_person
from cqrs.portal.accounts.expiry import DAYS_OF_AN_INVITATION
from cqrs.portal.accounts.invitations import EXPIRED, OPEN, link_of, read, state_of
from cqrs.portal.accounts.models import Grant, Invitation, User
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, within
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.audit import actions as audit
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages.kinds import Kind
from cqrs.portal.organisations.queries import OrganisationView, by_code, on
from cqrs.portal.words import day_text
from cqrs.values import LONDON, clock


@transaction.atomic
def invite(
    *, actor: Actor, email: str, full_name: str, organisation_code: str, roles: Sequence[str]
) -> int:
    """Invite a person; answers the invitation's number. Their link works for 14 days."""
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    organisation = by_code(organisation_code)
    require_person(email, full_name)
    refuse_roles(actor, organisation, roles, email)
    row = open_invitation(
        giver=(actor.user_id, actor.name),
        email=email,
        full_name=full_name,
        organisation=organisation,
        roles=roles,
    )
    deed = f"invited {row.full_name}, {row.email}, to {organisation.name}"
    _record(actor, "accounts.invite", row, deed)
    return row.pk


@transaction.atomic
def create_person(
    *,
    actor: Actor,
    email: str,
    full_name: str,
    work_phone: str,
    organisation_code: str,
    roles: Sequence[str],
) -> int:
    """Make a person known with their roles, and send the link by which they set a password.

    Answers the person's number. Somebody with an account only gets the roles.
    """
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    organisation = by_code(organisation_code)
    require_person(email, full_name)
    refuse_roles(actor, organisation, roles, email)
    giver = (actor.user_id, actor.name)
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = new_user(email, full_name, None, work_phone)
    for role in roles:
        _give(user, role, organisation.id, giver)
    if user.has_usable_password():
        tell_roles(user, organisation, roles, actor.name)
    else:
        open_invitation(
            giver=giver, email=email, full_name=full_name, organisation=organisation, roles=roles
        )
    audit.record(
        actor=actor,
        action="accounts.create_person",
        subject_kind="user",
        subject_reference=str(user.pk),
        sentence=f"{actor.name} added {user.full_name}, {user.email}, at {organisation.name}.",
        concerns=[organisation.code],
        details={"roles": list(roles), "organisation": organisation.code},
    )
    return user.pk


@transaction.atomic
def renew_invitation(*, actor: Actor, invitation_id: int) -> None:
    """Send a new link, good for 14 days more; every older link of the invitation ends.

    By a user administrator of the organisation, or by the help desk.
    """
    row = _of_mine(actor, invitation_id, Permission.MANAGE_USERS, Permission.UNLOCK)
    if state_of(row) not in (OPEN, EXPIRED):
        raise Refused(
            f"The invitation of {row.full_name} was {state_of(row)}, so there is no link to send."
        )
    row.nonce = secrets.token_urlsafe(16)
    row.expires_at = _expiry()
    row.renewal_asked_at = None
    row.save(update_fields=["nonce", "expires_at", "renewal_asked_at"])
    _send(row)
    _record(actor, "accounts.renew_invitation", row, f"sent {row.full_name} a new invitation link")


@transaction.atomic
def withdraw_invitation(*, actor: Actor, invitation_id: int) -> None:
    """Take an invitation back: its link opens nothing any more. Again changes nothing."""
    row = _of_mine(actor, invitation_id, Permission.MANAGE_USERS)
    if row.accepted_at is not None:
        raise Refused(
            f"{row.full_name} accepted the invitation on {day_text(row.accepted_at)}. End the "
            "roles on their page instead."
        )
    if Invitation.objects.filter(pk=row.pk, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    ):
        deed = f"withdrew the invitation of {row.full_name}, {row.email}"
        _record(actor, "accounts.withdraw_invitation", row, deed)


@transaction.atomic
def ask_for_renewal(*, actor: Actor, token: str) -> None:
    """Ask the organisation's administrators for another link. Once for each expired link."""
    row, state = read(token)
    if state != EXPIRED:
        raise Refused("This link can't be renewed. Open the newest email of your invitation.")
    asked = Invitation.objects.filter(pk=row.pk, renewal_asked_at=None)
    if not asked.update(renewal_asked_at=clock.now()):
        return
    for number in administrators_of(row.organisation_id):
        messages.post(
            key=f"invitation-renewal:{row.pk}:{row.nonce}",
            kind=Kind.ACCESS,
            title=f"{row.full_name} asks for a new invitation link",
            body=(
                f"The link sent to {row.email} on {day_text(row.invited_at)} has expired. You can "
                "send a new one from the page of people."
            ),
            link="/people/",
            recipient_id=number,
        )
    audit.record(
        actor=actor,
        action="accounts.ask_for_renewal",
        subject_kind="invitation",
        subject_reference=str(row.pk),
        sentence=f"{actor.name} asked for a new invitation link to {row.organisation.name}.",
        concerns=[row.organisation.code],
    )


@transaction.atomic
def accept_invitation(*, actor: Actor, token: str, password: str = "") -> int:
    """Take the roles an invitation gives; answers the person's number.

    `actor` is who is signed in, or, without a number, whoever holds the link: then the account
    is made with the password, unless the address has one already. Only the invited address gets
    in, and only once.
    """
    number = read(token)[0].pk
    list(Invitation.objects.select_for_update().filter(pk=number))  # one press after the other
    row, state = read(token)
    if state != OPEN:
        raise Refused(f"This invitation link is {state}. Ask {row.invited_by_name} for another.")
    user = User.objects.select_for_update().filter(email=row.email).first()
    if actor.user_id is not None and (user is None or user.pk != actor.user_id):
        raise Refused(
            f"This invitation is for {row.full_name}, {row.email}. You are signed in as "
            f"{actor.name}, {actor.email}. Nothing was changed."
        )
    if actor.user_id is None:
        user = _with_password(row, user, password)
    if user is None or not user.is_active:
        raise Refused("This account is switched off. Your user administrator can say why.")
    taken = Invitation.objects.filter(
        pk=row.pk, nonce=row.nonce, accepted_at=None, withdrawn_at=None
    ).update(accepted_at=clock.now(), accepted_by=user)
    if not taken:
        raise Refused("This invitation was accepted or withdrawn a moment ago.")
    giver = (row.invited_by_id, row.invited_by_name)
    for role in row.roles:
        _give(user, role, row.organisation_id, giver)
    if row.invited_by_id is not None:
        messages.post(
            key=f"invitation-accepted:{row.pk}",
            kind=Kind.ACCESS,
            title=f"{user.full_name} accepted your invitation",
            body=f"{user.full_name} can now work for {row.organisation.name}.",
            link=f"/people/{user.pk}/",
            recipient_id=row.invited_by_id,
        )
    who = replace(actor, user_id=user.pk, name=user.full_name, email=user.email)
    deed = f"accepted the invitation to {row.organisation.name}"
    _record(who, "accounts.accept_invitation", row, deed)
    return user.pk


def _with_password(row: Invitation, user: User | None, password: str) -> User:
    """The account of who holds the link: new, or made for them without a password so far."""
    if user is not None and user.has_usable_password():
        raise Refused(f"{row.email} has an account. Sign in with it, then accept the invitation.")
    if user is not None and not user.is_active:
        return user
    try:
        validate_password(password, user or User(email=row.email, full_name=row.full_name))
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages)) from None
    if user is None:
        return new_user(row.email, row.full_name, password)
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def refuse_roles(
    actor: Actor,
    organisation: OrganisationView,
    roles: Sequence[str],
    email: str,
    by: tuple[Permission, ...] = (Permission.MANAGE_USERS,),
) -> None:
    """Refuse roles the actor may not give there by any of the permissions, and none at all."""
    refuse_closed(organisation)
    if not roles:
        raise Refused("Choose at least one role: without one, the person could do nothing.")
    user = User.objects.filter(email=email.strip().lower()).first()
    number = user.pk if user else None
    for role in roles:
        wanted = remit.Wanted(role, organisation.id, organisation.name, organisation.kind)
        noes = [remit.refusal(actor, wanted, user_id=number, by=one) for one in by]
        if all(noes):
            raise Refused(noes[0])


def refuse_closed(place: OrganisationView) -> None:
    """Nobody joins an organisation whose last day is past; who worked there goes on where it went.

    Source: a closed practice's claims belong to whoever answers for it.
    """
    if place.is_closed and place.close_date:
        raise Refused(
            f"{place.name} closed on {day_text(place.close_date)}. Choose the organisation that "
            "took over from it."
        )


def open_invitation(
    *,
    giver: tuple[int | None, str],
    email: str,
    full_name: str,
    organisation: OrganisationView,
    roles: Sequence[str],
) -> Invitation:
    """Store an invitation and send its link. The caller has asked who may, and records it."""
    address = email.strip().lower()
    waiting = Invitation.objects.filter(
        email=address, organisation=organisation.id, accepted_at=None, withdrawn_at=None
    ).first()
    if waiting is not None:
        raise Refused(
            f"{waiting.full_name} was invited to {organisation.name} by {waiting.invited_by_name} "
            f"on {day_text(waiting.invited_at)}. Send that invitation again, or withdraw it first."
        )
    row = Invitation.objects.create(
        email=address,
        full_name=full_name.strip(),
        organisation_id=organisation.id,
        roles=list(dict.fromkeys(roles)),
        nonce=secrets.token_urlsafe(16),
        invited_by_id=giver[0],
        invited_by_name=giver[1],
        invited_at=clock.now(),
        expires_at=_expiry(),
    )
    _send(row)
    return row


def tell_roles(
    user: User, organisation: OrganisationView, roles: Sequence[str], giver: str
) -> None:
    """Tell somebody who has an account what they may do now."""
    named = ", ".join(ROLES[role].name for role in roles)
    messages.post(
        key=f"roles:{user.pk}:{organisation.code}:{clock.now().isoformat()}",
        kind=Kind.ACCESS,
        title=f"You can now work for {organisation.name}",
        body=f"{giver} gave you these roles at {organisation.name}: {named}.",
        recipient_id=user.pk,
    )


def administrators_of(organisation_id: int) -> tuple[int, ...]:
    """Numbers of the people who administer users at the organisation today."""
    rows = Grant.objects.filter(
        on(clock.today()),
        organisation=organisation_id,
        role__in=ADMINISTRATORS,
        user__is_active=True,
    )
    return tuple(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def _give(user: User, role: str, organisation_id: int, giver: tuple[int | None, str]) -> None:
    if not holds(user, role, organisation_id):
        write_grant(
            user=user,
            role=role,
            organisation_id=organisation_id,
            giver=giver,
            start_date=clock.today(),
        )


def _expiry() -> datetime:
    """The end of the fourteenth day, in the quiet months too: a link is not an account."""
    day = clock.today() + timedelta(days=DAYS_OF_AN_INVITATION)
    return datetime.combine(day, time(23, 59, 59), LONDON)


def _send(row: Invitation) -> None:
    messages.post(
        key=f"invitation:{row.pk}:{row.nonce}",
        kind=Kind.ACCOUNT,
        title=f"{row.invited_by_name} invites you to {row.organisation.name}",
        body=(
            f"{row.full_name}, {row.invited_by_name} invites you to work for "
            f"{row.organisation.name} in this service. Open the link to accept. It works until "
            f"{day_text(row.expires_at)}, for you alone: don't pass it on."
        ),
        link=link_of(row),
        email=row.email,
    )


def _of_mine(actor: Actor, invitation_id: int, *permissions: Permission) -> Invitation:
    for permission in permissions:
        reach = within(actor, permission, organisation="organisation_id")
        rows = Invitation.objects.filter(reach, pk=invitation_id).select_related("organisation")
        found = rows.select_for_update(of=("self",)).first()
        if found is not None:
            return found
    raise NotFound("There is no such invitation.")


def _record(actor: Actor, action: str, row: Invitation, deed: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="invitation",
        subject_reference=str(row.pk),
        sentence=f"{actor.name} {deed}.",
        concerns=[row.organisation.code],
        details={"email": row.email, "roles": list(row.roles)},
    )
