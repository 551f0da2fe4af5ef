"""Opening a locked account again."""

from django.db import transaction

from cqrs.portal.accounts import locks
from cqrs.portal.accounts.models import Grant, User
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, may_for
from cqrs.portal.accounts.trail import codes_of
from cqrs.portal.audit import actions as audit
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages.kinds import Kind
from cqrs.portal.organisations.queries import on
from cqrs.values import clock

MAY_NOT = "Only a user administrator or the help desk may unlock people."


@transaction.atomic
def unlock(*, actor: Actor, user_id: int) -> None:
    """Let a locked person try to sign in again at once, and tell them.

    Their own administrator may, and the help desk. NotFound when the actor reaches no
    organisation of theirs; Refused when the account isn't locked, or is the actor's own.
    """
    require(actor, Permission.UNLOCK, MAY_NOT)
    person = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if person is None or not reaches(actor, person, Permission.UNLOCK):
        raise NotFound("There is no such person.")
    if actor.user_id == person.pk:
        raise Refused("You can't unlock yourself. Ask another administrator or the help desk.")
    if not locks.is_locked(person.pk):
        raise Refused(
            f"{person.full_name}'s account is not locked, so there is nothing to open. If they "
            "don't know the password, they can set a new one from the sign-in page."
        )
    locks.open_again(person.email)
    messages.post(
        key=f"unlocked {person.pk} {clock.now().isoformat()}",
        kind=Kind.ACCOUNT,
        title="Your account is open again",
        body=(
            f"{actor.name} of {actor.organisation_name} unlocked your account. If it was not you "
            "who tried to sign in, tell the help desk."
        ),
        link="/account/",
        recipient_id=person.pk,
    )
    audit.record(
        actor=actor,
        action="accounts.unlock",
        subject_kind="user",
        subject_reference=str(person.pk),
        sentence=f"{actor.name} unlocked the account of {person.full_name}.",
        concerns=codes_of(person.pk),
    )


def reaches(actor: Actor, person: User, permission: Permission) -> bool:
    """Whether the actor has the permission at an organisation where the person has a role."""
    places = Grant.objects.filter(on(clock.today()), user=person).values_list(
        "organisation_id", flat=True
    )
    return any(may_for(actor, permission, place) for place in set(places))
