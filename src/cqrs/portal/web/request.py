"""The person behind a request."""

from django.http import HttpRequest

from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import Actor, Membership, organisations_of

NO_PLACE = "You have no role anywhere yet. Ask your organisation's user administrator for one."


def acting(request: HttpRequest) -> Actor:
    """Who acts, for which organisation. Refused when they have no role anywhere."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        raise Refused(NO_PLACE)
    return actor


def places(request: HttpRequest) -> tuple[Membership, ...]:
    """The organisations the signed-in person may act for today."""
    user = request.user
    return organisations_of(user) if user.is_authenticated else ()
