"""The audit trail: who did what, newest first, and whether the chain of events still holds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cqrs.portal.audit import queries
from cqrs.portal.web.paging import page_number, paging
from cqrs.portal.web.request import acting


def events(request: HttpRequest) -> HttpResponse:
    """A page of events as sentences."""
    number = page_number(request)
    rows = queries.events(acting(request), page=number)
    count = queries.last_seq()
    pages = max(1, -(-count // queries.PAGE_SIZE))
    context = {
        "rows": rows,
        "count": count,
        "verified": queries.verify() if request.GET.get("check") == "chain" else None,
        "crumbs": [("Home", "/")],
        "paging": paging(request, min(number, pages), pages),
    }
    return render(request, "national/audit.jinja", context)
