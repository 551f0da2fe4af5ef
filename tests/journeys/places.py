"""Where every address of the portal is met in the demonstration: by whom, with what in it."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from tests.house.addresses import ANYONE, Route, listed
from tests.matrix.arguments import MISSING, Arguments, places_of
from tests.matrix.world import World

NOBODY = "nobody signed in"
CLAIM = "QOF2526-2026-03-31-A99001"
OPENER: Mapping[str, str] = {
    ANYONE: "",
    "signed in": "Practice manager",
    "accounts.approve_access": "Network declarer",
    "accounts.manage": "Network user administrator",
    "accounts.unlock": "Help desk",
    "accounts.view_as": "Help desk",
    "audit.read": "Auditor",
    "audit.trail": "Practice supervisor",
    "claims.approve": "ICB approval manager",
    "claims.calculate": "National data operator",
    "claims.declare": "Practice declarer",
    "claims.see": "ICB approval manager",
    "collection.see": "National data operator",
    "collection.strike": "National data operator",
    "messages.announce": "National data operator",
    "organisations.agree": "ICB finance manager",
    "organisations.clusters": "Organisation administrator",
    "organisations.details": "Organisation administrator",
    "organisations.manage": "National data operator",
    "organisations.propose": "Commissioning manager",
    "payments.build": "Payment operator",
    "payments.release": "Payment releaser",
    "payments.see": "Payment operator",
    "points.see": "Practice manager",
}
"""Who opens the addresses of a permission: a sign-in of the demonstration, or nobody."""
OTHER_OPENER: Mapping[str, str] = {
    ANYONE: "",
    "people:requests": "Network declarer",
    "people:request": "Network declarer",
    "security:networks": "National user administrator",
    "security:network": "National user administrator",
    "practice:claims": "Practice manager",
    "account_logout": "Practice viewer",
    "organisations:organisation": "Organisation administrator",
}
"""Addresses that the first permission's opener would not meet with something in it."""
ASKED: Mapping[str, str] = {"commissioner:review": "?select=all"}
"""What an address is asked, where it shows a page only then."""
GIVEN: Mapping[str, Arguments] = {
    "help-page": {"page": "how-to/find-your-way"},
    "help-picture": {"name": "screenshots/home-desktop.png"},
    "security:network": {"kind": "practice"},
}
"""Arguments of the demonstration that differ from those of the matrix."""

FILES = frozenset(
    {
        "help-picture", "shared:achievement_csv", "shared:workings_csv",
        "national:payment-run-file", "national:audit-csv", "national:audit-lines",
    }
)  # fmt: skip
"""Addresses of files, which are no pages."""
SENT_ONLY = frozenset(
    {
        "switch", "support:stop", "inbox-read", "announcement-withdraw", "unsent-mail-again",
        "practice:withdraw", "shared:decide", "commissioner:confirm",
        "mergers:agree", "mergers:refuse", "mergers:withdraw", "organisations:steps",
        "people:take-back", "people:renew", "people:withdraw", "people:unlock",
        "invitation_renew", "security:sessions",
    }
)  # fmt: skip
"""Addresses that take what a page sends and have no page of their own: they answer 405."""
LEADS_ON = frozenset(
    {"account_signup", "socialaccount_login_cancelled", "mfa_index", "mfa_list_webauthn"}
)
"""Addresses that only lead to another page of the list."""
IN_GETTING_IN = "journeys/test_getting_in.py"
PASSKEYS = "national/test_reading.py"
ELSEWHERE: Mapping[str, str] = {
    "commissioner:outcome": "journeys/test_queue.py",
    "join_sent": IN_GETTING_IN,
    "invitation": IN_GETTING_IN,
    "account_reset_password_from_key_done": IN_GETTING_IN,
    "security:second-factor": IN_GETTING_IN,
    "mfa_authenticate": IN_GETTING_IN,
    "mfa_reauthenticate": IN_GETTING_IN,
    "mfa_activate_totp": IN_GETTING_IN,
    "mfa_deactivate_totp": IN_GETTING_IN,
    "mfa_view_recovery_codes": IN_GETTING_IN,
    "mfa_generate_recovery_codes": IN_GETTING_IN,
    "mfa_add_webauthn": IN_GETTING_IN,
    "mfa_edit_webauthn": PASSKEYS,
    "mfa_remove_webauthn": PASSKEYS,
    "mfa_reauthenticate_webauthn": PASSKEYS,
}
"""Pages at the end of a way that somebody has to go: the test that goes it. The last three need a
passkey, which no browser of the journeys has."""
EMPTY_IS_FINE = frozenset({"security:network"})
"""Pages with a form that may be sent with nothing in it: from anywhere."""
NO_PROVIDER = frozenset({"openid_connect_login", "openid_connect_callback"})
"""They ask an identity provider, which the demonstration has not: test_oidc brings its own."""


def opener(route: Route) -> str:
    """The sign-in that opens a route; empty for nobody."""
    first = route.permissions[0] if route.permissions else route.who
    return OTHER_OPENER.get(route.name) or OPENER[first]


def by_opener() -> dict[str, list[Route]]:
    """Every route with a page that is met at once, under who opens it."""
    found: dict[str, list[Route]] = {}
    for route in listed().values():
        if route.name not in FILES | SENT_ONLY | ELSEWHERE.keys() | NO_PROVIDER:
            found.setdefault(opener(route), []).append(route)
    return found


def world(made: Mapping[str, Any]) -> World:
    """What the demonstration has, in the shape in which the matrix knows its own."""
    return World(
        collection_id=made["collection_id"],
        run=made["run"],
        claims={"here": CLAIM},
        things={kind: {"here": number} for kind, number in made["things"].items()},
    )


def address(route: Route, there: World) -> str:
    """The path of a route with the arguments of something that is there, if anything can be."""
    places = places_of(route.name, route.path, there)
    arguments = GIVEN.get(route.name) or next(
        (found for place, found in places.items() if place != MISSING), places.get(MISSING, {})
    )
    return reverse(route.name, kwargs=arguments) + ASKED.get(route.name, "")
