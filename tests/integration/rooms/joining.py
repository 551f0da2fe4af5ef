"""Making people with roles, and what a refusal leaves as it was, for tests of who gets in."""

from collections.abc import Callable

import pytest

from cqrs.portal.accounts import actions
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import Actor, command_actor
from tests.factories import actor, email
from tests.integration.rooms.road import everything


def person(who: str, name: str, role: str, place: str) -> Actor:
    """Somebody with a role of whom the small England has none."""
    actions.create_user(
        actor=command_actor(), email=email(who), full_name=name, password="as made up as it is"
    )
    actions.grant(actor=command_actor(), email=email(who), role=role, organisation_code=place)
    return actor(who, place)


def refused(deed: Callable[[], object], words: str) -> None:
    """The deed is refused with these words, and nothing has changed."""
    before = everything()
    with pytest.raises((Refused, NotFound)) as no:
        deed()
    assert words in str(no.value), no.value
    assert everything() == before
