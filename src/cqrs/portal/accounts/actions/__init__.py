"""Everything that changes people, their roles and how they get them."""

from cqrs.portal.accounts.actions.granting import grant
from cqrs.portal.accounts.actions.people import create_user
from cqrs.portal.accounts.actions.succession import hand_over

__all__ = ["create_user", "grant", "hand_over"]
