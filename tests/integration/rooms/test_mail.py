"""The three ways out for an email, against servers on this machine, and what each can promise."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cqrs.portal.jobs import mail, sending
from cqrs.portal.messages import actions, queries
from cqrs.portal.messages.kinds import Kind, State
from cqrs.portal.messages.models import Email
from cqrs.values import clock
from tests.factories import user
from tests.integration.rooms.conftest import TUESDAY
from tests.mailing import notify, smtp

WORLD = "england"


@pytest.fixture
def fake(settings: Any, england: None) -> Any:
    """GOV.UK Notify on this machine."""
    with notify.serving() as server:
        settings.MAIL, settings.NOTIFY_KEY = "notify", notify.KEY
        settings.NOTIFY_ADDRESS, settings.NOTIFY_TEMPLATE = server.address, "template"
        yield server


@pytest.fixture
def server(settings: Any, england: None) -> Any:
    """A mail server on this machine."""
    with smtp.serving() as server:
        settings.MAIL, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp", "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = False
        yield server


@pytest.fixture
def folder(settings: Any, england: None, tmp_path: Path) -> Path:
    """A folder of files."""
    settings.MAIL, settings.MAIL_FOLDER = "files", tmp_path / "mail"
    return tmp_path / "mail"


def post(key: str = "k", **more: Any) -> Email:
    who = {"recipient_id": user("ama").pk} if "email" not in more else {}
    actions.post(
        **{
            "key": key, "kind": Kind.ACCOUNT, "title": "Your account", "body": "It moved.",
            "link": "/account/", **who, **more,
        },
    )  # fmt: skip
    return Email.objects.get(key__startswith=f"{key} ")


def later(minutes: int) -> int:
    with clock.fixed(TUESDAY + timedelta(minutes=minutes)):
        return sending.send_due()


def state(email: Email) -> str:
    return Email.objects.get(pk=email.pk).state


# Files -------------------------------------------------------------------------------------------


def test_a_file_holds_the_words_and_a_link_that_can_be_opened(folder: Path) -> None:
    post()
    assert sending.send_due() == 1
    (path,) = folder.iterdir()
    text = path.read_text()
    assert "Subject: Your account" in text
    assert "http://127.0.0.1:8000/account/" in text
    assert "http://127.0.0.1:8000/inbox/preferences/" in text
    assert sending.send_due() == 0


def test_what_a_stranger_was_sent_is_forgotten(folder: Path) -> None:
    email = post(email="new@person.example", link="/invitation/secret/")
    sending.send_due()
    row = Email.objects.get(pk=email.pk)
    assert (row.state, row.body, row.link) == (State.SENT, "", "")
    assert "preferences" not in next(folder.iterdir()).read_text()


def test_nobody_to_send_to_is_listed_and_not_tried_again(folder: Path) -> None:
    email = post()
    type(user("ama")).objects.filter(pk=user("ama").pk).update(is_active=False)
    assert sending.send_due() == 0
    assert state(email) == State.FAILED
    assert queries.troubles()[0].problem == sending.NOBODY


@pytest.mark.parametrize("way", ["folder", "server"])
@pytest.mark.parametrize(
    "odd",
    [
        {"email": "new\r\nBcc: other@person.example"},
        {"email": "other@person.example,new@person.example"},
    ],
)
def test_one_that_can_not_be_written_holds_up_no_other(
    request: pytest.FixtureRequest, way: str, odd: dict[str, str]
) -> None:
    request.getfixturevalue(way)
    bad, good = post("bad", **odd), post("good", email="second@person.example")
    assert sending.send_due() == 1
    assert (state(bad), state(good)) == (State.FAILED, State.SENT)


# GOV.UK Notify -----------------------------------------------------------------------------------


def test_notify_gets_subject_body_and_our_reference(fake: notify.FakeNotify) -> None:
    post()
    assert sending.send_due() == 1
    (taken,) = fake.taken
    assert taken["template_id"] == "template"
    assert taken["email_address"] == user("ama").email
    assert "It moved." in str(taken["personalisation"])
    assert len(str(taken["reference"])) == 32


def test_an_answer_that_was_lost_sends_nothing_twice(fake: notify.FakeNotify) -> None:
    email = post()
    fake.answers = [-504]
    assert sending.send_due() == 1
    assert state(email) == State.SENT
    assert len(fake.taken) == 1


def test_a_busy_service_is_tried_five_times_with_longer_pauses_and_then_listed(
    fake: notify.FakeNotify,
) -> None:
    email = post()
    fake.answers = [429] * 5
    assert sending.send_due() == 0
    for minutes in (1, 6, 31, 156):
        assert state(email) == State.QUEUED
        before = Email.objects.get(pk=email.pk).attempts
        later(minutes - 1)
        assert Email.objects.get(pk=email.pk).attempts == before
        later(minutes)
    assert state(email) == State.FAILED
    assert fake.taken == []
    assert [trouble.attempts for trouble in queries.troubles()] == [5]


def test_a_refused_address_is_not_tried_again(fake: notify.FakeNotify) -> None:
    email = post()
    fake.answers = [400]
    sending.send_due()
    assert state(email) == State.FAILED


# SMTP --------------------------------------------------------------------------------------------


def test_a_mail_server_gets_it_with_an_id_made_of_the_key(server: smtp.FakeServer) -> None:
    post()
    post("another")
    assert sending.send_due() == 2
    assert len(set(server.ids)) == 2
    assert server.taken[0]["To"] == user("ama").email
    assert server.taken[0]["Auto-Submitted"] == "auto-generated"


def test_a_mail_server_that_hangs_up_leaves_it_to_a_person(server: smtp.FakeServer) -> None:
    email = post()
    server.hangs_up = True
    assert sending.send_due() == 0
    later(600)
    assert state(email) == State.UNCERTAIN
    assert len(server.taken) == 1
    server.hangs_up = False
    actions.send_again(email_id=email.pk)
    assert sending.send_due() == 1
    assert server.ids[0] == server.ids[1]


@pytest.mark.parametrize(("code", "after"), [(550, State.FAILED), (450, State.QUEUED)])
def test_an_unknown_mailbox_is_listed_and_a_full_one_tried_again(
    server: smtp.FakeServer, code: int, after: str
) -> None:
    email = post()
    server.refuses[user("ama").email] = code
    assert sending.send_due() == 0
    assert state(email) == after
    assert server.taken == []


def test_a_mail_server_that_is_down_is_tried_again_and_nothing_is_in_doubt(
    server: smtp.FakeServer, settings: Any
) -> None:
    email = post()
    settings.EMAIL_PORT = 1
    sending.send_due()
    assert state(email) == State.QUEUED
    settings.EMAIL_PORT = server.port
    assert later(2) == 1


# Workers that die or sleep -----------------------------------------------------------------------


def test_a_worker_that_wakes_up_late_changes_nothing(folder: Path) -> None:
    email = post()
    slow = actions.claim_next()
    assert slow is not None
    assert later(11) == 1
    assert not actions.hand_over(outgoing=slow)
    actions.postpone(outgoing=slow, problem="Too late.", for_good=True)
    actions.doubt(outgoing=slow, problem="Too late.")
    assert state(email) == State.SENT
    assert len(list(folder.iterdir())) == 1


def test_two_workers_never_take_the_same(folder: Path) -> None:
    post()
    assert actions.claim_next() is not None
    assert actions.claim_next() is None


@pytest.mark.parametrize("way", ["smtp", "notify", "files"])
def test_the_settings_choose_the_way(settings: Any, way: str, tmp_path: Path) -> None:
    settings.MAIL, settings.NOTIFY_KEY, settings.MAIL_FOLDER = way, notify.KEY, tmp_path
    assert type(mail.channel()).__name__.lower() == way
