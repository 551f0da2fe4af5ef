"""Sign-in elsewhere: allauth's OpenID Connect, with a nonce and every signature looked at."""

import secrets
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET, require_POST

from cqrs.portal.web.security.addresses import safe_next

NONCE = "single_sign_on_nonce"
"""The session's key for what the provider must repeat in its signed answer."""
SIGNED_WITH = ("RS256", "PS256", "ES256")
"""Signatures with a public key. Never "none", never one that shares our own secret."""


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # allauth has no types
    """Checks signature, issuer, audience, times and nonce of every ID token.

    allauth's own trusts a token that came over TLS without looking at its signature, and sends no
    nonce. OpenID Connect Core 1.0, 3.1.3.7.
    """

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Refuse an answer without an ID token, or whose two parts are of two people."""
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("The answer carries no id_token")
        told = self._decode_id_token(app, id_token)
        userinfo = self._fetch_user_info(token.token)
        if userinfo.get("sub") != told["sub"]:
            raise OAuth2Error("The user information is of somebody else")
        return self.get_provider().sociallogin_from_response(
            request, {"userinfo": userinfo, "id_token": told}
        )

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        nonce = self.request.session.pop(NONCE, None)
        try:
            header = jwt.get_unverified_header(id_token)
            if header.get("alg") not in SIGNED_WITH:
                raise OAuth2Error("The id_token is not signed with a public key")
            told: dict[str, Any] = jwt.decode(
                id_token,
                self._key(str(header.get("kid", ""))),
                algorithms=[header["alg"]],
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=30,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, KeyError) as fault:
            raise OAuth2Error("The id_token does not hold") from fault
        if not nonce or not secrets.compare_digest(str(told.get("nonce", "")), nonce):
            raise OAuth2Error("The id_token answers another request")
        if told.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The id_token was made for another service")
        return told

    def _key(self, kid: str) -> Any:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = [key for key in answer.json()["keys"] if key.get("kid") == kid]
        if not keys:
            raise OAuth2Error("The id_token is signed with a key the provider doesn't list")
        return jwt.PyJWK(keys[0]).key


def _adapter(request: HttpRequest, provider_id: str) -> Any:
    adapter = CheckedAdapter(request, provider_id)
    try:
        adapter.get_provider()
    except SocialApp.DoesNotExist as unknown:
        raise Http404 from unknown
    return adapter


@require_POST
@login_not_required
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Send the person to the provider, with a state, a nonce and a code challenge."""
    provider = _adapter(request, provider_id).get_provider()
    request.session[NONCE] = nonce = secrets.token_urlsafe(32)
    answer: HttpResponseBase = provider.redirect(
        request,
        process="login",
        next_url=safe_next(request),
        auth_params={**provider.get_auth_params(), "nonce": nonce},
    )
    return answer


@require_GET
@login_not_required
def back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Where the provider sends the person back to."""
    answer: HttpResponseBase = OAuth2CallbackView.adapter_view(_adapter(request, provider_id))(
        request
    )
    return answer
