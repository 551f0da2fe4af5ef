"""Sign-in: allauth's form made to count failures, and no self-service sign-up."""

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from django.http import HttpRequest

WRONG = (
    "The email address or password is wrong. After 5 wrong tries an account locks for 30 minutes."
)
INACTIVE = "This account is switched off. Your organisation's user administrator can say why."


def name_to_lock(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """What failures are counted by: the e-mail address, however its letters are written."""
    given = (credentials or {}).get("login") or request.POST.get("login", "")
    return str(given).strip().lower()


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Accounts are made by administrators."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "account_inactive": INACTIVE,
    }

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing on signing in and out: the page that follows shows it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up."""
        return False


class SignInForm(LoginForm):  # type: ignore[misc] # allauth has no types
    """E-mail and password. Returns `login` too: without it axes counts no failure at all."""

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
