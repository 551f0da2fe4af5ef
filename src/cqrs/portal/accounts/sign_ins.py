"""Who is named in the audit trail before anybody has chosen where they work."""

from cqrs.portal.accounts.models import User
from cqrs.portal.accounts.permissions import NotFound
from cqrs.portal.accounts.queries import Actor, actor_for

NOWHERE = "No organisation"


def signing_in(user: User) -> Actor:
    """The person at their first organisation, or at none when no role of theirs holds."""
    try:
        return actor_for(user)
    except NotFound:
        return _without_place(user.pk, user.full_name, user.email, NOWHERE)


def somebody() -> Actor:
    """Whoever tried to sign in under an address that nobody here has."""
    return _without_place(None, "Somebody", "", "Not signed in")


def _without_place(user_id: int | None, name: str, email: str, place: str) -> Actor:
    return Actor(
        user_id=user_id,
        name=name,
        email=email,
        organisation_id=0,
        organisation_code="",
        organisation_name=place,
        organisation_kind="",
    )
