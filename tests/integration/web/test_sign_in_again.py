"""Ways back in: a forgotten password, a locked account, and who may open it."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.cache import cache
from django.test import Client

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts import locks
from cqrs.portal.accounts.models import User
from cqrs.portal.accounts.permissions import NotFound, Refused
from tests import factories
from tests.integration.rooms.road import everything
from tests.integration.web.signing import (
    events,
    help_desk,
    notices,
    practice_administrator,
    sign_in,
    signed_in,
)

NEW = "four quite unrelated words"


@pytest.fixture(autouse=True)
def _fresh(england: None) -> None:
    cache.clear()


def lock(who: str) -> None:
    for _ in range(5):
        sign_in(who, password="wrong")


def mails() -> list[Any]:
    from cqrs.portal.messages.models import Email

    return list(Email.objects.filter(address=factories.email("helen")))


def forgotten(email: str) -> str:
    answer = Client().post("/sign-in/forgotten/", {"email": email}, follow=True)
    assert answer.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())


def link() -> str:
    forgotten(factories.email("helen"))
    return str(mails()[-1].link)


def test_known_and_unknown_addresses_are_told_the_same() -> None:
    assert forgotten(factories.email("helen")) == forgotten("nobody@portal.example")
    assert len(mails()) == 1


@pytest.mark.parametrize("host", ["localhost:9999", "127.0.0.1:1"])
def test_the_link_leads_to_the_portal_whatever_the_browser_calls_it(host: str) -> None:
    Client().post("/sign-in/forgotten/", {"email": factories.email("helen")}, HTTP_HOST=host)
    assert mails()[-1].link.startswith("/sign-in/forgotten/")


def test_the_link_sets_a_new_password_once_and_signs_out_everywhere() -> None:
    elsewhere = sign_in("helen")
    address, client = link(), Client()
    form = client.get(address, follow=True)
    path = form.request["PATH_INFO"]
    done = client.post(path, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is changed" in done.content.decode()
    assert elsewhere.get("/").status_code == 302
    assert signed_in(sign_in("helen", password=NEW))
    assert not signed_in(sign_in("helen"))
    again = Client().get(address, follow=True).content.decode()
    assert "The link no longer works" in again
    assert notices("helen")[-1].title == "Your password was changed"
    assert events("accounts.change_sign_in")[-1].sentence.startswith(
        "Helen Marsh set a new password"
    )


@pytest.mark.parametrize(("minutes", "works"), [(55, True), (65, False)])
def test_the_link_works_for_an_hour_as_the_e_mail_says(
    monkeypatch: pytest.MonkeyPatch, minutes: int, works: bool
) -> None:
    address = link()
    assert "within one hour" in mails()[-1].body
    later = datetime.now() + timedelta(minutes=minutes)  # noqa: DTZ005 - as Django keeps it
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    page = Client().get(address, follow=True).content.decode()
    assert ("The link no longer works" in page) is not works


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "at least 12 characters"),
        ("password1234", "too common"),
        ("helen marsh helen", "too similar"),
        ("qualityandpayments1", "not mostly the name of this service"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password: str, told: str) -> None:
    client = Client()
    path = client.get(link(), follow=True).request["PATH_INFO"]
    before = User.objects.get(email=factories.email("helen")).password
    page = client.post(path, {"password1": password, "password2": password}).content.decode()
    assert told in page
    assert User.objects.get(email=factories.email("helen")).password == before


def test_asking_again_and_again_stops() -> None:
    for _ in range(3):
        forgotten(factories.email("helen"))
    answer = Client().post("/sign-in/forgotten/", {"email": factories.email("helen")})
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()


def test_a_new_password_opens_a_locked_account() -> None:
    lock("helen")
    client = Client()
    path = client.get(link(), follow=True).request["PATH_INFO"]
    client.post(path, {"password1": NEW, "password2": NEW})
    assert signed_in(sign_in("helen", password=NEW))


def test_the_page_of_a_locked_account_says_the_ways_out_and_names_nobody() -> None:
    lock("helen")
    answer = Client().post(
        "/sign-in/", {"login": factories.email("helen"), "password": factories.PASSWORD}
    )
    page = answer.content.decode()
    assert answer.status_code == 429
    for way in ("Set a new password", "user administrator", "help desk"):
        assert way in page
    for name, _, _ in factories.PEOPLE.values():
        assert name not in page


def test_every_failure_and_the_lock_are_recorded() -> None:
    lock("helen")
    assert len(events("accounts.fail_to_sign_in")) == 4
    assert "locked for 30 minutes" in events("accounts.lock")[0].sentence
    sign_in("nobody", password="wrong")
    unknown = events("accounts.fail_to_sign_in")[-1]
    assert "nobody@" not in str(unknown.__dict__)
    assert unknown.actor_name == "Somebody"


def test_the_help_desk_unlocks_and_the_person_is_told() -> None:
    lock("helen")
    person = factories.user("helen")
    assert person.pk in locks.locked([person.pk])
    assert person.pk in locks.all_locked()
    accounts.unlock(actor=help_desk(), user_id=person.pk)
    assert locks.locked([person.pk]) == {}
    assert signed_in(sign_in("helen"))
    assert "unlocked the account of Helen Marsh" in events("accounts.unlock")[0].sentence
    assert notices("helen")[-1].title == "Your account is open again"


def test_who_does_not_reach_a_person_can_not_unlock_them() -> None:
    lock("helen")
    person, administrator = factories.user("helen"), practice_administrator("A99002")
    helper = help_desk()
    before = everything()
    for who in ("joe", "priya", "grace"):
        with pytest.raises(Refused):
            accounts.unlock(actor=factories.actor(who), user_id=person.pk)
    with pytest.raises(NotFound):
        accounts.unlock(actor=administrator, user_id=person.pk)
    with pytest.raises(NotFound):
        accounts.unlock(actor=helper, user_id=10**9)
    assert person.pk in locks.locked([person.pk])
    assert everything() == before


def test_their_own_administrator_unlocks() -> None:
    lock("helen")
    accounts.unlock(actor=practice_administrator("A99001"), user_id=factories.user("helen").pk)
    assert signed_in(sign_in("helen"))


def test_who_is_unlocked_gets_in_however_often_somebody_tried() -> None:
    for _ in range(12):
        sign_in("helen", password="wrong")
    accounts.unlock(actor=help_desk(), user_id=factories.user("helen").pk)
    assert signed_in(sign_in("helen"))


def test_nobody_is_unlocked_who_is_not_locked() -> None:
    with pytest.raises(Refused, match="not locked"):
        accounts.unlock(actor=practice_administrator("A99001"), user_id=factories.user("helen").pk)


def test_trying_many_accounts_from_one_address_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cqrs.portal.config.accounts.FAILURES_OF_ONE_ADDRESS", 3)
    for who in ("joe", "ruth", "tom"):
        sign_in(who, password="wrong")
    assert not signed_in(sign_in("helen"))
    cache.clear()
    assert signed_in(sign_in("helen"))


def test_who_has_no_password_is_led_to_get_one_by_email() -> None:
    user = User.objects.get(email=factories.email("helen"))
    user.set_unusable_password()
    user.save()
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")

    for ask in (client.get, client.post):
        answer = ask("/account/password/", follow=True)
        assert answer.redirect_chain == [("/sign-in/forgotten/", 302)]
        assert "You have no password here" in answer.content.decode()

    Client().get(link())
    assert "/sign-in/forgotten/" in link()
