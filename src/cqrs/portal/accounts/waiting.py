"""What waits for somebody who looks after people: invitations to renew, requests to decide."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from cqrs.portal.accounts.invitations import EXPIRED, OPEN, state_of
from cqrs.portal.accounts.models import AccessRequest, Invitation
from cqrs.portal.accounts.permissions import NotFound, Permission
from cqrs.portal.accounts.queries import Actor, grantable, within
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.queries import beneath

LOOKS_AFTER = (Permission.MANAGE_USERS, Permission.UNLOCK)


@dataclass(frozen=True)
class InvitationRow:
    """An invitation that is not accepted yet."""

    id: int
    email: str
    name: str
    organisation_name: str
    role_names: tuple[str, ...]
    invited_by_name: str
    invited_at: datetime
    expires_at: datetime
    state: str
    renewal_asked_at: datetime | None


@dataclass(frozen=True)
class RequestRow:
    """A request to join, as its decider sees it."""

    id: int
    name: str
    email: str
    work_phone: str
    organisation_id: int
    organisation_code: str
    organisation_name: str
    organisation_kind: str
    roles: tuple[str, ...]
    role_names: tuple[str, ...]
    reason: str
    route: str
    decider_name: str
    state: str
    requested_at: datetime
    decided_at: datetime | None
    decided_by_name: str
    decision_reason: str


def looked_after(actor: Actor, *permissions: Permission) -> Q:
    """Rows by `organisation_id` for which the actor has one of these; whom they look after."""
    rows = Q(pk__in=[])
    for permission in permissions or LOOKS_AFTER:
        found = within(actor, permission, organisation="organisation_id")
        if not found:
            return Q()
        rows |= found
    return rows


def invitations(actor: Actor) -> tuple[InvitationRow, ...]:
    """Invitations nobody has accepted yet where the actor looks after people, newest first."""
    rows = Invitation.objects.filter(
        looked_after(actor), accepted_at=None, withdrawn_at=None
    ).select_related("organisation")
    return tuple(
        InvitationRow(
            row.pk,
            row.email,
            row.full_name,
            row.organisation.name,
            tuple(ROLES[code].name for code in row.roles),
            row.invited_by_name,
            row.invited_at,
            row.expires_at,
            state_of(row),
            row.renewal_asked_at,
        )
        for row in rows.order_by("-invited_at", "-pk")[:200]
    )


def invitation(actor: Actor, invitation_id: int) -> InvitationRow:
    """One of them. NotFound for any other."""
    for row in invitations(actor):
        if row.id == invitation_id and row.state in (OPEN, EXPIRED):
            return row
    raise NotFound("There is no such invitation.")


def requests_of(actor: Actor) -> "QuerySet[AccessRequest]":
    """Requests this actor decides or decided: at their own desk, or their area's commissioners'.

    Only about somebody to whom they could give one of the roles asked for, never themselves.
    """
    rows = Q(decider=actor.organisation_id) | Q(
        route="commissioner", decider__in=beneath(actor.organisation_id)
    )
    may = looked_after(actor, Permission.APPROVE_ACCESS, Permission.MANAGE_USERS)
    # The help desk may have to give a commissioner its first administrator instead.
    could = Q(roles__overlap=sorted(grantable(actor))) | Q(route="help_desk")
    return AccessRequest.objects.filter(rows & could).filter(may).exclude(email=actor.email)


def access_waiting(actor: Actor) -> tuple[RequestRow, ...]:
    """Requests that wait for this actor's decision, the oldest first."""
    rows = requests_of(actor).filter(state="waiting").select_related("organisation", "decider")
    return tuple(_request(row) for row in rows.order_by("requested_at", "pk")[:200])


def access_decided(actor: Actor) -> tuple[RequestRow, ...]:
    """The newest fifty that were decided."""
    rows = requests_of(actor).exclude(state="waiting").select_related("organisation", "decider")
    return tuple(_request(row) for row in rows.order_by("-decided_at", "-pk")[:50])


def access_request(actor: Actor, request_id: int) -> RequestRow:
    """One request. NotFound when somebody else decides it."""
    rows = requests_of(actor).select_related("organisation", "decider")
    row = rows.filter(pk=request_id).first()
    if row is None:
        raise NotFound("There is no such request.")
    return _request(row)


def _request(row: AccessRequest) -> RequestRow:
    place = row.organisation
    return RequestRow(
        id=row.pk,
        name=row.full_name,
        email=row.email,
        work_phone=row.work_phone,
        organisation_id=place.pk,
        organisation_code=place.code,
        organisation_name=place.name,
        organisation_kind=place.kind,
        roles=tuple(row.roles),
        role_names=tuple(ROLES[code].name for code in row.roles),
        reason=row.reason,
        route=row.route,
        decider_name=row.decider.name,
        state=row.state,
        requested_at=row.requested_at,
        decided_at=row.decided_at,
        decided_by_name=row.decided_by_name,
        decision_reason=row.decision_reason,
    )
