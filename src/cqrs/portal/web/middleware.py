"""Who acts in a request, and what refusals look like."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cqrs.portal.accounts import queries
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.viewings import viewed_actor
from cqrs.portal.accounts.walls import raise_wall
from cqrs.portal.web.walls import opens_accounts
from cqrs.portal.web.watching import was_refused

CHOSEN = "organisation"
"""The session's key for the organisation somebody works in."""
VIEWING = "viewing"
"""The session's key for the viewing by which the help desk looks on in a person's place."""
OWN_PAGES = ("/account/", "/sign-out/", "/support/")
"""Pages about the one who is signed in, not about whom they view."""
NUL = "\0"
"""A sign that no name or reference has, and that the database refuses to be asked for."""


class ActingPersonMiddleware:
    """Puts the acting person on the request; turns Refused into 403 and NotFound into 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the acting person, then go on."""
        request.viewing = None  # type: ignore[attr-defined] # our own attribute
        actor = self._actor(request)
        request.actor = actor  # type: ignore[attr-defined] # our own attribute
        if actor is not None or not opens_accounts(request):
            raise_wall(actor, accounts=opens_accounts(request))
        if NUL in request.path:
            return render(request, "404.html", status=404)
        return self.get_response(request)

    def _actor(self, request: HttpRequest) -> queries.Actor | None:
        if not request.user.is_authenticated or request.path.startswith("/static/"):
            return None
        if VIEWING in request.session:
            try:
                viewed = viewed_actor(request.session[VIEWING], request.user)
                request.viewing = viewed  # type: ignore[attr-defined] # as above
                if not request.path.startswith(OWN_PAGES):
                    return viewed
            except NotFound:
                request.session.pop(VIEWING, None)
        try:
            return queries.actor_for(request.user, request.session.get(CHOSEN))
        except NotFound:
            request.session.pop(CHOSEN, None)
        try:
            return queries.actor_for(request.user)
        except NotFound:
            return None

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Say the sentence of a refusal; other faults go on."""
        if isinstance(fault, NotFound):
            was_refused(request)
            return render(request, "404.html", status=404)
        if isinstance(fault, Refused):
            was_refused(request, fault.sentence)
            return render(request, "403.html", {"sentence": fault.sentence}, status=403)
        return None
