"""The rules of a sign-in, on every request: idle sessions, networks, the second factor."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse

from cqrs.portal.accounts.networks import lets_in
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.walls import raise_wall
from cqrs.portal.web.middleware import VIEWING
from cqrs.values import clock

SAFE = ("GET", "HEAD", "OPTIONS")
ONLY_LOOKING = (
    "You are viewing as somebody else, so nothing can be changed. Nothing was saved. Stop viewing "
    "to work under your own name."
)
SEEN = "seen_at"
"""The session's key for when somebody last asked for a page, within a minute or two."""
BEGAN = "began_at"
"""The session's key for its first page: it ends twelve hours later, used or not."""
NOTED_EVERY = timedelta(minutes=2)
FREE = frozenset({"account_login", "account_logout", "help", "switch"})
"""Addresses that stay open to somebody who must first set something right."""
SETTING_UP = frozenset(
    {
        "mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
        "mfa_list_webauthn", "mfa_add_webauthn", "account_reauthenticate", "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn", "security:overview", "security:second-factor",
        "account_change_password", "security:sessions",
    }
)  # fmt: skip
"""Where a second factor is set up: all that a role reaches that needs one and has none."""

Answer = Callable[[HttpRequest], HttpResponse]


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session went through a second step. No query."""
    ways = request.session.get("account_authentication_methods", [])
    return any(way.get("method") == "mfa" for way in ways)


def needs_second_factor(actor: Actor) -> bool:
    """Whether a role held here is one for which a password alone isn't enough."""
    return settings.SECOND_FACTOR == "required" and any(
        role.needs_second_factor for role in actor.roles
    )


class SignInRulesMiddleware:
    """Ends idle sessions, keeps people to their networks, sends them to set up a second factor."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Apply the rules in this order; the first that stops somebody answers."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        return (
            self._idle(request)
            or self._viewing(request)
            or self._network(request)
            or self._second_factor(request)
            or self.get_response(request)
        )

    def _idle(self, request: HttpRequest) -> HttpResponse | None:
        now, noted = clock.now(), request.session.get(SEEN)
        before = datetime.fromisoformat(noted) if noted else now
        began = datetime.fromisoformat(request.session.get(BEGAN) or now.isoformat())
        idle = now - before > timedelta(minutes=settings.IDLE_MINUTES)
        if idle or now - began > timedelta(seconds=settings.SESSION_COOKIE_AGE):
            raise_wall(None, accounts=True)  # its record is the user's, whoever acted until now
            get_adapter().logout(request)
            return redirect(f"{reverse(settings.LOGIN_URL)}?idle=1")
        if not noted or abs(now - before) >= NOTED_EVERY:
            request.session[SEEN] = now.isoformat()
            request.session[BEGAN] = began.isoformat()
        return None

    def _viewing(self, request: HttpRequest) -> HttpResponse | None:
        """Nothing is changed while the help desk looks on in somebody's place."""
        if VIEWING not in request.session or request.method in SAFE:
            return None
        if _name(request) in ("support:stop", "account_logout"):
            return None
        return render(request, "403.html", {"sentence": ONLY_LOOKING}, status=403)

    def _network(self, request: HttpRequest) -> HttpResponse | None:
        actor = getattr(request, "actor", None)
        if not isinstance(actor, Actor) or actor.viewed_by or _name(request) in FREE:
            return None
        address = get_adapter().get_client_ip(request)
        if lets_in(actor.organisation_kind, address):
            return None
        return render(
            request, "account/outside.jinja", {"address": address, "where": actor}, status=403
        )

    def _second_factor(self, request: HttpRequest) -> HttpResponse | None:
        actor = getattr(request, "actor", None)
        if not isinstance(actor, Actor) or not needs_second_factor(actor):
            return None
        if has_second_factor(request) or _name(request) in FREE | SETTING_UP:
            return None
        return redirect("security:second-factor")


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name or ""
    except Resolver404:
        return ""
