"""Every request works behind the second wall: as a plain role, with one person's scope."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cqrs.portal.accounts.walls import behind_the_wall

BEFORE_ANYBODY_ACTS = (
    "/sign-in/",
    "/sign-out/",
    "/account/",
    "/invitation/",
    "/join/",
    "/support/",
    "/people/standing-in/",
)
"""Addresses whose pages read and write grants and invitations before, or beside, any actor."""


class WallMiddleware:
    """Raises the wall before anything is read, and lowers it to nothing at the end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer behind the wall."""
        with behind_the_wall():
            return self.get_response(request)


def opens_accounts(request: HttpRequest) -> bool:
    """Whether the page works on accounts before anybody acts."""
    return request.path.startswith(BEFORE_ANYBODY_ACTS)
