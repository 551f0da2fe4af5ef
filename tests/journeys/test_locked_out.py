"""Somebody mistypes a password five times; the page says the ways out, a colleague opens one."""

from collections.abc import Callable

from .conftest import Person
from .served import Demo

People = Callable[..., Person]
FAILURES = 5
MOST_CLICKS_TO_UNLOCK = 3
SUPERVISOR = "Practice supervisor"


def test_a_locked_colleague_is_unlocked_in_three_clicks(person: People, demo: Demo) -> None:
    locked_out = person()
    email = demo.email(SUPERVISOR)
    mistype(locked_out, email, FAILURES)
    the_page_says_the_ways_out(locked_out)
    try_right_password(locked_out, email)
    locked_out.sees("Your account is locked")

    administrator = person("Practice user administrator")
    administrator.picture("home-administrator")
    administrator.clicks = 0
    administrator.follow("Unlock Meera Joshi")
    administrator.picture("person-locked")
    administrator.press("Unlock Meera Joshi")
    assert administrator.clicks <= MOST_CLICKS_TO_UNLOCK
    administrator.sees("You unlocked Meera Joshi, who can sign in again.")

    try_right_password(locked_out, email)
    locked_out.sees("Larkfield Road Surgery")


# Steps -------------------------------------------------------------------------------------------


def mistype(someone: Person, email: str, times: int) -> None:
    """Give wrong passwords; each but the last brings the same page with the same words."""
    someone.open("/sign-in/")
    for number in range(1, times + 1):
        someone.give_password(email, f"not-my-password-{number}")
        if number < times:
            someone.sees("There is a problem")


def the_page_says_the_ways_out(someone: Person) -> None:
    """A new password, the own administrator, the help desk, or half an hour."""
    someone.sees("Your account is locked")
    someone.sees("after 30 minutes")
    someone.sees("user administrator")
    someone.sees("help desk")
    someone.picture("locked")
    someone.follow("Set a new password")
    someone.sees("email address")


def try_right_password(someone: Person, email: str) -> None:
    """The password of the demonstration, from the page of signing in."""
    someone.open("/sign-in/")
    someone.give_password(email, someone.demo.password)
