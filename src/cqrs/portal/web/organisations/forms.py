"""Forms of imports and clusters."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms

from cqrs.portal.config.pages import day
from cqrs.values import clock

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

FEWER = "fewer"
LEAVE_OUT = "leave-out"
HOW = {1: "one step from now on", 2: "two steps from now on"}


class ManyFiles(forms.FileInput):
    """A file input that takes several; with one it works everywhere."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Each of them, cleaned like one."""
        many = data if isinstance(data, list | tuple) and data else [data]
        return [super(FilesField, self).clean(one, initial) for one in many]


def day_field(label: str, help_text: str = "", missing: str = "") -> forms.DateField:
    """A day as people write it, or as 2026-04-01."""
    field = forms.DateField(
        label=label,
        help_text=help_text or "For example, 1 April 2026",
        input_formats=["%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%Y-%m-%d"],
        error_messages={
            "required": missing or f"Enter a date for “{label}”",
            "invalid": "Write the date as day, month and year, such as 1 April 2026",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field.nhs = {"classes": "nhsuk-input--width-10"}  # type: ignore[attr-defined] # for the macro
    return field


class SendForm(forms.Form):
    """The files, from when they hold, and whether few are expected."""

    ods_files = FilesField(
        label="ODS files",
        help_text=(
            "epraccur, the mapping of practices to networks and ICBs, or ODS JSON (ORD or FHIR). "
            "CSV in UTF-8, also packed as .gz. Up to 10 files of 10 MB."
        ),
        widget=ManyFiles,
        error_messages={
            "required": "Select at least one file",
            "empty": "The file is empty. Select a file with rows",
        },
    )
    effective_date = day_field(
        "From which day do relationships without a date hold?",
        "The mapping has no dates of its own. For example, 1 April 2026",
        "Enter the day from which relationships without a date hold",
    )
    unusual = forms.MultipleChoiceField(
        label="Is anything unusual?",
        choices=[
            (
                FEWER,
                "Fewer than half of the practices known here are in the files, and that is right",
            )
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["effective_date"].initial = day(clock.today())


class ListForm(forms.Form):
    """A file of list sizes, of which day, and what to do with organisations not known here."""

    list_file = forms.FileField(
        label="List sizes",
        help_text=(
            "code,registered and, if you have them, weighted and ages such as 0-4,85+; or the "
            "published totals of registered patients. CSV in UTF-8, also packed as .gz. Up to "
            "10 MB."
        ),
        widget=forms.FileInput,
        error_messages={
            "required": "Select a file",
            "empty": "The file is empty. Select a file with rows",
        },
    )
    on_date = day_field(
        "Of which day are the list sizes?",
        "Usually the first day of a month or quarter. For example, 1 April 2026",
        "Enter the day of which the list sizes are",
    )
    unknown = forms.MultipleChoiceField(
        label="Are there organisations in it that are not known here?",
        choices=[(LEAVE_OUT, "Leave their rows out, and tell me which")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class StepsForm(forms.Form):
    """Whether a provider works in one step or in two, and why."""

    steps = forms.ChoiceField(
        label="How many people of it agree a claim?",
        choices=[
            ("1", "One step: who enters counts may declare them"),
            ("2", "Two steps: a second person declares"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select one step or two steps"},
    )
    reason = forms.CharField(
        label="Why does it change?",
        help_text="Its people and every auditor read this. No patient details.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "Enter why it changes",
            "max_length": "The reason must be 500 characters or fewer",
        },
    )

    @classmethod
    def changing(cls, steps: int) -> "StepsForm":
        """An empty form on which the way it works now is selected."""
        return cls(initial={"steps": str(steps)})


class ClusterForm(forms.Form):
    """A new cluster's name."""

    name = forms.CharField(
        label="Name of the cluster",
        help_text="You and your colleagues see it when you give roles and choose reports",
        max_length=80,
        error_messages={
            "required": "Enter a name for the cluster",
            "max_length": "The name must be 80 characters or fewer",
        },
    )


class AddForm(forms.Form):
    """Providers by code, and from when."""

    codes = forms.CharField(
        label="Codes of the providers",
        help_text="One on each line, or with spaces or commas between",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        error_messages={
            "required": "Enter the code of at least one provider",
            "max_length": "Send 2,000 codes or fewer at once",
        },
    )
    start_date = day_field("First day in the cluster")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["start_date"].initial = day(clock.today())

    def clean_codes(self) -> list[str]:
        """The codes one by one."""
        text: str = self.cleaned_data["codes"]
        return text.replace(",", " ").replace(";", " ").split()


class TakeOutForm(forms.Form):
    """The last day of a provider in a cluster."""

    last_date = day_field("Last day in the cluster")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["last_date"].initial = day(clock.today())

    def clean_last_date(self) -> date:
        """A date."""
        chosen: date = self.cleaned_data["last_date"]
        return chosen
