"""Sign-in: allauth's form made to count failures, no self-service sign-up, a trail of it all."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from axes.helpers import get_failure_limit
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts import locks, sessions
from cqrs.portal.accounts.models import User
from cqrs.portal.accounts.sign_ins import signing_in, somebody

WRONG = (
    "The email address or password is wrong. After 5 wrong tries an account locks for 30 minutes."
)
INACTIVE = "This account is switched off. Your organisation's user administrator can say why."
TOO_OFTEN = "There were too many tries. Wait 15 minutes, then try again."
NOTICES = {
    "account/messages/password_changed.txt": (
        "Your password is changed. Everywhere else you were signed in, you are signed out."
    ),
    "mfa/messages/totp_activated.txt": "Your authenticator app is set up.",
    "mfa/messages/totp_deactivated.txt": "Your authenticator app is removed.",
    "mfa/messages/webauthn_added.txt": "The passkey is added.",
    "mfa/messages/webauthn_removed.txt": "The passkey is removed.",
}
"""What allauth's deeds say on the page that follows, in our words. Others say nothing."""
FAILURES_OF_ONE_ADDRESS, FAILURES_SECONDS = 300, 15 * 60
"""Wrong passwords from one network address, of whomever, after which it waits. A whole region may
come through one gateway, so this is far above what its people mistype; an account locks at five."""
METHODS = {
    "password": "a password",
    "password_reset": "a new password",
    "totp": "an authenticator app",
    "webauthn": "a passkey",
    "recovery_codes": "a recovery code",
    "provider": "a second factor at the provider",
    "socialaccount": "another account",
}


def name_to_lock(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """What failures are counted by: the email address, however its letters are written."""
    given = (credentials or {}).get("login") or request.POST.get("login", "")
    return str(given or (credentials or {}).get("email") or "").strip().lower()


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Accounts are made by administrators; every sign-in and refusal is recorded."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "account_inactive": INACTIVE,
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
        "enter_current_password": "The current password is wrong",
        "incorrect_password": "The password is wrong",
        "incorrect_code": "The code is wrong or was used already. Enter the one shown now",
        "invalid_password_reset": "The link no longer works. Ask for a new one",
    }

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say what was done in our words; nothing on signing in and out, which pages show."""
        if message_template in NOTICES:
            messages.add_message(request, messages.SUCCESS, NOTICES[message_template])

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up."""
        return False

    def get_login_stages(self) -> list[str]:
        """allauth's, with our second step in the place of its own."""
        return [
            "cqrs.portal.config.second_factor.SecondFactorStage"
            if stage == "allauth.mfa.stages.AuthenticateStage"
            else stage
            for stage in super().get_login_stages()
        ]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in, with a new session key, and record it."""
        sessions.make_room(user.pk)
        super().login(request, user)
        ways = request.session.get("account_authentication_methods", [])
        used = [METHODS.get(str(w.get("type") or w.get("method")), "") for w in ways]
        method = " and ".join(dict.fromkeys(words for words in used if words)) or "a password"
        accounts.sign_in(actor=signing_in(user), method=method)

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and record it."""
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            accounts.sign_out(actor=signing_in(user))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse whoever tries the accounts of many, before a password is looked at.

        Tries of one account are axes' to count. allauth's own count is left out: nobody can
        unlock it, so that whoever was unlocked would still stand outside.
        """
        if cache.get(self._failures(request), 0) >= FAILURES_OF_ONE_ADDRESS:
            raise self.validation_error("too_many_login_attempts")

    def _failures(self, request: HttpRequest) -> str:
        return f"sign-in-failures:{self.get_client_ip(request)}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a refusal; the one that locks the account says so."""
        cache.add(self._failures(request), 0, FAILURES_SECONDS)
        cache.incr(self._failures(request))
        email = name_to_lock(request, credentials)
        user = User.objects.filter(email=email).first()
        actor = signing_in(user) if user else somebody()
        failed = locks.failures(email)
        accounts.fail_to_sign_in(
            actor=actor,
            email=email,
            why="the password was wrong",
            locks_now=user is not None and failed == get_failure_limit(request, {}),
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Only the link to a new password is sent; it goes through the outbox like all else."""
        if template_prefix == "account/email/password_reset_key":
            # The path alone: the host is what the asker's browser claims, and may be anybody's.
            path = urlsplit(context["password_reset_url"]).path
            accounts.ask_for_new_password(actor=signing_in(context["user"]), link=path)


class SignInForm(LoginForm):  # type: ignore[misc] # allauth has no types
    """Email and password. Returns `login` too: without it axes counts no failure at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        self.fields["login"].label = "Email address"
        self.fields["login"].error_messages["required"] = "Enter your email address"
        self.fields["login"].widget.attrs = {"autocomplete": "username", "spellcheck": "false"}
        self.fields["password"].error_messages["required"] = "Enter your password"
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}

    def user_credentials(self) -> dict[str, Any]:
        """What the sign-in is tried with."""
        credentials: dict[str, Any] = super().user_credentials()
        credentials["login"] = credentials.get("email") or credentials.get("username")
        return credentials
