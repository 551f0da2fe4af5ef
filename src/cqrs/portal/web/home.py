"""The address "/": the home page of the side somebody acts for."""

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from cqrs.portal.web.request import acting

HOMES = {
    "practice": "cqrs.portal.web.practice.views.home",
    "pcn": "cqrs.portal.web.practice.views.home",
    "icb": "cqrs.portal.web.commissioner.home.home",
    "region": "cqrs.portal.web.commissioner.home.home",
    "national": "cqrs.portal.web.national.home.home",
    "agency": "cqrs.portal.web.national.home.home",
}


def home(request: HttpRequest) -> HttpResponse:
    """Practice, commissioner or national home."""
    view = import_string(HOMES[acting(request).organisation_kind])
    answer: HttpResponse = view(request)
    return answer
