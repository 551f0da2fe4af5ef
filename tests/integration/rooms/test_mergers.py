"""Mergers, splits and closures: two people, one plan, and not a penny lost or gained."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.models import Grant
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import Actor, command_actor
from cqrs.portal.catalogue.models import Participation
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims import queries as claim_queries
from cqrs.portal.mergers import actions, queries
from cqrs.portal.mergers.models import Change
from cqrs.portal.mergers.plan import total
from cqrs.portal.mergers.terms import Terms
from cqrs.portal.organisations import queries as organisations
from cqrs.portal.organisations.models import Organisation, Relationship
from cqrs.portal.payments import actions as payments
from cqrs.portal.payments.models import Instruction
from cqrs.values import clock
from tests.factories import NORTHMOOR, WESTMERE, Loaded, actor, email
from tests.integration.rooms.conftest import TUESDAY
from tests.integration.rooms.road import claim_of, everything, in_a_run, payable

WORLD = "qof"
EFFECTIVE = date(2026, 5, 1)
"""Before the day of the tests, so that what is agreed is so at once."""


def person(name: str, role: str, code: str = WESTMERE) -> Actor:
    """Somebody new with one role."""
    who = name.lower()
    accounts.create_user(actor=command_actor(), email=email(who), full_name=f"{name} Example")
    accounts.grant(
        actor=command_actor(),
        email=email(who),
        role=role,
        organisation_code=code,
        start_date=date(2020, 4, 1),
    )
    return actor(who, code)


@pytest.fixture
def proposer(qof: Loaded) -> Actor:
    return person("Nora", "commissioning_manager")


@pytest.fixture
def agreer(qof: Loaded) -> Actor:
    return actor("daniel")


def one(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def merger(**changes: object) -> Terms:
    """Quayside (A99002) merges into Larkfield Road (A99001)."""
    terms = Terms(
        kind="merger",
        closing=(one("A99002"),),
        successors=(one("A99001"),),
        lead=one("A99001"),
        effective_date=EFFECTIVE,
        people="move",
        roles_end_date=EFFECTIVE - timedelta(days=1),
        reason="The partners of both practices have agreed",
    )
    return replace(terms, **changes)  # type: ignore[arg-type] # any field of Terms


def agreed(proposer: Actor, agreer: Actor, terms: Terms) -> int:
    number = actions.propose(actor=proposer, terms=terms)
    plan = queries.change(agreer, number).plan
    actions.agree(actor=agreer, change_id=number, plan_digest=plan.digest)
    return number


def test_the_plan_keeps_the_totals_and_shows_both_views(qof: Loaded, proposer: Actor) -> None:
    plan = queries.preview(proposer, merger())
    both = {code: claim_of(code).pence for code in ("A99001", "A99002")}
    assert [h.open_pence for h in plan.before] == [both["A99002"], both["A99001"]]
    assert [(h.code, h.open_pence) for h in plan.after] == [("A99001", sum(both.values()))]
    assert total(plan.before).open_pence == total(plan.after).open_pence
    assert [h.registered for h in plan.before] == [
        size.registered
        for code in ("A99002", "A99001")
        if (size := organisations.list_size(one(code).pk, date(2026, 1, 1)))
    ]
    assert total(plan.before).registered == total(plan.after).registered
    assert [(c.reference, c.then) for c in plan.claims] == [
        (claim_of("A99002").reference, one("A99001").name)
    ]
    assert {(r.person, r.role, r.then_at) for r in plan.roles} == {
        ("Sam Whitlock", "Practice declarer", one("A99001").name)
    }
    assert [(s.service, s.then, s.already) for s in plan.services] == [
        ("QOF 2025/26", one("A99001").name, True)
    ]


def test_a_proposal_changes_nothing_but_itself(qof: Loaded, proposer: Actor) -> None:
    before = everything()
    actions.propose(actor=proposer, terms=merger())
    after = everything()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"audit.Event", "audit.Concern", "mergers.Change", "mergers.Part"}


def test_the_successor_s_people_declare_the_open_claim_and_are_paid_for_it(
    qof: Loaded, proposer: Actor, agreer: Actor
) -> None:
    claim = claim_of("A99002")
    with pytest.raises(NotFound):
        claims.declare(
            actor=actor("ama"), claim_id=claim.pk, statement_digest=claim.statement_digest
        )
    agreed(proposer, agreer, merger())
    assert claim_queries.claim(actor("ama"), claim.reference).card.provider_code == "A99002"
    claims.declare(actor=actor("ama"), claim_id=claim.pk, statement_digest=claim.statement_digest)
    claims.approve(actor=actor("priya"), claim_id=claim.pk, statement_digest=claim.statement_digest)
    finance = person("Ola", "finance_manager")
    claims.finance_approve(
        actor=finance, claim_id=claim.pk, statement_digest=claim.statement_digest
    )
    payments.build_run(actor=actor("grace"))
    paid = Instruction.objects.get(claim=claim.pk)
    assert paid.payee_reference == one("A99001").payee_reference
    assert paid.amount_pence == claim.pence


def test_the_claim_says_who_answers_for_it_in_one_more_query_of_a_page(
    qof: Loaded, proposer: Actor, agreer: Actor
) -> None:
    priya, wanted = actor("priya"), claim_queries.QueueFilter()
    with CaptureQueriesContext(connection) as before:
        claim_queries.queue(priya, wanted)
    agreed(proposer, agreer, merger())
    with CaptureQueriesContext(connection) as after:
        found = claim_queries.queue(priya, wanted).cards
    assert len(after) - len(before) <= 1
    (card,) = [card for card in found if card.provider_code == "A99002"]
    told = claim_queries.claim(actor("ama"), claim_of("A99002").reference).card.waiting.sentence
    assert told.startswith(
        "Waiting for Larkfield Road Surgery, which answers for Quayside Surgery, to declare since "
    )
    assert card.waiting.sentence == told
    (own,) = [card for card in found if card.provider_code == "A99001"]
    assert "answers for" not in own.waiting.sentence


def test_people_move_with_their_role_and_lose_it_where_they_were(
    qof: Loaded, proposer: Actor, agreer: Actor
) -> None:
    agreed(proposer, agreer, merger())
    assert [role.code for role in actor("quay").roles] == ["practice_declarer"]
    assert actor("quay").organisation_code == "A99001"
    old = Grant.objects.get(organisation__code="A99002", user__full_name="Sam Whitlock")
    assert (old.end_date, old.ended_by_name) == (date(2026, 4, 30), "Daniel Ross")


def test_the_closed_practice_has_an_end_everywhere_and_a_successor(
    qof: Loaded, proposer: Actor, agreer: Actor
) -> None:
    agreed(proposer, agreer, merger())
    closed = one("A99002")
    assert closed.close_date == date(2026, 4, 30)
    assert organisations.commissioner_of(closed.pk) is None
    assert organisations.commissioner_of(closed.pk, date(2026, 4, 30)) is not None
    answers = organisations.answering_for([closed.pk])[closed.pk]
    assert answers.code == "A99001"
    ended = Participation.objects.get(provider=closed.pk, service="qof/2025-26")
    assert ended.end_date == date(2026, 4, 30)
    assert (
        Relationship.objects.filter(child=closed.pk, kind="succeeded_by", leads=True).count() == 1
    )


def test_the_money_that_was_in_a_run_stays_where_it_was_promised(
    qof: Loaded, proposer: Actor, agreer: Actor
) -> None:
    in_a_run("A99001")
    before = {row.pk: row.payee_reference for row in Instruction.objects.all()}
    terms = merger(closing=(one("A99001"),), successors=(one("A99002"),), lead=one("A99002"))
    agreed(proposer, person("Ola", "finance_manager"), terms)
    assert {row.pk: row.payee_reference for row in Instruction.objects.all()} == before


def test_nobody_agrees_their_own_proposal(qof: Loaded) -> None:
    both = person("Nora", "commissioning_manager")
    accounts.grant(
        actor=command_actor(),
        email=both.email,
        role="finance_manager",
        organisation_code=WESTMERE,
        start_date=date(2020, 4, 1),
    )
    both = actor("nora")
    number = actions.propose(actor=both, terms=merger())
    before = everything()
    plan = queries.change(both, number).plan
    with pytest.raises(Refused, match="You proposed this change"):
        actions.agree(actor=both, change_id=number, plan_digest=plan.digest)
    assert everything() == before
    with (
        pytest.raises(IntegrityError, match="change_is_agreed_by_another_person"),
        transaction.atomic(),
    ):
        Change.objects.filter(pk=number).update(
            state="agreed",
            decided_by_id=both.user_id,
            decided_by_name=both.name,
            decided_at=clock.now(),
            plan="{}",
            plan_digest="0" * 64,
        )


def test_a_plan_that_moved_meanwhile_is_shown_again(
    qof: Loaded, proposer: Actor, agreer: Actor
) -> None:
    number = actions.propose(actor=proposer, terms=merger())
    shown = queries.change(agreer, number).plan.digest
    payable("A99002", "quay")
    before = everything()
    with pytest.raises(Refused, match="The plan has changed since you opened it"):
        actions.agree(actor=agreer, change_id=number, plan_digest=shown)
    assert everything() == before


def test_a_change_is_decided_once(qof: Loaded, proposer: Actor, agreer: Actor) -> None:
    number = agreed(proposer, agreer, merger())
    before = everything()
    with pytest.raises(Refused, match="already agreed"):
        actions.refuse(actor=agreer, change_id=number, reason="Too late")
    with pytest.raises(Refused, match="already agreed"):
        actions.withdraw(actor=proposer, change_id=number)
    assert everything() == before
    with (
        pytest.raises(IntegrityError, match="is already agreed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE mergers_change SET state = 'refused' WHERE id = %s", [number])


def test_a_refusal_needs_a_reason_and_frees_the_practice(
    qof: Loaded, proposer: Actor, agreer: Actor
) -> None:
    number = actions.propose(actor=proposer, terms=merger())
    with pytest.raises(Refused, match="Another change already closes"):
        actions.propose(actor=proposer, terms=merger())
    with pytest.raises(Refused, match="Say why"):
        actions.refuse(actor=agreer, change_id=number, reason=" ")
    actions.refuse(actor=agreer, change_id=number, reason="The contract is not signed")
    assert queries.change(proposer, number).decision_reason == "The contract is not signed"
    assert actions.propose(actor=proposer, terms=merger()) != number


def test_others_don_t_see_it(qof: Loaded, proposer: Actor) -> None:
    number = actions.propose(actor=proposer, terms=merger())
    elsewhere = person("Elis", "finance_manager", NORTHMOOR)
    assert queries.changes(elsewhere) == ()
    for what in (number, 10**9):
        with pytest.raises(NotFound, match="There is no change"):
            queries.change(elsewhere, what)
        with pytest.raises(NotFound, match="There is no change"):
            actions.refuse(actor=elsewhere, change_id=what, reason="No")
    with pytest.raises(Refused, match="does not see mergers"):
        queries.changes(actor("ama"))
    with pytest.raises(NotFound, match="in your area"):
        actions.propose(actor=proposer, terms=merger(successors=(one("A99005"),)))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "closure"}, "successors"),
        ({"kind": "split"}, "successors"),
        ({"roles_end_date": date(2027, 1, 1)}, "roles_end_date"),
    ],
)
def test_terms_that_make_no_sense_are_refused_by_field(
    qof: Loaded, proposer: Actor, changes: dict[str, object], field: str
) -> None:
    terms = merger(**changes)
    assert field in terms.faults
    before = everything()
    with pytest.raises(Refused, match="Nothing was proposed"):
        actions.propose(actor=proposer, terms=terms)
    assert everything() == before


def test_a_commissioner_is_no_provider_to_merge(qof: Loaded) -> None:
    assert "not a provider" in merger(closing=(one(WESTMERE),)).faults["closing"]
    assert merger(successors=(one("A99002"),)).faults["successors"].startswith("A99002 can't")


def test_a_split_has_one_lead_that_answers_and_the_other_doesn_t(
    qof: Loaded, proposer: Actor, agreer: Actor
) -> None:
    terms = merger(kind="split", successors=(one("A99001"), one("A99003")), lead=one("A99003"))
    number = agreed(proposer, agreer, terms)
    page = queries.change(proposer, number)
    assert page.before_total.open_pence == page.after_total.open_pence
    assert organisations.answering_for([one("A99002").pk])[one("A99002").pk].code == "A99003"
    with pytest.raises(NotFound):
        claim_queries.claim(actor("ama"), claim_of("A99002").reference)


def test_a_closure_gives_people_time_to_finish(qof: Loaded, proposer: Actor, agreer: Actor) -> None:
    terms = merger(
        kind="closure", successors=(), lead=None, people="end", roles_end_date=date(2026, 6, 30)
    )
    number = agreed(proposer, agreer, terms)
    claim = claim_of("A99002")
    claims.declare(actor=actor("quay"), claim_id=claim.pk, statement_digest=claim.statement_digest)
    with clock.fixed(TUESDAY.replace(month=7)), pytest.raises(NotFound):
        actor("quay")
    page = queries.change(proposer, number)
    assert [(h.code, h.open_pence) for h in page.plan.after] == [("A99002", claim.pence)]


def test_what_was_agreed_is_what_is_shown_later(
    qof: Loaded, proposer: Actor, agreer: Actor
) -> None:
    number = actions.propose(actor=proposer, terms=merger())
    shown = queries.change(agreer, number).plan
    actions.agree(actor=agreer, change_id=number, plan_digest=shown.digest)
    payable("A99002", "quay")
    assert queries.change(agreer, number).plan == shown
    assert Change.objects.get(pk=number).plan_digest == shown.digest


def test_a_successor_of_a_successor_answers(qof: Loaded, proposer: Actor, agreer: Actor) -> None:
    agreed(proposer, agreer, merger())
    later = merger(
        closing=(one("A99001"),),
        successors=(one("A99003"),),
        lead=one("A99003"),
        effective_date=date(2026, 5, 6),
        roles_end_date=date(2026, 5, 5),
    )
    agreed(proposer, agreer, later)
    ids = [one(code).pk for code in ("A99001", "A99002")]
    answers = organisations.answering_for(ids)
    assert {answers[number].code for number in ids} == {"A99003"}
    assert claim_queries.claim(actor("quay"), claim_of("A99002").reference)
