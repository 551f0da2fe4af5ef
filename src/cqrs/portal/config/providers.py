"""The provider of sign-in elsewhere, NHSmail or CIS2, as the environment sets it up.

CQRS_OIDC_CLIENT_ID, CQRS_OIDC_CLIENT_SECRET, CQRS_OIDC_SERVER_URL, CQRS_OIDC_NAME ("NHSmail"),
CQRS_OIDC_STRONG: values of `acr` or `id_assurance_level` that count as a second factor, with
commas between. CQRS_OIDC_ORIGINS: where its sign-in page is, when that isn't the server's own
address. Without a client id and a server the button isn't there.
"""

import os
from typing import Any
from urllib.parse import urlsplit

PROVIDER = "nhs"
"""The one provider's name in addresses: /oidc/nhs/login/."""


def providers() -> dict[str, Any]:
    """Allauth's setting of the providers, from the environment; empty when none is set up."""
    client, server = os.environ.get("CQRS_OIDC_CLIENT_ID"), os.environ.get("CQRS_OIDC_SERVER_URL")
    if not (client and server):
        return {}
    strong = os.environ.get("CQRS_OIDC_STRONG", "")
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": PROVIDER,
                    "name": os.environ.get("CQRS_OIDC_NAME", "NHSmail"),
                    "client_id": client,
                    "secret": os.environ.get("CQRS_OIDC_CLIENT_SECRET", ""),
                    "settings": {
                        "server_url": server,
                        "strong": [level for level in strong.split(",") if level],
                    },
                }
            ],
        }
    }


def origins() -> list[str]:
    """Where a sign-in form may lead a browser, for the content security policy."""
    server = urlsplit(os.environ.get("CQRS_OIDC_SERVER_URL", ""))
    if not providers():
        return []
    more = os.environ.get("CQRS_OIDC_ORIGINS", "")
    return [f"{server.scheme}://{server.netloc}", *(one for one in more.split(",") if one)]
