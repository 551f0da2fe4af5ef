"""The forms about people. Every sentence says what to do."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from cqrs.portal.accounts.addresses import address_refusal, name_refusal
from cqrs.portal.accounts.giving import Choice

NO_SPELLING = {"spellcheck": "false", "autocomplete": "off"}


def role_choices(roles: Iterable[Choice]) -> list[tuple[str, str]]:
    """Roles with what each is for."""
    return [(role.code, f"{role.name}. {role.description}") for role in roles]


class RolesField(forms.MultipleChoiceField):
    """Roles, none of them chosen beforehand."""

    def __init__(self, roles: Sequence[Choice], label: str, hint: str, missing: str) -> None:
        super().__init__(
            choices=role_choices(roles),
            label=label,
            help_text=hint,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": missing, "invalid_choice": missing},
        )


class PersonForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.CharField(
        label="Work email address",
        help_text="The person's own, not a shared mailbox.",
        max_length=254,
        widget=forms.EmailInput(attrs=NO_SPELLING),
        error_messages={"required": "Enter the person's work email address"},
    )
    full_name = forms.CharField(
        label="Full name",
        help_text="First name and last name.",
        max_length=120,
        widget=forms.TextInput(attrs=NO_SPELLING),
        error_messages={"required": "Enter the person's full name"},
    )

    def __init__(self, data: Any, roles: Sequence[Choice]) -> None:
        super().__init__(data)
        self.fields["roles"] = RolesField(
            roles,
            "What may they do?",
            "Choose the least they need. More can be given later.",
            "Choose at least one role",
        )

    def clean_email(self) -> str:
        """One person's work address."""
        return checked(self.cleaned_data["email"].strip().lower(), address_refusal)

    def clean_full_name(self) -> str:
        """One person's name."""
        return checked(self.cleaned_data["full_name"].strip(), name_refusal)


class CreateForm(PersonForm):
    """The same for somebody who is added directly: the address twice, and a work phone."""

    field_order = ("email", "email_again", "full_name", "work_phone", "roles")
    email_again = forms.CharField(
        label="Work email address again",
        max_length=254,
        widget=forms.EmailInput(attrs=NO_SPELLING),
        error_messages={"required": "Enter the email address a second time"},
    )
    work_phone = forms.CharField(
        label="Work phone",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        error_messages={"required": "Enter a work phone number"},
    )

    def clean_email_again(self) -> str:
        """The same as the first."""
        again = str(self.cleaned_data["email_again"]).strip().lower()
        if again != str(self.data.get("email", "")).strip().lower():
            raise forms.ValidationError("The two email addresses differ. Type them again.")
        return again


class JoinForm(forms.Form):
    """Who asks to join, and what for."""

    full_name = forms.CharField(
        label="Full name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": "Enter your full name"},
    )
    email = forms.CharField(
        label="Work email address",
        help_text="Your own, not a shared mailbox.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": "Enter your work email address"},
    )
    work_phone = forms.CharField(
        label="Work phone",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": "Enter a work phone number"},
    )
    reason = forms.CharField(
        label="What do you need it for?",
        help_text="Whoever decides reads this. No patient details.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Enter what you need access for",
            "max_length": "What you need access for must be 1,000 characters or fewer",
        },
    )

    def __init__(self, data: Any, roles: Sequence[Choice], known: tuple[str, str] | None) -> None:
        super().__init__(data)
        if known is not None:  # who is signed in asks in their own name
            del self.fields["full_name"], self.fields["email"]
        self.known = known
        self.fields["roles"] = RolesField(
            roles,
            "What do you need to do?",
            "Choose the least you need.",
            "Choose what you need to do",
        )
        self.order_fields(["full_name", "email", "work_phone", "roles", "reason"])

    def clean_email(self) -> str:
        """One person's work address."""
        return checked(self.cleaned_data["email"].strip().lower(), address_refusal)

    def clean_full_name(self) -> str:
        """One person's name."""
        return checked(self.cleaned_data["full_name"].strip(), name_refusal)


class PasswordForm(forms.Form):
    """A new password, twice. Pasting is allowed."""

    password = forms.CharField(
        label="Choose a password",
        help_text="At least 12 characters. Three or four words that don't belong together are "
        "easy to remember.",
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Choose a password"},
    )
    again = forms.CharField(
        label="The same password again",
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter the password a second time"},
    )

    def clean(self) -> dict[str, Any]:
        """Both alike."""
        given = super().clean() or {}
        if {"password", "again"} <= given.keys() and given["password"] != given["again"]:
            self.add_error("again", "The two passwords differ. Type them again.")
        return given


class ReasonForm(forms.Form):
    """Why something is done to a person."""

    reason = forms.CharField(
        label="Why?",
        help_text="The audit trail keeps it. No patient details.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Enter why, in a sentence",
            "max_length": "The reason must be 500 characters or fewer",
        },
    )


def day_field(label: str, *, required: bool, hint: str = "") -> forms.DateField:
    """A date as people write it: 12/5/2026."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint or "For example, 1/9/2026.",
        input_formats=["%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d"],
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        error_messages={
            "required": f"Enter the {label.lower()}",
            "invalid": f"The {label.lower()} must be a date, like 1/9/2026",
        },
    )


class GiveForm(forms.Form):
    """A role for somebody who is known here, from a day, with limits."""

    def __init__(
        self,
        data: Any,
        roles: Sequence[Choice],
        clusters: Sequence[tuple[int, str]],
        services: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        missing = "Choose the role they get"
        self.fields["role"] = forms.ChoiceField(
            label="Which role?",
            choices=role_choices(roles),
            widget=forms.RadioSelect,
            error_messages={"required": missing, "invalid_choice": missing},
        )
        self.fields["start_date"] = day_field("First day", required=True)
        self.fields["end_date"] = day_field(
            "Last day", required=False, hint="Leave empty if it has no end."
        )
        if clusters:
            self.fields["cluster"] = forms.ChoiceField(
                label="Only for the providers of one cluster",
                required=False,
                choices=[("", "Every provider"), *((str(n), name) for n, name in clusters)],
            )
        if services:
            self.fields["services"] = forms.MultipleChoiceField(
                label="Only for some services",
                required=False,
                choices=services,
                help_text="Select none for every service, those of later years included.",
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "%(value)s is not one of the services"},
            )

    def clean_services(self) -> list[str] | None:
        """None is no limit; a limit names one at least."""
        return self.cleaned_data["services"] or None

    def clean_cluster(self) -> int | None:
        """None is no limit."""
        return int(self.cleaned_data["cluster"]) if self.cleaned_data["cluster"] else None


class HandOverForm(forms.Form):
    """Which of one's own roles a colleague stands in for, and when."""

    def __init__(
        self, data: Any, roles: Sequence[tuple[int, str]], colleagues: Sequence[tuple[int, str]]
    ) -> None:
        super().__init__(data)
        self.fields["grant_id"] = forms.TypedChoiceField(
            label="Which of your roles?",
            coerce=int,
            choices=roles,
            widget=forms.RadioSelect,
            error_messages={"required": "Choose one of your roles"},
        )
        self.fields["to_user_id"] = forms.TypedChoiceField(
            label="Who stands in for you?",
            coerce=int,
            choices=[("", "Choose a colleague"), *colleagues],
            error_messages={"required": "Choose a colleague"},
        )
        self.fields["start_date"] = day_field("First day", required=True)
        self.fields["end_date"] = day_field(
            "Last day", required=True, hint="At most 92 days in all. For example, 12/9/2026."
        )


def checked(value: str, refusal: Any) -> str:
    """The value, or its refusal at the field."""
    no = refusal(value)
    if no:
        raise forms.ValidationError(no)
    return value


def day_words(value: date) -> str:
    """A date as a form shows it again."""
    return f"{value.day}/{value.month}/{value.year}"
