"""Everything that changes people, their roles and how they get them."""

from cqrs.portal.accounts.actions.announcing import announce, withdraw_announcement
from cqrs.portal.accounts.actions.ending import (
    delegate,
    end_role,
)
from cqrs.portal.accounts.actions.expiring import (
    warn_and_end,
)
from cqrs.portal.accounts.actions.granting import grant
from cqrs.portal.accounts.actions.inviting import (
    accept_invitation,
    ask_for_renewal,
    create_person,
    invite,
    renew_invitation,
    withdraw_invitation,
)
from cqrs.portal.accounts.actions.joining import (
    approve_request,
    ask_to_join,
    refuse_request,
)
from cqrs.portal.accounts.actions.mailing import choose_how_told, send_email_again
from cqrs.portal.accounts.actions.people import create_user, disable, enable, unlink
from cqrs.portal.accounts.actions.recertifying import (
    confirm_roles,
)
from cqrs.portal.accounts.actions.restricting import restrict
from cqrs.portal.accounts.actions.second_factors import remove_second_factor
from cqrs.portal.accounts.actions.signing_in import (
    ask_for_new_password,
    change_sign_in,
    fail_to_sign_in,
    sign_in,
    sign_out,
)
from cqrs.portal.accounts.actions.signing_out import end_sessions
from cqrs.portal.accounts.actions.stepping import set_provider_steps
from cqrs.portal.accounts.actions.succession import hand_over
from cqrs.portal.accounts.actions.unlocking import unlock
from cqrs.portal.accounts.actions.viewing import end_viewing, start_viewing

__all__ = [
    "accept_invitation",
    "announce",
    "approve_request",
    "ask_for_new_password",
    "ask_for_renewal",
    "ask_to_join",
    "change_sign_in",
    "choose_how_told",
    "confirm_roles",
    "create_person",
    "create_user",
    "delegate",
    "disable",
    "enable",
    "end_role",
    "end_sessions",
    "end_viewing",
    "fail_to_sign_in",
    "grant",
    "hand_over",
    "invite",
    "refuse_request",
    "remove_second_factor",
    "renew_invitation",
    "restrict",
    "send_email_again",
    "set_provider_steps",
    "sign_in",
    "sign_out",
    "start_viewing",
    "unlink",
    "unlock",
    "warn_and_end",
    "withdraw_announcement",
    "withdraw_invitation",
]
