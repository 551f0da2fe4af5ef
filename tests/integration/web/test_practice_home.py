"""The practice's home and its claims: what needs you, where the money is, who is waited for."""

from datetime import date

import pytest
from django.test import Client
from django.utils.html import escape

from cqrs.portal.claims import actions, queries
from cqrs.values import pounds_text
from tests import factories
from tests.integration.web.conftest import SignIn
from tests.integration.web.looking import counting, lines, main


def declare(who: str = "ama") -> queries.ClaimCard:
    card = queries.claims_of_provider(factories.actor(who))[0]
    actions.declare(
        actor=factories.actor(who), claim_id=card.id, statement_digest=card.statement_digest
    )
    return card


def test_a_declarer_sees_the_task_with_its_deadline_and_its_money(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    card = queries.claims_of_provider(factories.actor("ama"))[0]

    text = lines(sign_in("ama").get("/"))

    assert "Tuesday 12 May 2026. 1 thing, due on Fri 29 May." in text
    assert "17 days left" in text
    assert "Declare: QOF 2025/26, year end" in text
    assert f"{card.points} of 564 points. No warnings." in text
    assert card.pence is not None
    assert text.count(f"£{card.pence // 100:,}.{card.pence % 100:02}") >= 3  # task, total, road


def test_the_road_counts_a_pound_once_and_ends_at_sent(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    declare()

    text = lines(sign_in("ama").get("/"))

    road = [name for name in ("Expected", "Declared", "Approved", "Sent") if name in text]
    assert road == ["Expected", "Declared", "Approved", "Sent"]
    assert "Paid" not in text
    assert "0 claims not declared yet" in text
    assert "1 claim with your commissioner" in text


def test_provisional_pounds_stand_apart_from_the_road(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    factories.load_service("qof/2023-24", final=False)
    cards = queries.claims_of_provider(factories.actor("ama"))
    final = next(card for card in cards if card.is_final)
    provisional = next(card for card in cards if not card.is_final)

    text = lines(sign_in("ama").get("/"))

    assert f"Together they make {pounds_text(final.pence or 0)}." in text
    assert f"Expected {pounds_text(final.pence or 0)} 1 claim not declared yet" in text
    assert f"Provisional {pounds_text(provisional.pence or 0)} QOF 2023/24, year end" in text


def test_after_declaring_nothing_needs_them_and_the_claim_waits_for_the_commissioner(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    declare()

    text = lines(sign_in("ama").get("/"))

    assert "Nothing needs you." in text
    assert "Waiting for others" in text
    assert "NHS Westmere ICB finance approves" in text


def test_a_returned_claim_comes_back_with_its_reason(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    card = declare()
    actions.return_to_provider(
        actor=factories.actor("priya"),
        claim_id=card.id,
        reason_code="counts",
        reason="The log shows 30.",
    )

    text = lines(sign_in("ama").get("/"))

    assert "Check and declare again: QOF 2025/26, year end" in text
    assert "Returned" in text
    assert "NHS Westmere ICB returned it: “The log shows 30.” Your figures are kept." in text


def test_a_missed_deadline_says_by_how_much(england: None, sign_in: SignIn) -> None:
    factories.load_service(declare_by=date(2026, 5, 9))

    text = lines(sign_in("ama").get("/"))

    assert "1 thing, overdue since Sat 9 May." in text
    assert "3 days late" in text


def test_before_any_collection_the_page_says_what_will_appear(
    england: None, sign_in: SignIn
) -> None:
    client = sign_in("ama")

    assert "When a collection has been calculated, its claim appears here." in lines(
        client.get("/")
    )
    assert "No claim has been made yet." in lines(client.get("/claims/"))


def test_a_viewer_sees_no_pounds_and_is_told_so(qof: factories.Loaded, sign_in: SignIn) -> None:
    client = sign_in("joe")

    for address in ("/", "/claims/"):
        page = main(client.get(address))
        assert "£" not in page
    assert "Your role sees points, not pounds." in main(client.get("/"))
    assert "Nothing needs you." not in main(client.get("/"))


def test_who_does_not_declare_sees_what_the_practice_must_do_and_who_does_it(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    text = lines(sign_in("joe").get("/"))

    assert "What needs your practice" in text
    assert "1 thing, due on Fri 29 May." in text
    assert "A practice declarer declares it; you can check the figures." in text


def test_a_commissioner_s_claims_are_in_its_own_pages(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    assert sign_in("priya").get("/claims/")["Location"] == "/"
    assert sign_in("grace").get("/claims/").status_code == 403


def test_the_list_says_of_every_claim_whom_it_waits_for(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    factories.load_service("qof/2023-24", final=False)
    cards = queries.claims_of_provider(factories.actor("ama"))

    page = main(sign_in("ama").get("/claims/"))

    assert len(cards) == 2
    for card in cards:
        assert escape(card.waiting.sentence) in page
        assert card.reference in page


@pytest.mark.parametrize("address", ["/", "/claims/"])
def test_twelve_queries_at_most(qof: factories.Loaded, sign_in: SignIn, address: str) -> None:
    factories.load_service("qof/2023-24", final=False)
    factories.load_service("learning_disability_health_check/2025-26")
    client: Client = sign_in("ama")

    with counting() as queries_made:
        assert client.get(address).status_code == 200

    assert len(queries_made) <= 12
