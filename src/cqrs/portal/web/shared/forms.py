"""Deciding on one claim: approve exactly this statement, or return it with a reason."""

from typing import Any

from django import forms

from cqrs.portal.claims.queries import ClaimCard
from cqrs.portal.claims.states import RETURN_REASONS
from cqrs.portal.web.shared.claim import amount

STEPS = {"approve": "Approve", "finance_approve": "Finance-approve"}


class DecisionForm(forms.Form):
    """Nothing is preselected; a return needs a reason and a sentence for the practice."""

    statement_digest = forms.CharField(widget=forms.HiddenInput)
    decision = forms.ChoiceField()
    reason_code = forms.ChoiceField(
        choices=[("", "Choose a reason"), *RETURN_REASONS.items()], required=False
    )
    reason = forms.CharField(
        widget=forms.Textarea,
        required=False,
        max_length=2000,
        error_messages={"max_length": "What the practice should do must be 2,000 letters or fewer"},
    )

    def __init__(self, card: ClaimCard, data: Any = None) -> None:
        super().__init__(data)
        step = step_of(card)
        choices = [(step, f"{STEPS[step]} {amount(card)}".strip())] if step else []
        if "return" in card.may:
            choices.append(("return", "Return to the practice"))
        told = f"Select {STEPS[step].lower()} or return" if step else "Select return"
        self.choices = choices
        """What this person may decide, for the page."""
        self.fields["decision"] = forms.ChoiceField(
            choices=choices, error_messages={"required": told, "invalid_choice": told}
        )

    def clean(self) -> dict[str, Any]:
        """A return says why, and what to do."""
        given = super().clean() or {}
        if given.get("decision") == "return":
            if not given.get("reason_code"):
                self.add_error("reason_code", "Select why you return the claim")
            if not (given.get("reason") or "").strip() and "reason" not in self.errors:
                self.add_error("reason", "Enter what the practice should do")
        return given

    def refuse(self, sentence: str) -> None:
        """Show why an action was refused where other errors stand."""
        self.add_error(None, sentence)


def step_of(card: ClaimCard) -> str:
    """The approval this person may give now; empty when there is none."""
    return next((step for step in STEPS if step in card.may), "")


def may_decide(card: ClaimCard) -> bool:
    """Whether this person has a decision to take on the claim now."""
    return bool(step_of(card)) or "return" in card.may
