"""Where people of each kind of organisation may work from, for the national administrator."""

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts import networks
from cqrs.portal.accounts.permissions import NotFound, Permission, Reach, Refused
from cqrs.portal.web.request import acting

MAY_NOT = "Only a national user administrator may say where people work from."


class RangesForm(forms.Form):
    """One range a line; nothing at all lets people in from anywhere."""

    ranges = forms.CharField(
        label="Address ranges",
        help_text="One a line, as 10.0.0.0/8. Leave it empty to let people in from anywhere.",
        widget=forms.Textarea,
        required=False,
        max_length=4000,
    )
    note = forms.CharField(label="Why", max_length=200, required=False)


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Each kind of organisation and its ranges."""
    _national(request)
    kept = networks.ranges()
    rows = [(kind, name, kept.get(kind, ())) for kind, name in networks.KIND_NAMES.items()]
    return render(request, "security/networks.jinja", {"rows": rows, "here": _here(request)})


def edit(request: HttpRequest, kind: str) -> HttpResponse:
    """Change the ranges of one kind; never so that one locks oneself out."""
    _national(request)
    if kind not in networks.KIND_NAMES:
        raise NotFound("There is no such kind of organisation.")
    before = "\n".join(networks.ranges().get(kind, ()))
    form = RangesForm(request.POST or None, initial={"ranges": before})
    if request.method == "POST" and form.is_valid():
        try:
            accounts.restrict(
                actor=acting(request),
                organisation_kind=kind,
                ranges=form.cleaned_data["ranges"].split(),
                here=_here(request),
                note=form.cleaned_data["note"],
            )
        except Refused as refused:
            form.add_error("ranges", refused.sentence)
        else:
            messages.success(
                request, f"{networks.KIND_NAMES[kind]}: the address ranges are changed."
            )
            return redirect("security:networks")
    page = {"form": form, "kind": kind, "name": networks.KIND_NAMES[kind], "here": _here(request)}
    return render(request, "security/network.jinja", page)


def _here(request: HttpRequest) -> str:
    return str(get_adapter().get_client_ip(request))


def _national(request: HttpRequest) -> None:
    ways = acting(request).ways(Permission.MANAGE_USERS)
    if all(reach != Reach.NATION for reach, _ in ways):
        raise Refused(MAY_NOT)
