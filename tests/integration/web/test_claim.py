"""The claim page both sides read: why it isn't paid yet, who did what, what to decide."""

import re

import pytest
from django.utils.html import escape

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.claims import actions, queries
from cqrs.portal.claims.queries import ClaimCard
from cqrs.portal.collection import actions as collection
from cqrs.portal.payments import actions as payments
from cqrs.values import pounds_text
from tests import factories
from tests.integration.web.conftest import SignIn
from tests.integration.web.looking import counting, lines, main

REFERENCE = "QOF2526-2026-03-31-A99001"
ADDRESS = f"/claims/{REFERENCE}/"
DECIDE = f"/claims/{REFERENCE}/decide/"


def card(who: str = "ama") -> ClaimCard:
    return queries.claim(factories.actor(who), REFERENCE).card


def act(who: str, step: str) -> None:
    now = card()
    getattr(actions, step)(
        actor=factories.actor(who), claim_id=now.id, statement_digest=now.statement_digest
    )


@pytest.fixture
def declared(qof: factories.Loaded) -> factories.Loaded:
    act("ama", "declare")
    return qof


@pytest.fixture
def approved(declared: factories.Loaded) -> factories.Loaded:
    act("priya", "approve")
    return declared


@pytest.fixture
def paid(approved: factories.Loaded) -> str:
    act("daniel", "finance_approve")
    run = payments.build_run(actor=factories.actor("grace"))
    payments.release_run(actor=factories.actor("liam"), run_reference=run)
    return run


@pytest.mark.parametrize("who", ["ama", "priya", "daniel", "felix"])
def test_both_sides_read_the_same_sentence(
    declared: factories.Loaded, sign_in: SignIn, who: str
) -> None:
    page = main(sign_in(who).get(ADDRESS))

    assert escape(card().waiting.sentence) in page
    assert pounds_text(card().pence or 0) in page


@pytest.mark.parametrize("who", ["joe", "ruth"])
def test_viewers_see_no_pounds(declared: factories.Loaded, sign_in: SignIn, who: str) -> None:
    response = sign_in(who).get(ADDRESS)

    assert "£" not in main(response)
    assert "226.02 of 564" in lines(response)


def test_areas_add_up_to_what_is_to_be_paid(declared: factories.Loaded, sign_in: SignIn) -> None:
    page = main(sign_in("priya").get(ADDRESS))

    table = page[page.index("<table") : page.index("</table>")]
    amounts = [
        int(found.replace(",", "").replace(".", ""))
        for found in re.findall(r'data-label="Amount">£([\d,.]+)<', table)
    ]
    assert sum(amounts[:-1]) == amounts[-1] == card().pence


def test_nothing_is_preselected_and_the_choice_names_the_money(
    declared: factories.Loaded, sign_in: SignIn
) -> None:
    response = sign_in("priya").get(ADDRESS)

    assert f"Approve {pounds_text(card().pence or 0)}" in lines(response)
    assert "checked" not in main(response)
    assert main(response).count('class="nhsuk-button') == 1


@pytest.mark.parametrize("who", ["ama", "helen", "ruth", "daniel", "felix"])
def test_nobody_else_sees_a_decision(declared: factories.Loaded, sign_in: SignIn, who: str) -> None:
    assert "Your decision" not in main(sign_in(who).get(ADDRESS))


def test_an_approval_moves_it_to_finance(declared: factories.Loaded, sign_in: SignIn) -> None:
    given = {"decision": "approve", "statement_digest": card().statement_digest}

    response = sign_in("priya").post(DECIDE, given, follow=True)

    assert f"You approved QOF 2025/26, year end of Larkfield Road Surgery, {amount()}." in lines(
        response
    )
    assert card().state.code == "awaiting_finance"


def amount() -> str:
    return pounds_text(card().pence or 0)


def test_finance_approves_next(approved: factories.Loaded, sign_in: SignIn) -> None:
    client = sign_in("daniel")
    assert f"Finance-approve {amount()}" in lines(client.get(ADDRESS))

    client.post(
        DECIDE, {"decision": "finance_approve", "statement_digest": card().statement_digest}
    )

    assert card().state.code == "approved"


def test_no_choice_is_an_error_at_the_choice(declared: factories.Loaded, sign_in: SignIn) -> None:
    response = sign_in("priya").post(DECIDE, {"statement_digest": card().statement_digest})

    page = main(response)
    assert "<title>Error: QOF 2025/26" in response.content.decode()
    assert page.count("Select approve or return") == 2
    assert 'href="#id_decision"' in page
    assert 'id="id_decision"' in page
    assert card().state.code == "awaiting_commissioner"


def test_a_return_needs_a_reason_and_a_sentence_and_keeps_what_was_typed(
    declared: factories.Loaded, sign_in: SignIn
) -> None:
    given = {"decision": "return", "statement_digest": card().statement_digest, "reason": "  "}

    page = main(sign_in("priya").post(DECIDE, given))

    assert page.count("Select why you return the claim") == 2
    assert page.count("Enter what the practice should do") == 2
    assert 'id="id_reason_code"' in page
    assert re.search(r'value="return"[^>]*checked', page)
    assert card().state.code == "awaiting_commissioner"


def test_a_return_reaches_the_practice_with_its_reason(
    declared: factories.Loaded, sign_in: SignIn
) -> None:
    given = {
        "decision": "return",
        "statement_digest": card().statement_digest,
        "reason_code": "records",
        "reason": "Send the spirometry log <b>first</b>.",
    }

    sign_in("priya").post(DECIDE, given)

    response = sign_in("ama").get(ADDRESS)
    text = lines(response)
    assert "NHS Westmere ICB returned it. Waiting for Larkfield Road Surgery to declare" in text
    assert "The records do not support the figures." in text
    assert "“Send the spirometry log <b>first</b>.”" in text
    assert "<b>first</b>" not in main(response)
    assert "Check and declare" in text


def test_a_decision_on_figures_that_changed_is_refused(
    declared: factories.Loaded, sign_in: SignIn
) -> None:
    response = sign_in("priya").post(DECIDE, {"decision": "approve", "statement_digest": "0" * 64})

    assert "have changed since you opened it" in lines(response)
    assert card().state.code == "awaiting_commissioner"


def test_the_second_click_changes_nothing_and_frightens_nobody(
    declared: factories.Loaded, sign_in: SignIn
) -> None:
    client = sign_in("priya")
    given = {"decision": "approve", "statement_digest": card().statement_digest}
    client.post(DECIDE, given)

    response = client.post(DECIDE, given, follow=True)

    assert "You approved QOF 2025/26" in lines(response)
    assert "There is a problem" not in lines(response)
    assert card().state.code == "awaiting_finance"


@pytest.mark.parametrize("who", ["ama", "ruth", "daniel"])
def test_a_post_without_the_role_changes_nothing(
    declared: factories.Loaded, sign_in: SignIn, who: str
) -> None:
    given = {"decision": "approve", "statement_digest": card().statement_digest}

    response = sign_in(who).post(DECIDE, given)

    if who == "daniel":  # whose role decides, though not yet
        assert "There is a problem" in lines(response)
    else:
        assert response.status_code == 403
        assert "Your role may not approve claims." in lines(response)
    assert card().state.code == "awaiting_commissioner"


def test_the_practice_takes_it_back_until_it_is_approved(
    declared: factories.Loaded, sign_in: SignIn
) -> None:
    client = sign_in("ama")
    assert "Take this claim back" in lines(client.get(ADDRESS))

    response = client.post(f"{ADDRESS}withdraw/", follow=True)

    assert "You took QOF 2025/26, year end back." in lines(response)
    assert card().state.code == "awaiting_provider"


def test_after_the_first_approval_it_can_t_be_taken_back(
    approved: factories.Loaded, sign_in: SignIn
) -> None:
    client = sign_in("ama")
    assert "Take this claim back" not in lines(client.get(ADDRESS))

    response = client.post(f"{ADDRESS}withdraw/", follow=True)

    assert "can't be taken back now" in lines(response)
    assert card().state.code == "awaiting_finance"


def test_the_route_says_who_did_each_step(approved: factories.Loaded, sign_in: SignIn) -> None:
    text = lines(sign_in("ama").get(ADDRESS))

    assert "Declare ✓ Tue 12 May, Dr Ama Osei, Larkfield Road Surgery" in text
    assert "Approve ✓ Tue 12 May, Priya Nair, NHS Westmere ICB" in text
    assert "Next Finance approve: NHS Westmere ICB, a second officer in finance" in text


@pytest.mark.parametrize("who", ["ama", "priya", "joe"])
def test_a_sent_claim_says_when_and_in_which_run(paid: str, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)

    with counting() as made:
        response = client.get(ADDRESS)

    text = lines(response)
    assert "Where is the money?" in text
    assert f"sent on Tuesday 12 May 2026 in payment run {paid}, to payee A99001." in text
    assert ("£" in main(response)) == (who != "joe")
    assert len(made) <= 12


def test_who_may_see_runs_finds_the_run(paid: str, sign_in: SignIn) -> None:
    assert f'href="/payments/{paid}/"' in main(sign_in("felix").get(ADDRESS))
    assert f'href="/payments/{paid}/"' not in main(sign_in("priya").get(ADDRESS))


def test_one_person_with_both_roles_reads_why_the_second_step_isn_t_theirs(
    approved: factories.Loaded, sign_in: SignIn
) -> None:
    accounts.grant(
        actor=command_actor(),
        email=factories.email("priya"),
        role="finance_manager",
        organisation_code=factories.WESTMERE,
    )
    client = sign_in("priya")

    assert "You have already taken a step on this claim." in lines(client.get(ADDRESS))
    response = client.post(
        DECIDE, {"decision": "finance_approve", "statement_digest": card().statement_digest}
    )

    assert "You have already taken a step on this claim." in lines(response)
    assert card().state.code == "awaiting_finance"


def test_counts_that_were_typed_in_are_named_among_the_checks(
    declared: factories.Loaded, sign_in: SignIn
) -> None:
    collection.take_in(
        actor=command_actor(),
        collection_id=declared.collection_id,
        counts=[
            factories.counts(declared.definition, "A99001", changed={("DM020", "Numerator"): 430})
        ],
        source="typed",
    )
    actions.calculate_nation(actor=command_actor(), collection_id=declared.collection_id)

    text = lines(sign_in("priya").get(ADDRESS))

    assert "Look at this: Counts typed in, not extracted." in text
    assert "recalculated" in text
    assert card().state.code == "awaiting_provider"


@pytest.mark.parametrize(("who", "status"), [("quay", 403), ("tom", 404)])
def test_somebody_else_s_claim_is_not_there(
    declared: factories.Loaded, sign_in: SignIn, who: str, status: int
) -> None:
    client = sign_in(who)

    assert client.get(ADDRESS).status_code == 404
    assert client.post(DECIDE, {"decision": "approve"}).status_code == status


@pytest.mark.parametrize("address", [DECIDE, f"{ADDRESS}withdraw/"])
def test_decisions_are_posts(declared: factories.Loaded, sign_in: SignIn, address: str) -> None:
    assert sign_in("priya").get(address).status_code == 405
