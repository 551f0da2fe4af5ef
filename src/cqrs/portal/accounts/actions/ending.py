"""Ending one role, and handing one of one's own to a colleague between two dates."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from cqrs.portal.accounts import remit
from cqrs.portal.accounts.actions.keeping import administrators_kept, end_grants, write_grant
from cqrs.portal.accounts.delegation import taken_together
from cqrs.portal.accounts.expiry import LONGEST_DELEGATION_DAYS
from cqrs.portal.accounts.models import Grant
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused
from cqrs.portal.accounts.queries import Actor, within
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.audit import actions as audit
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages.kinds import Kind
from cqrs.portal.organisations.queries import on
from cqrs.portal.words import day_text
from cqrs.values import clock


@transaction.atomic
def end_role(*, actor: Actor, grant_id: int, reason: str) -> None:
    """End a role at once. By who administers it, or by who delegated it; again changes nothing."""
    reach = within(actor, Permission.MANAGE_USERS, organisation="organisation_id")
    own = Q(delegated_from__user=actor.user_id) if actor.user_id else Q(pk__in=[])
    # An empty condition is everybody; joined with another by "or" it would vanish.
    rows = Grant.objects.filter(reach and (reach | own), pk=grant_id)
    grant = rows.select_related("user", "organisation", "delegated_from").first()
    if grant is None:
        raise NotFound("There is no such role.")
    role = ROLES[grant.role].name
    delegated = grant.delegated_from is not None and (grant.delegated_from.user_id == actor.user_id)
    if not delegated and remit.refusal(actor, _wanted(grant), user_id=None):
        raise Refused(
            f"You can't end what {grant.user.full_name} does as {role} at "
            f"{grant.organisation.name}: your own roles don't let you give it either."
        )
    if not reason.strip():
        raise Refused("Say why the role ends, in a sentence. The audit trail keeps it.")
    with administrators_kept([grant.organisation_id]):
        ended = end_grants(actor, Grant.objects.filter(pk=grant.pk), reason)
    if ended:
        audit.record(
            actor=actor,
            action="accounts.end_role",
            subject_kind="user",
            subject_reference=str(grant.user_id),
            sentence=(
                f"{actor.name} ended {grant.user.full_name}'s role as {role} at "
                f"{grant.organisation.name}."
            ),
            concerns=[grant.organisation.code],
            details={"grants": list(ended), "reason": reason.strip()},
        )


def _wanted(grant: Grant) -> remit.Wanted:
    return remit.Wanted(
        grant.role,
        grant.organisation_id,
        grant.organisation.name,
        grant.organisation.kind,
        grant.cluster_id,
        grant.services,
    )


@transaction.atomic
def delegate(
    *, actor: Actor, grant_id: int, to_user_id: int, start_date: date, end_date: date
) -> int:
    """Hand one's own role to a colleague of the same organisation between two dates, both included.

    The giver keeps it too. At most 92 days, within the role's own dates; not what one holds by
    delegation, and nothing that would let the colleague take two steps on one claim or run.
    """
    own = Grant.objects.filter(on(clock.today()), pk=grant_id, user=actor.user_id)
    grant = own.select_related("organisation").first()
    if grant is None or actor.user_id is None:
        raise NotFound("There is no such role of yours.")
    role = ROLES[grant.role].name
    if grant.delegated_from_id is not None:
        raise Refused(
            f"You are {role} by delegation yourself, and can't hand that on. Ask whoever handed "
            "it to you."
        )
    _refuse_dates(grant, start_date, end_date)
    there = Grant.objects.filter(
        on(clock.today()), organisation=grant.organisation_id, user__is_active=True
    ).exclude(user=actor.user_id)
    held = list(there.filter(user=to_user_id).select_related("user"))
    if not held:
        raise NotFound(f"There is no such colleague at {grant.organisation.name}.")
    colleague = held[0].user
    if any(one.role == grant.role and one.delegated_from_id is None for one in held):
        raise Refused(f"{colleague.full_name} is {role} at {grant.organisation.name} already.")
    no = taken_together(grant.role, [one.role for one in held], colleague.full_name)
    if no:
        raise Refused(no)
    row = write_grant(
        user=colleague,
        role=grant.role,
        organisation_id=grant.organisation_id,
        giver=(actor.user_id, actor.name),
        start_date=start_date,
        end_date=end_date,
        limits={"cluster_id": grant.cluster_id, "services": grant.services},
        delegated_from=grant,
    )
    if row.delegated_from_id != grant.pk:
        raise Refused(f"{colleague.full_name} is to be {role} from that day already.")
    dates = f"from {day_text(start_date)} to {day_text(end_date)}"
    deed = f"{colleague.full_name} stand in as {role} at {grant.organisation.name} {dates}"
    messages.post(
        key=f"delegation:{row.pk}:{start_date}:{end_date}",
        kind=Kind.ACCOUNT,
        title=f"You stand in as {role}",
        body=f"{actor.name} asks you to stand in as {role} at {grant.organisation.name} {dates}.",
        recipient_id=colleague.pk,
    )
    audit.record(
        actor=actor,
        action="accounts.delegate",
        subject_kind="user",
        subject_reference=str(colleague.pk),
        sentence=f"{actor.name} let {deed}.",
        concerns=[grant.organisation.code],
        details={"grant": grant.pk, "start": str(start_date), "end": str(end_date)},
    )
    return row.pk


def _refuse_dates(grant: Grant, start: date, end: date) -> None:
    if start < clock.today():
        raise Refused("The first day is over. Choose today or a later day.")
    if end < start:
        raise Refused("The last day is before the first day. Change one of them.")
    if end - start >= timedelta(days=LONGEST_DELEGATION_DAYS):
        raise Refused(
            f"A role can be handed over for at most {LONGEST_DELEGATION_DAYS} days at a time. For "
            "longer, a user administrator gives the colleague the role."
        )
    if grant.end_date is not None and end > grant.end_date:
        raise Refused(
            f"Your own role ends on {day_text(grant.end_date)}. Choose that day or an earlier one."
        )
