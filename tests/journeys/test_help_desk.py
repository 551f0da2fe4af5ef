"""The help desk looks on, and roles are confirmed each quarter: two ways of being watched."""

import re
from collections.abc import Callable

from .conftest import Person

People = Callable[..., Person]
CLAIM = "/claims/QOF2526-2026-03-31-A99001/"


def test_the_help_desk_sees_what_a_customer_sees_but_no_pounds(person: People) -> None:
    helper = person("Help desk")
    helper.open("/support/view-as/")
    helper.page.get_by_label("Email address of the person").fill(
        helper.demo.email("Practice declarer")
    )
    helper.press("Find the person")
    helper.page.get_by_label("Why do you look?").fill("Ticket 4711: cannot find the claim.")
    helper.press("View as Owen Hale")
    helper.sees("What needs your practice")
    helper.sees("Nothing can be changed")
    helper.picture("view-as")
    for path in ("/", "/claims/", CLAIM, f"{CLAIM}achievement/"):
        helper.open(path)
        assert "£" not in helper.page.get_by_role("main").inner_text(), path
        assert helper.page.get_by_role("button", name="Stop viewing").count() == 1, path

    nothing_can_be_sent(helper)
    helper.page.goto(f"{helper.demo.address}/")
    helper.page.get_by_role("button", name="Stop viewing").click()
    helper.check()
    helper.sees("These are your own pages again")

    customer = person("Practice declarer")
    customer.open("/inbox/")
    customer.sees(re.compile("Hazel Dunn|help desk", re.IGNORECASE))
    customer.open(CLAIM)
    customer.sees("Check and declare")


def nothing_can_be_sent(helper: Person) -> None:
    """A declaration sent past the pages is refused, and the claim stays where it is."""
    cookies = {cookie["name"]: cookie["value"] for cookie in helper.page.context.cookies()}
    token = next(value for name, value in cookies.items() if "csrf" in name)
    answer = helper.page.request.post(
        f"{helper.demo.address}{CLAIM}declare/",
        form={"csrfmiddlewaretoken": token, "agreed": "on"},
        headers={"Referer": f"{helper.demo.address}/"},
        max_redirects=0,
    )
    assert answer.status == 403, answer.status


def test_roles_are_confirmed_for_the_quarter(person: People) -> None:
    administrator = person("National user administrator")
    administrator.follow("Quarterly check of roles")
    administrator.sees("Yours: another administrator confirms it")
    administrator.picture("confirm-roles")
    administrator.press("Check before confirming")
    administrator.sees("Choose keep or end for at least one role.")
    administrator.press(re.compile("^Keep all"))
    administrator.sees("Nothing is saved yet.")
    administrator.picture("confirm-roles-check")
    administrator.press(re.compile(r"^Keep \d+ and end 0"))
    administrator.sees(re.compile(r"You decided about \d+ roles"))
    administrator.open("/people/confirm/")
    administrator.sees("Kept by Nora Pike")
