"""What pages of signing in know: the other ways to sign in, and how long a session may idle."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def sign_in(request: HttpRequest) -> dict[str, Any]:
    """The providers of sign-in elsewhere, by name, and the minutes after which a session ends."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return {
        "sign_in_providers": [{"id": a["provider_id"], "name": a["name"]} for a in apps],
        "idle_minutes": settings.IDLE_MINUTES,
    }
