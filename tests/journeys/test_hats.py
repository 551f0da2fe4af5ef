"""Which hat somebody wears: changing organisation, with a pointer and with the keyboard alone."""

import re
from collections.abc import Callable

from .conftest import Person
from .keyboard import focused, open_by_key, tab_to, type_in

People = Callable[..., Person]
LARKFIELD, DOVECOTE = "Larkfield Road Surgery", "Dovecote House Health Centre"
CLAIM = "/claims/QOF2526-2026-03-31-A99001/"


def test_a_person_of_two_practices_changes_organisation(person: People) -> None:
    locum = person("Locum manager")
    first, second = where(locum), other(locum)
    locum.page.get_by_text("Change organisation").click()
    locum.check()
    locum.picture("change-organisation")
    locum.page.get_by_role("button", name=second).click()
    locum.check()
    assert where(locum) == second
    locum.open("/claims/")
    assert first not in locum.page.get_by_role("main").inner_text()


def test_another_hat_does_and_shows_other_things(person: People) -> None:
    doctor = person("Declarer at one of two")
    wear(doctor, DOVECOTE)
    doctor.sees("£")
    wear(doctor, LARKFIELD)
    for path in ("/", "/claims/", CLAIM, f"{CLAIM}achievement/"):
        doctor.open(path)
        assert "£" not in doctor.page.get_by_role("main").inner_text(), path
    doctor.page.goto(f"{doctor.demo.address}{CLAIM}declare/")
    assert doctor.page.get_by_role("button", name=re.compile("^Declare")).count() == 0


def test_a_network_sees_points_of_its_practices_without_pounds(person: People) -> None:
    viewer = person("Network manager")
    for path in ("/", "/claims/", CLAIM, f"{CLAIM}achievement/", f"{CLAIM}explain/DM020/"):
        viewer.open(path)
        assert "£" not in viewer.page.get_by_role("main").inner_text(), path
    viewer.open(f"{CLAIM}achievement/")
    viewer.sees("DM020")


def test_everything_is_reached_with_the_keyboard_alone(person: People) -> None:
    someone = person()
    page = someone.page
    page.goto(f"{someone.demo.address}/")
    sign_in_by_keyboard(someone)
    start = where(someone)

    page.goto(f"{someone.demo.address}/")
    page.keyboard.press("Tab")
    assert focused(page).startswith("Skip to main content")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "maincontent"

    page.goto(f"{someone.demo.address}/")
    goal = other(someone)
    tab_to(page, "Change organisation")
    page.keyboard.press("Enter")
    open_by_key(page, goal)
    assert where(someone) == goal != start

    open_by_key(page, re.compile("^Claims$"))
    someone.check()
    open_by_key(page, re.compile("^QOF 2025/26"))
    someone.check()
    assert re.search(r"/claims/QOF2526-[^/]+/$", page.url), page.url


def sign_in_by_keyboard(someone: Person) -> None:
    """The address, the password and the button, by tabs and the enter key."""
    page = someone.page
    type_in(page, "Email address", someone.demo.email("Locum manager"))
    type_in(page, "Password", someone.demo.password)
    open_by_key(page, re.compile("^Sign in$"))
    someone.check()


def where(someone: Person) -> str:
    """The organisation named under the header."""
    return someone.page.locator(".app-org summary > strong").inner_text()


def other(someone: Person) -> str:
    """The other one of the locum's two practices."""
    return DOVECOTE if where(someone) == LARKFIELD else LARKFIELD


def wear(someone: Person, organisation: str) -> None:
    """Change to an organisation unless one works there already."""
    if where(someone) != organisation:
        someone.page.get_by_text("Change organisation").click()
        someone.page.get_by_role("button", name=organisation).click()
        someone.check()
    assert where(someone) == organisation
