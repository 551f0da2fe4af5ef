"""Everything that changes people, their roles and how they get them."""

from cqrs.portal.accounts.actions.granting import grant
from cqrs.portal.accounts.actions.people import create_user
from cqrs.portal.accounts.actions.restricting import restrict
from cqrs.portal.accounts.actions.signing_in import (
    ask_for_new_password,
    change_sign_in,
    fail_to_sign_in,
    sign_in,
    sign_out,
)
from cqrs.portal.accounts.actions.signing_out import end_sessions
from cqrs.portal.accounts.actions.succession import hand_over
from cqrs.portal.accounts.actions.unlocking import unlock
from cqrs.portal.accounts.actions.viewing import end_viewing, start_viewing

__all__ = [
    "ask_for_new_password",
    "change_sign_in",
    "create_user",
    "end_sessions",
    "end_viewing",
    "fail_to_sign_in",
    "grant",
    "hand_over",
    "restrict",
    "sign_in",
    "sign_out",
    "start_viewing",
    "unlock",
]
