"""What pages read: only what the actor may see, without pounds where their role has none, lean."""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cqrs.calculation.statement import calculate
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.audit import queries as audit
from cqrs.portal.claims import actions, queries
from cqrs.portal.claims.queries import QueueFilter
from cqrs.portal.collection import queries as collection
from cqrs.portal.payments import queries as payments
from cqrs.values import pounds_text
from tests.factories import Loaded, actor
from tests.integration.rooms.road import approved, claim_of, declared, in_a_run, payable

WORLD = "qof"

REFERENCE = "QOF2526-2026-03-31-A99001"
MOST = 6
"""Queries of one function: a page has twelve in all, session and person included."""


def queue(who: str, **wanted: object) -> queries.QueuePage:
    return queries.queue(actor(who), QueueFilter(**wanted))  # type: ignore[arg-type]


def codes(page: queries.QueuePage) -> list[str]:
    return [card.provider_code for card in page.cards]


# The queue ---------------------------------------------------------------------------------------


@pytest.fixture
def queued(qof: Loaded) -> Loaded:
    """A99001 waits for finance, A99002 for approval, the rest for their practices."""
    approved()
    declared("A99002", "quay")
    return qof


def test_a_queue_holds_the_claims_its_commissioner_pays(queued: Loaded) -> None:
    assert set(codes(queue("priya"))) == {"A99001", "A99002", "A99003", "A99004"}
    assert set(codes(queue("tom"))) == {"A99005", "A99006"}
    assert len(codes(queue("felix"))) == 6
    assert set(codes(queue("ama"))) == {"A99001"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"state": "awaiting_commissioner"}, {"A99002"}),
        ({"state": "awaiting_finance"}, {"A99001"}),
        ({"text": "quay"}, {"A99002"}),
        ({"text": "a99003"}, {"A99003"}),
        ({"text": "03-31-A99004"}, {"A99004"}),
        ({"text": "%"}, set()),
        ({"status": "provisional"}, set()),
        ({"status": "final", "state": "awaiting_provider"}, {"A99003", "A99004"}),
        ({"service": "qof/2024-25"}, set()),
        ({"flag": "any"}, set()),
        ({"flag": "typed"}, set()),
        ({"flag": "none"}, {"A99001", "A99002", "A99003", "A99004"}),
        ({"state": "nonsense"}, {"A99001", "A99002", "A99003", "A99004"}),
    ],
)
def test_the_queue_is_filtered(queued: Loaded, wanted: dict[str, str], found: set[str]) -> None:
    page = queue("priya", **wanted)
    assert set(codes(page)) == found
    assert page.matching == len(found)
    assert page.matching_pence == sum(claim_of(code).pence for code in found)
    assert page.everything == 4


def test_the_queue_is_sorted_and_paged(queued: Loaded) -> None:
    everything = queue("priya", sort="most")
    pence = [card.pence for card in everything.cards]
    assert pence == sorted(pence, key=lambda p: -(p or 0))
    assert codes(queue("priya", sort="least")) == codes(everything)[::-1]
    pages = [queue("priya", sort="most", size=3, page=number) for number in (1, 2, 3)]
    assert codes(pages[0]) + codes(pages[1]) == codes(everything)
    assert codes(pages[2]) == codes(pages[1]), "a page beyond the last is the last"
    assert (pages[1].page, pages[1].pages, pages[1].first, pages[1].last) == (2, 2, 4, 4)


def test_the_queue_counts_what_waits_for_this_person(queued: Loaded) -> None:
    priya, daniel = queue("priya"), queue("daniel")
    assert (priya.mine, priya.mine_pence) == (1, claim_of("A99002").pence)
    assert (daniel.mine, daniel.mine_pence) == (1, claim_of("A99001").pence)
    assert {(s.state, s.claims) for s in priya.by_state} == {
        ("awaiting_provider", 2), ("awaiting_commissioner", 1), ("awaiting_finance", 1),
    }  # fmt: skip


def test_what_a_card_offers_is_what_the_action_does(queued: Loaded) -> None:
    for who in ("ama", "quay", "priya", "daniel", "helen", "ruth", "felix", "tom"):
        for card in queue(who).cards:
            for action in ("approve", "finance_approve", "declare"):
                deed = getattr(actions, action)
                if action not in card.may:
                    with pytest.raises((Refused, NotFound)):
                        deed(
                            actor=actor(who),
                            claim_id=card.id,
                            statement_digest=card.statement_digest,
                        )
    card = queue("priya", state="awaiting_commissioner").cards[0]
    assert card.may == {"approve", "return"}
    assert "may not take back" in card.refusals["withdraw"]


def test_claims_are_chosen_only_from_one_s_own(queued: Loaded) -> None:
    mine = [claim_of("A99001").pk, claim_of("A99002").pk]
    assert {card.id for card in queries.chosen(actor("priya"), mine)} == set(mine)
    with pytest.raises(NotFound):
        queries.chosen(actor("priya"), [*mine, claim_of("A99005").pk])
    assert set(queries.matching_ids(actor("tom"), QueueFilter())) == {
        claim_of("A99005").pk, claim_of("A99006").pk,
    }  # fmt: skip


# The claim ---------------------------------------------------------------------------------------


def test_a_claim_opens_down_to_its_sources(qof: Loaded) -> None:
    page = queries.claim(actor("ama"), REFERENCE)
    assert page.card.title == "QOF 2025/26, year end"
    assert page.content["pence"] == page.card.pence
    s = page.sources
    assert (s.submission_version, s.submission_source) == (1, "Extracted")
    assert s.file_name.startswith("QOF2526-")
    assert len(s.file_sha256) == 64
    assert (s.registered_list, s.list_date) == (9842, date(2026, 1, 1))
    assert s.list_source == "Practice list sizes, January 2026"
    assert s.reference_status == "final"
    assert s.definition_digest == qof.definition.digest
    assert [(line.number, line.is_current) for line in page.statements] == [(1, True)]


def test_the_statement_can_be_recalculated_from_what_the_page_gives(qof: Loaded) -> None:
    definition, inputs = queries.calculation_inputs(actor("ama"), REFERENCE)
    assert calculate(definition, inputs).digest == claim_of("A99001").statement_digest


def test_the_steps_say_who_did_them_and_whose_turn_it_is(qof: Loaded) -> None:
    approved()
    steps = queries.claim(actor("ama"), REFERENCE).steps
    assert [(s.code, s.state, s.who) for s in steps] == [
        ("declare", "done", "Dr Ama Osei, Larkfield Road Surgery"),
        ("approve", "done", "Priya Nair, NHS Westmere ICB"),
        ("finance_approve", "now", ""),
        ("pay", "later", ""),
    ]
    actions.return_to_provider(
        actor=actor("daniel"),
        claim_id=claim_of("A99001").pk,
        reason_code="counts",
        reason="Check AST012.",
    )
    page = queries.claim(actor("ama"), REFERENCE)
    assert [s.state for s in page.steps] == ["now", "later", "later", "later"]
    assert page.events[0].sentence.startswith("Daniel Ross, NHS Westmere ICB, returned £")
    assert (page.events[0].reason_label, page.events[0].reason) == (
        "The counts look wrong", "Check AST012.",
    )  # fmt: skip


@pytest.mark.parametrize("who", ["quay", "tom"])
def test_the_claim_of_somebody_else_is_not_found(qof: Loaded, who: str) -> None:
    for read in (queries.claim, queries.calculation_inputs):
        with pytest.raises(NotFound):
            read(actor(who), REFERENCE)
        with pytest.raises(NotFound):
            read(actor("ama"), "QOF2526-2026-03-31-X99999")
    with pytest.raises(NotFound):
        queries.claims_of_provider(actor(who), "A99001")


@pytest.mark.parametrize("who", ["grace", "liam", "anita"])
def test_roles_that_do_not_see_claims_are_told_so(qof: Loaded, who: str) -> None:
    for read in (
        lambda a: queries.claim(a, REFERENCE),
        lambda a: queries.queue(a, QueueFilter()),
        queries.claims_of_provider,
        queries.practice_home,
    ):
        with pytest.raises(Refused, match="Your role does not see"):
            read(actor(who))


# Pounds ------------------------------------------------------------------------------------------


def texts_and_numbers(value: object) -> set[str]:
    """Everything that a page could print of a value, however deep."""
    if is_dataclass(value) and not isinstance(value, type):
        return set().union(*(texts_and_numbers(getattr(value, f.name)) for f in fields(value)))
    if isinstance(value, dict):
        return set().union(set(), *(texts_and_numbers(v) for v in value.values()))
    if isinstance(value, (tuple, list, set, frozenset)):
        return set().union(set(), *(texts_and_numbers(v) for v in value))
    return {str(value)}


def pounds_shown(value: object) -> set[str]:
    """The amounts of A99001 that a page could print: pence of their own, or pounds in a text."""
    amounts = {claim_of("A99001").pence}
    content = json.loads(bytes(claim_of("A99001").statement.content))
    amounts |= {line["pence"] for line in content["lines"]}
    texts = texts_and_numbers(value)
    return {
        text
        for text in texts
        for pence in amounts
        if pounds_text(pence) in text or (pence > 100_000 and text == str(pence))
    }


READS: dict[str, Callable[[Actor], object]] = {
    "home": queries.practice_home,
    "claims": lambda a: queries.claims_of_provider(a, "A99001"),
    "queue": lambda a: queries.queue(a, QueueFilter()),
    "payment": lambda a: payments.payment_of(a, REFERENCE),
}


@pytest.mark.parametrize("read", READS)
def test_a_role_without_pounds_is_given_none(qof: Loaded, read: str) -> None:
    in_a_run()
    assert pounds_shown(READS[read](actor("ama")))
    for who in ("joe", "ruth"):
        assert not pounds_shown(READS[read](actor(who)))


@pytest.mark.parametrize("who", ["joe", "ruth"])
def test_the_claim_page_without_pounds_has_points_only(qof: Loaded, who: str) -> None:
    in_a_run()
    with_pounds = queries.claim(actor("ama"), REFERENCE)
    page = queries.claim(actor(who), REFERENCE)
    assert page.card.pence is None
    assert "pence" not in page.content
    assert all("pence" not in line for line in page.content["lines"])
    assert page.content["points"] == with_pounds.content["points"]
    for part in ("card", "content", "statements", "events"):
        assert pounds_shown(getattr(with_pounds, part))
        assert not pounds_shown(getattr(page, part))
    assert not pounds_shown((page.steps, page.sources))


def test_a_role_without_pounds_can_not_sort_them_out(qof: Loaded) -> None:
    points = [card.points or 0 for card in queue("ruth", sort="most").cards]
    assert points == sorted(points, reverse=True)


# Home --------------------------------------------------------------------------------------------


def test_home_of_somebody_who_does_not_declare_has_no_tasks(qof: Loaded) -> None:
    home = queries.practice_home(actor("helen"))
    assert home.tasks == ()
    assert len(home.waiting) == 1
    assert home.waiting[0].refusals["declare"] == "Your role may not declare claims."


def test_home_shows_what_is_sent_as_finished(qof: Loaded) -> None:
    from cqrs.portal.payments.actions import release_run

    release_run(actor=actor("liam"), run_reference=in_a_run())
    home = queries.practice_home(actor("ama"))
    assert [card.state.code for card in home.finished] == ["sent"]
    assert home.waiting == home.tasks == ()


def test_england_adds_up(qof: Loaded) -> None:
    payable()
    summary = queries.national_summary(actor("felix"), qof.collection_id)
    assert summary.claims == 6
    assert summary.by_state == {"awaiting_provider": 5, "approved": 1}
    cards = queue("felix").cards
    assert summary.pence == sum(card.pence or 0 for card in cards)
    assert summary.points == sum((card.points or Decimal(0) for card in cards), Decimal(0))
    assert queries.national_summary(actor("anita"), qof.collection_id).pence is None
    with pytest.raises(Refused):
        queries.national_summary(actor("priya"), qof.collection_id)


# Lean --------------------------------------------------------------------------------------------

LEAN: dict[str, tuple[str, Callable[[Actor, Loaded], object]]] = {
    "home": ("ama", lambda a, _: queries.practice_home(a)),
    "claim": ("ama", lambda a, _: queries.claim(a, REFERENCE)),
    "inputs": ("ama", lambda a, _: queries.calculation_inputs(a, REFERENCE)),
    "queue": ("priya", lambda a, _: queries.queue(a, QueueFilter(text="a", flag="none"))),
    "queue of the nation": ("felix", lambda a, _: queries.queue(a, QueueFilter())),
    "overview": ("anita", lambda a, _: collection.overview(a)),
    "collection": ("anita", lambda a, q: collection.collection(a, q.collection_id)),
    "summary": ("felix", lambda a, q: queries.national_summary(a, q.collection_id)),
    "runs": ("grace", lambda a, _: payments.runs(a)),
    "ready": ("grace", lambda a, _: payments.ready(a)),
    "events": ("felix", lambda a, _: audit.events(a)),
}


@pytest.mark.parametrize("page", LEAN)
def test_a_page_asks_the_database_few_things(qof: Loaded, page: str) -> None:
    in_a_run()
    who, read = LEAN[page]
    person = actor(who)
    with CaptureQueriesContext(connection) as asked:
        read(person, qof)
    assert len(asked) <= MOST, [q["sql"][:120] for q in asked.captured_queries]
