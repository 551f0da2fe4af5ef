"""Deciding many claims together: what is picked, shown, confirmed, and what became of each."""

import re

import pytest
from django.test import Client

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.queries import ClaimCard
from cqrs.values import pounds_text
from tests import factories
from tests.integration.web import crowd
from tests.integration.web.conftest import SignIn
from tests.integration.web.reading import words

WESTMERE = ["A99001", "A99002", "A99003", "A99004"]


@pytest.fixture
def declared(qof: factories.Loaded) -> factories.Loaded:
    """Every Westmere practice has declared."""
    crowd.declare(WESTMERE)
    return qof


@pytest.fixture
def priya(sign_in: SignIn, declared: factories.Loaded) -> Client:
    """The approval manager, signed in."""
    return sign_in("priya")


def review(client: Client, picked: tuple[ClaimCard, ...]) -> str:
    """The review page of these claims."""
    response = client.post("/queue/review/", {"claim": [card.id for card in picked]})
    assert response.status_code == 200
    return response.content.decode()


def tokens(html: str) -> str:
    """What the review page would send when confirmed."""
    found = re.search(r'name="chosen" value="([^"]+)"', html)
    assert found
    return found[1]


def total(picked: tuple[ClaimCard, ...]) -> str:
    """The sum as the button writes it."""
    return pounds_text(sum(card.pence or 0 for card in picked))


def states() -> dict[str, str]:
    """Where every claim stands, by practice."""
    return {card.provider_code: card.state.code for card in crowd.cards("priya")}


def test_the_review_names_claims_and_money_and_decides_nothing(priya: Client) -> None:
    picked = crowd.cards("priya")[:3]
    page = review(priya, picked)
    assert f"Approve 3 claims, {total(picked)}</button>" in page
    assert all(card.provider_name in page for card in picked)
    assert set(states().values()) == {"awaiting_commissioner"}


def test_confirming_approves_exactly_what_was_shown(priya: Client) -> None:
    picked = crowd.cards("priya")[:3]
    response = priya.post("/queue/confirm/", {"chosen": tokens(review(priya, picked))}, follow=True)
    page = words(response.content.decode())
    assert "3 claims approved" in page
    assert f"{total(picked)} moves on. Nothing was left out." in page
    assert sorted(states().values()) == ["awaiting_commissioner", *["awaiting_finance"] * 3]


def test_finance_approves_the_next_step_and_not_the_approver(
    priya: Client, sign_in: SignIn
) -> None:
    crowd.approve("priya", crowd.cards("priya")[:2])
    waiting = crowd.cards("daniel", "awaiting_finance")
    page = review(sign_in("daniel"), waiting)
    assert f"Finance-approve 2 claims, {total(waiting)}</button>" in page
    response = sign_in("daniel").post("/queue/confirm/", {"chosen": tokens(page)}, follow=True)
    assert "2 claims finance-approved" in response.content.decode()
    assert sorted(states().values())[0] == "approved"


def test_a_claim_that_changed_meanwhile_is_left_and_says_so(
    priya: Client, declared: factories.Loaded
) -> None:
    picked = crowd.cards("priya")
    page = review(priya, picked)
    changed = factories.counts(declared.definition, "A99002", changed={("DM020", "Numerator"): 0})
    factories.send_counts(declared.collection_id, declared.definition, [changed])
    claims.calculate_nation(actor=command_actor(), collection_id=declared.collection_id)
    response = priya.post("/queue/confirm/", {"chosen": tokens(page)}, follow=True)
    said = words(response.content.decode())
    assert "3 claims approved" in said
    assert "1 claim was left as it was" in said
    assert "QOF2526-2026-03-31-A99002" in said.split("Approved ")[0]
    assert states()["A99002"] == "awaiting_provider"
    assert sorted(states().values()).count("awaiting_finance") == 3


def test_one_decided_by_a_colleague_meanwhile_is_refused_with_its_sentence(priya: Client) -> None:
    picked = crowd.cards("priya")[:2]
    page = review(priya, picked)
    accounts.grant(
        actor=command_actor(),
        email=factories.email("ruth"),
        role="approval_manager",
        organisation_code=factories.WESTMERE,
        start_date=crowd.START,
    )
    crowd.approve("ruth", picked[:1])
    said = words(
        priya.post("/queue/confirm/", {"chosen": tokens(page)}, follow=True).content.decode()
    )
    assert "1 claim approved" in said
    assert "Somebody else has acted first" in said


def test_confirming_twice_changes_nothing_more(priya: Client) -> None:
    page = review(priya, crowd.cards("priya")[:2])
    priya.post("/queue/confirm/", {"chosen": tokens(page)})
    response = priya.post("/queue/confirm/", {"chosen": tokens(page)}, follow=True)
    assert "No claim was approved" in response.content.decode()
    assert sorted(states().values()).count("awaiting_finance") == 2


def test_nothing_picked_asks_for_one_and_keeps_the_filter(priya: Client) -> None:
    response = priya.post("/queue/review/", {"query": "text=elms"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "<title>Error: Claims to approve" in page
    assert "Select at least one claim" in page
    assert "The Elms Practice" in page
    assert "Quayside Surgery" not in page


def test_select_all_takes_every_match_without_a_flag_and_says_its_number(
    england: None, sign_in: SignIn
) -> None:
    factories.load_service(leave_out=(("A99001", "DM020"),))
    crowd.declare(WESTMERE)
    priya = sign_in("priya")
    queue = priya.get("/queue/").content.decode()
    assert "review all 3 matching claims without a flag" in queue
    page = priya.get("/queue/review/?select=all").content.decode()
    assert "Approve 3 claims, " in page
    assert "Larkfield Road Surgery" not in page
    page = priya.get("/queue/review/?text=elms&select=all").content.decode()
    assert "Approve 1 claim, " in page


def test_a_flagged_claim_sent_by_hand_is_left_out_with_the_reason(
    england: None, sign_in: SignIn
) -> None:
    factories.load_service(leave_out=(("A99001", "DM020"),))
    crowd.declare(WESTMERE)
    priya = sign_in("priya")
    page = review(priya, crowd.cards("priya"))
    assert "Approve 3 claims, " in page
    assert "1 claim left out" in page
    flagged = next(card for card in crowd.cards("priya") if card.blocks_bulk)
    forged = f"approve:{flagged.id}:{flagged.statement_digest}"
    said = words(priya.post("/queue/confirm/", {"chosen": forged}, follow=True).content.decode())
    assert "No claim was approved" in said
    assert "1 indicator without counts" in said
    assert states()["A99001"] == "awaiting_commissioner"


def test_another_area_s_claim_is_not_found(priya: Client, sign_in: SignIn) -> None:
    crowd.declare(["A99005"])
    theirs = next(c for c in crowd.cards("tom") if c.provider_code == "A99005")
    assert priya.post("/queue/review/", {"claim": [theirs.id]}).status_code == 404
    forged = f"approve:{theirs.id}:{theirs.statement_digest}"
    assert priya.post("/queue/confirm/", {"chosen": forged}).status_code == 404
    assert theirs.state == next(c for c in crowd.cards("tom") if c.id == theirs.id).state


@pytest.mark.parametrize("rubbish", ["", "approve", "approve:x:y", "pay:1:abc", "approve:1:"])
def test_rubbish_is_not_found(priya: Client, rubbish: str) -> None:
    assert priya.post("/queue/confirm/", {"chosen": rubbish}).status_code == 404


@pytest.mark.parametrize("who", ["ruth", "felix", "helen", "grace"])
def test_who_does_not_approve_is_refused_and_nothing_changes(
    declared: factories.Loaded, sign_in: SignIn, who: str
) -> None:
    client, card = sign_in(who), crowd.cards("priya")[0]
    forged = f"approve:{card.id}:{card.statement_digest}"
    for address, sent in (
        ("/queue/review/", {"claim": [card.id]}),
        ("/queue/confirm/", {"chosen": forged}),
    ):
        response = client.post(address, sent)
        assert response.status_code == 403
        assert "Your role may not approve claims." in response.content.decode()
    assert set(states().values()) == {"awaiting_commissioner"}


def test_confirming_is_never_a_get(priya: Client) -> None:
    assert priya.get("/queue/confirm/").status_code == 405


def test_a_review_without_a_pick_leads_back_to_the_queue(priya: Client) -> None:
    assert priya.get("/queue/review/")["Location"] == "/queue/"
    crowd.approve("priya", crowd.cards("priya"))
    assert priya.get("/queue/review/?select=all")["Location"] == "/queue/"


def test_the_outcome_page_alone_leads_back_to_the_queue(priya: Client) -> None:
    assert priya.get("/queue/outcome/")["Location"] == "/queue/"
