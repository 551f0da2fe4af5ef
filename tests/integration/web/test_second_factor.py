"""The second step: set up, asked for, used once, required where a role moves money."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from tests import factories
from tests.integration.web.signing import (
    code_now,
    events,
    notices,
    secret_on,
    set_up_app,
    sign_in,
    signed_in,
)


@pytest.fixture(autouse=True)
def _fresh(england: None) -> None:
    cache.clear()


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR = "required"


def test_an_approver_reaches_only_the_pages_that_set_one_up(required: None) -> None:
    client = sign_in("priya")
    for path in ("/", "/queue/", "/inbox/", "/audit/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/account/second-factor/"), path
    page = client.get("/account/second-factor/").content.decode()
    assert "Approval manager" in page
    assert "a password alone is not enough" in page
    assert client.get("/help/").status_code == 200


def test_a_form_is_refused_too_before_a_second_factor_is_there(required: None) -> None:
    answer = sign_in("priya").post("/queue/confirm/", {"decision": "approve"})
    assert answer["Location"] == "/account/second-factor/"


def test_who_only_looks_needs_none(required: None) -> None:
    assert sign_in("joe").get("/").status_code == 200


def test_setting_up_an_app_opens_the_rest_and_is_recorded_and_told(required: None) -> None:
    client = sign_in("priya")
    set_up_app(client)
    assert client.get("/").status_code == 200
    assert (
        events("accounts.change_sign_in")[-1].sentence == "Priya Nair added an authenticator app."
    )
    assert notices("priya")[-1].title == "An authenticator app was added to your account"
    page = client.get("/account/factors/codes/").content.decode()
    assert len(re.findall(r"<li><code>\d", page)) == 10
    again = client.get("/account/factors/codes/").content.decode()
    assert "10 of 10 codes are unused" in again


def test_the_secret_stands_as_text_and_picture_and_is_kept_encrypted() -> None:
    client = sign_in("priya")
    client.post("/account/again/?next=/account/factors/app/", {"password": factories.PASSWORD})
    page = client.get("/account/factors/app/").content.decode()
    secret = secret_on(page)
    assert 'src="data:image/svg+xml;base64,' in page
    assert "style=" not in page
    client.post("/account/factors/app/", {"code": code_now(secret)})
    assert secret not in str(Authenticator.objects.get(type="totp").data)


def test_the_password_is_asked_for_once_more_first() -> None:
    client = sign_in("priya")
    answer = client.get("/account/factors/app/")
    assert answer["Location"].startswith("/account/again/?next=")
    wrong = client.post("/account/again/?next=/account/factors/app/", {"password": "wrong"})
    assert "The password is wrong" in wrong.content.decode()
    assert not Authenticator.objects.exists()


def second_step(client: Client, code: str) -> Client:
    client.post("/sign-in/second-step/", {"code": code})
    return client


def test_signing_in_then_asks_for_a_code_and_a_code_works_once() -> None:
    secret = set_up_app(sign_in("priya"))
    cache.clear()
    client = sign_in("priya")
    assert not signed_in(client)
    assert not signed_in(second_step(client, "000000"))
    code = code_now(secret)
    assert signed_in(second_step(client, code))
    assert not signed_in(second_step(sign_in("priya"), code))
    assert signed_in(second_step(sign_in("priya"), code_now(secret, 1)))
    assert "with a password and an authenticator app" in events("accounts.sign_in")[-1].sentence


@pytest.mark.parametrize("written", ["{0} {1}", "{0}-{1}", " {0}{1}."])
def test_a_code_works_once_however_it_is_written(written: str) -> None:
    secret = set_up_app(sign_in("priya"))
    cache.clear()
    code = code_now(secret)
    assert signed_in(second_step(sign_in("priya"), code))
    # allauth keeps what was used for half a minute; the code itself is good for longer.
    number = factories.user("priya").pk
    cache.delete(f"allauth.mfa.totp.used?user={number}&code={code}")
    assert not signed_in(second_step(sign_in("priya"), written.format(code[:3], code[3:])))


def test_a_wrong_code_is_recorded_as_a_wrong_password_is() -> None:
    secret = set_up_app(sign_in("priya"))
    cache.clear()
    code = code_now(secret)
    second_step(sign_in("priya"), code)
    for wrong in ("000000", code):
        second_step(sign_in("priya"), wrong)
    told = "A sign-in as Priya Nair was refused: the code of the second step was wrong."
    assert [event.sentence for event in events("accounts.fail_to_sign_in")] == [told, told]
    for _ in range(15):
        second_step(sign_in("priya"), "000000")
    assert len(events("accounts.fail_to_sign_in")) <= 12


def test_a_recovery_code_works_once() -> None:
    client = sign_in("priya")
    set_up_app(client)
    code = re.findall(r"<li><code>(\d+)", client.get("/account/factors/codes/").content.decode())[0]
    assert signed_in(second_step(sign_in("priya"), code))
    cache.clear()
    assert not signed_in(second_step(sign_in("priya"), code))


def test_guessing_codes_stops_after_ten() -> None:
    secret = set_up_app(sign_in("priya"))
    cache.clear()
    client = sign_in("priya")
    for guess in range(10):
        second_step(client, f"{guess:06}")
    answer = client.post("/sign-in/second-step/", {"code": code_now(secret)})
    page = answer.content.decode()
    assert "too many tries" in page, (answer.status_code, answer.headers)
    assert not signed_in(client)


def test_removing_the_app_shuts_an_approver_out_again(required: None) -> None:
    client = sign_in("priya")
    set_up_app(client)
    assert client.post("/account/factors/app/remove/").status_code == 302
    assert events("accounts.change_sign_in")[-1].sentence.endswith("removed the authenticator app.")
    assert not Authenticator.objects.exists()
    assert client.get("/")["Location"] == "/account/second-factor/"


def test_a_passkey_is_offered_with_its_options_for_the_browser() -> None:
    client = sign_in("priya")
    client.post("/account/again/?next=/account/", {"password": factories.PASSWORD})
    page = client.get("/account/factors/passkeys/add/").content.decode()
    assert 'data-passkey="create"' in page
    assert "challenge" in page
    refused = client.post(
        "/account/factors/passkeys/add/", {"name": "laptop", "credential": '{"id": "x"}'}
    )
    assert refused.status_code == 200
    assert not Authenticator.objects.exists()


def test_no_page_of_it_has_inline_style_or_script_or_loads_from_elsewhere() -> None:
    client = sign_in("priya")
    set_up_app(client)
    for path in (
        "/account/", "/account/second-factor/", "/account/password/", "/account/factors/codes/new/",
        "/account/factors/app/remove/", "/account/factors/passkeys/add/", "/account/again/",
        "/account/again/code/",
    ):  # fmt: skip
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert not re.search(r"<(script|style)>|style=|https?://", page), path
        assert page.count("<h1") == 1, path
