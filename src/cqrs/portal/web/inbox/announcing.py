"""Writing and withdrawing announcements."""

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cqrs.portal.accounts import actions
from cqrs.portal.accounts.actions.announcing import AUDIENCES, MAY_NOT
from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.messages import queries
from cqrs.portal.web.inbox.forms import AnnouncementForm
from cqrs.portal.web.request import acting
from cqrs.values import clock


@require_GET
def announcements(request: HttpRequest) -> HttpResponse:
    """What was announced, the newest first, and until when it is shown."""
    require(acting(request), Permission.ANNOUNCE, MAY_NOT)
    today = clock.today()
    rows = [
        {
            "row": row,
            "state": "Withdrawn"
            if row.withdrawn
            else "Over"
            if row.until_date < today
            else "Shown now"
            if row.from_date <= today
            else "Not shown yet",
            "audiences": ", ".join(
                name for name, kinds in AUDIENCES.values() if set(kinds) & set(row.kinds)
            ),
        }
        for row in queries.every_announcement()
    ]
    context = {"rows": rows, "crumbs": [("Home", reverse("home"))]}
    return render(request, "inbox/announcements.jinja", context)


@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Write an announcement."""
    actor = acting(request)
    require(actor, Permission.ANNOUNCE, MAY_NOT)
    form = AnnouncementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.announce(actor=actor, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            flash.success(request, "Announced. People see it on their home page on its days.")
            return redirect("announcements")
    context = {
        "form": form,
        "crumbs": [("Home", reverse("home")), ("Announcements", reverse("announcements"))],
    }
    return render(request, "inbox/announce.jinja", context)


@require_POST
def withdraw(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """Show an announcement no longer."""
    actions.withdraw_announcement(actor=acting(request), announcement_id=announcement_id)
    flash.success(request, "Withdrawn. Nobody sees it any more.")
    return redirect("announcements")
