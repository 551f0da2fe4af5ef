"""Invitations, requests and administrators: who gets in, by whom, and how often."""

from datetime import timedelta

import pytest

from cqrs.portal.accounts import actions, invitations, waiting
from cqrs.portal.accounts.models import AccessRequest, Grant, Invitation, User
from cqrs.portal.accounts.permissions import NotFound
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.messages.models import Email, Notice
from cqrs.portal.organisations.models import Organisation
from cqrs.portal.organisations.queries import by_code
from cqrs.values import clock
from tests.factories import NATION, WESTMERE, actor, email, user
from tests.integration.rooms.joining import person, refused

WORLD = "england"
OWN, OTHER = "A99001", "A99002"
STRONG = "correct horse battery staple"


@pytest.fixture
def nina(england: None) -> Actor:
    """The user administrator of Larkfield Road Surgery."""
    return person("nina.hart", "Nina Hart", "practice_user_administrator", OWN)


def invite(by: Actor, address: str = "eve.lin@larkfield.example", *roles: str) -> Invitation:
    number = actions.invite(
        actor=by,
        email=address,
        full_name="Eve Lin",
        organisation_code=OWN,
        roles=roles or ("practice_viewer",),
    )
    return Invitation.objects.get(pk=number)


def stranger(token: str) -> Actor:
    found = invitations.invited(token)
    return invitations.arriving(found, name=found.full_name, email=found.email)


# Invitations -------------------------------------------------------------------------------------


def test_an_invited_person_makes_an_account_and_gets_the_roles_once(nina: Actor) -> None:
    row = invite(nina, "Eve.Lin@larkfield.example", "practice_viewer", "practice_data_entry")
    sent = Email.objects.get(address="eve.lin@larkfield.example")
    assert invitations.link_of(row) in sent.link
    token = invitations.token_of(row)
    number = actions.accept_invitation(actor=stranger(token), token=token, password=STRONG)
    eve = User.objects.get(pk=number)
    assert (eve.full_name, eve.email) == ("Eve Lin", "eve.lin@larkfield.example")
    assert eve.check_password(STRONG)
    assert set(Grant.objects.filter(user=eve).values_list("role", flat=True)) == {
        "practice_viewer",
        "practice_data_entry",
    }
    assert Notice.objects.filter(
        recipient_id=nina.user_id or 0, title__contains="accepted"
    ).exists()
    refused(
        lambda: actions.accept_invitation(actor=stranger(token), token=token, password=STRONG),
        "accepted",
    )


def test_a_weak_password_makes_no_account(nina: Actor) -> None:
    token = invitations.token_of(invite(nina))
    refused(
        lambda: actions.accept_invitation(actor=stranger(token), token=token, password="short"),
        "password",
    )


def test_only_the_invited_person_accepts(nina: Actor) -> None:
    token = invitations.token_of(invite(nina))
    refused(
        lambda: actions.accept_invitation(actor=actor("joe"), token=token),
        "This invitation is for Eve Lin",
    )


def test_an_account_signs_in_before_it_accepts(nina: Actor) -> None:
    token = invitations.token_of(invite(nina, email("quay")))
    refused(
        lambda: actions.accept_invitation(actor=stranger(token), token=token, password=STRONG),
        "Sign in with it",
    )
    actions.accept_invitation(actor=actor("quay"), token=token)
    assert {m.organisation.code for m in Grant.objects.filter(user=user("quay"))} == {OWN, OTHER}


def test_a_link_lasts_fourteen_days_and_can_be_renewed(nina: Actor) -> None:
    row = invite(nina)
    assert row.expires_at.date().isoformat() == "2026-05-26"
    with clock.fixed(row.expires_at + timedelta(days=30)):
        token = invitations.token_of(row)
        refused(
            lambda: actions.accept_invitation(actor=stranger(token), token=token, password=STRONG),
            "expired",
        )
        actions.ask_for_renewal(actor=stranger(token), token=token)
        asked = Notice.objects.filter(
            recipient_id=nina.user_id or 0, title__contains="new invitation"
        )
        assert asked.count() == 1
        actions.renew_invitation(actor=nina, invitation_id=row.pk)
        refused(
            lambda: actions.accept_invitation(actor=stranger(token), token=token, password=STRONG),
            "replaced",
        )
        row.refresh_from_db()
        assert row.expires_at.date() == clock.today() + timedelta(days=14)
        newest = invitations.token_of(row)
        actions.accept_invitation(actor=stranger(newest), token=newest, password=STRONG)


def test_a_withdrawn_invitation_and_a_forged_link_open_nothing(nina: Actor) -> None:
    row = invite(nina)
    token = invitations.token_of(row)
    actions.withdraw_invitation(actor=nina, invitation_id=row.pk)
    refused(
        lambda: actions.accept_invitation(actor=nina, token=token),
        "withdrawn",
    )
    with pytest.raises(NotFound):
        invitations.read(token[:-2] + "xx")


def add(by: Actor, *roles: str) -> tuple[int, str]:
    """Somebody added directly: their number, and the link by which they set a password."""
    number = actions.create_person(
        actor=by,
        email="eve.lin@larkfield.example",
        full_name="Eve Lin",
        work_phone="01632 960100",
        organisation_code=OWN,
        roles=roles,
    )
    return number, invitations.token_of(Invitation.objects.get(email="eve.lin@larkfield.example"))


def held(number: int) -> set[str]:
    today = clock.today()
    return {g.role for g in Grant.objects.filter(user=number).exclude(end_date__lt=today)}


def test_who_was_taken_off_does_not_come_back_by_an_older_link(nina: Actor) -> None:
    number, token = add(nina, "practice_viewer")
    place = by_code(OWN).id
    actions.unlink(actor=nina, user_id=number, organisation_id=place, reason="The wrong person")
    refused(
        lambda: actions.accept_invitation(actor=stranger(token), token=token, password=STRONG),
        "withdrawn",
    )
    assert held(number) == set()


def test_a_role_that_was_ended_does_not_come_back_by_an_older_link(nina: Actor) -> None:
    number, token = add(nina, "practice_viewer", "practice_declarer")
    row = Grant.objects.get(user=number, role="practice_declarer")
    actions.end_role(actor=nina, grant_id=row.pk, reason="Not needed")
    actions.accept_invitation(actor=stranger(token), token=token, password=STRONG)
    assert held(number) == {"practice_viewer"}


def test_what_somebody_handed_out_ends_when_their_account_is_switched_off(nina: Actor) -> None:
    mary = person("mary.hart", "Mary Hart", "practice_user_administrator", OWN)
    today = clock.today()
    delegated = actions.delegate(
        actor=nina,
        grant_id=Grant.objects.get(user=nina.user_id).pk,
        to_user_id=user("joe").pk,
        start_date=today,
        end_date=today + timedelta(days=80),
    )
    token = invitations.token_of(invite(nina, "eve.lin@larkfield.example"))
    kept = invite(mary, "ned.lin@larkfield.example")

    actions.disable(actor=mary, user_id=nina.user_id or 0, reason="Not to be trusted")

    assert Grant.objects.get(pk=delegated).ended_by_name == "Mary Hart"
    refused(
        lambda: actions.accept_invitation(actor=stranger(token), token=token, password=STRONG),
        "withdrawn",
    )
    assert invitations.state_of(Invitation.objects.get(pk=kept.pk)) == "open"


def test_what_somebody_sent_is_withdrawn_when_they_are_taken_off(nina: Actor) -> None:
    mary = person("mary.hart", "Mary Hart", "practice_user_administrator", OWN)
    row = invite(nina)
    kept = invite(mary, "ned.lin@larkfield.example")
    place = by_code(OWN).id
    actions.unlink(actor=mary, user_id=nina.user_id or 0, organisation_id=place, reason="Left")
    assert invitations.state_of(Invitation.objects.get(pk=row.pk)) == "withdrawn"
    assert invitations.state_of(Invitation.objects.get(pk=kept.pk)) == "open"


def test_nobody_joins_what_has_closed(nina: Actor) -> None:
    row = invite(nina)
    yesterday = clock.today() - timedelta(days=1)
    Organisation.objects.filter(code=OWN).update(close_date=clock.today())
    invite(nina, "last.day@larkfield.example")
    Organisation.objects.filter(code=OWN).update(close_date=yesterday)
    assert Invitation.objects.filter(pk=row.pk).exists()
    words = "Larkfield Road Surgery closed on 11 May 2026"
    refused(lambda: invite(nina, "ned.lin@larkfield.example"), words)
    refused(lambda: add(nina, "practice_viewer"), words)
    refused(ask, words)


@pytest.mark.parametrize(
    ("address", "name", "words"),
    [
        ("reception@larkfield.example", "Eve Lin", "shared mailbox"),
        ("eve.lin@elsewhere.com", "Eve Lin", "must end in"),
        ("eve.lin@larkfield.example", "Reception", "full name"),
    ],
)
def test_nobody_but_one_person_is_invited(nina: Actor, address: str, name: str, words: str) -> None:
    refused(
        lambda: actions.invite(
            actor=nina,
            email=address,
            full_name=name,
            organisation_code=OWN,
            roles=["practice_viewer"],
        ),
        words,
    )


def test_an_administrator_invites_no_further_than_their_own_reach(nina: Actor) -> None:
    for place, roles, words in (
        (OTHER, ["practice_viewer"], "your own roles"),
        (OWN, ["approval_manager"], "can't be granted at"),
        (OWN, [], "at least one role"),
    ):
        refused(
            lambda place=place, roles=roles: actions.invite(  # type: ignore[misc] # bound at once
                actor=nina,
                email="eve.lin@larkfield.example",
                full_name="Eve Lin",
                organisation_code=place,
                roles=roles,
            ),
            words,
        )
    invite(nina)
    refused(lambda: invite(nina), "was invited to")
    other = person("omar.quinn", "Omar Quinn", "practice_user_administrator", OTHER)
    mine = Invitation.objects.get().pk
    refused(lambda: actions.renew_invitation(actor=other, invitation_id=mine), "no such invitation")


def test_a_person_created_directly_sets_a_password_by_the_same_link(nina: Actor) -> None:
    number = actions.create_person(
        actor=nina,
        email="eve.lin@larkfield.example",
        full_name="Eve Lin",
        work_phone="01632 960100",
        organisation_code=OWN,
        roles=["practice_viewer"],
    )
    eve = User.objects.get(pk=number)
    assert not eve.has_usable_password()
    token = invitations.token_of(Invitation.objects.get())
    actions.accept_invitation(actor=stranger(token), token=token, password=STRONG)
    eve.refresh_from_db()
    assert eve.check_password(STRONG)
    assert Grant.objects.filter(user=eve).count() == 1


# Requests ----------------------------------------------------------------------------------------


def ask(place: str = OWN, *roles: str, address: str = "eve.lin@larkfield.example") -> AccessRequest:
    found = by_code(place)
    actions.ask_to_join(
        actor=invitations.arriving(found, name="Eve Lin", email=address),
        full_name="Eve Lin",
        work_phone="01632 960100",
        organisation_code=place,
        roles=roles or ("practice_viewer",),
        reason="I work at the front desk and look after recalls.",
    )
    return AccessRequest.objects.latest("pk")


@pytest.fixture
def desk(england: None) -> dict[str, Actor]:
    """Everybody who decides about requests."""
    return {
        "area": person("olga.west", "Olga West", "organisation_administrator", WESTMERE),
        "own": person("carl.west", "Carl West", "commissioner_user_administrator", WESTMERE),
        "help": person("hana.desk", "Hana Desk", "help_desk", NATION),
        "north": person("nils.moor", "Nils Moor", "organisation_administrator", "QZ8"),
    }


def decide_who(row: AccessRequest) -> set[str]:
    names = ("ama", "olga.west", "carl.west", "hana.desk", "nils.moor", "helen", "quay")
    return {who for who in names if row.pk in {r.id for r in waiting.access_waiting(actor(who))}}


def test_a_one_step_practice_leaves_the_decision_to_its_commissioner(
    desk: dict[str, Actor],
) -> None:
    row = ask()
    assert (row.route, row.decider.code) == ("commissioner", WESTMERE)
    assert decide_who(row) == {"olga.west"}


def test_a_two_step_practice_decides_itself(desk: dict[str, Actor]) -> None:
    Organisation.objects.filter(code=OWN).update(provider_steps=2)
    row = ask()
    assert (row.route, row.decider.code) == ("provider", OWN)
    assert decide_who(row) == {"ama"}
    told = Notice.objects.filter(key__startswith=f"access-request:{row.pk}")
    assert {notice.recipient_id for notice in told} == {user("ama").pk}


def test_a_commissioner_decides_plain_roles_and_the_help_desk_administrators(
    desk: dict[str, Actor],
) -> None:
    plain = ask(WESTMERE, "commissioner_viewer")
    assert decide_who(plain) == {"carl.west"}
    administrator = ask(
        WESTMERE, "commissioner_user_administrator", address="adam.vale@larkfield.example"
    )
    assert decide_who(administrator) == {"hana.desk"}
    nobody_there = ask("QZ8", "commissioner_viewer")
    assert decide_who(nobody_there) == {"hana.desk"}


def test_where_nobody_can_decide_the_asker_is_told(england: None) -> None:
    refused(ask, "Nobody can decide yet")


def test_approving_somebody_without_an_account_invites_them(desk: dict[str, Actor]) -> None:
    row = ask()
    actions.approve_request(actor=desk["area"], request_id=row.pk, roles=["practice_data_entry"])
    invited = Invitation.objects.get()
    assert (invited.email, invited.roles) == (row.email, ["practice_data_entry"])
    refused(
        lambda: actions.refuse_request(actor=desk["area"], request_id=row.pk, reason="Late"),
        "Olga West approved this request",
    )


def test_approving_somebody_with_an_account_gives_the_roles(desk: dict[str, Actor]) -> None:
    row = ask(address=email("quay"))
    actions.approve_request(actor=desk["area"], request_id=row.pk, roles=["practice_viewer"])
    assert Grant.objects.filter(user=user("quay"), organisation__code=OWN).exists()
    assert not Invitation.objects.exists()


def test_refusing_needs_a_reason_which_the_asker_reads(desk: dict[str, Actor]) -> None:
    row = ask()
    refused(
        lambda: actions.refuse_request(actor=desk["area"], request_id=row.pk, reason=" "),
        "Say why",
    )
    actions.refuse_request(actor=desk["area"], request_id=row.pk, reason="You left in March.")
    row.refresh_from_db()
    assert row.state == "refused"
    assert Email.objects.filter(address=row.email, body__contains="You left in March.").exists()


def test_others_can_neither_see_nor_decide_a_request(desk: dict[str, Actor]) -> None:
    row = ask()
    for who in ("ama", "nils.moor", "hana.desk", "priya"):
        refused(
            lambda who=who: actions.approve_request(  # type: ignore[misc] # bound at once
                actor=actor(who), request_id=row.pk, roles=["practice_viewer"]
            ),
            "no such request",
        )
    refused(
        lambda: actions.approve_request(
            actor=desk["area"], request_id=row.pk, roles=["practice_user_administrator"]
        ),
        "your own roles",
    )


def test_asking_twice_waits_once(desk: dict[str, Actor]) -> None:
    ask()
    ask()
    assert AccessRequest.objects.count() == 1
