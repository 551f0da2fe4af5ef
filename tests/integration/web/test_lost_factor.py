"""A lost phone: somebody else removes the second factor, openly. Switched off means signed out."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import Actor, command_actor
from cqrs.portal.organisations.queries import by_code
from tests import factories
from tests.integration.rooms.road import everything
from tests.integration.web.signing import (
    events,
    help_desk,
    notices,
    person_with,
    practice_administrator,
    set_up_app,
    sign_in,
)

WHY = "Phone lost; rang her on the practice's number"


@pytest.fixture(autouse=True)
def _fresh(england: None) -> None:
    cache.clear()


def factors(who: str) -> int:
    return Authenticator.objects.filter(user=factories.user(who)).count()


def test_the_administrator_removes_it_on_a_page_that_asks_why() -> None:
    helen = sign_in("helen")
    set_up_app(helen)
    una = sign_in(person_with("Una Reed", "una", "practice_user_administrator", "A99001"))
    number = factories.user("helen").pk
    path = f"/people/{number}/second-factor/"
    assert path in una.get(f"/people/{number}/").content.decode()
    assert una.post(path, {"reason": ""}).status_code == 409
    assert factors("helen") > 0
    assert una.post(path, {"reason": WHY}).status_code == 302
    assert factors("helen") == 0
    assert helen.get("/").status_code == 302  # signed out
    assert path not in una.get(f"/people/{number}/").content.decode()
    told = events("accounts.remove_second_factor")[-1]
    assert told.sentence == "Una Reed removed the second factor of Helen Marsh."
    assert told.details["reason"] == WHY
    assert notices("helen")[-1].title == "Your second factor was removed"


def test_the_help_desk_may_for_anybody_and_nobody_for_themselves() -> None:
    set_up_app(sign_in("priya"))
    desk = help_desk()
    accounts.remove_second_factor(actor=desk, user_id=factories.user("priya").pk, reason=WHY)
    assert factors("priya") == 0
    set_up_app(sign_in("hugo"))
    before = everything()
    with pytest.raises(Refused, match="your own second factor"):
        accounts.remove_second_factor(actor=desk, user_id=desk.user_id or 0, reason=WHY)
    assert everything() == before
    assert factors("hugo") > 0


def test_who_may_not_changes_nothing() -> None:
    set_up_app(sign_in("helen"))
    accounts.grant(
        actor=command_actor(), email=factories.email("helen"),
        role="commissioner_viewer", organisation_code=factories.WESTMERE,
    )  # fmt: skip
    una, number = practice_administrator("A99001"), factories.user("helen").pk
    far = practice_administrator("A99002")
    before, had = everything(), factors("helen")
    for actor, refusal, told in (
        (una, Refused, "also works for organisations"),
        (far, NotFound, "no such person"),
        (factories.actor("joe"), Refused, "Only a user administrator"),
    ):
        with pytest.raises(refusal, match=told):
            accounts.remove_second_factor(actor=actor, user_id=number, reason=WHY)
    with pytest.raises(Refused, match="Say why"):
        accounts.remove_second_factor(actor=help_desk(), user_id=number, reason=" ")
    assert factors("helen") == had
    assert [row for row in everything() if row not in before] == []


def accounts_of_the_command_line() -> Actor:
    from cqrs.portal.accounts.queries import command_actor

    return command_actor()


@pytest.mark.parametrize("deed", ["disable", "unlink"])
def test_switched_off_or_taken_off_is_signed_out_at_once(deed: str) -> None:
    helen, una = sign_in("helen"), practice_administrator("A99001")
    key = helen.session.session_key
    assert key
    if deed == "disable":
        accounts.disable(actor=una, user_id=factories.user("helen").pk, reason="left")
    else:
        place = by_code("A99001").id
        accounts.unlink(
            actor=una, user_id=factories.user("helen").pk, organisation_id=place, reason="left"
        )
    assert not Session.objects.filter(session_key=key).exists()
    assert helen.get("/").status_code == 302
