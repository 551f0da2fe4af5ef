"""A person's inbox and how they want to be told."""

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.messages import actions, queries
from cqrs.portal.messages.kinds import KIND_NAMES, Kind
from cqrs.portal.web.inbox.forms import PreferencesForm
from cqrs.portal.web.paging import address, page_number, paging
from cqrs.portal.web.request import acting

NOT_YOURS = "An inbox is read by its owner only. Stop viewing to see your own."


def _reader(request: HttpRequest) -> int:
    """Number of the person whose inbox it is; nobody looks into another's."""
    actor = acting(request)
    if actor.viewed_by or actor.user_id is None:
        raise Refused(NOT_YOURS)
    return actor.user_id


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What the person was told: unread first, then the newest."""
    kind = request.GET.get("kind", "")
    found = queries.inbox(_reader(request), kind=kind, page=page_number(request))
    kinds = [
        (KIND_NAMES[Kind(one)], number, address(request, kind=one, page=1), one == kind)
        for one, number in found.by_kind.items()
    ]
    context = {
        "found": found,
        "kind": kind if kind in found.by_kind else "",
        "kinds": kinds,
        "everything": address(request, kind="", page=1),
        "paging": paging(request, found.page, found.pages),
    }
    return render(request, "inbox/inbox.jinja", context)


@require_GET
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice in full, read from now on. Somebody else's looks like none."""
    reader = _reader(request)
    found = queries.notice(reader, notice_id)
    if found is None:
        raise NotFound("There is no such notice.")
    if not found.read:
        actions.mark_read(recipient_id=reader, notice_id=notice_id)
    inside = url_has_allowed_host_and_scheme(found.link, allowed_hosts={request.get_host()})
    context = {
        "notice": found,
        "link": found.link if inside else "",
        "crumbs": [("Home", reverse("home")), ("Inbox", reverse("inbox"))],
    }
    return render(request, "inbox/notice.jinja", context)


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Mark everything, or everything of a kind, as read."""
    kind = request.POST.get("kind", "")
    actions.mark_all_read(recipient_id=_reader(request), kind=kind)
    return redirect("inbox")


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """By email at once, once a day, or in the portal only: for each kind."""
    reader = _reader(request)
    choices = queries.choices(reader)
    form = PreferencesForm(request.POST if request.method == "POST" else None, choices)
    if request.method == "POST" and form.is_valid():
        accounts.choose_how_told(actor=acting(request), ways=form.cleaned_data)
        flash.success(request, "How you are told is saved. It holds from now on.")
        return redirect("inbox")
    context = {"form": form, "crumbs": [("Home", reverse("home")), ("Inbox", reverse("inbox"))]}
    return render(request, "inbox/preferences.jinja", context)
