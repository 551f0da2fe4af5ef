"""The pages of messages: inbox, preferences, announcements, emails that did not go."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cqrs.portal.audit.queries import last_seq
from cqrs.portal.messages import actions, queries
from cqrs.portal.messages.kinds import Kind, State
from cqrs.portal.messages.models import Email
from tests.factories import admit, user
from tests.integration.web.conftest import SignIn


def post(who: str, number: int = 1, kind: str = Kind.CLAIMS) -> None:
    for n in range(number):
        actions.post(
            key=f"{kind} {n}", kind=kind, title=f"Notice {n} about {kind}", body="Words.",
            link="/claims/", recipient_id=user(who).pk,
        )  # fmt: skip


def test_an_empty_inbox_says_what_will_stand_there(england: None, sign_in: SignIn) -> None:
    page = sign_in("ama").get("/inbox/").content.decode()
    assert "Nothing yet." in page
    assert "<h1" in page


def test_the_inbox_shows_unread_and_filters_and_pages(england: None, sign_in: SignIn) -> None:
    post("ama", 60)
    post("ama", 1, Kind.PAYMENTS)
    client = sign_in("ama")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get("/inbox/").content.decode()
    assert len(asked) <= 12
    assert f"{queries.unread(user('ama').pk)} notices not read yet" in page
    assert "Inbox (page 1 of 3)" in page
    only = client.get("/inbox/?kind=payments").content.decode()
    assert "about payments" in only
    assert "about claims" not in only
    assert client.get("/inbox/?kind=nonsense&page=999").status_code == 200


def test_opening_a_notice_reads_it_and_only_ones_own(england: None, sign_in: SignIn) -> None:
    post("ama")
    number = queries.inbox(user("ama").pk).notices[0].id
    assert sign_in("helen").get(f"/inbox/{number}/").status_code == 404
    assert queries.unread(user("ama").pk) == 1
    page = sign_in("ama").get(f"/inbox/{number}/").content.decode()
    assert 'href="/claims/"' in page
    assert queries.unread(user("ama").pk) == 0


def test_all_of_a_kind_are_marked_as_read(england: None, sign_in: SignIn) -> None:
    post("ama", 2)
    post("ama", 1, Kind.PAYMENTS)
    client = sign_in("ama")
    assert client.get("/inbox/read/").status_code == 405
    client.post("/inbox/read/", {"kind": "claims"})
    assert queries.unread(user("ama").pk) == 1


def test_preferences_are_chosen_and_an_unanswered_one_is_asked_again(
    england: None, sign_in: SignIn
) -> None:
    client = sign_in("ama")
    page = client.get("/inbox/preferences/").content.decode()
    assert "One email a day" in page
    assert 'name="account"' not in page
    ways = {kind.value: "portal" for kind in Kind if kind != Kind.ACCOUNT}
    wrong = client.post("/inbox/preferences/", {**ways, "claims": ""}).content.decode()
    assert "There is a problem" in wrong
    assert "Choose how you are told of claims" in wrong
    assert client.post("/inbox/preferences/", ways).status_code == 302
    assert {c.way for c in queries.choices(user("ama").pk) if c.may_change} == {"portal"}


ANNOUNCED = {
    "title": "Closed on Friday", "text": "From five.", "from_date": "12/05/2026",
    "until_date": "15/05/2026", "audiences": ["providers"],
}  # fmt: skip


def test_an_announcement_is_written_shown_and_withdrawn(england: None, sign_in: SignIn) -> None:
    client = sign_in("anita")
    assert client.post("/announcements/new/", ANNOUNCED).status_code == 302
    page = client.get("/announcements/").content.decode()
    assert "Shown now" in page
    number = queries.every_announcement()[0].id
    client.post(f"/announcements/{number}/withdraw/")
    assert "Withdrawn" in client.get("/announcements/").content.decode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": ""}, "Enter a title"),
        ({"from_date": "31/02/2026"}, "Enter the first day as day, month and year"),
        ({"until_date": "11/05/2026"}, "The last day is before the first"),
        ({"title": "It is £5"}, "may hold no amount"),
        ({"audiences": []}, "Choose whom it is for"),
    ],
)
def test_a_wrong_announcement_says_what_to_do(
    england: None, sign_in: SignIn, change: dict[str, object], says: str
) -> None:
    page = sign_in("anita").post("/announcements/new/", {**ANNOUNCED, **change})
    assert says in page.content.decode()
    assert queries.every_announcement() == ()


@pytest.mark.parametrize("path", ["/announcements/", "/announcements/new/", "/support/mail/"])
def test_who_may_not_is_refused(england: None, sign_in: SignIn, path: str) -> None:
    assert sign_in("ama").get(path).status_code == 403


# The help desk -----------------------------------------------------------------------------------


def refused_email() -> Email:
    """An email to Dr Ama Osei that its server refused."""
    post("ama", kind=Kind.ACCOUNT)
    taken = actions.claim_next()
    assert taken is not None
    actions.postpone(outgoing=taken, problem="No such mailbox.", for_good=True)
    return Email.objects.get(pk=taken.id)


def test_the_help_desk_is_led_to_what_did_not_go_and_sends_it_again(
    england: None, sign_in: SignIn
) -> None:
    admit("hazel")
    email = refused_email()
    hazel = sign_in("hazel")
    assert hazel.get("/").content.decode().count('href="/support/mail/"') == 2, "menu and home"
    page = hazel.get("/support/mail/").content.decode()
    assert "No such mailbox." in page
    assert user("ama").email in page
    again = f"/support/mail/{email.pk}/again/"
    assert again in page
    assert hazel.get(again).status_code == 405
    assert hazel.post(again).status_code == 302
    assert Email.objects.get(pk=email.pk).state == State.QUEUED
    assert "Every email has gone" in hazel.get("/support/mail/").content.decode()
    before = last_seq()
    assert hazel.post(again).status_code == 404, "it waits already"
    assert last_seq() == before + 1, "the refusal alone"


@pytest.mark.parametrize("who", ["ama", "anita"])
def test_nobody_else_sends_an_email_again(england: None, sign_in: SignIn, who: str) -> None:
    email = refused_email()
    client = sign_in(who)
    assert 'href="/support/mail/"' not in client.get("/").content.decode()
    assert client.post(f"/support/mail/{email.pk}/again/").status_code == 403
    assert Email.objects.get(pk=email.pk).state == State.FAILED


# Announcements as Markdown -----------------------------------------------------------------------

HOSTILE = """From **5pm** on:

- declaring
- paying

<script>alert(1)</script> <b onclick="x()">bold</b> [press](javascript:alert(1))
![picture](https://elsewhere.example/p.png)

# Not a heading
[Help](/help/)"""


def test_an_announcement_is_markdown_without_html_pictures_or_headings(
    england: None, sign_in: SignIn
) -> None:
    sign_in("anita").post("/announcements/new/", {**ANNOUNCED, "text": HOSTILE})
    page = sign_in("ama").get("/").content.decode()
    assert "<strong>5pm</strong>" in page
    assert '<ul class="nhsuk-list nhsuk-list--bullet">' in page
    assert '<a href="/help/">Help</a>' in page
    assert page.count("<h1") == 1
    for forbidden in ("alert(1)</script>", "<b ", 'href="javascript', '<img src="https'):
        assert forbidden not in page
    assert "&lt;script&gt;" in page
