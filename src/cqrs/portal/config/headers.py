"""Headers that every answer carries, and forms that carry files only where files are expected."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

NO_DEVICES = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "microphone=(), midi=(), payment=(), usb=(), publickey-credentials-get=(self)"
)
FILES = "multipart/form-data"
PLAIN_FORM = "application/x-www-form-urlencoded"

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
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response


def takes_files(view: Any) -> Any:
    """Mark a view that expects a file. Every other view refuses forms that carry one."""
    view.takes_files = True
    return view


class UploadsMiddleware:
    """Refuses files, and bodies that no form of ours makes, before anybody reads them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; the view is known only later."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """415 unless the body is a plain form, or the view is marked with `takes_files`."""
        kind = (request.content_type or "").lower()
        if request.method in ("GET", "HEAD", "OPTIONS") or kind in ("", PLAIN_FORM):
            return None
        marked = getattr(view, "takes_files", False) or getattr(
            getattr(view, "view_class", None), "takes_files", False
        )
        if marked and kind == FILES:
            return None
        sentence = (
            "This page takes no files. Nothing was read or saved. Go back and use the form as it "
            "stands on the page."
        )
        return render(request, "403.html", {"sentence": sentence}, status=415)
