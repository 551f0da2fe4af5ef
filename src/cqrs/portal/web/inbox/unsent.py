"""Emails that did not go, or may not have, for the help desk: never their words."""

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cqrs.portal.accounts import actions
from cqrs.portal.accounts.permissions import Permission, require
from cqrs.portal.accounts.recipients import addresses_of
from cqrs.portal.messages import queries
from cqrs.portal.web.request import acting


@require_GET
def unsent(request: HttpRequest) -> HttpResponse:
    """Which emails were refused five times, or were with a mail server when the worker died."""
    require(acting(request), Permission.VIEW_AS, "Only the help desk sees emails that did not go.")
    rows = queries.troubles()
    known = addresses_of([row.recipient_id for row in rows if row.recipient_id is not None])
    context = {
        "rows": [(row, row.address or known.get(row.recipient_id or 0, "")) for row in rows],
        "crumbs": [("Home", reverse("home"))],
    }
    return render(request, "inbox/unsent.jinja", context)


@require_POST
def again(request: HttpRequest, email_id: int) -> HttpResponse:
    """Send one of them again."""
    actions.send_email_again(actor=acting(request), email_id=email_id)
    flash.success(request, "The email goes out again within a minute.")
    return redirect("unsent-mail")
