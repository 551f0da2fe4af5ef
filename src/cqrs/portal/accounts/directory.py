"""The people an actor looks after, what they may do and did, and who of them is locked out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from cqrs.portal.accounts import locks
from cqrs.portal.accounts.models import Grant, User
from cqrs.portal.accounts.permissions import NotFound, Permission
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.accounts.waiting import InvitationRow, invitations, looked_after
from cqrs.portal.organisations.queries import on
from cqrs.values import clock

SORTS = {
    "name": "user__full_name",
    "organisation": "organisation__name",
    "last": "user__last_login",
}


@dataclass(frozen=True)
class PersonRow:
    """A person at one organisation, as lists show them."""

    user_id: int
    name: str
    email: str
    organisation_id: int
    organisation_code: str
    organisation_name: str
    role_names: tuple[str, ...]
    last_sign_in: datetime | None
    state: str
    """Empty, "locked", "switched off" or "no password yet"."""


# People ------------------------------------------------------------------------------------------


def people(
    actor: Actor, *, find: str = "", role: str = "", state: str = "", sort: str = "name"
) -> "QuerySet[Any, Any]":
    """People with a role today or later where the actor looks after them, a row for each place.

    `find` is part of a name, address, or of an organisation's name or code; `state` is "on",
    "off" or "never" (never signed in). Cut it into pages, then hand each to `person_rows`.
    """
    still = Q(end_date__isnull=True) | Q(end_date__gte=clock.today())
    rows = Grant.objects.filter(looked_after(actor), still)
    if find:
        rows = rows.filter(
            Q(user__full_name__icontains=find)
            | Q(user__email__icontains=find)
            | Q(organisation__name__icontains=find)
            | Q(organisation__code__iexact=find)
        )
    if role:
        having = Grant.objects.filter(still, role=role, organisation=F("organisation"))
        rows = rows.filter(user__in=having.values("user"))
    if state == "on":
        rows = rows.filter(user__is_active=True)
    elif state == "off":
        rows = rows.filter(user__is_active=False)
    elif state == "never":
        rows = rows.filter(user__last_login=None)
    by = F(SORTS.get(sort.removeprefix("-"), "user__full_name"))
    order = by.desc(nulls_last=True) if sort.startswith("-") else by.asc(nulls_first=True)
    return (
        rows.values(
            "user_id", "organisation_id", "user__full_name", "user__email", "user__is_active",
            "user__last_login", "user__password", "organisation__code", "organisation__name",
        )
        .annotate(roles=ArrayAgg("role", distinct=True))
        .order_by(order, "user__full_name", "user_id", "organisation_id")
    )  # fmt: skip


def person_rows(
    found: Iterable[Mapping[str, Any]], shut: Mapping[int, datetime]
) -> tuple[PersonRow, ...]:
    """A page of people as lists show them; `shut` is who is locked, of `locks.all_locked`."""
    return tuple(_person_row(row, shut) for row in found)


def _person_row(row: Mapping[str, Any], shut: Mapping[int, datetime]) -> PersonRow:
    state = ""
    if not row["user__is_active"]:
        state = "switched off"
    elif row["user_id"] in shut:
        state = "locked"
    elif row["user__password"].startswith("!"):
        state = "no password yet"
    return PersonRow(
        row["user_id"],
        row["user__full_name"],
        row["user__email"],
        row["organisation_id"],
        row["organisation__code"],
        row["organisation__name"],
        tuple(ROLES[code].name for code in row["roles"]),
        row["user__last_login"],
        state,
    )


@dataclass(frozen=True)
class GrantRow:
    """A role somebody has, had or will have, with its limits."""

    id: int
    role: str
    role_name: str
    description: str
    organisation_id: int
    organisation_name: str
    start_date: date
    end_date: date | None
    holds: bool
    later: bool
    cluster_name: str
    services: tuple[str, ...]
    given_by: str
    delegated_by: str
    """Whose role it stands in for; empty when it is their own."""
    ended_at: datetime | None
    ended_by: str
    ended_reason: str


@dataclass(frozen=True)
class PersonPage:
    """A person as who looks after them sees them."""

    user_id: int
    name: str
    email: str
    work_phone: str
    active: bool
    has_password: bool
    last_sign_in: datetime | None
    locked_until: datetime | None
    second_factor: bool
    now: tuple[GrantRow, ...]
    before: tuple[GrantRow, ...]
    places: tuple[tuple[int, str], ...]
    """Organisations that the actor looks after and the person works for, by number and name."""
    invitations: tuple[InvitationRow, ...]


def person(actor: Actor, user_id: int) -> PersonPage:
    """A person at the organisations the actor looks after. NotFound for anybody else."""
    factors = Authenticator.objects.filter(user=OuterRef("user"))
    rows = (
        Grant.objects.filter(looked_after(actor), user=user_id)
        .select_related("user", "organisation", "cluster", "delegated_from__user")
        .annotate(second_factor=Exists(factors))
    )
    found = list(rows.order_by("organisation__name", "role", "-start_date"))
    if not found:
        raise NotFound("There is no such person.")
    user = found[0].user
    grants = [_grant_row(row) for row in found]
    now = tuple(row for row in grants if row.holds or row.later)
    return PersonPage(
        user_id=user.pk,
        name=user.full_name,
        email=user.email,
        work_phone=user.work_phone,
        active=user.is_active,
        has_password=user.has_usable_password(),
        last_sign_in=user.last_login,
        locked_until=locks.locked([user.pk]).get(user.pk),
        second_factor=found[0].second_factor,
        now=now,
        before=tuple(row for row in grants if not (row.holds or row.later)),
        places=tuple(sorted({(row.organisation_id, row.organisation_name) for row in now})),
        invitations=tuple(row for row in invitations(actor) if row.email == user.email),
    )


def _grant_row(row: Grant) -> GrantRow:
    today = clock.today()
    over = row.end_date is not None and row.end_date < today
    return GrantRow(
        id=row.pk,
        role=row.role,
        role_name=ROLES[row.role].name,
        description=ROLES[row.role].description,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        start_date=row.start_date,
        end_date=row.end_date,
        holds=row.start_date <= today and not over,
        later=row.start_date > today and not over,
        cluster_name=row.cluster.name if row.cluster else "",
        services=tuple(row.services or ()),
        given_by=row.granted_by_name,
        delegated_by=row.delegated_from.user.full_name if row.delegated_from else "",
        ended_at=row.ended_at,
        ended_by=row.ended_by_name,
        ended_reason=row.ended_reason,
    )


def own_roles(actor: Actor) -> tuple[GrantRow, ...]:
    """What the actor may do where they work now, for handing it over."""
    rows = Grant.objects.filter(
        on(clock.today()), user=actor.user_id, organisation=actor.organisation_id
    ).select_related("organisation", "cluster", "delegated_from__user")
    return tuple(_grant_row(row) for row in rows.order_by("role"))


def handed_over(actor: Actor) -> tuple[tuple[GrantRow, str], ...]:
    """What the actor has handed to colleagues and isn't over, each with the colleague's name."""
    rows = Grant.objects.filter(
        delegated_from__user=actor.user_id,
        delegated_from__organisation=actor.organisation_id,
        end_date__gte=clock.today(),
        ended_at=None,
    ).select_related("user", "organisation", "cluster", "delegated_from__user")
    return tuple((_grant_row(row), row.user.full_name) for row in rows.order_by("start_date"))


def colleagues(actor: Actor) -> tuple[tuple[int, str], ...]:
    """Numbers and names of the others who work for the actor's organisation today."""
    rows = Grant.objects.filter(
        on(clock.today()), organisation=actor.organisation_id, user__is_active=True
    ).exclude(user=actor.user_id)
    found = rows.order_by("user__full_name").values_list("user_id", "user__full_name")
    return tuple(found.distinct())


def locked_people(
    actor: Actor, shut: Mapping[int, datetime] | None = None
) -> tuple[PersonRow, ...]:
    """People the actor may unlock who are locked now, a row for each place. Two queries.

    `shut` is who is locked, where it is known already.
    """
    shut = locks.all_locked() if shut is None else shut
    if not shut or not actor.may(Permission.UNLOCK):
        return ()
    rows = (
        Grant.objects.filter(
            looked_after(actor, Permission.UNLOCK), on(clock.today()), user__in=list(shut)
        )
        .values(
            "user_id", "organisation_id", "user__full_name", "user__email", "user__is_active",
            "user__last_login", "user__password", "organisation__code", "organisation__name",
        )
        .annotate(roles=ArrayAgg("role", distinct=True), newest=Max("start_date"))
        .order_by("user__full_name", "organisation__name")
    )  # fmt: skip
    return tuple(_person_row(row, shut) for row in rows)


def user_by_id(user_id: int) -> User:
    """A person by number, for the doors that sign them in. NotFound when there is none."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("There is no such person.")
    return user
