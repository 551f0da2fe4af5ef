"""Other services and standings than a final QOF: nothing to pay, provisional, incomplete."""

import pytest
from django.db import Error, transaction

from cqrs.calculation.statement import calculate
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.claims import actions, queries
from cqrs.portal.claims.actions import keeping
from cqrs.portal.claims.inputs import inputs_of
from cqrs.portal.claims.models import Claim, Statement
from cqrs.portal.claims.queries import QueueFilter
from cqrs.portal.claims.states import steps_of
from cqrs.portal.payments import actions as payments
from cqrs.portal.payments import queries as payment_queries
from cqrs.values import clock, digest
from tests import factories
from tests.factories import Loaded, actor
from tests.integration.rooms.conftest import TUESDAY
from tests.integration.rooms.road import claim_of, declared, everything, payable

WORLD = "england"
OPERATOR = command_actor()
LD = "learning_disability_health_check/2025-26"


def again(loaded: Loaded) -> actions.Calculated:
    return actions.calculate_nation(actor=OPERATOR, collection_id=loaded.collection_id)


def send(loaded: Loaded, practice: str, changed: dict[tuple[str, str], int]) -> None:
    corrected = factories.counts(loaded.definition, practice, changed=changed)
    factories.send_counts(loaded.collection_id, loaded.definition, [corrected])


def nothing_to_pay() -> Loaded:
    """A service in which A99001 has done nothing."""
    loaded = factories.load_service(LD)
    indicator = loaded.definition.paid[0]
    send(loaded, "A99001", {(indicator.id, indicator.field_of("count") or ""): 0})
    again(loaded)
    return loaded


@pytest.mark.parametrize("service", ["qof/2025-26", LD])
def test_a_stored_statement_can_be_made_again_byte_for_byte(england: None, service: str) -> None:
    factories.load_service(service)
    statements = Statement.objects.select_related("submission", "reference", "definition")
    assert statements.count() == 6
    for stored in statements:
        definition, inputs = inputs_of(stored)
        made = calculate(definition, inputs)
        assert made.content == bytes(stored.content)
        assert made.digest == stored.digest == digest(bytes(stored.content))
        assert (made.pence, made.points) == (stored.pence, stored.points)


def test_figures_that_become_final_start_the_wait_of_the_practice(england: None) -> None:
    loaded = factories.load_service(final=False)
    assert claim_of("A99001").status == "provisional"
    with clock.fixed(TUESDAY.replace(day=14)):
        factories.calculate(loaded.collection_id, final=True)
    claim = claim_of("A99001")
    assert (claim.status, claim.state, claim.round) == ("final", "awaiting_provider", 1)
    assert claim.state_since == TUESDAY.replace(day=14)
    assert Statement.objects.filter(provider=claim.provider).count() == 2
    assert claim.statement.number == 2


def test_a_zero_claim_is_settled_without_a_payment(england: None) -> None:
    loaded = nothing_to_pay()
    claim = payable()
    assert (claim.pence, claim.state) == (0, "settled")
    with pytest.raises(Refused, match="No approved claim is waiting"):
        payments.build_run(actor=actor("grace"))
    send(loaded, "A99001", {})
    assert again(loaded).fell_back == 1
    claim = payable()
    assert (claim.round, claim.state) == (2, "approved")
    assert claim.pence > 0


def test_national_figures_are_needed_first(england: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factories, "calculate", lambda *_, **__: None)
    loaded = factories.load_service()
    before = everything()
    with pytest.raises(Refused, match="needs national figures and none are struck"):
        again(loaded)
    assert everything() == before


def test_a_service_without_registers_needs_no_national_figures(
    england: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factories, "calculate", lambda *_, **__: None)
    loaded = factories.load_service(LD)
    assert again(loaded).statements == 6
    assert {(s.status, s.reference_id) for s in Statement.objects.all()} == {("final", None)}
    assert declared().state == "awaiting_commissioner"


def test_provisional_figures_can_not_be_declared(england: None) -> None:
    factories.load_service(final=False)
    claim = claim_of("A99001")
    before = everything()
    with pytest.raises(Refused, match="are provisional"):
        actions.declare(
            actor=actor("ama"), claim_id=claim.pk, statement_digest=claim.statement_digest
        )
    assert everything() == before


def test_a_claim_that_must_be_opened_is_not_approved_with_others(england: None) -> None:
    factories.load_service(leave_out=(("A99001", "AF006"),))
    claim = declared()
    assert claim.flags == [
        {"code": "missing", "words": "1 indicator without counts", "blocks_bulk": True}
    ]
    (outcome,) = actions.approve_many(
        actor=actor("priya"), chosen={claim.pk: claim.statement_digest}
    )
    assert not outcome.done
    assert "1 indicator without counts. Open it." in outcome.sentence
    actions.approve(
        actor=actor("priya"), claim_id=claim.pk, statement_digest=claim.statement_digest
    )
    assert claim_of("A99001").state == "awaiting_finance"


def flagged(flag: str) -> list[str]:
    page = queries.queue(actor("priya"), QueueFilter(flag=flag))
    return [card.provider_code for card in page.cards]


def test_flags_are_shown_and_filtered(england: None) -> None:
    factories.load_service(leave_out=(("A99003", "AF006"),))
    page = queries.queue(actor("priya"), QueueFilter(flag="missing"))
    assert page.cards[0].flags == (queries.Flag("missing", "1 indicator without counts", True),)
    assert page.cards[0].blocks_bulk
    assert page.matching_flagged == 1
    assert flagged("missing") == flagged("any") == ["A99003"]
    assert set(flagged("none")) == {"A99001", "A99002", "A99004"}


def test_home_counts_each_pound_once_at_the_furthest_point(england: None) -> None:
    factories.load_service()
    factories.load_service(LD)
    home = queries.practice_home(actor("ama"))
    assert len(home.tasks) == 2
    assert home.money is not None
    assert [(m.station, m.claims) for m in home.money] == [
        ("expected", 2), ("declared", 0), ("approved", 0), ("sent", 0),
    ]  # fmt: skip
    task = home.tasks[0]
    actions.declare(actor=actor("ama"), claim_id=task.id, statement_digest=task.statement_digest)
    after = queries.practice_home(actor("ama"))
    assert after.money is not None
    assert [m.claims for m in after.money] == [1, 1, 0, 0]
    assert home.total_pence == after.total_pence == sum(m.pence for m in after.money)
    assert [card.id for card in after.waiting] == [task.id]
    assert after.recent[0].kind == "declared"


@pytest.mark.parametrize("route", [("approve", "finance_approve"), ("finance_approve",), ()])
def test_provisional_figures_are_not_paid_on_a_route_that_nobody_declares(
    england: None, monkeypatch: pytest.MonkeyPatch, route: tuple[str, ...]
) -> None:
    monkeypatch.setattr(keeping, "steps_of", lambda _: steps_of(route))
    loaded = factories.load_service(final=False)
    claim = claim_of("A99001")
    for who, act in (("priya", actions.approve), ("daniel", actions.finance_approve)):
        with pytest.raises(Refused):
            act(actor=actor(who), claim_id=claim.pk, statement_digest=claim.statement_digest)
    card = queries.claim(actor("felix"), claim.reference).card
    assert card.waiting.sentence.startswith("Waiting for the national figures to become final")
    assert payment_queries.ready(actor("grace")).claims == 0
    with pytest.raises(Refused, match="No approved claim"):
        payments.build_run(actor=actor("grace"))
    if route:
        with pytest.raises(Error, match="has provisional figures"), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(state="approved")
    factories.calculate(loaded.collection_id, final=True)
    assert payment_queries.ready(actor("grace")).claims == (0 if route else 6)
