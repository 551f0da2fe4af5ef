"""The home of every role, and the shell round it: what needs them, what they open, how dear."""

import re
from datetime import timedelta

import pytest

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.models import Grant, Invitation
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations import actions as organisations
from cqrs.portal.organisations.actions import NewOrganisation
from cqrs.portal.organisations.queries import by_code
from cqrs.values import clock
from tests import factories
from tests.integration.web.conftest import SignIn
from tests.integration.web.looking import counting, lines, main

AT_MOST = 12
PLACES = {
    "practice": ["A99001"], "pharmacy": ["XPH01"], "federation": ["XFE01"], "pcn": ["XPN01"],
    "icb": ["QZ9"], "sub_icb": ["XSI01"], "region": ["XRE01"], "national": ["NAT"],
    "agency": ["XAG01"],
}  # fmt: skip
FIRST = {code: role.kinds[0] for code, role in ROLES.items()}
OTHERS = {kind: code for code, role in ROLES.items() for kind in role.kinds[1:]}
PAIRS = [*FIRST.items(), *((code, kind) for kind, code in OTHERS.items())]
"""Every role at the first kind it is for, and every other kind once."""


def somebody(role: str, kind: str, *more: str) -> None:
    """A person named after the role, holding it at an organisation of the kind."""
    operator = command_actor()
    code = PLACES[kind][0]
    if code.startswith("X"):
        organisations.register(
            actor=operator, organisations=[NewOrganisation(code, f"The {kind} of Xville", kind)]
        )
    accounts.create_user(
        actor=operator,
        email=factories.email("new"),
        full_name="Nell Newman",
        password=factories.PASSWORD,
    )
    place = by_code(code)
    for one in (role, *more):
        # Straight into the table: what is tested is the home, not who may give the role.
        Grant.objects.create(
            user=factories.user("new"),
            role=one,
            organisation_id=place.id,
            start_date=clock.today(),
            granted_by_name="Set-up",
            granted_at=clock.now(),
        )


@pytest.mark.parametrize(("role", "kind"), PAIRS)
def test_every_role_has_a_home_that_says_what_needs_it(
    england: None, sign_in: SignIn, settings, role: str, kind: str
) -> None:
    settings.SECOND_FACTOR = "offered"
    somebody(role, kind)
    client = sign_in("new")
    with counting() as made:
        answer = client.get("/")
    assert answer.status_code == 200
    assert len(made) <= AT_MOST
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert re.search(r"Nothing needs you|need you|There are no claims yet|What needs you", page)
    assert 'aria-current="page"' in page
    assert "Help with this page" in page
    menu_and_main = page[page.index("<header") : page.index("</main>")]
    led = set(re.findall(r'<a [^>]*href="(/[^"#?]*)"', menu_and_main)) - {"/", "/help/"}
    for address in led if kind == FIRST[role] else ():
        assert client.get(address).status_code == 200, f"{role} is led to {address}"


def test_somebody_with_every_task_of_a_commissioner_still_gets_a_cheap_home(
    england: None, sign_in: SignIn, settings
) -> None:
    settings.SECOND_FACTOR = "offered"
    somebody("approval_manager", "icb", "advanced_user_administrator")
    client = sign_in("new")
    client.get("/")
    with counting() as made:
        assert client.get("/").status_code == 200
    assert len(made) <= AT_MOST


def test_the_switcher_names_every_place_with_its_roles_and_works_without_scripts(
    england: None, sign_in: SignIn, settings
) -> None:
    settings.SECOND_FACTOR = "offered"
    somebody("practice_viewer", "practice")
    codes = [code for code in factories.PRACTICES if code != "A99001"]
    many = [NewOrganisation(f"X8{n:04}", f"Surgery {n}", "practice") for n in range(7)]
    organisations.register(actor=command_actor(), organisations=many)
    for code in (*codes, *(one.code for one in many)):
        Grant.objects.create(
            user=factories.user("new"),
            role="practice_supervisor",
            organisation_id=by_code(code).id,
            start_date=clock.today(),
            granted_by_name="Set-up",
            granted_at=clock.now(),
        )
    client = sign_in("new")
    page = client.get("/").content.decode()
    assert "You work in 13 organisations." in page
    assert "app-org__list--many" in page
    assert page.count("(you are here)") == 1
    assert page.count('action="/organisation/"') == 12
    to = by_code("A99002")
    after = client.post("/organisation/", {"organisation": to.id}, follow=True).content.decode()
    assert re.search(rf"{to.name}</strong><span class=\"app-sub\">A99002, .*?you are here", after)


def test_the_strip_says_which_practice_with_its_list(england: None, sign_in: SignIn) -> None:
    page = sign_in("ama").get("/").content.decode()
    assert "Practice code A99001" in page
    assert "list 9,842" in page


def test_a_viewed_person_s_pages_say_who_looks_and_how_to_stop(england: None, settings, rf) -> None:
    from dataclasses import replace

    from django.template import engines

    from cqrs.portal.web.shell import shell

    request = rf.get("/claims/")
    request.actor = replace(factories.actor("helen"), viewed_by="Ruth Bell")
    request.user = factories.user("helen")
    request.session = {}
    request.viewing = request.actor
    context = shell(request)
    assert context["organisations"] == ()
    assert context["inbox"] == ""
    page = engines["jinja2"].get_template("help/accessibility.jinja").render(context, request)
    assert "You are viewing as Helen Marsh." in page
    assert 'action="/support/view-as/stop/"' in page
    assert "Nothing can be changed, pounds are hidden" in page


def test_a_request_for_access_is_a_task_on_the_decider_s_home(
    england: None, sign_in: SignIn, settings
) -> None:
    from cqrs.portal.accounts.models import AccessRequest

    settings.SECOND_FACTOR = "offered"
    somebody("practice_user_administrator", "practice", "practice_declarer")
    place = by_code("A99001")
    AccessRequest.objects.create(
        email="kit@a99001.example", full_name="Kit Lowe", work_phone="01632 960000",
        organisation_id=place.id, roles=["practice_viewer"], reason="I join the team.",
        route="provider", decider_id=place.id, requested_at=clock.now(),
    )  # fmt: skip
    text = lines(sign_in("new").get("/"))
    assert "Decide on 1 request for access" in text
    assert "The oldest was made on Tue 12 May." in text
    page = main(sign_in("new").get("/"))
    assert 'href="/people/requests/"' in page


def test_invitations_and_roles_that_end_soon_are_tasks_of_their_administrator(
    england: None, sign_in: SignIn, settings
) -> None:
    settings.SECOND_FACTOR = "offered"
    somebody("advanced_user_administrator", "icb")
    nell, now, today = factories.user("new"), clock.now(), clock.today()
    area, practice = by_code("QZ9").id, by_code("A99001").id

    def invite(who: str, place: int, days: int, by: int = 0) -> None:
        Invitation.objects.create(
            email=f"{who}@invited.example", full_name="Kit Lowe", organisation_id=place,
            roles=["practice_viewer"], nonce="n", invited_by_id=by, invited_by_name="Somebody",
            invited_at=now - timedelta(days=9), expires_at=now + timedelta(days=days),
        )  # fmt: skip

    invite("soon", area, 3)
    invite("later", area, 6)
    invite("others", practice, 2)  # their own administrator's, not the area's
    invite("mine", practice, 5, nell.pk)
    invite("ended", area, -1)
    priya = Grant.objects.get(user=factories.user("priya"), role="approval_manager")
    given = {"start_date": priya.start_date, "organisation_id": area, "granted_at": now}
    for who, role, days in (("priya", "finance_manager", 14), ("daniel", "approval_manager", 15)):
        Grant.objects.create(
            user=factories.user(who), role=role, end_date=today + timedelta(days=days),
            granted_by_name="Set-up", **given,
        )  # fmt: skip
    client = sign_in("new")
    client.get("/")
    with counting() as made:
        text = lines(client.get("/"))
    assert len(made) <= AT_MOST
    assert "2 invitations end soon, the first on Fri 15 May" in text
    assert "1 invitation ended and was not accepted Send a new link, or withdraw it." in text
    assert "1 role ends on Tue 26 May They were given until then." in text
    Invitation.objects.filter(email="soon@invited.example").update(withdrawn_at=now)
    Invitation.objects.filter(email="ended@invited.example").update(withdrawn_at=now)
    text = lines(client.get("/"))
    assert "1 invitation ends on Sun 17 May" in text
    assert "not accepted" not in text
