"""Invitations as their links tell: who is invited where, and what the link is still good for."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from cqrs.portal.accounts.models import Invitation, User
from cqrs.portal.accounts.permissions import NotFound
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.queries import OrganisationView
from cqrs.values import clock

SALT = "accounts.invitation"

OPEN, EXPIRED, REPLACED, ACCEPTED, WITHDRAWN = (
    "open", "expired", "replaced", "accepted", "withdrawn",
)  # fmt: skip


@dataclass(frozen=True)
class Invited:
    """An invitation as its page shows it."""

    id: int
    email: str
    full_name: str
    organisation_id: int
    organisation_code: str
    organisation_name: str
    organisation_kind: str
    role_names: tuple[str, ...]
    invited_by_name: str
    invited_at: datetime
    expires_at: datetime
    renewal_asked: bool
    state: str
    """One of the five words above."""
    has_account: bool
    """Whether the address has an account with a password: then its owner signs in first."""


def state_of(row: Invitation) -> str:
    """What an invitation is good for now."""
    if row.accepted_at is not None:
        return ACCEPTED
    if row.withdrawn_at is not None:
        return WITHDRAWN
    return EXPIRED if row.expires_at <= clock.now() else OPEN


def token_of(row: Invitation) -> str:
    """The signed part of the link: which invitation, and which of its links."""
    return signing.dumps([row.pk, row.nonce], salt=SALT)


def link_of(row: Invitation) -> str:
    """Where the invited person goes."""
    return f"/invitation/{token_of(row)}/"


def read(token: str) -> tuple[Invitation, str]:
    """The invitation of a link and its state. NotFound when nobody here signed the link."""
    try:
        number, nonce = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound("There is no such invitation.") from None
    row = Invitation.objects.select_related("organisation").filter(pk=number).first()
    if row is None:
        raise NotFound("There is no such invitation.")
    state = state_of(row)
    if row.nonce != nonce and state in (OPEN, EXPIRED):
        state = REPLACED
    return row, state


def invited(token: str) -> Invited:
    """The invitation of a link, for its page."""
    row, state = read(token)
    account = User.objects.filter(email=row.email).first()
    return Invited(
        id=row.pk,
        email=row.email,
        full_name=row.full_name,
        organisation_id=row.organisation_id,
        organisation_code=row.organisation.code,
        organisation_name=row.organisation.name,
        organisation_kind=row.organisation.kind,
        role_names=tuple(ROLES[code].name for code in row.roles),
        invited_by_name=row.invited_by_name,
        invited_at=row.invited_at,
        expires_at=row.expires_at,
        renewal_asked=row.renewal_asked_at is not None,
        state=state,
        has_account=account is not None and account.has_usable_password(),
    )


def arriving(
    organisation: OrganisationView | Invited, *, name: str, email: str, user_id: int | None = None
) -> Actor:
    """Somebody who comes to an organisation and may do nothing yet but say who they are."""
    if isinstance(organisation, Invited):
        place = (
            organisation.organisation_id,
            organisation.organisation_code,
            organisation.organisation_name,
            organisation.organisation_kind,
        )
    else:
        place = (organisation.id, organisation.code, organisation.name, organisation.kind)
    return Actor(user_id, name, email.strip().lower(), *place)
