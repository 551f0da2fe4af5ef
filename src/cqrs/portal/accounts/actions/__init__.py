"""Everything that changes people, their roles and how they get them."""

from cqrs.portal.accounts.actions.granting import grant
from cqrs.portal.accounts.actions.people import create_user

__all__ = ["create_user", "grant"]
