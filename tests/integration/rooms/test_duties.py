"""Separation of duties: every pair of the table, tried in the application and in raw SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import Error, connection, transaction

from cqrs.definitions.load import load
from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.duties import APART, Apart, Duty, broken, entering_counts
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.catalogue import actions as catalogue
from cqrs.portal.catalogue.models import Draft, PublishedDefinition
from cqrs.portal.claims import actions as claims
from cqrs.portal.collection import actions as collection
from cqrs.portal.collection.models import Submission
from cqrs.portal.organisations.models import Organisation
from cqrs.portal.payments import actions as payments
from tests import factories
from tests.factories import WESTMERE, Loaded, actor, admit, email, user
from tests.integration.rooms.conftest import check_constraints
from tests.integration.rooms.road import approved, claim_of, declared, everything, payable

WORLD = "qof"
OTHER = load("qof/2024-25")
SCHEME = load("local_minor_injuries/2025-26")


def test_the_table_is_the_one_of_the_product() -> None:
    assert {(rule.first, rule.second) for rule in APART} == {
        (Duty.DECLARE, Duty.APPROVE),
        (Duty.DECLARE, Duty.FINANCE_APPROVE),
        (Duty.APPROVE, Duty.FINANCE_APPROVE),
        (Duty.ENTER, Duty.DECLARE),
        (Duty.BUILD, Duty.RELEASE),
        (Duty.DRAFT, Duty.PUBLISH),
    }
    assert {duty for rule in APART for duty in (rule.first, rule.second)} == set(Duty)


def test_a_pair_is_apart_in_either_order_and_every_refusal_is_a_sentence() -> None:
    for rule in APART:
        assert broken(rule.second, [rule.first]) == broken(rule.first, [rule.second])
        assert rule.sentence.endswith(".")
    assert broken(Duty.DECLARE, []) == ""
    assert broken(Duty.DECLARE, [Duty.DECLARE, Duty.BUILD]) == ""


def test_sending_counts_is_a_duty_apart_on_two_steps_and_on_behalf_only() -> None:
    told = {
        (steps, behalf): entering_counts(provider_steps=steps, on_behalf=behalf)
        for steps in (1, 2)
        for behalf in (False, True)
    }
    assert told == {(1, False): False, (1, True): True, (2, False): True, (2, True): True}


# Every pair of the table, tried -------------------------------------------------------------------


@dataclass(frozen=True)
class Attempt:
    """One person does the first duty, then tries the second: the portal's way, and by SQL."""

    prepare: Callable[[Loaded], None]
    try_it: Callable[[Loaded], None]
    sql: Callable[[], tuple[str, tuple[Any, ...]]]


def give(who: str, role: str, place: str) -> None:
    accounts.grant(actor=command_actor(), email=email(who), role=role, organisation_code=place)


def sign(step: Callable[..., None], who: str, place: str) -> None:
    row = claim_of("A99001")
    step(actor=actor(who, place), claim_id=row.pk, statement_digest=row.statement_digest)


def signature(kind: str, to_state: str, who: str) -> tuple[str, tuple[Any, ...]]:
    row = claim_of("A99001")
    return (
        "INSERT INTO claims_claimevent (claim_id, round, kind, to_state, statement_id, actor_id,"
        " actor_name, organisation_name, reason_code, reason, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, 'Somebody', 'Somewhere', '', '', now())",
        (row.pk, row.round, kind, to_state, row.statement_id, user(who).pk),
    )


def declared_by_an_approver(qof: Loaded) -> None:
    give("ama", "approval_manager", WESTMERE)
    give("ama", "finance_manager", WESTMERE)
    declared()


def approved_since(qof: Loaded) -> None:
    declared_by_an_approver(qof)
    sign(claims.approve, "priya", WESTMERE)


def approved_by_finance(qof: Loaded) -> None:
    give("priya", "finance_manager", WESTMERE)
    approved()


def typed_by_the_declarer(qof: Loaded) -> None:
    """A two-step practice, where the declarer typed the counts in."""
    Organisation.objects.filter(code="A99001").update(provider_steps=2)
    give("ama", "practice_data_entry", "A99001")
    type_in(qof, "ama")


def type_in(qof: Loaded, who: str, place: str = "A99001", steps: int = 1) -> None:
    collection.take_in(
        actor=actor(who, place),
        collection_id=qof.collection_id,
        counts=[
            factories.counts(qof.definition, "A99001", changed={("AST012", "Numerator"): steps})
        ],
        source="typed",
    )
    claims.calculate_nation(actor=command_actor(), collection_id=qof.collection_id)


def built_by_a_releaser(qof: Loaded) -> None:
    give("grace", "payment_releaser", factories.NATION)
    payable()
    payments.build_run(actor=actor("grace"))


def release(qof: Loaded) -> None:
    reference = "".join(_one("SELECT reference FROM payments_run"))
    payments.release_run(actor=actor("grace"), run_reference=reference)


def run(statement: str, values: tuple[Any, ...]) -> None:
    """Behind the application's back, with deferred constraints checked at once."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
    check_constraints()


def _one(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


def drafted_by_a_publisher(qof: Loaded) -> None:
    admit("rose")
    give("rose", "rule_publisher", factories.NATION)
    catalogue.draft(actor=actor("rose"), definition=OTHER)


def publish_one_s_own(qof: Loaded) -> None:
    catalogue.publish(actor=actor("rose"), definition=OTHER)


def publication(who: str) -> tuple[str, tuple[Any, ...]]:
    row = Draft.objects.get(digest=OTHER.digest)
    return (
        "INSERT INTO catalogue_publisheddefinition (service, version, digest, content, title,"
        " short_title, quality_service, published_at, published_by_id, published_by_name,"
        " draft_id, drafted_by_id)"
        " VALUES (%s, %s, %s, %s, 't', 't', 'q', now(), %s, 'Somebody', %s, %s)",
        (row.service, row.version, row.digest, row.content, user(who).pk, row.pk,
         row.drafted_by_id),
    )  # fmt: skip


TRIED: dict[tuple[Duty, Duty], Attempt] = {
    (Duty.DECLARE, Duty.APPROVE): Attempt(
        declared_by_an_approver,
        lambda _: sign(claims.approve, "ama", WESTMERE),
        lambda: signature("approved", "awaiting_finance", "ama"),
    ),
    (Duty.DECLARE, Duty.FINANCE_APPROVE): Attempt(
        approved_since,
        lambda _: sign(claims.finance_approve, "ama", WESTMERE),
        lambda: signature("finance_approved", "approved", "ama"),
    ),
    (Duty.APPROVE, Duty.FINANCE_APPROVE): Attempt(
        approved_by_finance,
        lambda _: sign(claims.finance_approve, "priya", WESTMERE),
        lambda: signature("finance_approved", "approved", "priya"),
    ),
    (Duty.ENTER, Duty.DECLARE): Attempt(
        typed_by_the_declarer,
        lambda _: sign(claims.declare, "ama", "A99001"),
        lambda: signature("declared", "awaiting_commissioner", "ama"),
    ),
    (Duty.BUILD, Duty.RELEASE): Attempt(
        built_by_a_releaser,
        release,
        lambda: (
            "UPDATE payments_run SET state = 'released', released_by_id = built_by_id,"
            " released_by_name = 'Somebody', released_at = now(), file_name = 'f.csv',"
            " file_content = 'x', file_sha256 = encode(sha256('x'), 'hex')",
            (),
        ),
    ),
    (Duty.DRAFT, Duty.PUBLISH): Attempt(
        drafted_by_a_publisher,
        publish_one_s_own,
        lambda: publication("rose"),
    ),
}


@pytest.mark.parametrize("rule", APART, ids=lambda rule: f"{rule.first} and {rule.second}")
def test_nobody_does_both_duties_of_a_pair(qof: Loaded, rule: Apart) -> None:
    attempt = TRIED[rule.first, rule.second]
    attempt.prepare(qof)
    before = everything()
    with pytest.raises(Refused) as no:
        attempt.try_it(qof)
    assert no.value.sentence == rule.sentence
    assert everything() == before
    with pytest.raises(Error, match=rule.guarded_by), transaction.atomic():
        run(*attempt.sql())
    assert everything() == before


# Counts in another's place ------------------------------------------------------------------------


def test_the_manager_of_a_one_step_practice_types_in_and_declares(qof: Loaded) -> None:
    give("ama", "practice_data_entry", "A99001")
    type_in(qof, "ama")
    assert declared().state == "awaiting_commissioner"


def test_counts_a_commissioner_typed_are_marked_and_declared_by_another(qof: Loaded) -> None:
    type_in(qof, "priya", WESTMERE)
    assert Submission.objects.order_by("-id")[0].on_behalf
    give("priya", "practice_declarer", "A99001")
    before = everything()
    with pytest.raises(Refused, match="You sent these counts"):
        sign(claims.declare, "priya", "A99001")
    assert everything() == before
    assert declared().state == "awaiting_commissioner"


def test_a_commissioner_sends_counts_only_of_those_it_pays(qof: Loaded) -> None:
    before = everything()
    with pytest.raises(Refused, match="the providers NHS Northmoor ICB pays only; A99001"):
        type_in(qof, "tom", factories.NORTHMOOR)
    assert everything() == before


# Drafting and publishing --------------------------------------------------------------------------


def test_a_definition_is_published_by_another_person_than_its_drafter(qof: Loaded) -> None:
    admit("rose", "paul")
    before = everything()
    with pytest.raises(Refused, match="Nobody has drafted QOF 2024/25"):
        catalogue.publish(actor=actor("paul"), definition=OTHER)
    assert everything() == before
    assert catalogue.draft(actor=actor("rose"), definition=OTHER) == OTHER.digest
    assert catalogue.publish(actor=actor("paul"), definition=OTHER) == OTHER.digest
    row = PublishedDefinition.objects.get(digest=OTHER.digest)
    assert (row.published_by_name, row.drafted_by_id) == ("Paul Stead", user("rose").pk)


def test_a_drafter_can_not_be_made_up_in_the_database(qof: Loaded) -> None:
    """The draft, its drafter and the bytes are one foreign key."""
    admit("rose", "paul")
    catalogue.draft(actor=actor("rose"), definition=OTHER)
    statement, values = publication("rose")
    forged = (*values[:-1], user("paul").pk)
    with pytest.raises(Error, match="definition_is_what_was_drafted"), transaction.atomic():
        run(statement, forged)
    without = (*values[:-2], None, None)
    with (
        pytest.raises(Error, match="definition_is_published_by_another_person"),
        transaction.atomic(),
    ):
        run(statement, without)


def test_a_commissioner_drafts_and_publishes_its_own_local_schemes_only(qof: Loaded) -> None:
    admit("cora")
    cora, daniel = actor("cora"), actor("daniel")
    before = everything()
    with pytest.raises(Refused, match="is a national service"):
        catalogue.draft(actor=cora, definition=OTHER)
    with pytest.raises(Refused, match="Only a rule author"):
        catalogue.draft(actor=daniel, definition=SCHEME)
    assert everything() == before


def test_another_commissioner_s_draft_is_not_published(qof: Loaded) -> None:
    admit("cora")
    give("tom", "finance_manager", factories.NORTHMOOR)
    scheme = next(
        rules for name in ("local_blood_tests", "local_anticoagulation", "local_diabetes")
        if not _faults(rules := load(f"{name}/2025-26"))
    )  # fmt: skip
    catalogue.draft(actor=actor("cora"), definition=scheme)
    before = everything()
    with pytest.raises(Refused, match="Nobody has drafted"):
        catalogue.publish(actor=actor("tom"), definition=scheme)
    assert everything() == before
    catalogue.publish(actor=actor("daniel"), definition=scheme)
    assert PublishedDefinition.objects.get(digest=scheme.digest).published_by_name == "Daniel Ross"


def _faults(definition: object) -> bool:
    """Whether it needs facts that can't be kept here yet."""
    with transaction.atomic():
        try:
            catalogue.publish(actor=command_actor(), definition=definition)  # type: ignore[arg-type]
        except Refused:
            return True
        transaction.set_rollback(True)
    return False
