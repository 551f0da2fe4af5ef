"""Which roles still have to be confirmed, by whom, and what happens when nobody does."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from cqrs.portal.accounts.expiry import first_day, last_day, quarter_of, unconfirmed_end
from cqrs.portal.accounts.models import Confirmation, Expiry, Grant
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor, within
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.queries import on
from cqrs.values import clock


@dataclass(frozen=True)
class ToConfirm:
    """A role that an administrator keeps or ends this quarter."""

    grant_id: int
    user_id: int
    name: str
    email: str
    role_name: str
    since: date
    limits: str
    confirmed_by: str
    """Who kept it this quarter; empty when nobody has yet."""
    ends_on: date | None
    """The day it ends unless it is confirmed, once warnings have begun."""
    own: bool
    """Whether it is the reader's own, which somebody else confirms."""


def unconfirmed(quarter: str) -> "QuerySet[Grant]":
    """Roles that hold today, began before the quarter, and that nobody confirmed in it or since.

    A role with an end that somebody chose, or by delegation, ends by itself and isn't asked for.
    """
    confirmed = Confirmation.objects.filter(quarter__gte=quarter, keeps=True)
    return Grant.objects.filter(
        on(clock.today()),
        user__is_active=True,
        start_date__lt=first_day(quarter),
        granted_at__date__lt=first_day(quarter),
        end_date=None,
        delegated_from=None,
    ).exclude(pk__in=confirmed.values("grant"))


def to_confirm(actor: Actor, organisation_id: int) -> tuple[ToConfirm, ...]:
    """Every role at an organisation that is asked for this quarter, also those kept already."""
    quarter = quarter_of(clock.today())
    reach = within(actor, Permission.MANAGE_USERS, organisation="organisation_id")
    rows = Grant.objects.filter(
        reach,
        on(clock.today()),
        organisation=organisation_id,
        user__is_active=True,
        end_date=None,
        delegated_from=None,
    ).select_related("user", "cluster")
    found = list(rows.order_by("user__full_name", "role", "pk"))
    kept = dict(
        Confirmation.objects.filter(
            grant__in=[row.pk for row in found], quarter=quarter, keeps=True
        ).values_list("grant_id", "confirmed_by_name")
    )
    ends = dict(
        Expiry.objects.filter(grant__in=[row.pk for row in found], closed_at=None).values_list(
            "grant_id", "ends_on"
        )
    )
    return tuple(
        ToConfirm(
            row.pk,
            row.user_id,
            row.user.full_name,
            row.user.email,
            ROLES[row.role].name,
            row.start_date,
            ", ".join([*([row.cluster.name] if row.cluster else []), *(row.services or [])]),
            kept.get(row.pk, ""),
            ends.get(row.pk),
            row.user_id == actor.user_id,
        )
        for row in found
    )


@dataclass(frozen=True)
class Review:
    """How far the quarter's confirmation is at the actor's own organisation."""

    quarter: str
    open: int
    """Roles nobody has confirmed yet, the reader's own apart."""
    confirm_by: date
    ends_on: date


def review(actor: Actor) -> Review:
    """The quarter's confirmation where the actor works now, for their home. A query."""
    quarter = quarter_of(clock.today())
    waiting = 0
    if actor.may(Permission.MANAGE_USERS):
        rows = unconfirmed(quarter).filter(organisation=actor.organisation_id)
        waiting = rows.exclude(user=actor.user_id).count()
    return Review(quarter, waiting, last_day(quarter), unconfirmed_end(quarter))


def chosen_ends(until: date) -> "QuerySet[Grant]":
    """Roles whose end somebody chose and that end from today until this day."""
    return Grant.objects.filter(
        Q(end_date__gte=clock.today(), end_date__lte=until),
        start_date__lte=F("end_date"),
        ended_at=None,
        user__is_active=True,
    ).select_related("user", "organisation")
