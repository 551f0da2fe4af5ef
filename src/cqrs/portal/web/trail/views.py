"""The trail of a customer's own items."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cqrs.portal.accounts import trail as accounts
from cqrs.portal.audit.queries import GROUPS
from cqrs.portal.web.request import acting
from cqrs.portal.web.trail.asking import asked, links


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what about the reader's organisations, newest first, as sentences without pounds."""
    actor = acting(request)
    wanted = asked(request)
    found = accounts.trail(actor, wanted.search, before=wanted.before, after=wanted.after)
    context = {
        "rows": found.rows,
        "wanted": wanted,
        "groups": GROUPS,
        "beside": links(request, found),
        "crumbs": [("Home", "/")],
    }
    return render(request, "trail/trail.jinja", context)
