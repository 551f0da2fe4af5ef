"""Station 2: frozen statements that can be made again, and claims that follow their figures."""

import json
from collections.abc import Callable

import pytest
from django.db import Error, IntegrityError, transaction

from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.audit.models import Event
from cqrs.portal.claims import actions
from cqrs.portal.claims.models import Claim, ClaimEvent, Statement
from cqrs.portal.payments import actions as payments
from cqrs.values import canonical_json, digest
from tests import factories
from tests.factories import Loaded, actor
from tests.integration.rooms.road import (
    approved,
    claim_of,
    declared,
    everything,
    in_a_run,
    payable,
)

WORLD = "qof"

OPERATOR = command_actor()
LOWER = {("DM036", "Numerator"): 1}


def again(loaded: Loaded) -> actions.Calculated:
    return actions.calculate_nation(actor=OPERATOR, collection_id=loaded.collection_id)


def send(loaded: Loaded, practice: str, changed: dict[tuple[str, str], int]) -> None:
    corrected = factories.counts(loaded.definition, practice, changed=changed)
    factories.send_counts(loaded.collection_id, loaded.definition, [corrected])


def test_a_claim_says_what_its_statement_says(qof: Loaded) -> None:
    for claim in Claim.objects.select_related("statement", "provider"):
        content = json.loads(bytes(claim.statement.content))
        assert claim.pence == content["pence"] == sum(line["pence"] for line in content["lines"])
        assert str(claim.points) == content["points"]
        assert claim.status == content["reference"]["status"] == "final"
        assert claim.reference == f"QOF2526-2026-03-31-{claim.provider.code}"
        assert claim.route == [
            {"step": "declare"}, {"step": "approve"}, {"step": "finance_approve"},
        ]  # fmt: skip


def test_calculating_again_stores_nothing(qof: Loaded) -> None:
    before = everything()
    outcome = again(qof)
    assert (outcome.statements, outcome.unchanged, outcome.fell_back) == (0, 6, 0)
    after = everything()
    assert {label for label in after if after[label] != before[label]} == {
        "audit.Event",
        "audit.Concern",
    }


@pytest.mark.parametrize("prepare", [declared, approved, payable])
def test_a_claim_whose_value_changes_falls_back_to_be_declared_again(
    qof: Loaded, prepare: Callable[[], Claim]
) -> None:
    before = prepare()
    send(qof, "A99001", LOWER)
    outcome = again(qof)
    assert (outcome.statements, outcome.unchanged, outcome.fell_back) == (1, 5, 1)
    claim = claim_of("A99001")
    assert (claim.state, claim.round) == ("awaiting_provider", before.round + 1)
    assert claim.statement.number == 2
    assert claim.pence < before.pence
    last = ClaimEvent.objects.filter(claim=claim).latest("id")
    assert (last.kind, last.statement_id) == ("recalculated", claim.statement_id)
    assert Event.objects.latest("seq").details["fell_back"] == [claim.reference]
    assert payable().state == "approved"


def test_an_undeclared_claim_takes_its_new_figures_where_it_stands(qof: Loaded) -> None:
    before = claim_of("A99001")
    send(qof, "A99001", LOWER)
    assert again(qof).fell_back == 0
    claim = claim_of("A99001")
    assert (claim.state, claim.round, claim.state_since) == (
        "awaiting_provider", 1, before.state_since,
    )  # fmt: skip
    assert claim.statement_digest != before.statement_digest


def test_a_claim_in_a_run_keeps_its_figures_and_says_that_they_differ(qof: Loaded) -> None:
    in_a_run()
    before = claim_of("A99001")
    send(qof, "A99001", LOWER)
    for _ in range(2):
        outcome = again(qof)
        assert (outcome.fell_back, outcome.differ_after_scheduling) == (0, 1)
    assert claim_of("A99001") == before
    assert claim_of("A99001").pence == before.pence
    assert ClaimEvent.objects.filter(kind="differs").count() == 1
    assert Statement.objects.filter(provider=before.provider).count() == 2


def test_counts_that_go_back_to_what_they_were_take_the_old_statement_up_again(
    qof: Loaded,
) -> None:
    first = claim_of("A99001")
    send(qof, "A99001", LOWER)
    again(qof)
    send(qof, "A99001", {})
    outcome = again(qof)
    claim = claim_of("A99001")
    assert (claim.statement_id, claim.statement_digest) == (
        first.statement_id, first.statement_digest,
    )  # fmt: skip
    assert outcome.statements == 0
    assert Statement.objects.filter(provider=claim.provider).count() == 2


def test_everybody_is_calculated_with_the_same_national_figures(qof: Loaded) -> None:
    used = {
        json.loads(bytes(content))["reference"]["digest"]
        for content in Statement.objects.values_list("content", flat=True)
    }
    assert len(used) == 1


# Refusals ----------------------------------------------------------------------------------------


def test_a_missing_list_size_stops_everybody(qof: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cqrs.portal.claims.inputs.list_sizes", lambda _: {})
    before = everything()
    with pytest.raises(Refused, match="has no list size of 1 January 2026"):
        again(qof)
    assert everything() == before


@pytest.mark.parametrize("who", ["helen", "ama", "priya", "daniel", "grace", "liam", "felix"])
def test_only_a_data_operator_calculates(qof: Loaded, who: str) -> None:
    before = everything()
    for action in (actions.calculate_nation, actions.request_calculation):
        with pytest.raises(Refused, match="Only a data operator may calculate"):
            action(actor=actor(who), collection_id=qof.collection_id)
    assert everything() == before


def test_an_unknown_collection_is_not_found(qof: Loaded) -> None:
    with pytest.raises(NotFound):
        actions.calculate_nation(actor=OPERATOR, collection_id=0)


def test_progress_is_told(qof: Loaded) -> None:
    told: list[tuple[int, int]] = []
    actions.calculate_nation(
        actor=OPERATOR,
        collection_id=qof.collection_id,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(6, 6)]


# The database's own word -------------------------------------------------------------------------


def copy_of_a_statement(**changes: object) -> Statement:
    row = Statement.objects.filter(provider__code="A99001").get()
    for name, value in {"pk": None, "number": 2, **changes}.items():
        setattr(row, name, value)
    return row


def test_the_digest_is_of_the_content(qof: Loaded) -> None:
    row = copy_of_a_statement(digest="0" * 64)
    with (
        pytest.raises(IntegrityError, match="claims_statement_digest_is_of_its_content"),
        transaction.atomic(),
    ):
        row.save(force_insert=True)


def test_the_pence_are_those_of_the_content(qof: Loaded) -> None:
    row = copy_of_a_statement()
    content = json.loads(bytes(row.content)) | {"note": "other"}
    row.content = canonical_json(content)
    row.digest = digest(row.content)
    row.pence += 1
    with pytest.raises(IntegrityError, match="statement_says_its_pence"), transaction.atomic():
        row.save(force_insert=True)


def test_a_definition_s_digest_is_of_its_content(qof: Loaded) -> None:
    row = Statement.objects.first().definition  # type: ignore[union-attr]
    row.pk, row.version, row.content = None, 99, b"{}"
    row.digest = "0" * 64
    with pytest.raises(IntegrityError, match="digest_is_of_its_content"), transaction.atomic():
        row.save(force_insert=True)


def test_figures_can_not_change_under_a_decision(qof: Loaded) -> None:
    """The amount is locked once it is declared: a new statement needs the way back."""
    claim = declared()
    row = copy_of_a_statement()
    content = json.loads(bytes(row.content)) | {"pence": row.pence + 100}
    row.content = canonical_json(content)
    row.digest, row.pence = digest(row.content), row.pence + 100
    row.save(force_insert=True)
    changed = Claim.objects.filter(pk=claim.pk)
    with (
        pytest.raises(Error, match="its figures may only change as it goes back"),
        transaction.atomic(),
    ):
        changed.update(statement=row, pence=row.pence, statement_digest=row.digest)


def test_figures_that_changed_in_a_run_are_not_released_and_fall_back_when_it_is_cancelled(
    qof: Loaded,
) -> None:
    reference = in_a_run()
    before = claim_of("A99001")
    send(qof, "A99001", LOWER)
    again(qof)
    with pytest.raises(Refused, match="was calculated again after"):
        payments.release_run(actor=actor("liam"), run_reference=reference)
    payments.cancel_run(actor=actor("grace"), run_reference=reference, reason="Figures differ.")
    claim = claim_of("A99001")
    assert (claim.state, claim.round) == ("awaiting_provider", 2)
    assert claim.pence < before.pence
    with pytest.raises(Refused, match="No approved claim is waiting"):
        payments.build_run(actor=actor("grace"))
    assert again(qof).unchanged == 6


def test_figures_that_changed_back_in_a_run_stay_approved(qof: Loaded) -> None:
    reference = in_a_run()
    for changed in (LOWER, {}):
        send(qof, "A99001", changed)
        again(qof)
    assert ClaimEvent.objects.filter(kind="differs").count() == 2
    payments.cancel_run(actor=actor("grace"), run_reference=reference, reason="Checked.")
    claim = claim_of("A99001")
    assert (claim.state, claim.round) == ("approved", 1)
    again_in = payments.build_run(actor=actor("grace"))
    payments.release_run(actor=actor("liam"), run_reference=again_in)
    assert claim_of("A99001").state == "sent"
