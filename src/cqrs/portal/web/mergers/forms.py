"""What the wizard of mergers, splits and closures asks, and how it becomes terms."""

import re
from datetime import timedelta
from typing import Any

from django import forms

from cqrs.portal.mergers.queries import find
from cqrs.portal.mergers.terms import Terms

DATES = ["%d/%m/%Y", "%d %m %Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y"]
DATE_HINT = "For example, 1/10/2026"
KINDS = (
    ("merger", "Merger: one or more providers close and one goes on"),
    ("split", "Split: a provider closes and two or more go on"),
    ("closure", "Closure: a provider closes and nobody follows"),
)
PEOPLE = (
    ("move", "They get the same roles at the successor"),
    ("end", "Their roles end"),
)


def _wrong_date(what: str) -> dict[str, str]:
    return {"required": f"Enter {what}", "invalid": f"Enter {what} as a date, such as 1/10/2026"}


class ChangeForm(forms.Form):
    """Who closes, who comes after, when, and what becomes of the people."""

    kind = forms.ChoiceField(
        label="What happens?",
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what happens"},
    )
    closing = forms.CharField(
        label="Which providers close?",
        help_text="Their codes, one on each line. They are open until the day before.",
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        error_messages={"required": "Enter the code of at least one provider that closes"},
    )
    successors = forms.CharField(
        label="Which providers go on?",
        help_text="Their codes, one on each line. A new provider must be loaded first. Nobody for "
        "a closure.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    lead = forms.CharField(
        label="Who answers for the open claims?",
        help_text="For a split: the code of the one successor that declares what is open and is "
        "paid for it.",
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    effective_date = forms.DateField(
        label="First day on which it is so",
        help_text=DATE_HINT,
        input_formats=DATES,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages=_wrong_date("the first day"),
    )
    people = forms.ChoiceField(
        label="What becomes of the people of the providers that close?",
        choices=PEOPLE,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what becomes of the people"},
    )
    roles_end_date = forms.DateField(
        label="Last day of their roles where they are",
        help_text="Leave it empty for the day before. After a closure, give them time to finish: "
        "92 days at most.",
        required=False,
        input_formats=DATES,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages=_wrong_date("the last day"),
    )
    reason = forms.CharField(
        label="Why?",
        help_text="The second person and every auditor read this. No patient details.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Enter why the providers change",
            "max_length": "The reason must be 1,000 characters or fewer",
        },
    )

    terms: Terms | None = None
    """The terms, once the form is right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead", "effective_date", "roles_end_date"):
            classes = {"classes": "nhsuk-input--width-10"}
            self.fields[name].nhs = classes  # type: ignore[attr-defined] # for the macro

    def clean(self) -> dict[str, Any]:
        """Find the organisations, then ask the terms themselves what is wrong with them."""
        given = super().clean() or {}
        found: dict[str, Any] = {}
        for name in ("closing", "successors", "lead"):
            found[name], unknown = find(re.split(r"[\s,;]+", given.get(name) or ""))
            if unknown:
                self.add_error(name, f"There is no organisation with the code {unknown[0]}")
        if self.errors:
            return given
        successors = tuple(found["successors"])
        lead = successors[0] if len(successors) == 1 else next(iter(found["lead"]), None)
        first = given["effective_date"]
        terms = Terms(
            kind=given["kind"],
            closing=tuple(found["closing"]),
            successors=successors,
            lead=lead if given["kind"] != "closure" else None,
            effective_date=first,
            people=given["people"],
            roles_end_date=given["roles_end_date"] or first - timedelta(days=1),
            reason=given["reason"],
        )
        for name, sentence in terms.faults.items():
            self.add_error(name, sentence)
        if not self.errors:
            self.terms = terms
        return given


class RefusalForm(forms.Form):
    """Why a change is refused."""

    reason = forms.CharField(
        label="Why do you refuse it?",
        help_text="Who proposed it reads this.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Enter why you refuse the change",
            "max_length": "The reason must be 1,000 characters or fewer",
        },
    )
