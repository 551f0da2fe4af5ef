"""No action's permission check is commented out: the code of every action is read for one."""

import ast

import pytest

from tests.house.sources import Action, actions

CHECKS = frozenset(
    {
        "require",  # a permission, anywhere
        "within", "may_for", "everywhere", "may",  # a permission, and for whom
        "person_of",  # accounts: somebody the actor administers
        "requests_of",  # accounts: requests that the actor decides
        "visible", "refusal",  # claims: the actor's claims, and the table of who decides what
        "deciding_refusal",  # mergers: permission and second person
    }
)  # fmt: skip
OWN = "changes only what is the actor's own, found by their number"
KNOCKS = "by somebody without a role yet; what they hold or ask for is checked instead"
TOLD = "tells of what a sign-in did, which decided it"
OPEN = {
    "accounts.delegate": OWN,
    "accounts.choose_how_told": OWN,
    "accounts.end_sessions": OWN,
    "accounts.end_viewing": OWN,
    "mergers.withdraw": OWN,
    "accounts.accept_invitation": KNOCKS,
    "accounts.ask_for_renewal": KNOCKS,
    "accounts.ask_to_join": KNOCKS,
    "accounts.ask_for_new_password": KNOCKS,
    "accounts.sign_in": TOLD,
    "accounts.sign_out": TOLD,
    "accounts.fail_to_sign_in": TOLD,
    "accounts.change_sign_in": TOLD,
    "audit.record": "every action ends with it",
    "audit.refuse": "keeps that somebody was refused",
    "audit.take_out": "follows audit.queries.export, which asks for the permission",
    "audit.view": "keeps what somebody saw on a page that let them",
    "audit.seal_views": "the night's job; it has no address",
}
"""Reviewed: actions that ask for no permission, each with why that is right."""
BEFORE_ACCOUNTS = "messages"
"""The room that knows no permissions: accounts.actions asks before it calls."""


def checks_of(action: Action) -> set[str]:
    """The checks an action makes, itself or through functions of its room."""
    return {called.rpartition(".")[2] for called in action.calls} & CHECKS


def test_no_permission_check_is_commented_out() -> None:
    bare = [
        action.name
        for action in actions()
        if action.room != BEFORE_ACCOUNTS and action.name not in OPEN and not checks_of(action)
    ]
    assert not bare, "These ask for no permission. Ask, or say in OPEN why not:\n" + "\n".join(bare)


def test_the_reviewed_list_names_only_actions_that_ask_for_none() -> None:
    known = {action.name: action for action in actions()}
    stale = [name for name in OPEN if name not in known or checks_of(known[name])]
    assert not stale, "Take out of OPEN:\n" + "\n".join(stale)


@pytest.mark.parametrize("name", ["accounts.unlock", "payments.release_run", "catalogue.publish"])
def test_it_would_be_seen(name: str) -> None:
    action = next(action for action in actions() if action.name == name)
    assert checks_of(action)
    kept = [n for n in ast.walk(action.function) if isinstance(n, ast.Expr)]
    assert any("require(" in ast.unparse(n) for n in kept), "its check stands as a line of its own"
