"""The work queue and home of a commissioner: who sees what, in which order, in how many queries."""

import re

import pytest
from django.test import Client

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.claims import actions as claims
from cqrs.values import pounds_text
from tests import factories
from tests.integration.web import crowd
from tests.integration.web.conftest import SignIn
from tests.integration.web.looking import counting
from tests.integration.web.reading import text, words

AT_MOST = 12


@pytest.fixture
def declared(qof: factories.Loaded) -> None:
    """Every Westmere practice has declared."""
    crowd.declare(["A99001", "A99002", "A99003", "A99004"])


def names(html: str) -> list[str]:
    """The practices of the rows, in order."""
    return re.findall(r'scope="row" role="rowheader"><a href="/claims/[^"]+">([^<]+)</a>', html)


def test_the_queue_says_how_many_wait_what_they_are_worth_and_how_long(
    declared: None, sign_in: SignIn
) -> None:
    page = text(sign_in("priya"), "/queue/")
    total = sum(card.pence or 0 for card in crowd.cards("priya"))
    assert "4 claims wait for NHS Westmere ICB, worth" in page
    assert f"£{total // 100:,}.{total % 100:02}" in page
    assert "4 claims match" in page
    assert "You since Tue 12 May" in page
    assert "Next: NHS Westmere ICB finance approves" in page


def test_other_commissioners_see_their_own_claims_only(declared: None, sign_in: SignIn) -> None:
    page = text(sign_in("tom"), "/queue/?state=all")
    assert "Castle Hill Surgery" in page
    assert "Quayside Surgery" not in page


@pytest.mark.parametrize("who", ["grace", "liam", "anita"])
def test_who_does_not_see_claims_is_told_so(declared: None, sign_in: SignIn, who: str) -> None:
    assert "Your role does not see claims." in text(sign_in(who), "/queue/", status=403)


def test_a_viewer_sees_points_but_no_pound_and_no_checkbox(declared: None, sign_in: SignIn) -> None:
    for address in ("/", "/queue/"):
        html = sign_in("ruth").get(address).content.decode()
        assert "£" not in html
        assert "data-pence" not in html
        assert 'name="claim"' not in html
    assert "Larkfield Road Surgery" in html


def test_nobody_signed_out_sees_the_queue(declared: None, client: Client) -> None:
    response = client.get("/queue/")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


def test_filters_narrow_and_come_off_one_by_one(declared: None, sign_in: SignIn) -> None:
    priya = sign_in("priya")
    page = priya.get("/queue/?text=elms").content.decode()
    assert names(page) == ["The Elms Practice"]
    assert "Search: elms" in page
    assert "1 claim matches" in words(page)
    assert re.findall(r'class="app-tag" href="([^"]+)"', page) == ["?text=elms&amp;state=all", "?"]
    assert names(priya.get("/queue/?text=A99004").content.decode()) == ["Mill Lane Medical Centre"]
    assert names(priya.get("/queue/?state=awaiting_finance").content.decode()) == []
    assert names(priya.get("/queue/?status=provisional").content.decode()) == []
    assert names(priya.get("/queue/?flag=any").content.decode()) == []


def test_no_match_says_so_and_offers_the_way_out(declared: None, sign_in: SignIn) -> None:
    page = text(sign_in("priya"), "/queue/?text=nowhere")
    assert "No claim matches these filters." in page
    assert "Show all 4" in page


def test_without_any_claim_the_queue_says_what_fills_it(england: None, sign_in: SignIn) -> None:
    assert "There are no claims yet." in text(sign_in("priya"), "/queue/")
    assert "Nothing needs you." in text(sign_in("priya"), "/")


def test_a_column_sorts_and_says_which_way(declared: None, sign_in: SignIn) -> None:
    priya = sign_in("priya")
    money = {card.provider_name: card.pence for card in crowd.cards("priya")}
    most = sorted(money, key=lambda name: -(money[name] or 0))
    page = priya.get("/queue/?sort=most").content.decode()
    assert names(page) == most
    assert 'aria-sort="descending"' in page
    assert 'href="?sort=least"' in page
    page = priya.get("/queue/?sort=least").content.decode()
    assert names(page) == most[::-1]
    assert 'aria-sort="ascending"' in page
    assert names(priya.get("/queue/?sort=name").content.decode()) == sorted(money)
    assert names(priya.get("/queue/?sort=rubbish").content.decode())


def test_a_claim_with_gaps_has_no_checkbox_and_says_why(england: None, sign_in: SignIn) -> None:
    factories.load_service(leave_out=(("A99001", "DM020"),))
    crowd.declare(["A99001", "A99002"])
    page = sign_in("priya").get("/queue/").content.decode()
    assert page.count('name="claim"') == 1
    assert "1 indicator without counts" in page
    assert "Open it to decide" in page
    assert "1 has a flag" in words(page)


def test_who_approved_a_claim_is_told_why_finance_is_for_another(
    declared: None, sign_in: SignIn
) -> None:
    claims.approve(
        actor=factories.actor("priya"),
        claim_id=crowd.cards("priya")[0].id,
        statement_digest=crowd.cards("priya")[0].statement_digest,
    )
    accounts.grant(
        actor=command_actor(),
        email=factories.email("priya"),
        role="finance_manager",
        organisation_code=factories.WESTMERE,
        start_date=crowd.START,
    )
    page = sign_in("priya").get("/queue/?state=awaiting_finance").content.decode()
    assert 'name="claim"' not in page
    assert "another person" in page


def test_home_names_the_work_the_money_and_what_happened(declared: None, sign_in: SignIn) -> None:
    home = text(sign_in("priya"), "/")
    assert "What needs you" in home
    assert "Approve 4 claims" in home
    assert "Money of your area" in home
    assert "Dr Ama Osei" in home
    home = text(sign_in("daniel"), "/")
    assert "Nothing needs you." in home
    assert "4 claims: wait for approval" in home


def test_provisional_pounds_stand_apart_and_are_not_added(declared: None, sign_in: SignIn) -> None:
    total = pounds_text(sum(card.pence or 0 for card in crowd.cards("priya")))
    factories.load_service("qof/2023-24", final=False)
    apart = [card for card in crowd.cards("priya") if not card.is_final]
    home = text(sign_in("priya"), "/")
    assert f"Together they make {total} ." in home
    assert f"Provisional {pounds_text(sum(card.pence or 0 for card in apart))}" in home
    assert "4 claims not counted above" in home
    assert "Expected £0.00 0 claims" in home
    assert "£" not in text(sign_in("ruth"), "/")


def test_finance_sees_its_own_step(declared: None, sign_in: SignIn) -> None:
    crowd.approve("priya", crowd.cards("priya")[:1])
    page = text(sign_in("daniel"), "/queue/")
    assert "1 claim waits for NHS Westmere ICB finance" in page
    assert "Next: the payment run" in page


@pytest.mark.national
def test_three_hundred_claims_need_no_more_queries(england: None, sign_in: SignIn) -> None:
    loaded = factories.load_service(final=False)
    many = crowd.add(loaded, 300, gaps=30)
    factories.calculate(loaded.collection_id)
    crowd.declare(many[:120])
    priya, daniel = sign_in("priya"), sign_in("daniel")
    page = priya.get("/queue/").content.decode()
    assert "<title>Claims to approve (page 1 of 6)" in page
    assert "120 claims wait" in words(page)
    assert "review all 90 matching claims without a flag" in words(page)
    assert 'href="?page=2" rel="next"' in page
    for address in (
        "/", "/queue/", "/queue/?state=all", "/queue/?page=3&sort=most", "/queue/?text=moor",
        "/queue/review/?select=all",
    ):  # fmt: skip
        with counting() as made:
            assert priya.get(address).status_code == 200, address
        assert len(made) <= AT_MOST, address
    with counting() as made:
        assert daniel.get("/").status_code == 200
    assert len(made) <= AT_MOST
    last = priya.get("/queue/?page=999").content.decode()
    assert "(page 6 of 6)" in last
    assert len(names(last)) == 20
