"""Forms drawn as NHS.UK components: the macro by widget, values, hints and errors."""

import re

import pytest
from django import forms


class Everything(forms.Form):
    """One field of each kind the portal uses."""

    name = forms.CharField(
        label="Your name",
        help_text="As on your contract",
        error_messages={"required": "Enter your name"},
    )
    step = forms.ChoiceField(
        label="What next?",
        choices=[("approve", "Approve"), ("return", "Return")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what next"},
    )
    place = forms.ChoiceField(label="Where", choices=[("a", "Here"), ("b", "There")])
    several = forms.MultipleChoiceField(
        label="Which", choices=[("1", "One"), ("2", "Two")], widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(label="I am sure", required=False)
    reason = forms.CharField(
        label="Reason", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    secret = forms.CharField(
        label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    seen = forms.CharField(widget=forms.HiddenInput)


def control(page: str, name: str, tag: str = "input") -> str:
    found = re.search(rf"<{tag}\b[^>]*\bname=\"{name}\"[^>]*>", page)
    assert found, f"no {tag} {name} in {page}"
    return found.group()


@pytest.fixture
def empty() -> str:
    return str(Everything(initial={"reason": None, "seen": "8:200"}))


@pytest.fixture
def sent() -> str:
    given = {"name": "", "place": "b", "several": ["2"], "sure": "on", "reason": "a < b"}
    return str(Everything(given))


def test_every_field_is_an_nhs_component(empty: str) -> None:
    for kind in ("input", "radios", "select", "checkboxes", "textarea", "password-input"):
        assert f"nhsuk-{kind}" in empty


def test_labels_and_hints_belong_to_their_field(empty: str) -> None:
    assert '<label class="nhsuk-label nhsuk-label--s" for="id_name">' in empty
    assert 'aria-describedby="id_name-hint"' in control(empty, "name")


def test_nothing_is_preselected(empty: str) -> None:
    assert "checked" not in empty


def test_no_value_is_drawn_as_nothing(empty: str) -> None:
    assert "None" not in empty
    assert ">a &lt; b</textarea>" not in empty


def test_hidden_fields_keep_their_value(empty: str) -> None:
    assert 'value="8:200"' in control(empty, "seen")


def test_attributes_are_written_once(empty: str) -> None:
    assert control(empty, "secret").count("autocomplete=") == 1
    assert control(empty, "reason", "textarea").count("rows=") == 1


def test_what_was_sent_comes_back(sent: str) -> None:
    assert re.search(r'<option value="b"[^>]*selected', sent)
    assert re.search(r'value="2"[^>]*checked', sent)
    assert "checked" in control(sent, "sure")
    assert "a &lt; b" in sent


def test_an_error_stands_at_its_field_in_the_same_words(sent: str) -> None:
    assert "Enter your name" in sent
    assert "nhsuk-input--error" in control(sent, "name")
    assert "Select what next" in sent


def test_a_password_never_comes_back() -> None:
    page = str(Everything({"secret": "tell nobody"}))
    assert "tell nobody" not in page
