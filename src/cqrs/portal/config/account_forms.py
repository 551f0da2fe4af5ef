"""allauth's forms about passwords, with our labels and sentences."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm as AllauthChangePasswordForm,
)
from allauth.account.forms import (
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms

RULE = (
    "At least 12 characters. Three or four words that do not belong together are easy to keep in "
    "mind. Pasting from a password manager works."
)
DIFFERENT = "The two new passwords differ. Enter the same one twice"


def _password(form: forms.BaseForm, name: str, label: str, missing: str, kind: str) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, ""
    field.error_messages["required"] = missing
    field.widget.attrs = {"autocomplete": kind}


def _new(form: forms.BaseForm) -> None:
    _password(form, "password1", "New password", "Enter a new password", "new-password")
    _password(
        form, "password2", "New password again", "Enter the new password again", "new-password"
    )
    form.fields["password1"].help_text = RULE


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc] # allauth has no types
    """The address to send the link to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.label = "Email address"
        field.error_messages.update(
            required="Enter your email address",
            invalid="Enter an email address like name@nhs.net",
        )
        field.widget.attrs = {"autocomplete": "username", "spellcheck": "false"}


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc] # as above
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new(self)


class ChangePasswordForm(AllauthChangePasswordForm):  # type: ignore[misc] # as above
    """The password there is, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _password(
            self,
            "oldpassword",
            "Current password",
            "Enter your current password",
            "current-password",
        )
        _new(self)


class AgainForm(ReauthenticateForm):  # type: ignore[misc] # as above
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _password(self, "password", "Password", "Enter your password", "current-password")
