"""What waits on the desk of somebody who looks after people, counted for their home."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, Min, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cqrs.portal.accounts.confirming import chosen_ends, unconfirmed
from cqrs.portal.accounts.expiry import (
    DAYS_BEFORE_A_ROLE_ENDS,
    DAYS_BEFORE_AN_INVITATION_ENDS,
    quarter_of,
)
from cqrs.portal.accounts.models import Invitation
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.waiting import LOOKS_AFTER, looked_after, requests_of
from cqrs.portal.organisations.models import Organisation
from cqrs.values import clock


@dataclass(frozen=True)
class Desk:
    """How much waits, and since when."""

    requests: int = 0
    """Requests for access that this person decides."""
    oldest_request: datetime | None = None
    renewals: int = 0
    """Invitations whose link its owner has asked to be sent again."""
    unconfirmed: int = 0
    """Roles at their own organisation that nobody has confirmed this quarter."""
    ending: int = 0
    """Invitations to their own organisation, or by themselves, whose link ends within days."""
    first_end: datetime | None = None
    """When the first of those links ends."""
    ended: int = 0
    """Likewise, whose link has ended unused."""
    roles_ending: int = 0
    """Roles of others at their own organisation that were given until a day soon."""
    first_role_end: date | None = None


def desk(actor: Actor) -> Desk:
    """All of it in one query; no query for who looks after nobody."""
    decides = actor.may(Permission.APPROVE_ACCESS) or actor.may(Permission.MANAGE_USERS)
    looks_after = any(actor.may(permission) for permission in LOOKS_AFTER)
    if not (decides or looks_after):
        return Desk()
    asked = requests_of(actor).filter(state="waiting")
    renewals = Invitation.objects.filter(
        looked_after(actor), accepted_at=None, withdrawn_at=None, renewal_asked_at__isnull=False
    )
    roles = unconfirmed(quarter_of(clock.today())).filter(organisation=actor.organisation_id)
    now, today = clock.now(), clock.today()
    unused = _sent_or_for_ones_own(actor)
    ending = unused.filter(
        expires_at__gt=now, expires_at__lte=now + timedelta(days=DAYS_BEFORE_AN_INVITATION_ENDS)
    )
    until = chosen_ends(today + timedelta(days=DAYS_BEFORE_A_ROLE_ENDS)).filter(
        organisation=actor.organisation_id, delegated_from=None
    )
    until = until.exclude(user=actor.user_id).select_related(None)
    row = (
        Organisation.objects.filter(pk=actor.organisation_id)
        .order_by()
        .values_list(
            _number(asked),
            Subquery(_together(asked).annotate(v=Min("requested_at")).values("v")),
            _number(renewals),
            *(_of_administrators(roles.exclude(user=actor.user_id), ending, unused, until, now)
              if actor.may(Permission.MANAGE_USERS) else ()),
        )
        .first()
    )  # fmt: skip
    return Desk(*row) if row else Desk()


def _of_administrators(
    roles: "QuerySet[Any]", ending: "QuerySet[Any]", unused: "QuerySet[Any]",
    until: "QuerySet[Any]", now: datetime,
) -> tuple[Any, ...]:  # fmt: skip
    """The fields of a desk that only who manages people has, in their order."""
    return (
        _number(roles),
        _number(ending),
        Subquery(_together(ending).annotate(v=Min("expires_at")).values("v")),
        _number(unused.filter(expires_at__lte=now, renewal_asked_at=None)),
        _number(until),
        Subquery(_together(until).annotate(v=Min("end_date")).values("v")),
    )


def _sent_or_for_ones_own(actor: Actor) -> "QuerySet[Invitation]":
    """Invitations nobody has accepted: an area's administrator is not told of every practice's."""
    return Invitation.objects.filter(
        looked_after(actor, Permission.MANAGE_USERS),
        Q(organisation=actor.organisation_id) | Q(invited_by_id=actor.user_id),
        accepted_at=None,
        withdrawn_at=None,
    )


def _together(rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
    return rows.order_by().values(together=Value(1))


def _number(rows: "QuerySet[Any]") -> Coalesce:
    counted = _together(rows).annotate(v=Count("pk")).values("v")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
