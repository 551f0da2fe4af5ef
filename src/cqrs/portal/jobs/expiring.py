"""Every morning: warn of roles that end soon, and end those that nobody confirmed in time."""

from cqrs.portal.accounts import actions
from cqrs.portal.accounts.queries import command_actor

NAME = "Quarterly check of roles"


def warn_and_end() -> str:
    """Twice on one day is once; a day on which it didn't run moves ends and cuts no warning."""
    ended = actions.warn_and_end(actor=command_actor(NAME))
    return f"{ended} roles ended that nobody had confirmed."
