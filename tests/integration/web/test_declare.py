"""Check and declare: bound to what was shown, refused with a sentence, once."""

import re

import pytest
from django.test import Client

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.claims import queries
from cqrs.portal.claims.queries import ClaimCard
from cqrs.values import pounds_text, short_digest
from tests import factories
from tests.integration.web.conftest import SignIn
from tests.integration.web.looking import counting, lines, main

REFERENCE = "QOF2526-2026-03-31-A99001"
ADDRESS = f"/claims/{REFERENCE}/declare/"


def card(who: str = "ama") -> ClaimCard:
    return queries.claim(factories.actor(who), REFERENCE).card


def shown(client: Client) -> str:
    """The signed token of what the page shows."""
    found = re.search(r'name="shown" value="([^"]+)"', main(client.get(ADDRESS)))
    assert found
    return found[1]


def recalculated_with(loaded: factories.Loaded, numerator: int) -> None:
    """New counts come in for A99001 and everything is calculated again."""
    changed = {("DM020", "Numerator"): numerator}
    factories.send_counts(
        loaded.collection_id,
        loaded.definition,
        [factories.counts(loaded.definition, "A99001", changed=changed)],
    )
    factories.claims.calculate_nation(
        actor=factories.command_actor(), collection_id=loaded.collection_id
    )


def test_the_page_says_what_is_declared_the_checks_and_who_is_next(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    amount = pounds_text(card().pence or 0)

    response = sign_in("ama").get(ADDRESS)

    text = lines(response)
    assert "Declare by Friday 29 May 2026. 17 days left. Nothing stops you" in text
    assert f"Declare {amount}" in text
    assert "All 44 indicators have counts" in text
    assert "List size 9,842 is the figure for 1 January 2026, the date the rules name." in text
    assert "National prevalence is final, struck on 12 May 2026." in text
    assert "Aspiration payments already made are not deducted in this version" in text
    assert f"statement 1, digest {short_digest(card().statement_digest)}" in text
    assert "Finance approve NHS Westmere ICB, a second officer in finance" in text
    assert main(response).count('class="nhsuk-button"') == 1


def test_declaring_moves_the_claim_on_and_says_so(qof: factories.Loaded, sign_in: SignIn) -> None:
    client = sign_in("ama")

    response = client.post(ADDRESS, {"shown": shown(client), "agree": "yes"}, follow=True)

    assert response.redirect_chain == [(f"/claims/{REFERENCE}/", 302)]
    assert f"You declared QOF 2025/26, year end, {pounds_text(card().pence or 0)}." in lines(
        response
    )
    assert card().state.code == "awaiting_commissioner"


def test_without_the_tick_nothing_is_declared_and_the_error_stands_at_the_box(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    client = sign_in("ama")

    response = client.post(ADDRESS, {"shown": shown(client)})

    page = main(response)
    assert "<title>Error: Check and declare" in response.content.decode()
    assert "There is a problem" in page
    assert page.count("Tick the box to say that you have checked the figures") == 2
    assert 'href="#agree"' in page
    assert card().state.code == "awaiting_provider"


def test_figures_that_changed_meanwhile_are_not_declared_and_the_page_says_what_changed(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    client = sign_in("ama")
    before, token = card(), shown(client)
    recalculated_with(qof, numerator=500)

    response = client.post(ADDRESS, {"shown": token, "agree": "yes"})

    now, text = card(), lines(response)
    assert now.state.code == "awaiting_provider"
    assert now.statement_digest != before.statement_digest
    assert "The figures changed after you opened this page. Nothing was declared." in text
    assert f"Statement 1 came to {before.points} points, {pounds_text(before.pence or 0)}." in text
    assert f"Statement 2 comes to {now.points} points, {pounds_text(now.pence or 0)}." in text
    assert f"Declare {pounds_text(now.pence or 0)}" in text


@pytest.mark.parametrize("token", ["", "nonsense", "WyJ4Il0:1abc:def"])
def test_a_page_that_is_not_ours_declares_nothing(
    qof: factories.Loaded, sign_in: SignIn, token: str
) -> None:
    response = sign_in("ama").post(ADDRESS, {"shown": token, "agree": "yes"})

    assert "The page you sent was not complete." in lines(response)
    assert card().state.code == "awaiting_provider"


def test_another_claim_s_page_declares_nothing(qof: factories.Loaded, sign_in: SignIn) -> None:
    other = sign_in("quay")
    address = "/claims/QOF2526-2026-03-31-A99002/declare/"
    found = re.search(r'name="shown" value="([^"]+)"', main(other.get(address)))
    assert found

    sign_in("ama").post(ADDRESS, {"shown": found[1], "agree": "yes"})

    assert card().state.code == "awaiting_provider"


def test_provisional_figures_have_no_button_and_say_who_acts(
    england: None, sign_in: SignIn
) -> None:
    factories.load_service(final=False)
    client = sign_in("ama")

    response = client.get(ADDRESS)

    text = lines(response)
    assert 'name="shown"' not in main(response)
    assert "are provisional. You can declare it when they are final." in text
    assert "Waiting for the national figures to become final since today." in text
    assert "National prevalence is provisional; pounds may still move." in text


@pytest.mark.parametrize("who", ["helen", "joe"])
def test_who_may_not_declare_reads_why(qof: factories.Loaded, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)

    response = client.get(ADDRESS)

    assert response.status_code == 403
    assert "Your role may not declare claims." in lines(response)
    assert 'name="shown"' not in main(response)
    assert "£" not in main(response)


def test_a_post_without_the_role_is_refused_with_its_sentence(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    token = shown(sign_in("ama"))

    response = sign_in("helen").post(ADDRESS, {"shown": token, "agree": "yes"})

    assert "Your role may not declare claims." in lines(response)
    assert card().state.code == "awaiting_provider"


def test_a_double_click_declares_once(qof: factories.Loaded, sign_in: SignIn) -> None:
    client = sign_in("ama")
    given = {"shown": shown(client), "agree": "yes"}
    client.post(ADDRESS, given)

    response = client.post(ADDRESS, given, follow=True)

    assert "You declared QOF 2025/26" in lines(response)
    assert "Not done" not in lines(response)
    events = queries.claim(factories.actor("ama"), REFERENCE).events
    assert [event.kind for event in events].count("declared") == 1


def test_a_colleague_s_later_click_is_told_that_it_was_declared(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    client = sign_in("ama")
    given = {"shown": shown(client), "agree": "yes"}
    client.post(ADDRESS, given)

    accounts.grant(
        actor=command_actor(), email=factories.email("helen"), role="practice_declarer",
        organisation_code="A99001",
    )  # fmt: skip
    response = sign_in("helen").post(ADDRESS, given, follow=True)

    assert "Not done: It was declared already. Waiting for NHS Westmere ICB" in lines(response)


def test_after_declaring_the_address_leads_to_the_claim(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    client = sign_in("ama")
    client.post(ADDRESS, {"shown": shown(client), "agree": "yes"})

    assert client.get(ADDRESS)["Location"] == f"/claims/{REFERENCE}/"


@pytest.mark.parametrize(("who", "status"), [("quay", 404), ("tom", 403)])
def test_somebody_else_s_claim_is_not_there(
    qof: factories.Loaded, sign_in: SignIn, who: str, status: int
) -> None:
    client = sign_in(who)

    assert client.get(ADDRESS).status_code == status
    assert client.post(ADDRESS, {"agree": "yes"}).status_code == status
    assert client.post(f"/claims/{REFERENCE}/withdraw/").status_code == status


def test_what_was_missed_names_the_areas(qof: factories.Loaded, sign_in: SignIn) -> None:
    text = lines(sign_in("ama").get(ADDRESS))

    assert "Where most is missed" in text
    assert "Cholesterol 18.80 of 82" in text


def test_twelve_queries_at_most(qof: factories.Loaded, sign_in: SignIn) -> None:
    client = sign_in("ama")

    with counting() as made:
        client.get(ADDRESS)

    assert len(made) <= 12
