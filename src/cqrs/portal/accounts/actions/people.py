"""Making people known, switching accounts off and on, and taking people off an organisation."""

from collections.abc import Sequence

from django.apps import apps
from django.db import transaction
from django.db.models import Q

from cqrs.portal.accounts import sessions
from cqrs.portal.accounts.actions.keeping import administrators_kept, end_grants
from cqrs.portal.accounts.addresses import require_person
from cqrs.portal.accounts.models import Grant, Invitation, User
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, may_for, within
from cqrs.portal.accounts.trail import codes_of
from cqrs.portal.audit import actions as audit
from cqrs.portal.organisations.queries import on
from cqrs.values import clock

MAY_NOT = "Only a user administrator may add people and grant roles."


@transaction.atomic
def create_user(*, actor: Actor, email: str, full_name: str, password: str | None = None) -> int:
    """Make a person known; answers their number. The same address again changes nothing.

    Only the command line, which sets up made-up people too, may use any address and name.
    """
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    known = User.objects.filter(email__iexact=email).first()
    if known:
        return known.pk
    if actor.user_id is not None:
        require_person(email, full_name)
    user = new_user(email, full_name, password)
    audit.record(
        actor=actor,
        action="accounts.create_user",
        subject_kind="user",
        subject_reference=str(user.pk),
        sentence=f"{actor.name} added {user.full_name}, {user.email}.",
    )
    return user.pk


def new_user(email: str, full_name: str, password: str | None, work_phone: str = "") -> User:
    """Store a person whose address is taken as theirs."""
    user = User.objects.create_user(email, password, full_name=full_name)
    if work_phone:
        user.work_phone = work_phone.strip()
        user.save(update_fields=["work_phone"])
    if apps.is_installed("allauth.account"):
        # allauth signs nobody in whose address it doesn't hold as verified.
        address = apps.get_model("account", "EmailAddress")
        address.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def person_of(actor: Actor, user_id: int) -> User:
    """Somebody whose roles, today's or earlier ones, the actor administers. Else NotFound."""
    reach = within(actor, Permission.MANAGE_USERS, organisation="organisation_id")
    if not Grant.objects.filter(reach, user=user_id).exists():
        raise NotFound("There is no such person.")
    return User.objects.get(pk=user_id)


def _reason_of(reason: str) -> str:
    if not reason.strip():
        raise Refused("Say why, in a sentence. The audit trail keeps it.")
    return reason.strip()


@transaction.atomic
def disable(*, actor: Actor, user_id: int, reason: str) -> None:
    """Switch an account off: nobody signs in with it, and who is signed in is out at once.

    What the person handed over to others ends, and invitations of theirs that are still open.
    Refused where the person also works for organisations that the actor doesn't administer.
    """
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    user = person_of(actor, user_id)
    if user.pk == actor.user_id:
        raise Refused("You can't switch off your own account. Ask another administrator.")
    live = Grant.objects.filter(on(clock.today()), user=user)
    places = list(live.values_list("organisation_id", flat=True))
    reach = within(actor, Permission.MANAGE_USERS, organisation="organisation_id")
    if live.exclude(pk__in=Grant.objects.filter(reach).values("pk")).exists():
        raise Refused(
            f"{user.full_name} also works for organisations you don't look after. Take them off "
            "yours instead: their account stays for the others."
        )
    why = _reason_of(reason)
    with administrators_kept(places):
        off = User.objects.filter(pk=user.pk, is_active=True)
        if not off.update(is_active=False, switched_off_at=actor.organisation_id or None):
            raise Refused(f"The account of {user.full_name} is switched off already.")
    sessions.end_all(user.pk)
    end_grants(actor, Grant.objects.filter(delegated_from__user=user), why)
    withdraw_of(user.pk)
    _record(actor, "accounts.disable", user, f"switched off the account of {user.full_name}", why)


@transaction.atomic
def enable(*, actor: Actor, user_id: int, reason: str) -> None:
    """Switch an account on again, with the roles whose dates still hold."""
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    user = person_of(actor, user_id)
    why = _reason_of(reason)
    reach = within(actor, Permission.MANAGE_USERS, organisation="organisation_id")
    live = Grant.objects.filter(on(clock.today()), user=user)
    if live.exclude(pk__in=Grant.objects.filter(reach).values("pk")).exists():
        raise Refused(
            f"{user.full_name} also works for organisations you don't look after. The help desk "
            "knows who can switch the account on again."
        )
    place = user.switched_off_at
    if place and not may_for(actor, Permission.MANAGE_USERS, place.pk):
        raise Refused(
            f"{place.name} switched the account of {user.full_name} off. Ask an administrator "
            "there to switch it on again."
        )
    off = User.objects.filter(pk=user.pk, is_active=False)
    if not off.update(is_active=True, switched_off_at=None):
        raise Refused(f"The account of {user.full_name} is switched on already.")
    _record(actor, "accounts.enable", user, f"switched on the account of {user.full_name}", why)


@transaction.atomic
def unlink(*, actor: Actor, user_id: int, organisation_id: int, reason: str) -> Sequence[int]:
    """End everything a person may do at one organisation; answers the grants ended.

    They keep their account and what they do elsewhere, for which they sign in anew. Invitations
    they sent for that organisation, and that are still open, are withdrawn.
    """
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    reach = within(actor, Permission.MANAGE_USERS, organisation="organisation_id")
    rows = Grant.objects.filter(reach, user=user_id, organisation=organisation_id)
    found = rows.select_related("user", "organisation").first()
    if found is None:
        raise NotFound("There is no such person there.")
    why = _reason_of(reason)
    still = Q(end_date__isnull=True) | Q(end_date__gte=clock.today())
    with administrators_kept([organisation_id]):
        ended = end_grants(actor, rows.filter(still), why)
    if ended:
        sessions.end_all(found.user_id)
        withdraw_of(found.user_id, organisation_id)
        deed = f"took {found.user.full_name} off {found.organisation.name}"
        _record(actor, "accounts.unlink", found.user, deed, why)
    return ended


def withdraw_of(user_id: int, organisation_id: int | None = None) -> None:
    """Withdraw what a person invited to and nobody has accepted yet; of one organisation or all."""
    rows = Invitation.objects.filter(invited_by_id=user_id, accepted_at=None, withdrawn_at=None)
    if organisation_id is not None:
        rows = rows.filter(organisation=organisation_id)
    rows.update(withdrawn_at=clock.now())


def _record(actor: Actor, action: str, user: User, deed: str, reason: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="user",
        subject_reference=str(user.pk),
        sentence=f"{actor.name} {deed}.",
        concerns=codes_of(user.pk),
        details={"reason": reason},
    )
