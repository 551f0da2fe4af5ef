"""Sign-in elsewhere, against a provider on this machine: who is let in, and every lie refused."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from cqrs.portal.accounts.models import User
from tests import factories
from tests.integration.web.provider import CLIENT, SECRET, Provider, serving
from tests.integration.web.signing import actor_of, events, set_up_app, sign_in, signed_in


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    with serving() as provider:
        yield provider


@pytest.fixture
def provider(served: Provider, settings: Any, england: None) -> Provider:
    cache.clear()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "nhs",
                    "name": "NHSmail",
                    "client_id": CLIENT,
                    "secret": SECRET,
                    "settings": {"server_url": served.address, "strong": ["AAL3"]},
                }
            ],
        }
    }
    served.signing_key, served.algorithm, served.headers = served.key, "RS256", {}
    return served


def leave(client: Client, provider: Provider) -> dict[str, str]:
    """Press the button; answers what the portal asked the provider."""
    answer = client.post("/sign-in/with/nhs/")
    assert answer.status_code == 302
    asked = {k: v[0] for k, v in parse_qs(urlsplit(answer["Location"]).query).items()}
    provider.challenge = asked["code_challenge"]
    return asked


def come_back(client: Client, state: str) -> HttpResponse:
    answer: Any = client.get("/sign-in/with/nhs/back/", {"code": "made-up", "state": state})
    return answer


def signs_in(provider: Provider, who: str = "helen", **more: Any) -> tuple[Client, HttpResponse]:
    client = Client()
    asked = leave(client, provider)
    provider.person(factories.email(who), asked["nonce"], **more)
    return client, come_back(client, asked["state"])


def test_the_button_is_there_when_a_provider_is_set_up(provider: Provider) -> None:
    assert "Sign in with NHSmail" in Client().get("/sign-in/").content.decode()


def test_without_a_provider_there_is_no_button_and_no_page(england: None) -> None:
    assert "Without a password" not in Client().get("/sign-in/").content.decode()
    assert Client().post("/sign-in/with/nhs/").status_code == 404


def test_the_portal_asks_with_state_nonce_and_challenge(provider: Provider) -> None:
    asked = leave(Client(), provider)
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 32
    assert asked["state"]
    assert {"openid", "email"} <= set(asked["scope"].split())


def test_a_verified_address_signs_in_to_the_account_it_has(provider: Provider) -> None:
    client, answer = signs_in(provider)
    assert answer.status_code == 302
    assert signed_in(client)
    assert actor_of(client.get("/")).name == "Helen Marsh"
    assert events("accounts.sign_in")[-1].actor_name == "Helen Marsh"


def test_an_unknown_address_gets_no_account_and_is_told_how_to_get_one(provider: Provider) -> None:
    before = User.objects.count()
    client = Client()
    asked = leave(client, provider)
    provider.person("stranger@elsewhere.example", asked["nonce"])
    answer = come_back(client, asked["state"])
    assert answer.status_code == 403
    assert "stranger@elsewhere.example" in answer.content.decode()
    assert "/join/" in answer.content.decode()
    assert (User.objects.count(), signed_in(client)) == (before, False)


def test_an_unverified_address_is_not_believed(provider: Provider) -> None:
    client, answer = signs_in(provider, verified=False)
    assert "has not verified the address" in answer.content.decode()
    assert not signed_in(client)


def test_a_disabled_account_stays_out(provider: Provider) -> None:
    User.objects.filter(email=factories.email("helen")).update(is_active=False)
    client, _ = signs_in(provider)
    assert not signed_in(client)


def test_the_account_s_own_second_factor_is_still_asked_for(provider: Provider) -> None:
    set_up_app(sign_in("priya"))
    client, answer = signs_in(provider, "priya")
    assert answer["Location"] == "/sign-in/second-step/"
    assert not signed_in(client)


def test_assurance_we_believe_counts_as_second_factor(provider: Provider, settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    client, _ = signs_in(provider, "priya", id_assurance_level="AAL3")
    assert client.get("/").status_code == 200
    client, _ = signs_in(provider, "priya", id_assurance_level="AAL1")
    assert client.get("/")["Location"] == "/account/second-factor/"


LIES: dict[str, Callable[[Provider], object]] = {
    "another audience": lambda p: p.claims.update(aud="somebody-else"),
    "another issuer": lambda p: p.claims.update(iss="http://127.0.0.1:1"),
    "expired": lambda p: p.claims.update(exp=p.claims["iat"] - 60),
    "another nonce": lambda p: p.claims.update(nonce="of another request"),
    "no nonce": lambda p: p.claims.pop("nonce"),
    "no subject": lambda p: p.claims.pop("sub"),
    "made for another party": lambda p: p.claims.update(azp="somebody-else"),
    "another key": lambda p: setattr(
        p, "signing_key", rsa.generate_private_key(public_exponent=65537, key_size=2048)
    ),
    "an unknown key": lambda p: p.headers.update(kid="two"),
    "signed with a shared secret": lambda p: setattr(p, "algorithm", "HS256"),
    "user information of another": lambda p: p.userinfo.update(sub="person-2"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_signs_nobody_in(provider: Provider, lie: str) -> None:
    client = Client()
    asked = leave(client, provider)
    provider.person(factories.email("helen"), asked["nonce"])
    LIES[lie](provider)
    answer = come_back(client, asked["state"])
    assert answer.status_code == 401, lie
    assert "The other sign-in did not work" in answer.content.decode()
    assert not signed_in(client)


def test_the_answer_belongs_to_the_browser_that_asked(provider: Provider) -> None:
    asked = leave(Client(), provider)
    provider.person(factories.email("helen"), asked["nonce"])
    other = Client()
    assert come_back(other, asked["state"]).status_code == 401
    assert not signed_in(other)


def test_a_wrong_verifier_gets_no_token(provider: Provider) -> None:
    client = Client()
    asked = leave(client, provider)
    provider.person(factories.email("helen"), asked["nonce"])
    provider.challenge = "of another request"
    assert come_back(client, asked["state"]).status_code == 401
    assert not signed_in(client)
