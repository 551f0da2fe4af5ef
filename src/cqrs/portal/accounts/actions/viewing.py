"""The help desk looks at the portal as a customer sees it: shortly, and never in secret."""

from datetime import timedelta

from django.db import transaction

from cqrs.portal.accounts.models import Grant, User, Viewing
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, actor_for, may_for
from cqrs.portal.audit import actions as audit
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages.kinds import Kind
from cqrs.portal.organisations.queries import on
from cqrs.values import clock

LASTS = timedelta(minutes=30)
MAY_NOT = "Only the help desk may view the portal as somebody else."
NATIONAL = ("national", "agency", "supplier")
"""Nobody is viewed who has a role at one of these."""

SHORTEST = 10
"""Letters of a reason: "ticket" alone tells the person nothing."""


@transaction.atomic
def start_viewing(*, actor: Actor, user_id: int, organisation_id: int, reason: str) -> int:
    """Begin to see the portal as the person sees it at the organisation; answers its number.

    At most 30 minutes, with a reason, told to the person at once. NotFound for people without a
    role there; Refused without a reason, for oneself, and for people with national roles.
    """
    require(actor, Permission.VIEW_AS, MAY_NOT)
    if actor.user_id is None:
        raise Refused(MAY_NOT)
    if actor.viewed_by:
        raise Refused("You are already viewing as somebody. Stop that first.")
    person = User.objects.filter(pk=user_id, is_active=True).first()
    if person is None or not may_for(actor, Permission.VIEW_AS, organisation_id):
        raise NotFound("There is no such person.")
    there = actor_for(person, organisation_id)
    if person.pk == actor.user_id:
        raise Refused("That is you. Choose the person who asked for help.")
    if Grant.objects.filter(
        on(clock.today()), user=person, organisation__kind__in=NATIONAL
    ).exists():
        raise Refused(
            f"{person.full_name} has a national role. The help desk views practices, networks and "
            "commissioners only."
        )
    if len(reason.strip()) < SHORTEST:
        raise Refused("Say why you view as this person: they will read it.")
    now = clock.now()
    Viewing.objects.filter(helper_id=actor.user_id, ended_at__isnull=True).update(ended_at=now)
    viewing = Viewing.objects.create(
        helper_id=actor.user_id,
        person=person,
        organisation_id=organisation_id,
        reason=reason.strip(),
        started_at=now,
        ends_at=now + LASTS,
    )
    messages.post(
        key=f"viewing {viewing.pk}",
        kind=Kind.ACCOUNT,
        title="The help desk looked at the portal as you see it",
        body=(
            f"{actor.name} of the help desk began to look at the pages of {there.organisation_name}"
            f" as you see them, without pounds and without changing anything, for 30 minutes at "
            f"most. The reason given: “{viewing.reason}”"
        ),
        link="/account/",
        recipient_id=person.pk,
    )
    audit.record(
        actor=actor,
        action="accounts.start_viewing",
        subject_kind="user",
        subject_reference=str(person.pk),
        sentence=(
            f"{actor.name} began to view the portal as {person.full_name} at "
            f"{there.organisation_name}: “{viewing.reason}”"
        ),
        concerns=[there.organisation_code],
        details={"viewing": viewing.pk, "organisation": there.organisation_code},
    )
    return viewing.pk


@transaction.atomic
def end_viewing(*, actor: Actor, viewing_id: int) -> None:
    """Stop viewing as somebody. Ended already, by time or by hand: nothing changes."""
    viewing = (
        Viewing.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=viewing_id, helper_id=actor.user_id)
        .first()
    )
    if viewing is None:
        raise NotFound("There is no such viewing.")
    if viewing.ended_at is not None:
        return
    viewing.ended_at = min(clock.now(), viewing.ends_at)
    viewing.save(update_fields=["ended_at"])
    audit.record(
        actor=actor,
        action="accounts.end_viewing",
        subject_kind="user",
        subject_reference=str(viewing.person_id),
        sentence=f"{actor.name} stopped viewing the portal as {viewing.person.full_name}.",
        concerns=[viewing.organisation.code],
        details={"viewing": viewing.pk},
    )
