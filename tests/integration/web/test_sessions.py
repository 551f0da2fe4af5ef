"""Where somebody is signed in, signing out elsewhere, and sessions that end by themselves."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cqrs.portal.accounts import networks
from cqrs.portal.accounts.models import Grant
from cqrs.values import clock
from tests import factories
from tests.integration.web.signing import events, notices, sign_in, signed_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _fresh(england: None) -> None:
    cache.clear()


def test_the_overview_lists_them_this_one_first() -> None:
    sign_in("helen", Client(headers={"user-agent": FIREFOX}))
    page = sign_in("helen").get("/account/").content.decode()
    assert "Firefox on Windows" in page
    assert page.index("this one") < page.index("Firefox on Windows")
    assert "Practice service manager" in page


def test_one_other_is_ended_and_that_is_recorded() -> None:
    lost, here = sign_in("helen"), sign_in("helen")
    number = re.findall(r'name="session" value="(\d+)"', here.get("/account/").content.decode())[0]
    here.post("/account/sessions/", {"session": number})
    assert lost.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert "signed out of 1 other session" in events("accounts.end_sessions")[0].sentence


def test_all_others_are_ended_at_once() -> None:
    lost = [sign_in("helen") for _ in range(3)]
    here = sign_in("helen")
    here.post("/account/sessions/", {"session": "all"})
    assert [client.get("/").status_code for client in lost] == [302, 302, 302]
    assert here.get("/").status_code == 200


def test_nobody_ends_the_sessions_of_another() -> None:
    helen, joe = sign_in("helen"), sign_in("joe")
    from allauth.usersessions.models import UserSession

    number = UserSession.objects.get(user=factories.user("helen")).pk
    joe.post("/account/sessions/", {"session": [str(number), "all", "x"]})
    assert helen.get("/").status_code == 200
    assert not events("accounts.end_sessions")


def test_the_key_changes_on_signing_in() -> None:
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = "before"
    session.save()
    client.cookies["session"] = session.session_key or ""
    before = session.session_key
    sign_in("helen", client)
    assert client.session.session_key != before


def test_a_session_that_nobody_uses_for_an_hour_ends() -> None:
    client = sign_in("helen")
    client.get("/")
    with clock.fixed(clock.now() + timedelta(minutes=50)):
        assert client.get("/").status_code == 200
    with clock.fixed(clock.now() + timedelta(minutes=115)):
        answer = client.get("/")
        assert answer["Location"] == "/sign-in/?idle=1"
        assert "nothing was done for 60 minutes" in client.get(answer["Location"]).content.decode()
    assert not signed_in(client)


def test_who_has_no_role_any_more_goes_idle_like_anybody() -> None:
    client = sign_in("helen")
    client.get("/")
    Grant.objects.filter(user=factories.user("helen")).update(end_date=clock.today())
    with clock.fixed(clock.now() + timedelta(days=1)):
        assert client.get("/inbox/")["Location"] == "/sign-in/?idle=1"
    assert events("accounts.sign_out")[-1].actor_name == "Helen Marsh"


def test_changing_the_password_ends_other_sessions_and_tells() -> None:
    other, here = sign_in("helen"), sign_in("helen")
    new = "four quite unrelated words"
    answer = here.post(
        "/account/password/",
        {"oldpassword": factories.PASSWORD, "password1": new, "password2": new},
    )
    assert answer.status_code == 302
    assert here.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert notices("helen")[-1].title == "Your password was changed"


@pytest.mark.parametrize(
    ("old", "first", "second", "told"),
    [
        (
            "wrong",
            "four quite unrelated words",
            "four quite unrelated words",
            "current password is",
        ),
        (factories.PASSWORD, "four quite unrelated words", "five words", "same password each time"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(
    old: str, first: str, second: str, told: str
) -> None:
    before = factories.user("helen").password
    page = (
        sign_in("helen")
        .post("/account/password/", {"oldpassword": old, "password1": first, "password2": second})
        .content.decode()
    )
    assert told in page
    assert factories.user("helen").password == before


def test_a_link_elsewhere_is_not_followed_after_signing_in() -> None:
    for address in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        answer = Client().post(
            f"/sign-in/?next={address}",
            {"login": factories.email("helen"), "password": factories.PASSWORD, "next": address},
        )
        assert answer["Location"] == "/"


def test_the_rules_of_signing_in_add_no_query_to_a_page() -> None:
    client = sign_in("helen")
    client.get("/help/")
    networks.forget()
    networks.ranges()
    with CaptureQueriesContext(connection) as caught:
        client.get("/account/second-factor/")
    asked = [q["sql"] for q in caught if "accounts_addressrange" in q["sql"] or "mfa_" in q["sql"]]
    assert asked == []
    assert len(caught) <= 12


def test_the_oldest_session_ends_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cqrs.portal.accounts.sessions.MOST", 2)
    first, second, third = sign_in("helen"), sign_in("helen"), sign_in("helen")
    assert [c.get("/").status_code for c in (first, second, third)] == [302, 200, 200]


def test_a_session_ends_after_twelve_hours_however_much_it_is_used() -> None:
    client, start = sign_in("helen"), clock.now()
    client.get("/")
    for minutes in range(50, 12 * 60, 50):
        with clock.fixed(start + timedelta(minutes=minutes)):
            assert client.get("/account/").status_code == 200
    with clock.fixed(start + timedelta(hours=12, minutes=1)):
        assert client.get("/account/").status_code == 302


def test_the_last_sign_in_is_told_by_the_one_clock() -> None:
    later = clock.now() + timedelta(days=40)
    with clock.fixed(later):
        sign_in("helen")
    assert factories.user("helen").last_login == later
    sign_in("helen", password="not this one")
    assert factories.user("helen").last_login == later, "a refused one is none"
