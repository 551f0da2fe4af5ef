"""Signing in as a person does: forms sent, codes made, nothing forced."""

import base64
import hmac
import re
import struct
import time
from datetime import date
from typing import Any

from django.test import Client

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.queries import Actor, command_actor
from tests import factories


def sign_in(who: str, client: Client | None = None, password: str = factories.PASSWORD) -> Client:
    """Send the sign-in form; the client afterwards, wherever that led."""
    client = client or Client()
    client.post("/sign-in/", {"login": factories.email(who), "password": password})
    return client


def signed_in(client: Client) -> bool:
    """Whether the session is anybody's."""
    return "_auth_user_id" in client.session


def code_now(secret: str, steps: int = 0) -> str:
    """The code an authenticator app shows now, by RFC 6238, computed apart from the portal."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    mac = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def secret_on(page: str) -> str:
    """The key for an authenticator app that a page shows."""
    return re.findall(r">([A-Z2-7]{32})<", page)[0]


def set_up_app(client: Client) -> str:
    """Set up an authenticator app for who is signed in; answers its secret."""
    answer = client.post(
        "/account/again/?next=/account/factors/app/", {"password": factories.PASSWORD}
    )
    assert answer.status_code == 302, answer.content.decode()
    secret = secret_on(client.get("/account/factors/app/").content.decode())
    done = client.post("/account/factors/app/", {"code": code_now(secret)})
    assert done.status_code == 302, done.content.decode()
    return secret


def events(action: str) -> list[Any]:
    """The events of one action, oldest first."""
    from cqrs.portal.audit.models import Event

    return list(Event.objects.filter(action=action).order_by("seq"))


def notices(who: str) -> list[Any]:
    """What stands in a person's inbox."""
    from cqrs.portal.messages.models import Notice

    return list(Notice.objects.filter(recipient_id=factories.user(who).pk).order_by("pk"))


def help_desk() -> Actor:
    """Somebody of the help desk."""
    return factories.actor(person_with("Hugo Wells", "hugo", "help_desk", factories.NATION))


def practice_administrator(code: str) -> Actor:
    """Somebody who looks after the people of a practice."""
    who = f"una.{code.lower()}"
    return factories.actor(person_with("Una Reed", who, "practice_user_administrator", code))


def person_with(name: str, who: str, role: str, code: str) -> str:
    """A person with a role, made as the command line makes them; answers their short name."""
    operator = command_actor()
    accounts.create_user(
        actor=operator, email=factories.email(who), full_name=name, password=factories.PASSWORD
    )
    accounts.grant(
        actor=operator,
        email=factories.email(who),
        role=role,
        organisation_code=code,
        start_date=date(2020, 4, 1),
    )
    return who


def actor_of(answer: Any) -> Any:
    """For whom a page was made."""
    return answer.wsgi_request.actor
