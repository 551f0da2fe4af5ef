"""Signing in and out: who gets in, what a wrong password says, and the lock (never silent)."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from cqrs.portal.accounts.models import User

PASSWORD = "a long made-up password"
HELEN = "helen.marsh@portal.example"


@pytest.fixture
def helen(db: None) -> User:
    return User.objects.create_user(HELEN, PASSWORD, full_name="Helen Marsh")


def sign_in(client: Client, email: str = HELEN, password: str = PASSWORD):
    return client.post("/sign-in/", {"login": email, "password": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_every_page_but_a_few_asks_to_sign_in(client: Client, db: None) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/")
    assert client.get("/sign-in/").status_code == 200
    assert client.get("/help/").status_code == 200


def test_the_right_password_signs_in_whatever_the_capitals(client: Client, helen: User) -> None:
    answer = sign_in(client, "Helen.Marsh@Portal.example")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(client)


def test_a_wrong_password_says_so_in_the_summary_and_keeps_the_address(
    client: Client, helen: User
) -> None:
    page = sign_in(client, password="wrong").content.decode()
    assert "<title>Error: Sign in" in page
    assert "The email address or password is wrong." in page
    assert f'value="{HELEN}"' in page
    assert not signed_in(client)


def test_an_unknown_address_is_told_the_same(client: Client, helen: User) -> None:
    words = [
        re.findall(r"<li>(.*?)</li>", sign_in(client, email, "wrong").content.decode())[0]
        for email in (HELEN, "nobody@portal.example")
    ]
    assert words[0] == words[1]


def test_empty_fields_are_named_at_the_field_and_linked_from_the_summary(
    client: Client, db: None
) -> None:
    page = sign_in(client, "", "").content.decode()
    assert '<a href="#id_login">Enter your email address</a>' in page
    assert '<a href="#id_password">Enter your password</a>' in page
    assert page.count("Enter your password") == 2


def test_five_wrong_passwords_lock_even_for_the_right_one(client: Client, helen: User) -> None:
    answers = [sign_in(client, password="wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    answer = sign_in(client)
    assert answer.status_code == 429
    assert not signed_in(client)
    page = answer.content.decode()
    assert "30 minutes" in page
    assert "user administrator" in page


def test_capitals_do_not_give_more_tries(client: Client, helen: User) -> None:
    for email in (HELEN, HELEN.upper(), HELEN.title(), f" {HELEN}", HELEN):
        answer = sign_in(client, email, "wrong")
    assert answer.status_code == 429


def test_the_lock_is_of_one_account_and_ends_by_itself(client: Client, helen: User) -> None:
    User.objects.create_user("ama@portal.example", PASSWORD, full_name="Ama Osei")
    for _ in range(5):
        sign_in(client, password="wrong")
    assert sign_in(Client(), "ama@portal.example").status_code == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert sign_in(client).status_code == 302


def test_a_disabled_account_stays_out(client: Client, helen: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client)
    assert not signed_in(client)


def test_signing_out_is_a_button_not_a_link(client: Client, helen: User) -> None:
    sign_in(client)
    client.get("/sign-out/")
    assert signed_in(client)
    answer = client.post("/sign-out/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert not signed_in(client)


def test_nobody_signs_themselves_up(client: Client, db: None) -> None:
    answer = client.post("/sign-up/", {"email": "new@portal.example", "password1": PASSWORD})
    assert answer.status_code in (302, 405)
    assert not User.objects.exists()


def test_a_form_without_its_token_is_refused_in_our_words(helen: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict)
    assert answer.status_code == 403
    assert "This page is out of date" in answer.content.decode()
    assert not signed_in(strict)


def test_pages_are_kept_by_nobody_and_load_nothing_from_elsewhere(
    client: Client, helen: User
) -> None:
    answer = client.get("/sign-in/")
    assert "no-store" in answer["Cache-Control"]
    assert "style-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert not re.search(r"<(script|style)>|style=|https?://", answer.content.decode())
