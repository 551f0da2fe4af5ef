"""Everyone gets in: by invitation, with a second factor, by a renewed link, by asking."""

import re
from collections.abc import Callable

import pytest

from .authenticator import code
from .backstage import expire_invitation
from .conftest import Person
from .letters import Letter, letter
from .served import Demo

People = Callable[..., Person]
PASSWORD = "Three-herons-fishing-at-dusk"
MOST_PAGES_TO_A_FIRST_TASK = 8
MOST_CLICKS_TO_LET_SOMEBODY_IN = 3


def test_an_invited_approver_reaches_a_first_task_in_eight_pages(
    person: People, strict: Demo
) -> None:
    email = "sunita.vale@westmere.example"
    administrator = person("ICB user administrator")
    invited = invite(administrator, "Sunita Vale", email, "Approval manager")
    assert "£" not in invited.text

    newcomer = person(at=strict)
    newcomer.open(invited.link)
    newcomer.sees("NHS Westmere ICB")
    newcomer.picture("invitation")
    make_account(newcomer)
    newcomer.give_password(email, PASSWORD)
    newcomer.sees("a password alone is not enough")
    newcomer.picture("second-factor")
    key = set_up_app(newcomer)
    newcomer.follow("I have kept them")
    newcomer.sees("What needs you")
    newcomer.follow(re.compile("Approve|approve"))
    assert len(newcomer.pages) <= MOST_PAGES_TO_A_FIRST_TASK, newcomer.pages

    again = person(at=strict)
    again.open("/")
    again.give_password(email, PASSWORD)
    again.sees("Second step")
    again.page.get_by_label("Code").fill(code(key, steps_ahead=1))
    again.press("Sign in")
    again.sees("What needs you")
    the_pages_of_a_second_factor(again)


def test_an_expired_link_is_renewed_by_the_practice(person: People, demo: Demo) -> None:
    email = "bryn.adair@larkfield.example"
    administrator = person("Practice user administrator")
    first = invite(administrator, "Bryn Adair", email, "Practice viewer")
    expire_invitation(demo, email)

    newcomer = person()
    newcomer.open(first.link)
    newcomer.sees("This invitation link has expired")
    newcomer.picture("invitation-expired")
    newcomer.press("Ask for a new link")
    newcomer.sees("You have asked for a new link")

    administrator.open("/")
    administrator.follow("Send 1 invitation again")
    administrator.picture("people")
    administrator.press(re.compile("^Send a new link to Bryn Adair"))
    administrator.sees(f"A new link went to {email}")

    second = letter(demo, email, "invites you", after=first)
    newcomer.open(first.link)
    newcomer.sees("There is a newer link")
    newcomer.open(second.link)
    make_account(newcomer)
    newcomer.give_password(email, PASSWORD)
    newcomer.sees("Larkfield Road Surgery")


def test_a_forgotten_password_is_set_anew(person: People, demo: Demo) -> None:
    email = demo.email("ICB viewer")
    someone = person()
    someone.open("/sign-in/")
    someone.follow("Forgotten password")
    someone.page.get_by_label("Email").fill(email)
    someone.press("Send the link")
    someone.sees("Look in your email")
    someone.open(letter(demo, email, "password").link)
    someone.page.get_by_label("New password", exact=True).fill(PASSWORD)
    someone.page.get_by_label("again").fill(PASSWORD)
    someone.press("Set the new password")
    someone.sees("Your password is changed")
    someone.open("/sign-in/")
    someone.give_password(email, PASSWORD)
    someone.sees("NHS Westmere ICB")


ASKED = {
    "two-step: the practice's declarer": (
        "Larkfield Road Surgery", "Practice declarer", "Wyn Talbot", "wyn.talbot@larkfield.example",
    ),
    "one-step: its commissioner": (
        "Dovecote House Health Centre", "Organisation administrator",
        "Ida Marlow", "ida.marlow@dovecote.example",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("place", "decider", "name", "email"), ASKED.values(), ids=ASKED)
def test_somebody_who_asks_is_let_in_within_three_clicks(
    person: People, demo: Demo, place: str, decider: str, name: str, email: str
) -> None:
    newcomer = person()
    ask_to_join(newcomer, place, name, email)
    newcomer.sees("What happens next")
    letter(demo, email, "asked to join")

    someone = person(decider)
    someone.clicks = 0
    someone.follow(re.compile("^Decide on 1 request for access"))
    someone.follow(name)
    someone.picture("request")
    someone.press(f"Let {name} in as Practice viewer")
    assert someone.clicks <= MOST_CLICKS_TO_LET_SOMEBODY_IN
    someone.sees(re.compile("^No request waits for you"))

    newcomer.open(letter(demo, email, "invites you").link)
    make_account(newcomer)
    newcomer.give_password(email, PASSWORD)
    newcomer.sees(place)


# Steps -------------------------------------------------------------------------------------------


def invite(administrator: Person, name: str, email: str, role: str) -> Letter:
    """From home: invite somebody with one role, after a check; the email that reaches them."""
    administrator.open("/people/")
    administrator.follow("Invite a person")
    administrator.page.get_by_label("Work email address").fill(email)
    administrator.page.get_by_label("Full name").fill(name)
    administrator.page.get_by_role("checkbox", name=re.compile(f"^{role}")).check()
    administrator.press("Check before inviting")
    administrator.sees("Nothing is saved yet")
    administrator.press(f"Invite {name}")
    administrator.sees(f"You invited {name}")
    return letter(administrator.demo, email, "invites you")


def make_account(newcomer: Person) -> None:
    """Choose a password on the page of an invitation; the page of signing in follows."""
    newcomer.page.get_by_label("Choose a password").fill(PASSWORD)
    newcomer.page.get_by_label("The same password again").fill(PASSWORD)
    newcomer.press("Make my account")
    newcomer.sees("Your account is ready")


def set_up_app(newcomer: Person) -> str:
    """Set up an authenticator app and see the recovery codes; its key."""
    newcomer.follow("Set up an authenticator app")
    newcomer.page.get_by_label("Password", exact=True).fill(PASSWORD)
    newcomer.press("Continue")
    key = newcomer.page.locator("code").first.inner_text()
    newcomer.page.get_by_label("Code").fill(code(key))
    newcomer.press("Set up the app")
    newcomer.sees("Your recovery codes")
    assert newcomer.page.locator(".app-codes li").count() == 10
    return key


def the_pages_of_a_second_factor(someone: Person) -> None:
    """Everything that somebody with an app can change, after the password once more."""
    someone.open("/account/factors/app/remove/")
    someone.sees("Enter your password once more")
    someone.page.get_by_label("Password", exact=True).fill(PASSWORD)
    someone.press("Continue")
    someone.sees("Remove the")
    for path in ("factors/codes/", "factors/codes/new/", "factors/passkeys/add/", "again/code/"):
        someone.open(f"/account/{path}")


def ask_to_join(newcomer: Person, place: str, name: str, email: str) -> None:
    """From the page of signing in: find the place, say who and why, send."""
    newcomer.open("/sign-in/")
    newcomer.follow("Ask for access")
    newcomer.page.get_by_label("Organisation’s code or part of its name").fill(place)
    newcomer.press("Find the organisation")
    newcomer.follow(place)
    newcomer.page.get_by_label("Full name").fill(name)
    newcomer.page.get_by_label("Work email address").fill(email)
    newcomer.page.get_by_label("Work phone").fill("01632 960 001")
    newcomer.page.get_by_role("checkbox", name=re.compile("^Practice viewer")).check()
    newcomer.page.get_by_label("What do you need it for?").fill("I look after the recall lists.")
    newcomer.press(f"Ask to join {place}")
