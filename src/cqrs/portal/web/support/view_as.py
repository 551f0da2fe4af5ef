"""The help desk looks at the portal as a customer sees it: whom, where, why, and the end of it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.viewings import Viewable, viewable
from cqrs.portal.web.middleware import VIEWING
from cqrs.portal.web.request import acting

NOBODY = "Nobody here has this address, or their account is switched off. Check the spelling"


class FindForm(forms.Form):
    """Whose pages."""

    email = forms.EmailField(
        label="Email address of the person",
        help_text="As they sign in with it.",
        error_messages={
            "required": "Enter the person's email address",
            "invalid": "Enter an email address like name@nhs.net",
        },
    )


class WhyForm(forms.Form):
    """Where, and why: the person reads it."""

    email = forms.EmailField(widget=forms.HiddenInput)
    organisation = forms.TypedChoiceField(
        label="Where",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Select where the person works"},
    )
    reason = forms.CharField(
        label="Why do you look?",
        help_text="The person reads this. Name the call or ticket, and what you look for.",
        widget=forms.Textarea,
        max_length=500,
        error_messages={"required": "Enter why you look"},
    )

    def __init__(self, person: Viewable, data: object = None) -> None:
        super().__init__(data, initial={"email": person.email})  # type: ignore[arg-type] # a QueryDict
        places = [(p.organisation_id, f"{p.name} ({p.code})") for p in person.places]
        self.fields["organisation"].choices = places  # type: ignore[attr-defined] # of a choice field
        if len(places) == 1:
            self.initial["organisation"] = places[0][0]


def choose(request: HttpRequest) -> HttpResponse:
    """Find the person, say why, and begin."""
    actor = acting(request)
    require(actor, Permission.VIEW_AS, "Only the help desk may view as somebody else.")
    asked = request.POST.get("email") or request.GET.get("email")
    find = FindForm(request.GET if "email" in request.GET else None)
    if not asked or (request.method == "GET" and not find.is_valid()):
        return render(request, "support/find.jinja", {"form": find})
    try:
        person = viewable(actor, asked)
    except NotFound:
        find = FindForm({"email": asked})
        find.add_error("email", NOBODY)
        return render(request, "support/find.jinja", {"form": find})
    form = WhyForm(person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            number = accounts.start_viewing(
                actor=actor,
                user_id=person.user_id,
                organisation_id=form.cleaned_data["organisation"],
                reason=form.cleaned_data["reason"],
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            request.session[VIEWING] = number
            return redirect("home")
    return render(request, "support/view_as.jinja", {"form": form, "person": person})


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Back to one's own pages."""
    number = request.session.pop(VIEWING, None)
    if number is not None:
        accounts.end_viewing(actor=acting(request), viewing_id=number)
        messages.success(request, "You stopped viewing. These are your own pages again.")
    return redirect("support:view-as")
