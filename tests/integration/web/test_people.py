"""The pages about people: inviting, letting in, ending, confirming, standing in."""

import re
from datetime import timedelta
from urllib.parse import urlparse

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cqrs.definitions import load as definitions
from cqrs.portal.accounts import actions, invitations
from cqrs.portal.accounts.models import AccessRequest, Grant, Invitation, User
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.catalogue import actions as catalogue
from cqrs.portal.messages.models import Email
from cqrs.portal.organisations.queries import by_code
from cqrs.values import clock
from tests.factories import WESTMERE, email, user
from tests.integration.rooms.road import everything
from tests.integration.web.conftest import SignIn

OWN, OTHER = "A99001", "A99002"
STRONG = "correct horse battery staple"
EVE = {
    "email": "eve.lin@larkfield.example",
    "email_again": "eve.lin@larkfield.example",
    "full_name": "Eve Lin",
    "work_phone": "01632 960100",
    "roles": ["practice_viewer"],
}
MOST_QUERIES = 12


def add(who: str, name: str, role: str, place: str = OWN) -> None:
    actions.create_user(
        actor=command_actor(), email=email(who), full_name=name, password="as made up as it is"
    )
    actions.grant(actor=command_actor(), email=email(who), role=role, organisation_code=place)


@pytest.fixture
def nina(england: None, sign_in: SignIn) -> Client:
    """The user administrator of Larkfield Road Surgery, signed in."""
    add("nina.hart", "Nina Hart", "practice_user_administrator")
    return sign_in("nina.hart")


@pytest.fixture
def olga(england: None, sign_in: SignIn) -> Client:
    """Who decides for the one-step practices of Westmere, signed in."""
    add("olga.west", "Olga West", "organisation_administrator", WESTMERE)
    return sign_in("olga.west")


def said(answer: object) -> str:
    text = answer.content.decode()  # type: ignore[attr-defined] # a response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.mark.parametrize("address", ["/people/invite/", "/people/create/", "/people/confirm/"])
@pytest.mark.parametrize("code", ["\x00", "A99001\x00", "²", "x" * 5_000])
def test_odd_codes_are_no_organisations(nina: Client, address: str, code: str) -> None:
    assert nina.post(address, {"organisation": code}).status_code in (404, 409)


def link() -> str:
    """The path of the newest invitation email."""
    return urlparse(Email.objects.filter(link__contains="/invitation/").latest("pk").link).path


def invite(client: Client) -> str:
    client.post(reverse("people:invite"), {**EVE, "step": "save"})
    return link()


def test_inviting_asks_then_checks_then_sends_the_link(nina: Client) -> None:
    page = nina.get(reverse("people:invite"))
    assert "checked" not in page.content.decode()  # nothing is chosen beforehand
    checking = nina.post(reverse("people:invite"), {**EVE, "step": "check"})
    assert "Nothing is saved yet" in said(checking)
    assert not Invitation.objects.exists()
    done = nina.post(reverse("people:invite"), {**EVE, "step": "save"}, follow=True)
    assert "You invited Eve Lin" in said(done)
    assert Invitation.objects.get().email == EVE["email"]
    assert "Eve Lin" in said(nina.get(reverse("people:list")))


def test_from_the_link_to_the_first_page_with_a_password_typed_twice(nina: Client) -> None:
    path = invite(nina)
    eve = Client()
    page = eve.get(path)
    assert "Nina Hart invites Eve Lin" in said(page)
    different = eve.post(path, {"password": STRONG, "again": STRONG + "!"})
    assert "The two passwords differ" in said(different)
    weak = eve.post(path, {"password": "password1234", "again": "password1234"})
    assert weak.status_code == 409
    assert not User.objects.filter(email=EVE["email"]).exists()
    done = eve.post(path, {"password": STRONG, "again": STRONG}, follow=True)
    assert "Your account is ready" in said(done)
    signed_in = eve.post(
        reverse("account_login"), {"login": EVE["email"], "password": STRONG}, follow=True
    )
    assert "Larkfield Road Surgery" in said(signed_in)
    assert "was accepted" in said(Client().get(path))


def test_a_link_opened_by_somebody_else_explains_itself(nina: Client, sign_in: SignIn) -> None:
    path = invite(nina)
    joe = sign_in("joe")
    before = everything()
    page = said(joe.get(path))
    assert "This invitation is for Eve Lin" in page
    assert "You are signed in as Joe Park" in page
    assert joe.post(path, {"password": STRONG, "again": STRONG}).status_code == 409
    assert everything() == before


def test_an_account_signs_in_and_accepts(nina: Client, sign_in: SignIn) -> None:
    path_of = {**EVE, "email": email("quay"), "full_name": "Sam Whitlock", "step": "save"}
    nina.post(reverse("people:invite"), path_of)
    path = link()
    assert "Sign in to accept" in said(Client().get(path))
    quay = sign_in("quay")
    assert "Accept the invitation" in said(quay.get(path))
    assert "You can now work for" in said(quay.post(path, follow=True))


def test_an_expired_link_is_asked_for_and_renewed_in_one_press(
    nina: Client, sign_in: SignIn
) -> None:
    path = invite(nina)
    row = Invitation.objects.get()
    with clock.fixed(row.expires_at + timedelta(days=1)):
        page = said(Client().get(path))
        assert "has expired" in page
        assert "Nina Hart, who invited you" in page
        assert "You asked" in said(Client().post(f"{path}renew/", follow=True))
        admin = sign_in("nina.hart")
        assert "asked for a new one" in said(admin.get(reverse("people:list")))
        assert "Send Eve Lin a new link" in said(admin.get(path))
        admin.post(reverse("people:renew", args=[row.pk]))
        assert "There is a newer link" in said(Client().get(path))
        assert "Make my account" in said(Client().get(link()))


def test_a_forged_link_is_like_none(england: None) -> None:
    assert Client().get("/invitation/WzEsImEiXQ:1abc:xyz/").status_code == 404


def test_adding_directly_asks_for_the_address_twice(nina: Client) -> None:
    wrong = {**EVE, "email_again": "eve.lim@larkfield.example", "step": "save"}
    assert "differ" in said(nina.post(reverse("people:create"), wrong))
    assert not User.objects.filter(email=EVE["email"]).exists()
    nina.post(reverse("people:create"), {**EVE, "step": "save"})
    assert User.objects.get(email=EVE["email"]).work_phone == "01632 960100"
    assert "No password yet" in said(nina.get(reverse("people:list")))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "reception@larkfield.example", "shared mailbox"),
        ("email", "eve.lin@gmail.com", "must end in"),
        ("full_name", "Eve", "full name"),
        ("roles", [], "Choose at least one role"),
        ("roles", ["approval_manager"], "Choose at least one role"),
        ("organisation", OTHER, "You look after no organisation with the code A99002"),
    ],
)
def test_what_cannot_be_invited_is_said_and_changes_nothing(
    nina: Client, field: str, value: object, words: str
) -> None:
    before = everything()
    answer = nina.post(reverse("people:invite"), {**EVE, "step": "save", field: value})
    assert answer.status_code == 409
    assert words in said(answer)
    assert everything() == before


ASK = {
    "full_name": "Eve Lin",
    "email": "eve.lin@larkfield.example",
    "work_phone": "01632 960100",
    "roles": ["practice_viewer"],
    "reason": "I look after recalls.",
}


def test_asking_to_join_says_who_decides_and_never_who_is_known(olga: Client) -> None:
    found = said(Client().get(reverse("join"), {"find": "larkfield"}))
    assert "Larkfield Road Surgery" in found
    answers = []
    for address in (EVE["email"], email("joe")):
        answer = Client().post(
            reverse("join_organisation", args=[OWN]), {**ASK, "email": address}, follow=True
        )
        answers.append(re.sub(r'name="csrf\w+" value="\w+"', "", said(answer)))
    assert "Goes to NHS Westmere ICB" in answers[0]
    assert answers[0] == answers[1]


def test_a_request_is_approved_in_three_clicks_from_home(olga: Client) -> None:
    Client().post(reverse("join_organisation", args=[OWN]), ASK)
    row = AccessRequest.objects.get()
    listed = olga.get(reverse("people:requests"))  # click 1, from home or its notice
    assert f"/people/requests/{row.pk}/" in listed.content.decode()
    page = olga.get(reverse("people:request", args=[row.pk]))  # click 2
    assert "Let Eve Lin in as Practice viewer" in said(page)
    olga.post(reverse("people:request", args=[row.pk]), {"decision": "as_asked"})  # click 3
    assert Invitation.objects.get().roles == ["practice_viewer"]
    again = olga.post(reverse("people:request", args=[row.pk]), {"decision": "as_asked"})
    assert "Olga West approved this request" in said(again)


def test_refusing_needs_a_reason(olga: Client) -> None:
    Client().post(reverse("join_organisation", args=[OWN]), ASK)
    path = reverse("people:request", args=[AccessRequest.objects.get().pk])
    assert "Enter why you refuse" in said(olga.post(path, {"decision": "refuse"}))
    olga.post(path, {"decision": "refuse", "reason": "You left in March."})
    assert AccessRequest.objects.get().state == "refused"


def test_ending_switching_and_taking_off_ask_why(nina: Client) -> None:
    joe = user("joe")
    grant = Grant.objects.get(user=joe)
    paths = [
        reverse("people:switch", args=[joe.pk]),
        reverse("people:end", args=[joe.pk, grant.pk]),
        reverse("people:unlink", args=[joe.pk, by_code(OWN).id]),
    ]
    for path in paths:
        assert nina.get(path).status_code == 200
        assert "Enter why" in said(nina.post(path))
    nina.post(paths[0], {"reason": "On leave."})
    assert "Switched off" in said(nina.get(reverse("people:list")))
    nina.post(paths[0], {"reason": "Back."})
    nina.post(paths[1], {"reason": "Left."})
    page = said(nina.get(reverse("people:person", args=[joe.pk])))
    assert "by Nina Hart" in page
    assert "No role any more" in page


def test_the_last_administrator_stays(nina: Client) -> None:
    own = user("nina.hart").pk
    grant = Grant.objects.get(user=own).pk
    answer = nina.post(reverse("people:end", args=[own, grant]), {"reason": "I leave"})
    assert "last user administrator of Larkfield Road Surgery" in said(answer)
    assert Grant.objects.get(pk=grant).end_date is None


def test_giving_a_role_with_dates_and_limits(nina: Client) -> None:
    catalogue.publish(actor=command_actor(), definition=definitions.load("qof/2025-26"))
    path = reverse("people:give", args=[user("joe").pk, by_code(OWN).id])
    given = {
        "role": "practice_data_entry",
        "start_date": "1/6/2026",
        "end_date": "31/8/2026",
        "services": "qof/2025-26",
    }
    assert "Only for some services" in said(nina.get(path))
    assert "must be a date" in said(nina.post(path, {**given, "start_date": "soon"}))
    assert "qof/1999-00 is not one of the services" in said(
        nina.post(path, {**given, "services": "qof/1999-00"})
    )
    nina.post(path, given)
    grant = Grant.objects.get(user=user("joe"), role="practice_data_entry")
    assert (str(grant.start_date), str(grant.end_date)) == ("2026-06-01", "2026-08-31")
    assert grant.services == ["qof/2025-26"]
    page = said(nina.get(reverse("people:person", args=[user("joe").pk])))
    assert "From 1 June 2026 , until 31 August 2026" in page or "until 31 August 2026" in page


def test_confirming_a_quarter_on_one_page_checks_first(nina: Client) -> None:
    path = reverse("people:recertify")
    page = nina.get(path)
    assert "checked" not in page.content.decode()
    assert "Choose keep or end" in said(nina.post(path, {"step": "check"}))
    joe = Grant.objects.get(user=user("joe")).pk
    ama = Grant.objects.get(user=user("ama")).pk
    chosen = {f"grant-{joe}": "end", f"grant-{ama}": "keep"}
    check = nina.post(path, {**chosen, "step": "check"})
    assert "1 role kept, 1 role ended" in said(check)
    assert Grant.objects.get(pk=joe).end_date is None
    nina.post(path, {**chosen, "step": "save"})
    assert Grant.objects.get(pk=joe).end_date is not None
    everybody = said(nina.post(path, {"step": "keep_all"}))
    assert "3 roles kept, 0 roles ended" in everybody


def test_a_colleague_stands_in_and_it_is_taken_back(england: None, sign_in: SignIn) -> None:
    ama = sign_in("ama")
    path = reverse("people:standing-in")
    grant = Grant.objects.get(user=user("ama")).pk
    sent = {
        "grant_id": grant,
        "to_user_id": user("joe").pk,
        "start_date": "12/5/2026",
        "end_date": "12/12/2026",
    }
    assert "at most 92 days" in said(ama.post(path, sent))
    page = ama.post(path, {**sent, "end_date": "30/5/2026"}, follow=True)
    assert "Joe Park" in said(page)
    delegated = Grant.objects.get(delegated_from=grant)
    ama.post(reverse("people:take-back", args=[delegated.pk]))
    delegated.refresh_from_db()
    assert delegated.ended_by_name == "Dr Ama Osei"


def test_who_only_looks_can_hand_over_too(england: None, sign_in: SignIn) -> None:
    joe, path = sign_in("joe"), reverse("people:standing-in")
    assert "Dr Ama Osei" in said(joe.get(path))
    grant = Grant.objects.get(user=user("joe")).pk
    sent = {
        "grant_id": grant,
        "to_user_id": user("ama").pk,
        "start_date": "12/5/2026",
        "end_date": "30/5/2026",
    }
    joe.post(path, sent)
    delegated = Grant.objects.get(delegated_from=grant)
    joe.post(reverse("people:take-back", args=[delegated.pk]))
    delegated.refresh_from_db()
    assert delegated.ended_by_name == "Joe Park"


@pytest.mark.parametrize("who", ["ama", "priya", "grace", "joe"])
def test_people_are_only_for_who_looks_after_them(england: None, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    for name in ("people:list", "people:invite", "people:create", "people:recertify"):
        assert client.get(reverse(name)).status_code == 403


def test_people_of_others_look_like_none(nina: Client) -> None:
    for number in (user("quay").pk, 999_999):
        assert nina.get(reverse("people:person", args=[number])).status_code == 404
        for name in ("switch", "unlock"):
            path = reverse(f"people:{name}", args=[number])
            assert nina.post(path, {"reason": "Left"}).status_code == 404


def test_pages_take_few_queries_however_many_people(nina: Client, olga: Client) -> None:
    for number in range(25):
        add(f"person{number}", f"Person Number {number}", "practice_viewer")
    joe = user("joe").pk
    nina.get("/help/")  # the first page of a session notes when it began
    for path in (
        reverse("people:list"),
        reverse("people:person", args=[joe]),
        reverse("people:recertify"),
        reverse("people:invite"),
        reverse("people:give", args=[joe, by_code(OWN).id]),
        reverse("people:standing-in"),
        reverse("people:requests"),
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert nina.get(path).status_code == 200
        sqls = [one["sql"][:120] for one in asked]
        assert len(sqls) <= MOST_QUERIES, "\n".join([path, *sqls])


def test_the_list_is_filtered_sorted_and_paged(nina: Client) -> None:
    for number in range(25):
        add(f"person{number}", f"Person Number {number}", "practice_viewer")
    assert "Showing 1 to 20 of 29 people" in said(nina.get(reverse("people:list")))
    found = said(nina.get(reverse("people:list"), {"find": "Number 7"}))
    assert "1 person" in found


def test_an_invited_person_is_told_by_mail_without_figures(nina: Client) -> None:
    invite(nina)
    mail = Email.objects.get(address=EVE["email"])
    assert "Nina Hart invites you" in mail.subject
    assert invitations.invited(link().split("/")[2]).full_name == "Eve Lin"
