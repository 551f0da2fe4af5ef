"""Everything that writes messages: telling people, their inbox, and emails on their way out.

The room stands before audit and accounts, so nothing here asks who acts or records an event. What
it writes follows from deeds that are audited, or comes through `accounts.actions`, which does both.
"""

from cqrs.portal.messages.actions.announcing import announce, told, withdraw
from cqrs.portal.messages.actions.inbox import choose, mark_all_read, mark_read
from cqrs.portal.messages.actions.posting import Message, post, post_all
from cqrs.portal.messages.actions.reading import advance
from cqrs.portal.messages.actions.sending import (
    Outgoing,
    abandoned,
    claim_next,
    confirm,
    doubt,
    hand_over,
    postpone,
    send_again,
)
from cqrs.portal.messages.actions.summing import make_digests

__all__ = [
    "Message",
    "Outgoing",
    "abandoned",
    "advance",
    "announce",
    "choose",
    "claim_next",
    "confirm",
    "doubt",
    "hand_over",
    "make_digests",
    "mark_all_read",
    "mark_read",
    "post",
    "post_all",
    "postpone",
    "send_again",
    "told",
    "withdraw",
]
