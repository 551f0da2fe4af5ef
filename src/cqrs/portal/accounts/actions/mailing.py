"""How people choose to be told, and emails that the help desk sends again."""

from collections.abc import Mapping

from django.db import transaction

from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.audit import actions as audit
from cqrs.portal.messages import actions as messages


@transaction.atomic
def choose_how_told(*, actor: Actor, ways: Mapping[str, str]) -> None:
    """Keep how the actor is told of each kind of notice. Refused where they can't choose."""
    if actor.user_id is None:
        raise Refused("Only a person has an inbox. Sign in as one.")
    try:
        messages.choose(recipient_id=actor.user_id, ways=ways)
    except ValueError as error:
        raise Refused(
            "That can't be chosen: notices about your account and its security always come by "
            "email at once. Choose again for the other kinds."
        ) from error
    audit.record(
        actor=actor,
        action="accounts.choose_how_told",
        subject_kind="user",
        subject_reference=str(actor.user_id),
        sentence=f"{actor.name} chose how they are told of what happens.",
        details={"ways": dict(ways)},
    )


@transaction.atomic
def send_email_again(*, actor: Actor, email_id: int) -> None:
    """Send an email again that was refused or may have been lost. NotFound when it is neither."""
    require(actor, Permission.VIEW_AS, "Only the help desk sends emails again.")
    if not messages.send_again(email_id=email_id):
        raise NotFound("There is no such email that has not gone.")
    audit.record(
        actor=actor,
        action="accounts.send_email_again",
        subject_kind="email",
        subject_reference=str(email_id),
        sentence=f"{actor.name} sent email {email_id} again.",
    )
