"""What every change of roles holds to: nobody leaves an organisation without an administrator."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import DateField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Greatest

from cqrs.portal.accounts.models import Grant, Invitation, User
from cqrs.portal.accounts.permissions import Permission, Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.models import Organisation
from cqrs.portal.organisations.queries import on
from cqrs.values import clock

LOCK = 0x4B454550
"""Advisory lock, with an organisation's number: one change of its administrators at a time."""
ADMINISTRATORS = tuple(
    code for code, role in ROLES.items() if role.reach.get(Permission.MANAGE_USERS)
)


def administered(organisation_ids: Collection[int]) -> frozenset[int]:
    """Those of the organisations that somebody administers today, not only by delegation."""
    rows = Grant.objects.filter(
        on(clock.today()),
        organisation__in=organisation_ids,
        role__in=ADMINISTRATORS,
        user__is_active=True,
        delegated_from=None,
    )
    return frozenset(rows.values_list("organisation_id", flat=True))


@contextmanager
def administrators_kept(organisation_ids: Collection[int]) -> Iterator[None]:
    """Refuse what is done inside when it takes an organisation's last administrator away.

    Two administrators who remove each other at once come one after the other: the second finds
    that nobody else is left.
    """
    with connection.cursor() as cursor:
        for number in sorted(set(organisation_ids)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [LOCK, number])
    before = administered(organisation_ids)
    yield
    lost = before - administered(organisation_ids)
    if lost:
        name = Organisation.objects.values_list("name", flat=True).get(pk=min(lost))
        raise Refused(
            f"This is the last user administrator of {name}, and somebody must be able to let "
            "people in. Make another person user administrator first."
        )


def end_grants(actor: Actor, grants: "QuerySet[Grant]", reason: str) -> tuple[int, ...]:
    """End these grants at once, and what was delegated from them; answers the numbers ended.

    A grant's last day becomes yesterday, or the day before it would have started. A link that is
    still open gives none of them again.
    """
    yesterday = clock.today() - timedelta(days=1)
    chosen = list(grants.values_list("pk", flat=True))
    still = Q(end_date__isnull=True) | Q(end_date__gt=yesterday)
    rows = Grant.objects.filter(
        still & (Q(pk__in=chosen) | Q(delegated_from__in=chosen)), ended_at=None
    )
    ended = tuple(rows.values_list("pk", flat=True))
    before = Cast(F("start_date") - timedelta(days=1), DateField())
    Grant.objects.filter(pk__in=ended).update(
        end_date=Greatest(Value(yesterday, DateField()), before),
        ended_at=clock.now(),
        ended_by_name=actor.name,
        ended_reason=reason.strip(),
    )
    _take_from_invitations(ended)
    return ended


def _take_from_invitations(ended: Collection[int]) -> None:
    """Open invitations of the people to the same places lose these roles; without any, they end."""
    lost: dict[tuple[str, int], set[str]] = {}
    rows = Grant.objects.filter(pk__in=ended)
    for email, place, role in rows.values_list("user__email", "organisation_id", "role"):
        lost.setdefault((email, place), set()).add(role)
    waiting = Invitation.objects.filter(
        email__in=[email for email, _ in lost], accepted_at=None, withdrawn_at=None
    )
    for row in waiting.select_for_update() if lost else ():
        gone = lost.get((row.email, row.organisation_id), set())
        left = [role for role in row.roles if role not in gone]
        if not left:
            row.withdrawn_at = clock.now()
            row.save(update_fields=["withdrawn_at"])
        elif left != row.roles:
            row.roles = left
            row.save(update_fields=["roles"])


def write_grant(
    *,
    user: User,
    role: str,
    organisation_id: int,
    giver: tuple[int | None, str],
    start_date: date,
    end_date: date | None = None,
    limits: Mapping[str, Any] | None = None,
    delegated_from: Grant | None = None,
) -> Grant:
    """Store a grant; `giver` is who gives it, number and name. The caller has asked the remit.

    One that was ended on its first day is given again in the same row, which is all a person
    can hold from that day on.
    """
    values = {
        "end_date": end_date,
        "delegated_from": delegated_from,
        "granted_by_id": giver[0],
        "granted_by_name": giver[1],
        "granted_at": clock.now(),
        "ended_at": None,
        "ended_by_name": "",
        "ended_reason": "",
    }
    whose = {"user": user, "role": role, "organisation_id": organisation_id, **(limits or {})}
    row, made = Grant.objects.get_or_create(**whose, start_date=start_date, defaults=values)
    if not made and row.ended_at is not None:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return row


def holds(user: User, role: str, organisation_id: int) -> bool:
    """Whether the person has the role there today, without limits and without an end."""
    return Grant.objects.filter(
        on(clock.today()),
        user=user,
        role=role,
        organisation=organisation_id,
        cluster=None,
        services=None,
        end_date=None,
    ).exists()
