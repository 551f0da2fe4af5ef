"""How the matrix fills in addresses: the one place to say what a new route is asked for.

A route without arguments needs nothing here. A route with arguments needs a line in MAKERS, by the
longest beginning of its name that is listed: a function that gives its arguments by place. The
place `missing` is something that doesn't exist, and is there for every route.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.matrix.world import PLACES, World

MISSING = "missing"
Arguments = dict[str, Any]
Maker = Callable[[World], Mapping[str, Arguments]]
NO_NUMBER = 999_999_999


def _claims(world: World) -> Mapping[str, Arguments]:
    made = {place: {"reference": reference} for place, reference in world.claims.items()}
    return {**made, MISSING: {"reference": "QOF2526-2026-03-31-A00000"}}


def _explained(world: World) -> Mapping[str, Arguments]:
    return {
        place: {**arguments, "indicator": "DM020"} for place, arguments in _claims(world).items()
    }


def _runs(world: World) -> Mapping[str, Arguments]:
    return {
        "nation": {"reference": world.run},
        MISSING: {"reference": "RUN-2026-05-12-00000"},
    }


def _collections(world: World) -> Mapping[str, Arguments]:
    return {
        "nation": {"collection_id": world.collection_id},
        MISSING: {"collection_id": NO_NUMBER},
    }


def _things(**kinds: str) -> Maker:
    """Arguments that are numbers: each the thing of its kind at the place."""

    def made(world: World) -> Mapping[str, Arguments]:
        found = [world.things[kind] for kind in kinds.values()]
        places = [place for place in found[0] if all(place in one for one in found)]
        return {
            **{
                place: {name: world.things[kind][place] for name, kind in kinds.items()}
                for place in places
            },
            MISSING: dict.fromkeys(kinds, NO_NUMBER),
        }

    return made


def _missing(**arguments: Any) -> Maker:
    """Arguments of something that only its own test can make; here it is never there."""
    return lambda world: {MISSING: arguments}


def _codes(world: World) -> Mapping[str, Arguments]:
    return {
        **{place: {"code": code} for place, code in PLACES.items()},
        MISSING: {"code": "A00000"},
    }


MAKERS: Mapping[str, Maker] = {
    "shared:": _claims,
    "practice:": _claims,
    "shared:explain": _explained,
    "shared:workings": _explained,
    "national:payment": _runs,
    "national:collection": _collections,
    "account_reset_password_from_key": _missing(uidb36="zzz", key="not-a-key"),
    "openid_connect": _missing(provider_id="nobody"),
    "security:network": _missing(kind="nobody"),
    "mfa_": _missing(pk=NO_NUMBER),
    "mergers:": _things(change_id="change"),
    "organisations:organisation": _things(organisation_id="organisation"),
    "organisations:steps": _things(organisation_id="organisation"),
    "organisations:import-check": _things(upload_id="upload"),
    "organisations:lists-check": _things(upload_id="list_upload"),
    "organisations:cluster": _things(cluster_id="cluster"),
    "organisations:cluster-take-out": _things(cluster_id="cluster", provider_id="organisation"),
    "people:request": _things(request_id="request"),
    "people:take-back": _things(grant_id="grant"),
    "people:renew": _things(invitation_id="invitation"),
    "people:withdraw": _things(invitation_id="invitation"),
    "people:": _things(user_id="user"),
    "people:give": _things(user_id="user", organisation_id="organisation"),
    "people:unlink": _things(user_id="user", organisation_id="organisation"),
    "people:end": _things(user_id="user", grant_id="grant"),
    "join_organisation": _codes,
    "invitation": _missing(token="not-a-token"),
    "notice": _things(notice_id="notice"),
    "announcement": _things(announcement_id="announcement"),
    "help-page": _missing(page="how-to/nothing"),
    "help-picture": _missing(name="nothing.png"),
    "unsent-mail-again": _things(email_id="email"),
}

FORMS: Mapping[str, Mapping[str, str]] = {
    "account_login": {"login": "nobody@matrix.example", "password": "not this one"},
}
"""What is posted where the default below would say nothing."""
ANY_FORM = {"decision": "approve"}


def places_of(name: str, path: str, world: World) -> Mapping[str, Arguments]:
    """The arguments of a route by place: one nameless place for a route without arguments."""
    if "<" not in path:
        return {"": {}}
    known = [start for start in MAKERS if name.startswith(start)]
    if not known:
        raise LookupError(f"Say in tests/matrix/arguments.py what {name} ({path}) is asked for.")
    return MAKERS[max(known, key=len)](world)
