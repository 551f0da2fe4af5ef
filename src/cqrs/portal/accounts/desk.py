"""What waits on the desk of somebody who looks after people, counted for their home."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Min, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cqrs.portal.accounts.confirming import unconfirmed
from cqrs.portal.accounts.expiry import quarter_of
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
    row = (
        Organisation.objects.filter(pk=actor.organisation_id)
        .order_by()
        .values_list(
            _number(asked),
            Subquery(_together(asked).annotate(v=Min("requested_at")).values("v")),
            _number(renewals),
            _number(roles.exclude(user=actor.user_id)),
        )
        .first()
    )
    requests, oldest, again, open_roles = row or (0, None, 0, 0)
    manages = actor.may(Permission.MANAGE_USERS)
    return Desk(requests, oldest, again, open_roles if manages else 0)


def _together(rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
    return rows.order_by().values(together=Value(1))


def _number(rows: "QuerySet[Any]") -> Coalesce:
    counted = _together(rows).annotate(v=Count("pk")).values("v")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
