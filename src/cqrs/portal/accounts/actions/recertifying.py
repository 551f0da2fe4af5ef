"""Once a quarter an administrator says of each role whether it is still needed."""

from collections.abc import Mapping

from django.db import transaction

from cqrs.portal.accounts import remit
from cqrs.portal.accounts.actions.keeping import administrators_kept, end_grants
from cqrs.portal.accounts.expiry import quarter_of, quarter_words
from cqrs.portal.accounts.models import Confirmation, Expiry, Grant
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, within
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.audit import actions as audit
from cqrs.portal.organisations.queries import on
from cqrs.values import clock

MAY_NOT = "Only a user administrator may confirm roles."


@transaction.atomic
def confirm_roles(*, actor: Actor, organisation_id: int, keep: Mapping[int, bool]) -> int:
    """Confirm or end roles at one organisation for this quarter; answers how many were decided.

    `keep` says of each grant, by number, whether it is kept. All or nothing: one that can't be
    ended leaves everything as it was. What is confirmed already stays so.
    """
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    if actor.user_id is None:
        raise Refused(MAY_NOT)
    reach = within(actor, Permission.MANAGE_USERS, organisation="organisation_id")
    rows = Grant.objects.filter(
        reach, on(clock.today()), pk__in=list(keep), organisation=organisation_id
    )
    found = {row.pk: row for row in rows.select_related("user", "organisation")}
    if not found or set(keep) - set(found):
        raise NotFound("One of these roles isn't there any more. Nothing was changed.")
    if any(row.user_id == actor.user_id for row in found.values()):
        raise Refused("You can't confirm your own roles. Another administrator does that.")
    ending = [number for number, kept in keep.items() if not kept]
    for number in ending:
        _refuse_ending(actor, found[number])
    quarter, now = quarter_of(clock.today()), clock.now()
    Confirmation.objects.bulk_create(
        [
            Confirmation(
                grant_id=number,
                quarter=quarter,
                keeps=kept,
                confirmed_by_id=actor.user_id,
                confirmed_by_name=actor.name,
                confirmed_at=now,
            )
            for number, kept in keep.items()
        ],
        ignore_conflicts=True,
    )
    with administrators_kept([organisation_id]):
        end_grants(
            actor,
            Grant.objects.filter(pk__in=ending),
            f"Not needed any more, {quarter_words(quarter)}",
        )
    Expiry.objects.filter(grant__in=list(keep), closed_at=None).update(closed_at=now)
    place = next(iter(found.values())).organisation
    audit.record(
        actor=actor,
        action="accounts.confirm_roles",
        subject_kind="organisation",
        subject_reference=place.code,
        sentence=(
            f"{actor.name} kept {len(keep) - len(ending)} roles and ended {len(ending)} at "
            f"{place.name} for {quarter_words(quarter)}."
        ),
        concerns=[place.code],
        details={"kept": sorted(set(keep) - set(ending)), "ended": sorted(ending)},
    )
    return len(keep)


def _refuse_ending(actor: Actor, grant: Grant) -> None:
    wanted = remit.Wanted(
        grant.role,
        grant.organisation_id,
        grant.organisation.name,
        grant.organisation.kind,
        grant.cluster_id,
        grant.services,
    )
    if remit.refusal(actor, wanted, user_id=None):
        raise Refused(
            f"You can't end {grant.user.full_name}'s role as {ROLES[grant.role].name}: your own "
            "roles don't let you give it either. Nothing was changed."
        )
