"""Requests to join: who asks, and the one decision about it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cqrs.portal.accounts import actions, giving, waiting
from cqrs.portal.accounts.permissions import Permission, Refused
from cqrs.portal.web.people.forms import RolesField
from cqrs.portal.web.people.views import HOME, looking

DECIDES = (Permission.APPROVE_ACCESS, Permission.MANAGE_USERS)


class DecideForm(forms.Form):
    """Other roles than those asked for, or a reason to refuse."""

    def __init__(self, data: object, roles: tuple[giving.Choice, ...], decision: str) -> None:
        super().__init__(data)  # type: ignore[arg-type] # the data of a request
        self.fields["roles"] = RolesField(
            roles, "Which roles do they get?", "The least they need.", "Choose at least one role"
        )
        self.fields["roles"].required = decision == "approve"
        self.fields["reason"] = forms.CharField(
            label="Why do you refuse?",
            help_text="The person reads this. No patient details.",
            required=decision == "refuse",
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": "Enter why you refuse, in a sentence they can act on"},
        )


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Requests that wait for the actor, the oldest first, and what was decided lately."""
    actor = looking(request, *DECIDES)
    context = {
        "waiting": waiting.access_waiting(actor),
        "decided": waiting.access_decided(actor),
        "crumbs": [HOME],
    }
    return render(request, "people/requests.jinja", context)


def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request: approve it as asked or with other roles, or refuse it with a reason."""
    actor = looking(request, *DECIDES)
    row = waiting.access_request(actor, request_id)
    roles = giving.roles_to_give(actor, row.organisation_id, row.organisation_kind, DECIDES)
    decision = request.POST.get("decision", "")
    sent = request.POST if request.method == "POST" else None
    form = DecideForm(sent, roles, decision)
    if request.method == "POST" and form.is_valid():
        try:
            if decision == "refuse":
                reason = form.cleaned_data["reason"]
                actions.refuse_request(actor=actor, request_id=row.id, reason=reason)
                done = f"You refused the request of {row.name}, who is told why."
            else:
                chosen = row.roles if decision == "as_asked" else form.cleaned_data["roles"]
                actions.approve_request(actor=actor, request_id=row.id, roles=chosen)
                done = f"You let {row.name} in. An email says what to do next."
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, done)
            return redirect("people:requests")
    codes = {role.code for role in roles}
    context = {
        "row": row,
        "form": form,
        "can_as_asked": set(row.roles) <= codes,
        "roles": roles,
        "decision": decision,
        "crumbs": [HOME, ("Requests for access", reverse("people:requests"))],
    }
    return render(request, "people/request.jinja", context, status=409 if form.errors else 200)
