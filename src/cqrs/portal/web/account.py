"""Where somebody works."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cqrs.portal.accounts.permissions import NotFound
from cqrs.portal.web.middleware import CHOSEN
from cqrs.portal.web.request import places


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Work for another of the person's organisations from now on."""
    asked = request.POST.get("organisation", "")
    chosen = next((p for p in places(request) if str(p.organisation_id) == asked), None)
    if chosen is None:
        raise NotFound("You have no role there today.")
    request.session[CHOSEN] = chosen.organisation_id
    return redirect("home")
