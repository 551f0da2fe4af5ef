"""Everything that writes messages: telling people, their inbox, and e-mails on their way out.

The room stands before audit and accounts, so nothing here asks who acts or records an event. What
it writes follows from deeds that are audited, or comes through `accounts.actions`, which does both.
"""

from cqrs.portal.messages.actions.posting import Message, post, post_all

__all__ = ["Message", "post", "post_all"]
