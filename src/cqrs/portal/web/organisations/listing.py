"""Loading list sizes on screen: send a file, see what differs, record exactly that."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.config.pages import counted
from cqrs.portal.organisations import actions, queries
from cqrs.portal.organisations.queries.lists import MAY_NOT_LIST
from cqrs.portal.web.organisations.forms import LEAVE_OUT, ListForm
from cqrs.portal.web.request import acting
from cqrs.portal.web.uploads import takes_files

HOME = ("Home", "/")
SHOWN_ERRORS = 50
SHOWN_CHANGES = 200


@takes_files
def send(request: HttpRequest) -> HttpResponse:
    """Take a file in and go on to what it would change; nothing is recorded yet."""
    actor = acting(request)
    require(actor, Permission.MANAGE_ORGANISATIONS, MAY_NOT_LIST)
    posted = request.method == "POST"
    form = ListForm(request.POST, request.FILES) if posted else ListForm()
    if posted and form.is_valid():
        file = form.cleaned_data["list_file"]
        number = actions.receive_list(
            actor=actor,
            name=file.name or "file",
            content=file.read(),
            on_date=form.cleaned_data["on_date"],
            leave_out_unknown=LEAVE_OUT in form.cleaned_data["unknown"],
        )
        return redirect("organisations:lists-check", number)
    context = {"form": form, "recorded": queries.recorded_lists(actor), "crumbs": _crumbs()}
    return render(request, "organisations/lists.jinja", context, status=409 if form.errors else 200)


def check(request: HttpRequest, upload_id: int) -> HttpResponse:
    """What the file would change, with the button that records it; or what is wrong with it."""
    actor = acting(request)
    require(actor, Permission.MANAGE_ORGANISATIONS, MAY_NOT_LIST)
    refusal = ""
    if request.method == "POST":
        try:
            counts = actions.apply_list(
                actor=actor, upload_id=upload_id, shown=request.POST.get("shown", "")
            )
        except Refused as refused:
            refusal = refused.sentence
        else:
            number = counted(counts["new"] + counts["changed"], "list size")
            messages.success(request, f"{number} recorded.")
            return redirect("organisations:lists-check", upload_id)
    sent = queries.sent_list(actor, upload_id)
    found = None if sent.recorded else queries.difference_of_list(actor, sent)
    problems = found.problems if found else ()
    new = [change for change in found.changes if change.before is None] if found else []
    changed = [change for change in found.changes if change.before is not None] if found else []
    context = {
        "sent": sent,
        "found": found,
        "problems": problems,
        "errors": problems[:SHOWN_ERRORS],
        "groups": [(what, many) for what, many in (("Changed", changed), ("New", new)) if many],
        "most": SHOWN_CHANGES,
        "refusal": refusal,
        "crumbs": [*_crumbs(), ("Load list sizes", reverse("organisations:lists"))],
    }
    return render(
        request, "organisations/lists_check.jinja", context, status=409 if refusal else 200
    )


def _crumbs() -> list[tuple[str, str]]:
    return [HOME, ("Organisations", reverse("organisations:list"))]
