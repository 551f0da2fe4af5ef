"""The second step of signing in: codes of an app, passkeys, recovery codes."""

import base64
from typing import Any, ClassVar

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
)
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.sign_ins import signing_in

USED_SECONDS = 120
"""A code is good for 90 seconds at most: half a minute, and one step either way."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Keeps secrets encrypted, and speaks plainly."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is wrong or was used already. Enter the one shown now",
        "cannot_generate_recovery_codes": (
            "Set up an authenticator app or a passkey first: recovery codes stand in for them."
        ),
    }

    def encrypt(self, text: str) -> str:
        """As it stands in the database: readable with the secret key only."""
        return _keys().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """As the person's app has it."""
        return _keys().decrypt(encrypted_text.encode("ascii")).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's name
        """What a new passkey is called until the person names it."""
        return f"Passkey {len(user.authenticator_set.filter(type=type)) + 1}"

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing from here: the action that records a change tells the person too."""


def _keys() -> MultiFernet:
    """The key of today first, then those it replaced (SECRET_KEY_FALLBACKS)."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(str(secret))) for secret in secrets])


def _derived(secret: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cqrs second factor")
    return base64.urlsafe_b64encode(made.derive(secret.encode()))


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc] # allauth has no types
    """Asks for the second step unless the provider already did, and we believe it."""

    def _should_handle(self, request: HttpRequest) -> bool:
        ways = request.session.get("account_authentication_methods", [])
        if any(way.get("type") == "provider" for way in ways):
            return False
        return bool(super()._should_handle(request))


def _code(form: forms.BaseForm, hint: str) -> None:
    field = form.fields["code"]
    field.label, field.help_text = "Code", hint
    field.error_messages["required"] = "Enter the code"
    field.widget.attrs = {
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "spellcheck": "false",
    }


ANY_CODE = "The 6 figures your authenticator app shows now, or one of your recovery codes."


def _refused(user: Any) -> None:
    """Who gets as far as the second step knows the password: the trail tells of it."""
    accounts.fail_to_sign_in(
        actor=signing_in(user), email=user.email, why="the code of the second step was wrong"
    )


class _OnceForm:
    """A code counts once, for as long as it could count at all."""

    user: Any

    def clean_code(self) -> str:
        """Allauth forgets a used code after 30 seconds, though it holds for up to 90."""
        wrong: forms.ValidationError | None = None
        code = ""
        with transaction.atomic():
            try:
                code = super().clean_code()  # type: ignore[misc] # of the form it is mixed into
            except forms.ValidationError as refused:
                wrong = refused  # raised here it would undo the count of wrong codes too
        if wrong is not None:
            if wrong.code == "incorrect_code":  # beyond the limit nothing more is written
                _refused(self.user)
            raise wrong
        # With blanks or hyphens between its figures it is the same code.
        used = f"second-factor-used:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(used, 1, USED_SECONDS):
            _refused(self.user)
            raise forms.ValidationError(SecondFactorAdapter.error_messages["incorrect_code"])
        return code


class CodeForm(_OnceForm, AuthenticateForm):  # type: ignore[misc] # allauth has no types
    """The code, while signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, ANY_CODE)


class CodeAgainForm(_OnceForm, ReauthenticateForm):  # type: ignore[misc] # as above
    """The code once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, ANY_CODE)


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc] # as above
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "The 6 figures the app shows for this service.")


NO_PASSKEY = "Your browser sent no passkey that fits. Try again, or use an authenticator app"


class UseKeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc] # as above
    """What the browser says of a passkey, while signing in."""

    def clean_credential(self) -> Any:
        """Allauth falls over answers that no browser makes."""
        try:
            return super().clean_credential()
        except (KeyError, TypeError, ValueError, AttributeError) as broken:
            raise forms.ValidationError(NO_PASSKEY) from broken


class UseKeyAgainForm(UseKeyForm):
    """The passkey once more, before something that matters."""

    reauthenticated = True


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc] # as above
    """A name for the passkey, and what the browser says of it."""

    def clean(self) -> dict[str, Any]:
        """Allauth falls over answers that no browser makes."""
        try:
            return dict(super().clean())
        except (KeyError, TypeError, ValueError, AttributeError) as broken:
            raise forms.ValidationError(NO_PASSKEY) from broken

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "A name for it"
        self.fields["name"].help_text = "So that you know which to remove: “work laptop”."
        self.fields["credential"].error_messages["required"] = (
            "Your browser made no passkey. Try again, or use an authenticator app"
        )


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc] # as above
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name"
        self.fields["name"].error_messages["required"] = "Enter a name"
