"""Loading ODS files on screen: send them, see the difference, apply exactly that."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.config.pages import counted
from cqrs.portal.organisations import actions, queries
from cqrs.portal.organisations.permissions import MAY_NOT_IMPORT
from cqrs.portal.web.organisations.forms import FEWER, SendForm
from cqrs.portal.web.request import acting
from cqrs.portal.web.uploads import takes_files

HOME = ("Home", "/")
SHOWN_ERRORS = 50
SHOWN_CHANGES = 200


@takes_files
def send(request: HttpRequest) -> HttpResponse:
    """Take files in and go on to what they would change; nothing is changed yet."""
    actor = acting(request)
    require(actor, Permission.MANAGE_ORGANISATIONS, MAY_NOT_IMPORT)
    posted = request.method == "POST"
    form = SendForm(request.POST, request.FILES) if posted else SendForm()
    if posted and form.is_valid():
        sent = form.cleaned_data["ods_files"]
        try:
            number = actions.receive_ods(
                actor=actor,
                files=[(file.name or "file", file.read()) for file in sent],
                effective_date=form.cleaned_data["effective_date"],
                expect_fewer=FEWER in form.cleaned_data["unusual"],
            )
        except Refused as refused:
            form.add_error("ods_files", refused.sentence)
        else:
            return redirect("organisations:import-check", number)
    context = {"form": form, "imports": queries.imports(actor), "crumbs": _crumbs()}
    return render(
        request, "organisations/import.jinja", context, status=409 if form.errors else 200
    )


def check(request: HttpRequest, upload_id: int) -> HttpResponse:
    """What the files would change, with the button that changes it; or what is wrong with them."""
    actor = acting(request)
    require(actor, Permission.MANAGE_ORGANISATIONS, MAY_NOT_IMPORT)
    refusal = ""
    if request.method == "POST":
        try:
            counts = actions.apply_ods(
                actor=actor, upload_id=upload_id, shown=request.POST.get("shown", "")
            )
        except Refused as refused:
            refusal = refused.sentence
        else:
            number = sum(counts[what] for what in counts if what not in ("unchanged", "absent"))
            messages.success(request, f"{counted(number, 'change')} of organisations applied.")
            return redirect("organisations:import-check", upload_id)
    upload = queries.upload(actor, upload_id)
    found = None if upload.applied else queries.difference_of(actor, upload)
    context = {
        "upload": upload,
        "found": found,
        "errors": found.problems[:SHOWN_ERRORS] if found else (),
        "groups": _groups(found.changes) if found else (),
        "most": SHOWN_CHANGES,
        "before": queries.loaded_before(actor, upload.files) if found else None,
        "refusal": refusal,
        "crumbs": [*_crumbs(), ("Load ODS files", reverse("organisations:import"))],
    }
    return render(request, "organisations/check.jinja", context, status=409 if refusal else 200)


def _groups(changes: tuple[queries.Change, ...]) -> list[tuple[str, list[queries.Change]]]:
    """The changes by what they are, in the order in which people ask."""
    found: dict[str, list[queries.Change]] = {}
    for change in changes:
        found.setdefault(change.what, []).append(change)
    return [(what, found[what]) for what in queries.KINDS_OF_CHANGE if what in found]


def _crumbs() -> list[tuple[str, str]]:
    return [HOME, ("Organisations", reverse("organisations:list"))]
