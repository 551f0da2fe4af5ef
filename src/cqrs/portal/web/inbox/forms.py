"""The forms about messages. Every sentence says what to do."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cqrs.portal.accounts.actions.announcing import AUDIENCES, LONGEST_TITLE
from cqrs.portal.messages.kinds import WAY_NAMES
from cqrs.portal.messages.queries import Choice

AT_HAND = [(way.value, name) for way, name in WAY_NAMES.items()]


class PreferencesForm(forms.Form):
    """How the person is told, a question for each kind that may be chosen."""

    def __init__(self, data: Any, choices: Sequence[Choice]) -> None:
        super().__init__(data)
        for choice in choices:
            if choice.may_change:
                self.fields[choice.kind.value] = forms.ChoiceField(
                    choices=AT_HAND,
                    label=choice.name,
                    initial=choice.way.value,
                    widget=forms.RadioSelect,
                    error_messages={
                        "required": f"Choose how you are told of {choice.name.lower()}",
                        "invalid_choice": f"Choose how you are told of {choice.name.lower()}",
                    },
                )


def _day(label: str, hint: str) -> forms.DateField:
    wrong = f"Enter the {label.lower()} as day, month and year, such as 31/03/2026"
    return forms.DateField(
        label=label,
        help_text=hint,
        input_formats=["%d/%m/%Y", "%d %m %Y", "%d %B %Y", "%Y-%m-%d"],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": wrong, "invalid": wrong},
    )


class AnnouncementForm(forms.Form):
    """What is announced, to whom, and for how long."""

    title = forms.CharField(
        label="Title",
        help_text="It also goes out by email, so leave amounts to the text.",
        max_length=LONGEST_TITLE,
        error_messages={
            "required": "Enter a title",
            "max_length": f"Keep the title to {LONGEST_TITLE} characters",
        },
    )
    text = forms.CharField(
        label="Text",
        help_text="Plain Markdown: an empty line begins a paragraph, a dash a list, **two stars** "
        "bold.",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": "Enter the text",
            "max_length": "Keep the text to 5,000 characters",
        },
    )
    from_date = _day("First day", "It is shown from this day, such as 12/05/2026.")
    until_date = _day("Last day", "It is shown up to and with this day.")
    audiences = forms.MultipleChoiceField(
        choices=[(code, name) for code, (name, _) in AUDIENCES.items()],
        label="Who is it for?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose whom it is for",
            "invalid_choice": "Choose whom it is for",
        },
    )
