"""The wizard of mergers, splits and closures, as its two people use it."""

import pytest
from django.test import Client

from cqrs.portal.mergers.models import Change
from tests.factories import Loaded, user
from tests.integration.rooms.road import claim_of, everything
from tests.integration.rooms.test_mergers import person
from tests.integration.web.conftest import BACKEND

ANSWERS = {
    "kind": "merger",
    "closing": "a99002",
    "successors": "A99001",
    "lead": "",
    "effective_date": "1/5/2026",
    "people": "move",
    "roles_end_date": "",
    "reason": "The partners have agreed",
}


@pytest.fixture
def nora(qof: Loaded) -> Client:
    """A commissioning manager, signed in."""
    person("Nora", "commissioning_manager")
    return signed_in("nora")


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(user(who), backend=BACKEND)
    return client


def proposed(client: Client, **changes: str) -> int:
    client.post("/changes/new/", {**ANSWERS, **changes, "step": "propose"})
    return Change.objects.latest("id").pk


def test_the_preview_names_the_money_before_and_after_and_keeps_nothing(nora: Client) -> None:
    before = everything()
    page = nora.post("/changes/new/", {**ANSWERS, "step": "preview"}).content.decode()
    pence = claim_of("A99002").pence
    assert f"£{pence / 100:,.2f}" in page
    together = f"£{(pence + claim_of('A99001').pence) / 100:,.2f}"
    assert page.count(together) == 3  # both totals, and the lead's own line
    assert "Propose the merger" in page
    assert everything() == before


def test_going_back_from_the_preview_keeps_the_answers(nora: Client) -> None:
    page = nora.post("/changes/new/", {**ANSWERS, "step": "edit"}).content.decode()
    assert "a99002" in page
    assert "The partners have agreed" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"closing": "A99777"}, "There is no organisation with the code A99777"),
        ({"closing": "A99005"}, "not in your area"),
        ({"successors": ""}, "A merger has one successor"),
        ({"effective_date": "soon"}, "Enter the first day as a date"),
        ({"reason": ""}, "Enter why the providers change"),
        ({"kind": ""}, "Select what happens"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(
    nora: Client, changes: dict[str, str], words: str
) -> None:
    before = everything()
    answer = nora.post("/changes/new/", {**ANSWERS, **changes, "step": "propose"})
    page = answer.content.decode()
    assert answer.status_code in (400, 409)
    assert words in page
    assert "There is a problem" in page
    assert "<title>Error: " in page
    assert everything() == before


def test_two_people_see_it_through(nora: Client) -> None:
    number = proposed(nora)
    page = nora.get(f"/changes/{number}/").content.decode()
    assert "Another person must agree it" in page
    assert "Agree the merger" not in page
    daniel = signed_in("daniel")
    page = daniel.get(f"/changes/{number}/").content.decode()
    digest = page.split('name="plan_digest" value="')[1].split('"')[0]
    answer = daniel.post(f"/changes/{number}/agree/", {"plan_digest": digest}, follow=True)
    assert "You agreed the change" in answer.content.decode()
    assert "This is the plan as it was agreed" in answer.content.decode()
    assert "Agreed" in nora.get("/changes/").content.decode()
    ama = signed_in("ama").get(f"/claims/{claim_of('A99002').reference}/")
    assert ama.status_code == 200


def test_an_old_plan_is_not_agreed(nora: Client) -> None:
    number, daniel = proposed(nora), signed_in("daniel")
    before = everything()
    answer = daniel.post(f"/changes/{number}/agree/", {"plan_digest": "0" * 64})
    assert answer.status_code == 409
    assert "The plan has changed since you opened it" in answer.content.decode()
    assert everything() == before


def test_a_refusal_says_why_and_a_proposal_can_be_withdrawn(nora: Client) -> None:
    number = proposed(nora)
    daniel = signed_in("daniel")
    assert daniel.post(f"/changes/{number}/refuse/", {"reason": ""}).status_code == 400
    daniel.post(f"/changes/{number}/refuse/", {"reason": "The contract is not signed"})
    assert "The contract is not signed" in nora.get(f"/changes/{number}/").content.decode()
    second = proposed(nora)
    nora.post(f"/changes/{second}/withdraw/")
    assert Change.objects.get(pk=second).state == "withdrawn"


def test_the_list_is_empty_before_anything_happens(nora: Client) -> None:
    page = nora.get("/changes/").content.decode()
    assert "No provider in your area is merging" in page
