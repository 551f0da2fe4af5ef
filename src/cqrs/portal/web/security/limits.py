"""How often pages that need no account may be asked for, and the answer to whoever asks more."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.core.ratelimit import consume
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]
MINUTE, HOUR = 60, 60 * 60


def limited(action: str, *, by_email: str = "") -> Callable[[Page[P]], Page[P]]:
    """Answer 429 to forms beyond a rate of ACCOUNT_RATE_LIMITS, counted by network address.

    Where `by_email` names another rate, the email address in the form is counted too.
    """

    def wrap(page: Page[P]) -> Page[P]:
        @wraps(page)
        def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not consume(request, action=action):
                return too_many(request, MINUTE)
            email = request.POST.get("email", "").strip().lower()
            if by_email and email and not consume(request, action=by_email, key=email):
                return too_many(request, HOUR)
            return page(request, *args, **kwargs)

        return cast(Page[P], answer)

    return wrap


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Nothing was changed; try again after so many seconds at most."""
    response = render(request, "429.jinja", status=429)
    response["Retry-After"] = str(seconds)
    return response
