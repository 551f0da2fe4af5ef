"""Forms look like NHS.UK components wherever `{{ form }}` stands."""

from typing import TYPE_CHECKING, Any

from django.forms.boundfield import BoundField
from django.forms.renderers import BaseRenderer
from django.template import engines

if TYPE_CHECKING:
    from django.template.backends.base import _EngineTemplate

MACROS = {
    "Select": "select",
    "RadioSelect": "radios",
    "CheckboxSelectMultiple": "checkboxes",
    "CheckboxInput": "checkboxes",
    "Textarea": "textarea",
    "PasswordInput": "passwordInput",
    "FileInput": "fileUpload",
    "ManyFiles": "fileUpload",
}
NAMED = ("autocomplete", "autocapitalize", "inputmode", "rows", "spellcheck")


class PageBoundField(BoundField):
    """A field that can hand itself to an NHS.UK macro."""

    @property
    def macro(self) -> str:
        """The macro that draws this widget."""
        return MACROS.get(type(self.field.widget).__name__, "input")

    def as_params(self) -> dict[str, Any]:
        """The macro's parameters. A value of None is drawn as nothing."""
        # A password is never sent back, not even to who typed it.
        value = None if self.macro == "passwordInput" else self.value()
        params: dict[str, Any] = {
            "id": self.id_for_label or self.auto_id,
            "name": self.html_name,
            "label": {"text": self.label, "size": "s"},
            "value": "" if value is None else value,
            **self._attributes(),
            **getattr(self.field, "nhs", {}),
        }
        if self.help_text:
            params["hint"] = {"text": self.help_text}
        if self.errors:
            params["errorMessage"] = {"text": self.errors[0]}
        if self.macro == "input":
            params["type"] = self.field.widget.input_type
        if self.macro == "textarea":
            params.setdefault("rows", 5)
        if self.macro in ("radios", "checkboxes", "select"):
            self._choices(params, value)
        return params

    def _attributes(self) -> dict[str, Any]:
        """The widget's attributes, those that macros know by name as parameters of their own."""
        given = dict(self.field.widget.attrs)
        known = {name: given.pop(name) for name in NAMED if name in given}
        return {**known, "attributes": given}

    def _choices(self, params: dict[str, Any], value: Any) -> None:
        params["idPrefix"] = params["id"]
        if self.macro != "select":
            del params["id"]  # the first box has it: twice, its label would name neither
        params["fieldset"] = {"legend": {"text": self.label, "size": "s"}}
        if type(self.field.widget).__name__ == "CheckboxInput":
            choices: list[tuple[str, Any]] = [("on", self.label)]
            chosen = {"on"} if value else set()
        else:
            choices = list(self.field.widget.choices)
            many = value if isinstance(value, list | tuple) else [value]
            chosen = {str(one) for one in many}
        params["items"] = [
            {
                "value": str(key),
                "text": str(words),
                "checked": str(key) in chosen,
                "selected": str(key) in chosen,
            }
            for key, words in choices
        ]


class PageFormRenderer(BaseRenderer):
    """Renders forms with the portal's own Jinja templates."""

    form_template_name = "nhs/form.jinja"
    field_template_name = "nhs/field.jinja"
    bound_field_class = PageBoundField

    def get_template(self, template_name: str) -> "_EngineTemplate":
        """A template of the portal."""
        return engines["jinja2"].get_template(template_name)
