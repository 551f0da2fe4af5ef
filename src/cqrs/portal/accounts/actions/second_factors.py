"""Taking away another person's second factor: their phone or key is lost."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from cqrs.portal.accounts import sessions
from cqrs.portal.accounts.actions.unlocking import reaches
from cqrs.portal.accounts.models import Grant, User
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, within
from cqrs.portal.accounts.trail import codes_of
from cqrs.portal.audit import actions as audit
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages.kinds import Kind
from cqrs.portal.organisations.queries import on
from cqrs.values import clock

MAY_NOT = "Only a user administrator or the help desk may remove a second factor."


@transaction.atomic
def remove_second_factor(*, actor: Actor, user_id: int, reason: str) -> int:
    """Remove a person's app, passkeys and recovery codes, sign them out everywhere, tell them.

    Answers how many were removed. NotFound when the actor reaches no organisation of theirs.
    Refused for oneself, without a reason, where there is none, and where the person also works
    beyond the actor's reach: a practice opens no door of a commissioner.
    """
    require(actor, Permission.UNLOCK, MAY_NOT)
    person = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if person is None or not reaches(actor, person, Permission.UNLOCK):
        raise NotFound("There is no such person.")
    if actor.user_id == person.pk:
        raise Refused(
            "You can't remove your own second factor here. Change it on your account page, or "
            "ask another administrator or the help desk."
        )
    within_reach = within(actor, Permission.UNLOCK, organisation="organisation_id")
    live = Grant.objects.filter(on(clock.today()), user=person)
    if live.exclude(pk__in=Grant.objects.filter(within_reach).values("pk")).exists():
        raise Refused(
            f"{person.full_name} also works for organisations you don't look after. The help "
            "desk can remove the second factor."
        )
    if not reason.strip():
        raise Refused("Say why, and how you know who asked. The audit trail keeps it.")
    count, _ = Authenticator.objects.filter(user=person).delete()
    if not count:
        raise Refused(f"{person.full_name} has no second factor, so there is none to remove.")
    ended = sessions.end_all(person.pk)
    messages.post(
        key=f"second factor removed {person.pk} {clock.now().isoformat()}",
        kind=Kind.ACCOUNT,
        title="Your second factor was removed",
        body=(
            f"{actor.name} of {actor.organisation_name} removed your authenticator app, passkeys "
            "and recovery codes, and signed you out. Set up a new one when you sign in. If you "
            "did not ask for this, set a new password now and tell the help desk."
        ),
        link="/account/",
        recipient_id=person.pk,
    )
    audit.record(
        actor=actor,
        action="accounts.remove_second_factor",
        subject_kind="user",
        subject_reference=str(person.pk),
        sentence=f"{actor.name} removed the second factor of {person.full_name}.",
        concerns=codes_of(person.pk),
        details={"reason": reason.strip(), "sessions_ended": ended},
    )
    return int(count)
