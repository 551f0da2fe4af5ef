"""Who may not: every action refuses whoever has every permission but those it asks for.

The table is complete by construction: an action that isn't in it, or of which isn't reviewed in
tests/test_permission_checks.py that it asks for none, fails. And each line can fail: with the
check gone from the code, the action does something else.
"""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from inspect import Parameter, signature
from typing import Any, cast
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.models import AccessRequest, Grant, Invitation
from cqrs.portal.accounts.permissions import NotFound, Permission, Reach, Refused
from cqrs.portal.accounts.queries import Actor, Held
from cqrs.portal.accounts.roles import Role
from cqrs.portal.claims.models import Claim
from cqrs.values import clock
from tests.factories import Loaded, actor, user
from tests.house.checks import Check, checks, without
from tests.house.sources import actions
from tests.integration.rooms.road import everything
from tests.test_permission_checks import OPEN

WORLD = "qof"
P = Permission


@dataclass(frozen=True)
class Line:
    """What an action asks for, how it says no, and whether it reads something first."""

    lacking: tuple[Permission, ...]
    words: str
    reads: bool = False
    """Whether the thing itself must be read to know who may; else no query is made."""


def _asks(words: str, *lacking: Permission, reads: bool = False) -> Line:
    return Line(lacking, words, reads)


ADMINISTERS = "Only a user administrator"
NONE_SUCH = "There is no such"
TABLE: Mapping[str, Line] = {
    "accounts.announce": _asks("Only", P.ANNOUNCE),
    "accounts.withdraw_announcement": _asks("Only", P.ANNOUNCE),
    "accounts.end_role": _asks(NONE_SUCH, P.MANAGE_USERS, reads=True),
    "accounts.warn_and_end": _asks("Only", P.MANAGE_USERS),
    "accounts.grant": _asks(ADMINISTERS, P.MANAGE_USERS),
    "accounts.invite": _asks("Only", P.MANAGE_USERS),
    "accounts.create_person": _asks("Only", P.MANAGE_USERS),
    "accounts.renew_invitation": _asks(NONE_SUCH, P.MANAGE_USERS, P.UNLOCK, reads=True),
    "accounts.withdraw_invitation": _asks(NONE_SUCH, P.MANAGE_USERS, reads=True),
    "accounts.approve_request": _asks(NONE_SUCH, P.APPROVE_ACCESS, P.MANAGE_USERS, reads=True),
    "accounts.refuse_request": _asks(NONE_SUCH, P.APPROVE_ACCESS, P.MANAGE_USERS, reads=True),
    "accounts.send_email_again": _asks("Only the help desk", P.VIEW_AS),
    "accounts.create_user": _asks(ADMINISTERS, P.MANAGE_USERS),
    "accounts.disable": _asks(ADMINISTERS, P.MANAGE_USERS),
    "accounts.enable": _asks(ADMINISTERS, P.MANAGE_USERS),
    "accounts.unlink": _asks(ADMINISTERS, P.MANAGE_USERS),
    "accounts.confirm_roles": _asks("Only", P.MANAGE_USERS),
    "accounts.restrict": _asks("Only", P.MANAGE_USERS),
    "accounts.remove_second_factor": _asks("Only", P.UNLOCK),
    "accounts.set_provider_steps": _asks("Only", P.KEEP_DETAILS),
    "accounts.hand_over": _asks("Only", P.AGREE_CHANGE),
    "accounts.unlock": _asks("Only", P.UNLOCK),
    "accounts.start_viewing": _asks("Only the help desk", P.VIEW_AS),
    "catalogue.draft": _asks("Only a rule author", P.DRAFT),
    "catalogue.publish": _asks("Only a rule publisher", P.PUBLISH),
    "catalogue.enrol": _asks("Only a data operator", P.ENROL),
    "catalogue.hand_over": _asks("Only", P.AGREE_CHANGE),
    "claims.calculate_nation": _asks("Only", P.CALCULATE),
    "claims.request_calculation": _asks("Only", P.CALCULATE),
    "claims.declare": _asks("Your role may not declare", P.DECLARE, reads=True),
    "claims.approve": _asks("Your role may not approve", P.APPROVE, reads=True),
    "claims.approve_many": _asks("Your role may not approve", P.APPROVE, reads=True),
    "claims.finance_approve": _asks("Your role may not", P.FINANCE_APPROVE, reads=True),
    "claims.finance_approve_many": _asks("Your role may not", P.FINANCE_APPROVE, reads=True),
    "claims.return_to_provider": _asks(
        "Your role may not return", P.APPROVE, P.FINANCE_APPROVE, reads=True
    ),
    "claims.withdraw": _asks("Your role may not", P.DECLARE, reads=True),
    "claims.schedule": _asks("Only a payment operator", P.BUILD_RUN),
    "claims.unschedule": _asks("Only a payment operator", P.BUILD_RUN, P.RELEASE_RUN),
    "claims.send": _asks("Only a payment releaser", P.RELEASE_RUN),
    "collection.open_collection": _asks("Only a data operator", P.TAKE_IN),
    "collection.take_in": _asks(
        "Only data entry", P.TAKE_IN, P.ENTER_DATA, P.ENTER_ON_BEHALF, reads=True
    ),
    "collection.strike_reference": _asks("Only a data operator", P.STRIKE),
    "mergers.propose": _asks("Only a commissioning manager", P.PROPOSE_CHANGE),
    "organisations.make_cluster": _asks("Only", P.MANAGE_CLUSTERS),
    "organisations.add_to_cluster": _asks("Only", P.MANAGE_CLUSTERS),
    "organisations.take_out_of_cluster": _asks("Only", P.MANAGE_CLUSTERS),
    "organisations.receive_ods": _asks("Only", P.MANAGE_ORGANISATIONS),
    "organisations.apply_ods": _asks("Only", P.MANAGE_ORGANISATIONS),
    "organisations.receive_list": _asks("Only", P.MANAGE_ORGANISATIONS),
    "organisations.apply_list": _asks("Only", P.MANAGE_ORGANISATIONS),
    "organisations.register": _asks("Only", P.MANAGE_ORGANISATIONS),
    "organisations.relate": _asks("Only", P.MANAGE_ORGANISATIONS),
    "organisations.record_list_sizes": _asks("Only", P.MANAGE_ORGANISATIONS),
    "organisations.succeed": _asks("Only", P.AGREE_CHANGE),
    "payments.build_run": _asks("Only a payment operator", P.BUILD_RUN),
    "payments.release_run": _asks("Only a payment releaser", P.RELEASE_RUN),
    "payments.cancel_run": _asks("Only a payment operator", P.BUILD_RUN, P.RELEASE_RUN),
}
ELSEWHERE = {"mergers.agree", "mergers.refuse"}
"""These need a change that somebody proposed: test_mergers.py shows who may not."""


NEXT = {"payments.build_run": "cqrs.portal.payments.actions.claims.schedule"}
"""These call an action of another room that asks once more; each asks for itself before."""


def test_every_action_is_in_the_table() -> None:
    named = {
        action.name
        for action in actions()
        if any(one.arg == "actor" for one in action.function.args.kwonlyargs)
    }
    assert named - set(OPEN) - ELSEWHERE == set(TABLE)


def all_but(*lacking: Permission) -> Actor:
    """Somebody of a practice who may do everything for the whole nation, but for these."""
    reach = {permission: Reach.NATION for permission in Permission if permission not in lacking}
    role = Role("nearly_all", "Nearly all", "Made up.", ("practice",), reach)
    return replace(actor("joe"), held=(Held(role),))


@pytest.fixture
def given(qof: Loaded) -> dict[str, Any]:
    """An argument for every name that actions have, of things that there are."""
    helen, claim = user("helen"), Claim.objects.get(provider__code="A99001")
    grant = Grant.objects.filter(user=helen).order_by("pk").first()
    assert grant
    administrator = replace(all_but(), user_id=None, name="Set-up")
    accounts.invite(
        actor=administrator,
        email="new.person@nhs.net",
        full_name="New Person",
        organisation_code="A99001",
        roles=["practice_viewer"],
    )
    AccessRequest.objects.create(
        email="ola.brand@nhs.net",
        full_name="Ola Brand",
        organisation_id=grant.organisation_id,
        decider_id=grant.organisation_id,
        roles=["practice_viewer"],
        reason="I work here.",
        route="commissioner",
        requested_at=clock.now(),
    )
    today = date(2026, 5, 12)
    return {
        "claim_id": claim.pk, "statement_digest": claim.statement_digest,
        "chosen": {claim.pk: claim.statement_digest}, "claim_ids": [claim.pk],
        "collection_id": qof.collection_id, "definition": qof.definition, "final": True,
        "definition_digest": claim.definition.digest, "user_id": helen.pk, "grant_id": grant.pk,
        "organisation_id": grant.organisation_id, "invitation_id": Invitation.objects.get().pk,
        "request_id": AccessRequest.objects.get().pk, "keep": {grant.pk: True}, "steps": 1,
        "email": "helen@portal.example", "full_name": "Helen Marsh", "work_phone": "0113 4960000",
        "organisation_code": "A99001", "roles": ["practice_viewer"], "role": "practice_viewer",
        "to_id": None, "on_date": today, "last_date": today, "achievement_date": today,
        "declare_by": today, "from_date": today, "until_date": today, "start_date": today,
        "effective_date": today, "reason_code": "counts", "run_reference": "R1", "here": "::1",
        "organisation_kind": "practice", "source": "typed",
    }  # fmt: skip


def _call(name: str, wrong: Actor, given: Mapping[str, Any]) -> object:
    room, _, verb = name.partition(".")
    action = cast(
        Callable[..., object], getattr(import_module(f"cqrs.portal.{room}.actions"), verb)
    )
    arguments = {
        one.name: given.get(one.name, _made_up(one))
        for one in signature(action).parameters.values()
        if one.name in given or (one.name != "actor" and one.default is Parameter.empty)
    }
    return action(actor=wrong, **arguments)


def _made_up(one: Parameter) -> object:
    """Something of the kind that a parameter takes."""
    said = str(one.annotation)
    if "Iterable" in said or "Sequence" in said or "list" in said or "Collection" in said:
        return []
    return 1 if "int" in said else b"" if "bytes" in said else "made up"


def _refuses(name: str, given: Mapping[str, Any]) -> None:
    line = TABLE[name]
    next_room = patch(NEXT[name], side_effect=AssertionError) if name in NEXT else nullcontext()
    with transaction.atomic(), CaptureQueriesContext(connection) as asked, next_room:
        try:
            answer = _call(name, all_but(*line.lacking), given)
            said = " ".join(one.sentence for one in cast(Any, answer) if not one.done)
        except (Refused, NotFound) as no:
            said = str(no)
        finally:
            transaction.set_rollback(True)
    assert line.words in said, said
    queries = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    # Who the wrong person is, is read to make them.
    assert line.reads or not _after_the_person(queries), queries


def _after_the_person(queries: list[str]) -> list[str]:
    return [sql for sql in queries if "accounts_user" not in sql and "accounts_grant" not in sql]


@pytest.mark.parametrize("name", sorted(TABLE))
def test_who_lacks_the_permission_is_refused_and_nothing_changes(
    name: str, given: dict[str, Any]
) -> None:
    before = everything()
    _refuses(name, given)
    assert everything() == before


IN_ACTIONS = [
    check
    for check in checks()
    if check.asks == "require"
    and "actions" in check.path.relative_to(check.path.parents[1]).as_posix()
]


@pytest.mark.fault
@pytest.mark.parametrize("check", IN_ACTIONS, ids=str)
def test_it_is_noticed_when_a_check_is_gone(check: Check, given: dict[str, Any]) -> None:
    names = [
        action.name
        for action in actions()
        if action.room == check.room
        and action.name in TABLE
        and (action.function.name == check.function or check.function in action.calls)
    ]
    noticed = []
    with without(check):
        for name in names:
            try:
                _refuses(name, given)
            except Exception:
                noticed.append(name)
    assert noticed, f"{check} can go, and {names} refuse all the same."
