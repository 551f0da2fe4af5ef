"""Sign-in with NHSmail or CIS2 through OpenID Connect: who is let in, and what others are told."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.shortcuts import render


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Lets in who already has an account under the verified address, and makes no account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody gets an account by signing in elsewhere."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Match by verified email address only; explain every mismatch.

        Identities are not linked: a link would go on letting in somebody whose address elsewhere
        has since become another person's.
        """
        address = next((a for a in sociallogin.email_addresses if a.verified is True), None)
        given = sociallogin.email_addresses[0].email if sociallogin.email_addresses else ""
        found = (
            EmailAddress.objects.filter(email=address.email.lower(), verified=True)
            .select_related("user")
            .first()
            if address
            else None
        )
        if found is None or sociallogin.user.pk != found.user_id:
            raise ImmediateHttpResponse(_unknown(request, sociallogin, given, bool(address)))
        if self._is_strong(sociallogin):
            record_authentication(request, found.user, "mfa", type="provider")

    def _is_strong(self, sociallogin: Any) -> bool:
        """Whether the provider says that it asked for a second factor, and we believe it."""
        believed = set(sociallogin.provider.app.settings.get("strong", ()))
        told = sociallogin.account.extra_data.get("id_token", {})
        return bool(believed & {str(told.get("acr", "")), str(told.get("id_assurance_level", ""))})


def _unknown(request: HttpRequest, sociallogin: Any, email: str, verified: bool) -> Any:
    name = sociallogin.provider.app.name
    return render(
        request,
        "account/no_account.jinja",
        {"provider_name": name, "email": email, "verified": verified},
        status=403,
    )
