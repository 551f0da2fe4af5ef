"""Headers that every answer carries, and bodies that are forms."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

NO_DEVICES = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "microphone=(), midi=(), payment=(), usb=(), publickey-credentials-get=(self)"
)
TOO_MANY, LONGEST_WAIT = 429, str(15 * 60)
"""After a limit of signing in: no limit of it counts longer than 15 minutes, in seconds."""
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")
NOT_A_FORM = (
    "This page takes forms only. Nothing was read or saved. Go back and use the form as it stands "
    "on the page."
)

Answer = Callable[[HttpRequest], HttpResponse]


class PrivatePagesMiddleware:
    """Asks browsers and proxies to keep no page; static files never come this far."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", NO_DEVICES)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        if response.status_code == TOO_MANY:
            response.headers.setdefault("Retry-After", LONGEST_WAIT)
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response


class FormsOnlyMiddleware:
    """Refuses bodies that no form of ours makes, before anybody reads them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """415 for JSON, XML and whatever else isn't a form; files see config/uploads.py."""
        kind = (request.content_type or "").lower()
        if request.method in ("GET", "HEAD", "OPTIONS") or kind in FORMS:
            return self.get_response(request)
        return render(request, "403.html", {"sentence": NOT_A_FORM}, status=415)
