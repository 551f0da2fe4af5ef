"""Two administrators at the same moment: one outcome, and somebody is always left."""

import pytest

from cqrs.portal.accounts import actions, invitations
from cqrs.portal.accounts.models import AccessRequest, Grant, Invitation, User
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.organisations.queries import by_code
from tests import factories
from tests.factories import WESTMERE, actor, email
from tests.integration.rooms.test_races import at_once, refusals

pytestmark = pytest.mark.fault

OWN = "A99001"


def add(who: str, name: str, role: str, place: str) -> int:
    number = actions.create_user(
        actor=command_actor(), email=email(who), full_name=name, password="made up"
    )
    actions.grant(actor=command_actor(), email=email(who), role=role, organisation_code=place)
    return number


@pytest.fixture
def committed(transactional_db: None) -> None:
    """The small England, so that other connections see it."""
    factories.set_up()


def test_two_deciders_at_once_yield_one_outcome(committed: None) -> None:
    add("olga.west", "Olga West", "organisation_administrator", WESTMERE)
    add("vera.west", "Vera West", "advanced_user_administrator", WESTMERE)
    place = by_code(OWN)
    for number in range(3):
        actions.ask_to_join(
            actor=invitations.arriving(place, name="Eve Lin", email=f"eve{number}.lin@x.example"),
            full_name="Eve Lin",
            work_phone="01632 960100",
            organisation_code=OWN,
            roles=["practice_viewer"],
            reason="Recalls.",
        )
        row = AccessRequest.objects.latest("pk")
        outcomes = at_once(
            lambda row=row: actions.approve_request(  # type: ignore[misc] # bound at once
                actor=actor("olga.west"), request_id=row.pk, roles=["practice_viewer"]
            ),
            lambda row=row: actions.refuse_request(  # type: ignore[misc] # bound at once
                actor=actor("vera.west"), request_id=row.pk, reason="Not known here."
            ),
        )
        (sentence,) = refusals(outcomes)
        row.refresh_from_db()
        assert f"{row.decided_by_name} {row.state} this request" in sentence
        invited = Invitation.objects.filter(email=row.email).count()
        assert invited == (1 if row.state == "approved" else 0)


def test_two_administrators_removing_each_other_leave_one(committed: None) -> None:
    first = add("nina.hart", "Nina Hart", "practice_user_administrator", OWN)
    second = add("omar.quinn", "Omar Quinn", "practice_user_administrator", OWN)
    grants = {row.user_id: row.pk for row in Grant.objects.filter(user__in=[first, second])}
    nina, omar = actor("nina.hart"), actor("omar.quinn")
    outcomes = at_once(
        lambda: actions.end_role(actor=nina, grant_id=grants[second], reason="Left"),
        lambda: actions.disable(actor=omar, user_id=first, reason="Left"),
    )
    (sentence,) = refusals(outcomes)
    assert "last user administrator" in sentence
    left = Grant.objects.filter(
        user__in=[first, second], user__is_active=True, end_date__isnull=True
    )
    assert left.count() == 1


def test_one_link_pressed_twice_makes_one_account(committed: None) -> None:
    add("nina.hart", "Nina Hart", "practice_user_administrator", OWN)
    actions.invite(
        actor=actor("nina.hart"),
        email="eve.lin@x.example",
        full_name="Eve Lin",
        organisation_code=OWN,
        roles=["practice_viewer"],
    )
    token = invitations.token_of(Invitation.objects.get())
    eve = invitations.arriving(
        invitations.invited(token), name="Eve Lin", email="eve.lin@x.example"
    )

    def accept() -> object:
        return actions.accept_invitation(
            actor=eve, token=token, password="correct horse battery staple"
        )

    outcomes = at_once(accept, accept)
    assert len([one for one in outcomes if isinstance(one, int)]) == 1
    assert "accepted" in refusals(outcomes)[0]
    assert User.objects.filter(email="eve.lin@x.example").count() == 1
    assert Grant.objects.filter(user__email="eve.lin@x.example").count() == 1
