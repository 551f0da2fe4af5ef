"""How far a national user administrator reaches, and what they still can't do (decision 17)."""

from collections.abc import Callable

import pytest

from cqrs.portal.accounts import actions
from cqrs.portal.accounts.models import Grant, User
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor, command_actor
from tests import factories
from tests.factories import actor, user
from tests.integration.rooms.joining import refused

WORLD = "england"


@pytest.fixture
def nora(england: None) -> Actor:
    """A national user administrator."""
    factories.admit("nora", "alma")
    return actor("nora")


def test_only_they_switch_off_who_works_for_two_commissioners_providers(nora: Actor) -> None:
    actions.grant(
        actor=command_actor(),
        email=factories.email("joe"),
        role="practice_viewer",
        organisation_code="A99005",
    )
    joe = user("joe").pk

    def switch_off(who: Actor) -> Callable[[], object]:
        return lambda: actions.disable(actor=who, user_id=joe, reason="A stolen password.")

    refused(switch_off(actor("alma")), "also works for organisations you don't look after")
    switch_off(nora)()
    assert not User.objects.get(pk=joe).is_active


def test_they_neither_give_nor_end_roles_at_providers(nora: Actor) -> None:
    helen = Grant.objects.filter(user=user("helen"), role="practice_data_entry").get()
    refused(
        lambda: actions.grant(
            actor=nora,
            email=factories.email("joe"),
            role="practice_declarer",
            organisation_code="A99001",
        ),
        "your own roles don't let you",
    )
    refused(
        lambda: actions.end_role(actor=nora, grant_id=helen.pk, reason="To see."),
        "your own roles don't let you give it either",
    )


def test_they_end_roles_of_the_national_bodies(nora: Actor) -> None:
    felix = Grant.objects.get(user=user("felix"), role="auditor")
    actions.end_role(actor=nora, grant_id=felix.pk, reason="He left.")
    assert Grant.objects.get(pk=felix.pk).ended_at is not None


def test_they_see_no_claims_points_or_pounds(nora: Actor) -> None:
    hidden = (Permission.SEE_CLAIMS, Permission.SEE_POINTS, Permission.SEE_POUNDS)
    assert not any(nora.may(permission) for permission in hidden)
