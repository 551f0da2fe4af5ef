"""Ending roles, switching accounts off, and standing in for a colleague."""

from datetime import timedelta

import pytest

from cqrs.portal.accounts import actions, directory
from cqrs.portal.accounts.models import Grant
from cqrs.portal.accounts.permissions import NotFound
from cqrs.portal.accounts.queries import Actor, command_actor
from cqrs.portal.organisations.queries import by_code
from cqrs.values import clock
from tests.factories import WESTMERE, actor, email, user
from tests.integration.rooms.joining import person, refused

WORLD = "england"
OWN, OTHER = "A99001", "A99002"
STRONG = "correct horse battery staple"


@pytest.fixture
def nina(england: None) -> Actor:
    """The user administrator of Larkfield Road Surgery."""
    return person("nina.hart", "Nina Hart", "practice_user_administrator", OWN)


# People ------------------------------------------------------------------------------------------


def test_the_last_administrator_can_neither_leave_nor_be_switched_off(nina: Actor) -> None:
    second = person("omar.quinn", "Omar Quinn", "practice_user_administrator", OWN)
    mine = Grant.objects.get(user=nina.user_id)
    actions.end_role(actor=second, grant_id=mine.pk, reason="She moved to another job.")
    own = Grant.objects.get(user=second.user_id)
    last = "last user administrator of Larkfield"
    refused(lambda: actions.end_role(actor=second, grant_id=own.pk, reason="I leave"), last)
    place = by_code(OWN).id
    number = second.user_id or 0
    refused(
        lambda: actions.unlink(
            actor=second, user_id=number, organisation_id=place, reason="I leave"
        ),
        last,
    )
    area = person("vera.west", "Vera West", "advanced_user_administrator", WESTMERE)
    refused(lambda: actions.disable(actor=area, user_id=number, reason="Left"), last)


def test_a_role_ends_at_once_and_can_be_given_again_the_same_day(nina: Actor) -> None:
    joe = user("joe")
    grant = Grant.objects.get(user=joe)
    actions.end_role(actor=nina, grant_id=grant.pk, reason="He left.")
    with pytest.raises(NotFound):
        actor("joe")
    for _ in range(2):
        actions.grant(actor=nina, email=joe.email, role="practice_viewer", organisation_code=OWN)
        again = Grant.objects.get(user=joe, ended_at=None)
        assert actor("joe").role_names == ("Practice viewer",)
        actions.end_role(actor=nina, grant_id=again.pk, reason="He left again.")
        with pytest.raises(NotFound):
            actor("joe")


def test_nobody_is_switched_off_who_works_elsewhere_too(nina: Actor) -> None:
    actions.grant(
        actor=command_actor(), email=email("joe"), role="practice_viewer", organisation_code=OTHER
    )
    joe = user("joe").pk
    refused(
        lambda: actions.disable(actor=nina, user_id=joe, reason="Left"),
        "also works for organisations you don't look after",
    )
    actions.unlink(actor=nina, user_id=joe, organisation_id=by_code(OWN).id, reason="Left")
    assert actor("joe").organisation_code == OTHER
    refused(lambda: actions.disable(actor=nina, user_id=joe, reason="Left"), "also works")


def test_an_account_is_switched_off_and_on_with_a_reason(nina: Actor) -> None:
    joe = user("joe").pk
    refused(lambda: actions.disable(actor=nina, user_id=joe, reason=""), "Say why")
    actions.disable(actor=nina, user_id=joe, reason="On leave for a year.")
    with pytest.raises(NotFound):
        actor("joe")
    actions.enable(actor=nina, user_id=joe, reason="Back.")
    assert actor("joe").role_names == ("Practice viewer",)


def test_an_account_that_a_wider_administrator_switched_off_stays_off(nina: Actor) -> None:
    carl = person("carl.denby", "Carl Denby", "advanced_user_administrator", WESTMERE)
    joe = user("joe").pk
    actions.disable(actor=carl, user_id=joe, reason="Not to be trusted.")
    refused(
        lambda: actions.enable(actor=nina, user_id=joe, reason="He is."),
        "NHS Westmere ICB switched the account of Joe Park off",
    )
    actions.enable(actor=carl, user_id=joe, reason="He is.")
    actions.disable(actor=nina, user_id=joe, reason="On leave for a year.")
    actions.enable(actor=carl, user_id=joe, reason="Back.")
    assert actor("joe").role_names == ("Practice viewer",)


def test_people_of_others_look_as_if_they_did_not_exist(nina: Actor) -> None:
    for number in (user("quay").pk, user("priya").pk, 999_999):
        with pytest.raises(NotFound):
            directory.person(nina, number)
        refused(
            lambda number=number: actions.disable(  # type: ignore[misc] # bound at once
                actor=nina, user_id=number, reason="Left"
            ),
            "no such person",
        )
    names = {row.name for row in directory.person_rows(directory.people(nina), {})}
    assert names == {"Helen Marsh", "Dr Ama Osei", "Joe Park", "Nina Hart"}


# Standing in -------------------------------------------------------------------------------------


def hand(by: Actor, to: str, **changes: object) -> int:
    values = {
        "grant_id": Grant.objects.filter(user=by.user_id).earliest("pk").pk,
        "to_user_id": user(to).pk,
        "start_date": clock.today(),
        "end_date": clock.today() + timedelta(days=13),
        **changes,
    }
    return actions.delegate(actor=by, **values)  # type: ignore[arg-type] # one value each


def test_a_colleague_stands_in_between_two_dates(england: None) -> None:
    number = hand(actor("ama"), "joe", start_date=clock.today() + timedelta(days=2))
    assert "Practice declarer" not in actor("joe").role_names
    with clock.fixed(clock.now() + timedelta(days=2)):
        joe = actor("joe")
        assert "Practice declarer" in joe.role_names
        delegated = Grant.objects.get(pk=number)
        refused(lambda: hand(joe, "helen", grant_id=delegated.pk), "by delegation yourself")
        actions.end_role(actor=actor("ama"), grant_id=number, reason="I am back early.")
        assert "Practice declarer" not in actor("joe").role_names
    with clock.fixed(clock.now() + timedelta(days=14)):
        assert "Practice declarer" not in actor("joe").role_names


def test_what_is_delegated_ends_with_the_role_it_stands_in_for(nina: Actor) -> None:
    hand(actor("ama"), "joe")
    mine = Grant.objects.get(user=user("ama"))
    actions.end_role(actor=nina, grant_id=mine.pk, reason="Left")
    assert actor("joe").role_names == ("Practice viewer",)


@pytest.mark.parametrize(
    ("days", "words"),
    [((-1, 5), "first day is over"), ((5, 4), "before the first"), ((0, 92), "at most 92 days")],
)
def test_dates_of_a_delegation_are_checked(
    england: None, days: tuple[int, int], words: str
) -> None:
    start, end = (clock.today() + timedelta(days=n) for n in days)
    refused(lambda: hand(actor("ama"), "joe", start_date=start, end_date=end), words)


def test_nobody_stands_in_for_the_next_step_of_their_own_claims(england: None) -> None:
    refused(lambda: hand(actor("priya"), "daniel"), "two steps on the same claim")
    refused(lambda: hand(actor("grace"), "liam"), "two steps on the same run")
    refused(lambda: hand(actor("ama"), "quay"), "no such colleague")
    others = Grant.objects.get(user=user("joe")).pk
    refused(lambda: hand(actor("ama"), "joe", grant_id=others), "no such role of yours")
