"""What becomes of people's roles when their organisation is merged, split or closed."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from cqrs.portal.accounts.models import Grant
from cqrs.portal.accounts.permissions import Permission, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.models import Organisation
from cqrs.values import clock

MAY_NOT = "Only who agrees mergers, splits and closures may hand roles over."


def hand_over(
    *,
    actor: Actor,
    organisation_id: int,
    to_id: int | None,
    on_date: date,
    last_date: date,
) -> None:
    """End every role at the organisation on the last date; give it again at the successor.

    Who holds the role there already, or gives it away with this deed, gets no second one; a
    role that can't be held at the successor's kind of organisation only ends. Call it inside
    the transaction of the change that was agreed, which records the deed.
    """
    require(actor, Permission.AGREE_CHANGE, MAY_NOT)
    still = Q(end_date__isnull=True) | Q(end_date__gte=on_date)
    held = list(Grant.objects.filter(still, organisation=organisation_id))
    if to_id is not None:
        _give_again(actor, held, to_id, on_date)
    reason = "The organisation was merged, split or closed"
    ends = Grant.objects.filter(pk__in=[grant.pk for grant in held], start_date__lte=last_date)
    ends.filter(Q(end_date__isnull=True) | Q(end_date__gt=last_date)).update(
        end_date=last_date, ended_by_name=actor.name, ended_reason=reason
    )


def _give_again(actor: Actor, held: Collection[Grant], to_id: int, on_date: date) -> None:
    kind = Organisation.objects.values_list("kind", flat=True).get(pk=to_id)
    there = Grant.objects.filter(organisation=to_id).exclude(end_date__lt=on_date)
    has = set(there.values_list("user_id", "role"))
    new: dict[tuple[int, str], Grant] = {}
    for grant in held:
        key = (grant.user_id, grant.role)
        mine = grant.user_id == actor.user_id
        if key in has or mine or kind not in ROLES[grant.role].kinds:
            continue
        if grant.delegated_from_id is None:
            new[key] = Grant(
                user_id=grant.user_id,
                role=grant.role,
                organisation_id=to_id,
                services=grant.services,
                start_date=max(on_date, grant.start_date),
                end_date=grant.end_date,
                granted_by_id=actor.user_id,
                granted_by_name=actor.name,
                granted_at=clock.now(),
            )
    Grant.objects.bulk_create(new.values())
