"""Grants with dates, roles as code, and whom a person may see."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cqrs.portal.accounts import actions, queries
from cqrs.portal.accounts.models import Grant, User
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused
from cqrs.portal.accounts.queries import Held
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.queries import by_code
from cqrs.values import clock
from tests.factories import NATION, NORTHMOOR, PEOPLE, PRACTICES, WESTMERE, actor, email, user
from tests.integration.rooms.conftest import TUESDAY
from tests.integration.rooms.road import everything

WORLD = "england"

OPERATOR = queries.command_actor()


def test_the_practice_manager_of_the_product_has_three_roles_in_one(england: None) -> None:
    helen = actor("helen")
    assert set(helen.role_names) == {
        "Practice service manager",
        "Practice data entry",
        "Practice finance viewer",
    }
    assert helen.may(Permission.SEE_POUNDS)
    assert helen.may(Permission.ENTER_DATA)
    assert not helen.may(Permission.DECLARE)


def test_an_auditor_changes_nothing() -> None:
    assert {p.value.split(".")[1] for p in ROLES["auditor"].permissions} == {
        "see", "read", "trail", "sign_ins",
    }  # fmt: skip


def test_every_role_says_what_it_is_for_and_where() -> None:
    for code, role in ROLES.items():
        assert role.code == code
        assert role.description.endswith(".")
        assert role.kinds
        assert role.permissions


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ama", {"A99001"}),
        ("quay", {"A99002"}),
        ("priya", {WESTMERE, "A99001", "A99002", "A99003", "A99004"}),
        ("tom", {NORTHMOOR, "A99005", "A99006"}),
        ("felix", {WESTMERE, NORTHMOOR, NATION, "U99901", *PRACTICES}),
    ],
)
def test_everybody_sees_their_own_area_their_practices_or_the_nation(
    england: None, who: str, seen: set[str]
) -> None:
    person = actor(who)
    visible = set(queries.visible_organisations(person).values_list("code", flat=True))
    assert visible == seen
    for code in (WESTMERE, NORTHMOOR, NATION, *PRACTICES):
        assert person.sees(by_code(code).id) == (code in seen)


def test_a_grant_counts_on_its_first_and_last_day_and_not_around_them(england: None) -> None:
    actions.grant(
        actor=OPERATOR,
        email=email("joe"),
        role="practice_declarer",
        organisation_code="A99001",
        start_date=date(2026, 6, 1),
        end_date=date(2026, 6, 30),
    )
    for day, may in ((31, False), (32, True), (61, True), (62, False)):
        moment = TUESDAY.replace(day=1, month=5) + (date(2026, 5, 2) - date(2026, 5, 1)) * (day - 1)
        with clock.fixed(moment):
            assert actor("joe").may(Permission.DECLARE) == may


def test_without_a_live_grant_there_is_no_acting_there(england: None) -> None:
    with pytest.raises(NotFound):
        actor("ama", "A99002")
    with clock.fixed(TUESDAY.replace(year=2019)), pytest.raises(NotFound):
        actor("ama")
    User.objects.filter(email=email("ama")).update(is_active=False)
    with pytest.raises(NotFound):
        actor("ama")
    assert queries.organisations_of(user("ama")) == ()


def test_one_person_may_act_for_several_organisations(england: None) -> None:
    actions.grant(
        actor=OPERATOR,
        email=email("ama"),
        role="practice_viewer",
        organisation_code="A99002",
    )
    places = queries.organisations_of(user("ama"))
    assert [(place.code, place.role_names) for place in places] == [
        ("A99001", ("Practice declarer",)),
        ("A99002", ("Practice viewer",)),
    ]
    assert actor("ama", "A99001").may(Permission.DECLARE)
    assert not actor("ama", "A99002").may(Permission.DECLARE)
    assert not actor("ama", "A99002").may(Permission.SEE_POUNDS)


def test_an_address_is_one_person_whatever_its_capitals(england: None) -> None:
    before = everything()
    again = actions.create_user(
        actor=OPERATOR, email="AMA@Portal.Example", full_name="Somebody Else", password="x"
    )
    assert again == user("ama").pk
    assert everything() == before
    with (
        pytest.raises(IntegrityError, match="user_email_is_in_small_letters"),
        transaction.atomic(),
    ):
        User(email="New@Portal.Example", full_name="New").save()


def test_a_person_needs_a_full_name(england: None) -> None:
    with pytest.raises(ValueError, match="full name"):
        actions.create_user(actor=OPERATOR, email="n@portal.example", full_name=" ")


@pytest.mark.parametrize(
    ("role", "place", "words"),
    [
        ("emperor", "A99001", "There is no role 'emperor'"),
        ("practice_declarer", WESTMERE, "can't be granted at NHS Westmere ICB"),
        ("approval_manager", "A99001", "can't be granted at Larkfield Road Surgery"),
        ("payment_releaser", "A99001", "can't be granted at Larkfield Road Surgery"),
        ("auditor", WESTMERE, "can't be granted at NHS Westmere ICB"),
    ],
)
def test_a_role_is_granted_only_where_it_belongs(
    england: None, role: str, place: str, words: str
) -> None:
    before = everything()
    with pytest.raises(Refused, match=words):
        actions.grant(actor=OPERATOR, email=email("joe"), role=role, organisation_code=place)
    assert everything() == before


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_of_this_slice_grants_from_the_portal(england: None, who: str) -> None:
    before = everything()
    with pytest.raises(Refused, match="Only a user administrator"):
        actions.grant(
            actor=actor(who),
            email=email(who),
            role="practice_declarer",
            organisation_code="A99001",
        )
    with pytest.raises(Refused, match="Only a user administrator"):
        actions.create_user(actor=actor(who), email="new@portal.example", full_name="New")
    assert everything() == before


def test_an_administrator_can_not_grant_more_than_they_hold_nor_to_themselves(
    england: None,
) -> None:

    administrator = replace(actor("ama"), held=(Held(ROLES["practice_user_administrator"]),))
    before = everything()
    for to, role, place, words in (
        ("joe", "auditor", NATION, "your own roles don't let you"),
        ("joe", "practice_declarer", "A99002", "your own roles don't let you"),
        ("ama", "practice_declarer", "A99001", "to yourself"),
    ):
        with pytest.raises(Refused, match=words):
            actions.grant(actor=administrator, email=email(to), role=role, organisation_code=place)
    assert everything() == before
    actions.grant(
        actor=administrator,
        email=email("joe"),
        role="practice_declarer",
        organisation_code="A99001",
    )
    assert actor("joe").may(Permission.DECLARE)


def test_the_database_refuses_a_grant_to_oneself_and_an_unknown_role(england: None) -> None:
    ama, place = user("ama"), by_code("A99001").id
    for change, name in (
        ({"granted_by_id": ama.pk}, "grant_is_not_to_oneself"),
        ({"role": "emperor"}, "grant_role_is_known"),
        ({"granted_by_name": ""}, "grant_names_its_giver"),
        ({"end_date": date(2000, 1, 1)}, "grant_ends_after_it_starts"),
    ):
        row = {
            "role": "practice_viewer", "granted_by_id": None, "granted_by_name": "Set-up",
            "end_date": None, **change,
        }  # fmt: skip
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Grant.objects.create(
                user=ama,
                organisation_id=place,
                start_date=date(2026, 1, 1),
                granted_at=clock.now(),
                **row,
            )


def test_the_command_line_never_declares_approves_or_pays() -> None:
    for permission in (
        Permission.DECLARE,
        Permission.APPROVE,
        Permission.FINANCE_APPROVE,
        Permission.BUILD_RUN,
        Permission.RELEASE_RUN,
        Permission.SEE_POUNDS,
    ):
        assert not OPERATOR.may(permission)
