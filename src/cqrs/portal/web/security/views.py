"""A person's own sign-in: password, second factor, sessions, and who looked on in their place."""

from typing import Any

from allauth.account.views import (
    PasswordChangeView,
    PasswordResetFromKeyView,
)
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.queries import organisations_of
from cqrs.portal.accounts.sessions import sessions_of
from cqrs.portal.accounts.sign_ins import signing_in
from cqrs.portal.accounts.viewings import viewings_of
from cqrs.portal.web.security.middleware import has_second_factor, needs_second_factor

WAYS = "account_authentication_methods"
"""allauth's key in the session: the ways in which it was proven who works in it."""

SIGNS_IN_ELSEWHERE = (
    "You have no password here: you sign in with another service. To have one as well, ask for a "
    "link by email."
)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """How I sign in, where I am signed in, which roles I have, who looked on."""
    context = IndexView(request=request).get_context_data()
    user: Any = request.user
    return render(
        request,
        "security/overview.jinja",
        {
            "authenticators": context["authenticators"],
            "places": organisations_of(user),
            "sessions": sessions_of(user.pk, request.session.session_key or ""),
            "viewings": viewings_of(user.pk),
            "person": user,
        },
    )


@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is needed here, and the two ways to get one."""
    actor = getattr(request, "actor", None)
    strong = [role.name for role in actor.roles if role.needs_second_factor] if actor else []
    needed = bool(actor and needs_second_factor(actor))
    return render(
        request,
        "security/second_factor.jinja",
        {"strong": strong, "needed": needed, "done": has_second_factor(request)},
    )


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out of one other session, or of all of them."""
    user: Any = request.user
    this_one = request.session.session_key or ""
    asked = request.POST.getlist("session")
    every = [row.id for row in sessions_of(user.pk, this_one) if not row.current]
    ids = every if "all" in asked else [row for row in every if str(row) in asked]
    count = accounts.end_sessions(actor=signing_in(user), ids=ids, this_one=this_one)
    if count:
        messages.success(request, f"Signed out of {count} other session{'s' * (count > 1)}.")
    return redirect("security:overview")


class _Recorded:
    """A view of allauth's whose deed is recorded, and told to the person, in one transaction."""

    change = ""
    request: HttpRequest

    def form_valid(self, form: Any) -> Any:
        """Do it, then record it; neither without the other."""
        with transaction.atomic():
            answer = super().form_valid(form)  # type: ignore[misc] # of the view it is mixed into
            accounts.change_sign_in(actor=signing_in(self.person()), change=self.change)
        return answer

    def person(self) -> Any:
        """Whose sign-in changes."""
        return self.request.user


class _ProvesFactor(_Recorded):
    """Setting a factor up proves it: this session needs no second step again."""

    def form_valid(self, form: Any) -> Any:
        """Do it, and remember that this session has shown a second factor."""
        from allauth.account.internal.flows.login import record_authentication

        answer = super().form_valid(form)
        record_authentication(self.request, self.person(), "mfa", type=self.change)
        return answer


class _LosesFactor(_Recorded):
    """Removing the last factor takes from this session what the factor opened."""

    def form_valid(self, form: Any) -> Any:
        """Remove it, and count this session as one of a password when none is left."""
        answer = super().form_valid(form)
        if not get_adapter().is_mfa_enabled(self.person()):
            ways = self.request.session.get(WAYS, [])
            self.request.session[WAYS] = [way for way in ways if way.get("method") != "mfa"]
        return answer


class ChangePassword(_Recorded, PasswordChangeView):  # type: ignore[misc] # allauth has no types
    """A new password; other sessions end."""

    change = "password"
    success_url = reverse_lazy("security:overview")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Who has none, as they sign in elsewhere, gets one by email, so that it is theirs."""
        user: Any = request.user
        if not user.has_usable_password():
            messages.info(request, SIGNS_IN_ELSEWHERE)
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)

    def get_default_success_url(self) -> str:
        """Back to the overview."""
        return reverse("security:overview")


@method_decorator(login_not_required, name="dispatch")
class NewPassword(_Recorded, PasswordResetFromKeyView):  # type: ignore[misc] # as above
    """A new password through the link of an email; opens a locked account too."""

    change = "password_forgotten"

    def person(self) -> Any:
        """Whom the link is for."""
        return self.reset_user


class AddApp(_ProvesFactor, ActivateTOTPView):  # type: ignore[misc] # as above
    """Set up an authenticator app."""

    change = "app_added"


class RemoveApp(_LosesFactor, DeactivateTOTPView):  # type: ignore[misc] # as above
    """Remove the authenticator app."""

    change = "app_removed"


class AddKey(_ProvesFactor, AddWebAuthnView):  # type: ignore[misc] # as above
    """Add a passkey."""

    change = "key_added"


class RemoveKey(_LosesFactor, RemoveWebAuthnView):  # type: ignore[misc] # as above
    """Remove a passkey."""

    change = "key_removed"


class MakeCodes(_Recorded, GenerateRecoveryCodesView):  # type: ignore[misc] # as above
    """Make new recovery codes; the old ones end."""

    change = "codes_made"
