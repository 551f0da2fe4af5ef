"""The help desk views as a customer: reading only, no pounds, 30 minutes, never in secret."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.models import Grant, Viewing
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused
from cqrs.portal.organisations.queries import by_code
from cqrs.values import clock
from tests import factories
from tests.integration.rooms.road import everything
from tests.integration.web.conftest import BACKEND
from tests.integration.web.signing import actor_of, events, help_desk, notices

WHY = "Call 4711: can't find the claim"


@pytest.fixture(autouse=True)
def _fresh(qof: factories.Loaded) -> None:
    cache.clear()


@pytest.fixture
def helper() -> Client:
    help_desk()
    client = Client()
    client.force_login(factories.user("hugo"), backend=BACKEND)
    return client


def begin(client: Client, who: str = "helen", reason: str = WHY) -> None:
    place = Grant.objects.filter(user=factories.user(who)).first()
    client.post(
        "/support/view-as/",
        {
            "email": factories.email(who),
            "organisation": place.organisation_id if place else 0,
            "reason": reason,
        },
    )


def test_every_page_shows_what_the_person_sees_under_a_banner_without_pounds(
    helper: Client,
) -> None:
    begin(helper)
    answer = helper.get("/")
    page = answer.content.decode()
    assert actor_of(answer).name == "Helen Marsh"
    assert actor_of(answer).viewed_by == "Hugo Wells"
    assert "You are viewing as Helen Marsh" in page
    assert "Stop viewing" in page
    assert "£" not in page
    assert not actor_of(answer).may(Permission.SEE_POUNDS)
    assert not actor_of(answer).may(Permission.ENTER_DATA)
    claims = helper.get("/claims/")
    assert claims.status_code == 200
    assert "£" not in claims.content.decode()


def test_a_helper_who_goes_away_is_signed_out_under_their_own_name(helper: Client) -> None:
    begin(helper)
    helper.get("/")
    with clock.fixed(clock.now() + timedelta(minutes=25)):
        helper.get("/")
    viewings = Viewing.objects.filter(helper=factories.user("hugo"))
    viewings.update(ends_at=clock.now() + timedelta(hours=9))
    with clock.fixed(clock.now() + timedelta(minutes=95)):
        assert helper.get("/")["Location"] == "/sign-in/?idle=1"
    assert events("accounts.sign_out")[-1].actor_name == "Hugo Wells"


def test_the_banner_names_the_person_once_on_every_page(helper: Client) -> None:
    begin(helper)
    for path in ("/", "/claims/", "/account/", "/support/view-as/", "/help/", "/no/such/page/"):
        page = helper.get(path).content.decode()
        assert page.count("You are viewing as Helen Marsh") == 1, path
        assert page.count("Stop viewing") == 1, path


def test_nothing_can_be_changed(helper: Client) -> None:
    begin(helper, "ama")
    before = everything()
    for path in ("/organisation/", "/account/password/", "/account/sessions/", "/queue/confirm/"):
        answer = helper.post(path, {})
        assert answer.status_code == 403, path
        assert "Nothing was saved" in answer.content.decode()
    assert helper.delete("/").status_code == 403
    assert everything() == before


def test_the_person_is_told_at_once_and_the_trail_keeps_it(helper: Client) -> None:
    begin(helper)
    told = notices("helen")[-1]
    assert "Hugo Wells" in told.body
    assert WHY in told.body
    assert (
        "as Helen Marsh at Larkfield Road Surgery" in events("accounts.start_viewing")[0].sentence
    )
    client = Client()
    client.force_login(factories.user("helen"), backend=BACKEND)
    page = client.get("/account/").content.decode()
    assert "Hugo Wells" in page
    assert "Call 4711" in page


def test_it_ends_by_the_button_and_that_is_recorded(helper: Client) -> None:
    begin(helper)
    assert helper.post("/support/view-as/stop/").status_code == 302
    assert actor_of(helper.get("/")).name == "Hugo Wells"
    assert events("accounts.end_viewing")[0].sentence.startswith("Hugo Wells stopped viewing")
    assert Viewing.objects.get().ended_at is not None


def test_it_ends_by_itself_after_30_minutes(helper: Client) -> None:
    begin(helper)
    with clock.fixed(clock.now() + timedelta(minutes=31)):
        assert actor_of(helper.get("/")).name == "Hugo Wells"


def test_it_ends_when_the_helper_s_role_does(helper: Client) -> None:
    begin(helper)
    Grant.objects.filter(user=factories.user("hugo")).update(
        end_date=clock.today() - timedelta(days=1), start_date=clock.today() - timedelta(days=9)
    )
    assert actor_of(helper.get("/")) is None


@pytest.mark.parametrize(
    ("who", "place", "reason", "told"),
    [
        ("grace", factories.NATION, WHY, "national role"),
        ("helen", "A99001", " ", "Say why"),
        ("hugo", factories.NATION, WHY, "That is you"),
    ],
)
def test_whom_nobody_may_view_as(who: str, place: str, reason: str, told: str) -> None:
    actor = help_desk()
    before = everything()
    with pytest.raises(Refused, match=told):
        accounts.start_viewing(
            actor=actor,
            user_id=factories.user(who).pk,
            organisation_id=by_code(place).id,
            reason=reason,
        )
    assert everything() == before


def test_only_where_the_person_has_a_role() -> None:
    with pytest.raises(NotFound):
        accounts.start_viewing(
            actor=help_desk(),
            user_id=factories.user("helen").pk,
            organisation_id=by_code("A99002").id,
            reason=WHY,
        )


@pytest.mark.parametrize("who", ["helen", "priya", "felix"])
def test_nobody_else_may(who: str) -> None:
    with pytest.raises(Refused):
        accounts.start_viewing(
            actor=factories.actor(who),
            user_id=factories.user("joe").pk,
            organisation_id=by_code("A99001").id,
            reason=WHY,
        )
    assert not Viewing.objects.exists()


def test_an_unknown_address_finds_nobody(helper: Client) -> None:
    page = helper.get("/support/view-as/", {"email": "nobody@portal.example"}).content.decode()
    assert "Nobody here has this address" in page
