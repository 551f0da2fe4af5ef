"""Station 5: a run built by one and released by another, and money that leaves once."""

from functools import partial

import pytest
from django.db import Error, IntegrityError, transaction

from cqrs.exchange import payment_file
from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.audit.models import Event
from cqrs.portal.audit.queries import verify
from cqrs.portal.claims.actions import calculate_nation
from cqrs.portal.claims.models import ClaimEvent
from cqrs.portal.payments import actions, queries
from cqrs.portal.payments.ledger import identity_of
from cqrs.portal.payments.models import Instruction, Run, Transfer
from cqrs.values import digest
from tests import factories
from tests.factories import NATION, Loaded, actor, email
from tests.integration.rooms.conftest import Sql
from tests.integration.rooms.road import claim_of, everything, in_a_run, payable

WORLD = "qof"


def release(reference: str, who: str = "liam") -> None:
    actions.release_run(actor=actor(who), run_reference=reference)


def refused(do: object, words: str) -> None:
    before = everything()
    with pytest.raises(Refused, match=words):
        do()  # type: ignore[operator]
    assert everything() == before


def test_a_run_pays_what_is_approved_and_nothing_else(qof: Loaded) -> None:
    first, second = payable(), payable("A99002", "quay")
    reference = actions.build_run(actor=actor("grace"))
    run = Run.objects.get(reference=reference)
    assert (run.state, run.count, run.total_pence) == ("built", 2, first.pence + second.pence)
    assert {claim_of(code).state for code in ("A99001", "A99002")} == {"scheduled"}
    assert claim_of("A99003").state == "awaiting_provider"
    told = Instruction.objects.get(claim=first)
    assert told.payee_reference == "A99001"
    assert told.identity == identity_of(first.reference, first.statement_digest, actions.STEP, "")
    moved = Transfer.objects.select_related("debit", "credit").get(
        identity=f"pending:{told.identity}"
    )
    assert (moved.debit.code, moved.credit.code, moved.amount_pence) == (
        "commissioner:QZ9", "provider:A99001", first.pence,
    )  # fmt: skip


def test_the_release_writes_the_file_and_sends_the_claims(qof: Loaded) -> None:
    reference = in_a_run()
    claim = claim_of("A99001")
    release(reference)
    run = Run.objects.get(reference=reference)
    file = queries.run_file(actor("liam"), reference)
    assert (run.state, run.released_by_name) == ("released", "Liam Hart")
    assert file.sha256 == digest(file.content) == run.file_sha256
    read = payment_file.read(file.content)
    assert (read.run_reference, read.total_pence, len(read.lines)) == (
        reference, run.total_pence, run.count,
    )  # fmt: skip
    line = read.lines[0]
    assert (line.claim, line.provider_code, line.service, line.amount_pence) == (
        claim.reference, "A99001", "QOF2526", claim.pence,
    )  # fmt: skip
    assert claim_of("A99001").state == "sent"
    assert ClaimEvent.objects.filter(claim=claim).latest("id").actor_name == "Liam Hart"
    assert Event.objects.latest("seq").details["sha256"] == file.sha256
    assert verify().broken_seq is None
    paid = queries.payment_of(actor("ama"), claim.reference)
    assert paid is not None
    assert (paid.run_reference, paid.amount_pence) == (reference, claim.pence)


# Two people --------------------------------------------------------------------------------------


def test_the_same_person_can_not_build_and_release(qof: Loaded) -> None:
    accounts.grant(
        actor=command_actor(),
        email=email("grace"),
        role="payment_releaser",
        organisation_code=NATION,
    )
    reference = in_a_run()
    refused(
        lambda: release(reference, "grace"),
        "You built this run, so another person must release it.",
    )
    assert queries.run(actor("grace"), reference).card.may == {"cancel"}


def test_the_database_itself_refuses_one_person_for_both(qof: Loaded, sql: Sql) -> None:
    reference = in_a_run()
    with (
        pytest.raises(IntegrityError, match="run_is_released_by_another_person"),
        transaction.atomic(),
    ):
        sql(
            "UPDATE payments_run SET state = 'released', released_by_id = built_by_id, "
            "released_at = now(), file_content = 'x', "
            "file_sha256 = encode(sha256('x'), 'hex') WHERE reference = %s",
            reference,
        )


def test_only_payment_people_build_release_and_cancel(qof: Loaded) -> None:
    payable()
    for who in ("helen", "ama", "priya", "daniel", "liam", "anita", "felix"):
        refused(partial(actions.build_run, actor=actor(who)), "Only a payment operator may build")
    reference = actions.build_run(actor=actor("grace"))
    for who in ("ama", "priya", "daniel", "grace", "anita", "felix"):
        refused(partial(release, reference, who), "Only a payment releaser may release")
    for who in ("ama", "priya", "daniel", "anita", "felix"):
        refused(
            partial(actions.cancel_run, actor=actor(who), run_reference=reference, reason="x"),
            "Only a payment operator or releaser",
        )


# Once --------------------------------------------------------------------------------------------


def test_building_cancelling_and_releasing_are_told_to_the_audit(qof: Loaded) -> None:
    first = in_a_run()
    cancel(first)
    second = actions.build_run(actor=actor("grace"))
    release(second)
    told = Event.objects.filter(subject_kind="payment run").order_by("seq")
    assert [(e.action, e.subject_reference, e.actor_name) for e in told] == [
        ("payments.build_run", first, "Grace Obi"),
        ("payments.cancel_run", first, "Grace Obi"),
        ("payments.build_run", second, "Grace Obi"),
        ("payments.release_run", second, "Liam Hart"),
    ]


def test_a_released_run_can_not_be_released_again(qof: Loaded) -> None:
    reference = in_a_run()
    release(reference)
    refused(
        lambda: release(reference),
        f"{reference} was released by Liam Hart on 12 May 2026. A run is released once.",
    )


def test_a_released_run_can_not_be_cancelled(qof: Loaded) -> None:
    reference = in_a_run()
    release(reference)
    refused(
        lambda: actions.cancel_run(actor=actor("liam"), run_reference=reference, reason="x"),
        "A run is released once",
    )


def test_with_nothing_approved_there_is_no_run(qof: Loaded) -> None:
    refused(lambda: actions.build_run(actor=actor("grace")), "No approved claim is waiting")
    in_a_run()
    refused(lambda: actions.build_run(actor=actor("grace")), "No approved claim is waiting")


def test_an_unknown_run_is_not_found(qof: Loaded) -> None:
    for do in (
        lambda: release("RUN-0"),
        lambda: actions.cancel_run(actor=actor("grace"), run_reference="RUN-0", reason="x"),
        lambda: queries.run(actor("grace"), "RUN-0"),
        lambda: queries.run_file(actor("grace"), "RUN-0"),
    ):
        with pytest.raises(NotFound):
            do()


# Cancelling --------------------------------------------------------------------------------------


def cancel(reference: str) -> None:
    actions.cancel_run(actor=actor("grace"), run_reference=reference, reason="Built too early.")


def test_a_cancelled_run_gives_its_claims_to_the_next(qof: Loaded) -> None:
    first = in_a_run()
    cancel(first)
    assert claim_of("A99001").state == "approved"
    second = actions.build_run(actor=actor("grace"))
    old, new = Instruction.objects.order_by("id")
    assert new.replaces == old
    assert new.identity != old.identity
    release(second)
    assert claim_of("A99001").state == "sent"
    kinds = list(Transfer.objects.order_by("id").values_list("kind", "amount_pence"))
    pence = claim_of("A99001").pence
    assert kinds == [("pending", pence), ("void", pence), ("pending", pence)]


def test_a_run_may_be_cancelled_twice_over(qof: Loaded) -> None:
    cancel(in_a_run())
    cancel(actions.build_run(actor=actor("grace")))
    release(actions.build_run(actor=actor("grace")))
    assert Instruction.objects.count() == 3
    assert Instruction.objects.filter(run__state="released").count() == 1


def test_a_cancelled_run_can_not_be_released_nor_cancelled_again(qof: Loaded) -> None:
    reference = in_a_run()
    cancel(reference)
    refused(lambda: release(reference), "was cancelled by Grace Obi. Build another run")
    refused(lambda: cancel(reference), "was cancelled by Grace Obi")


def test_cancelling_needs_a_reason(qof: Loaded) -> None:
    reference = in_a_run()
    refused(
        lambda: actions.cancel_run(actor=actor("grace"), run_reference=reference, reason=" "),
        "Say why the run is cancelled",
    )


def test_a_claim_recalculated_after_a_cancelled_run_is_paid_its_new_amount(qof: Loaded) -> None:
    cancel(in_a_run())
    before = claim_of("A99001")
    lower = factories.counts(qof.definition, "A99001", changed={("DM036", "Numerator"): 1})
    factories.send_counts(qof.collection_id, qof.definition, [lower])
    calculate_nation(actor=command_actor(), collection_id=qof.collection_id)
    after = payable()
    assert after.pence < before.pence
    release(actions.build_run(actor=actor("grace")))
    paid = Instruction.objects.get(run__state="released")
    assert (paid.amount_pence, paid.replaces) == (after.pence, None)


# The database's own word -------------------------------------------------------------------------

ANOTHER_INSTRUCTION = """
INSERT INTO payments_instruction
       (run_id, claim_id, statement_id, step, payee_reference, amount_pence, identity, replaces_id)
SELECT run_id, claim_id, statement_id, {step}, payee_reference, {pence}, repeat('0', 64), {replaces}
  FROM payments_instruction
"""


@pytest.mark.parametrize(
    ("step", "pence", "replaces", "words"),
    [
        ("step", "amount_pence", "NULL", "instruction_pays_a_statement_once"),
        ("'other'", "amount_pence", "NULL", "instruction_once_in_a_run"),
        ("step", "amount_pence", "id", "replaces one that was not cancelled"),
        ("'other'", "amount_pence + 1", "NULL", "is not what its scheduled claim says"),
    ],
)
def test_the_same_money_can_not_be_told_twice(
    qof: Loaded, sql: Sql, step: str, pence: str, replaces: str, words: str
) -> None:
    in_a_run()
    with pytest.raises(Error, match=words), transaction.atomic():
        sql(ANOTHER_INSTRUCTION.format(step=step, pence=pence, replaces=replaces))


def test_nothing_joins_a_released_run(qof: Loaded, sql: Sql) -> None:
    release(in_a_run())
    with pytest.raises(Error, match="may only join a run that waits"), transaction.atomic():
        sql(ANOTHER_INSTRUCTION.format(step="'other'", pence="amount_pence", replaces="NULL"))


ANOTHER_TRANSFER = """
INSERT INTO payments_transfer
       (kind, debit_id, credit_id, amount_pence, run_id, identity, pending_id, at)
SELECT {kind}, debit_id, credit_id, {pence}, run_id, identity || 'x', {pending}, at
  FROM payments_transfer WHERE kind = 'pending'
"""


@pytest.mark.parametrize(
    ("kind", "pence", "pending", "words"),
    [
        ("'pending'", "amount_pence", "NULL", "its ledger says 2 of"),
        ("'pending'", "1", "NULL", "its ledger says 2 of"),
        ("'void'", "amount_pence", "id", "is built but 1 of its 1 transfers are void"),
        ("'post'", "amount_pence - 1", "id", "transfer_settles_all_of_its_pending"),
        ("'void'", "amount_pence + 1", "id", "transfer_settles_all_of_its_pending"),
        ("'post'", "amount_pence", "NULL", "transfer_settles_a_pending_one"),
        ("'pending'", "amount_pence", "id", "transfer_settles_a_pending_one"),
        ("'post'", "-1", "id", "transfer_moves_something"),
        ("'gift'", "1", "NULL", "transfer_kind_is_known"),
    ],
)
def test_the_ledger_refuses_what_does_not_add_up(
    qof: Loaded, sql: Sql, kind: str, pence: str, pending: str, words: str
) -> None:
    in_a_run()
    before = everything()
    with pytest.raises(Error, match=words), transaction.atomic():
        sql(ANOTHER_TRANSFER.format(kind=kind, pence=pence, pending=pending))
    assert everything() == before


def test_a_transfer_is_posted_or_voided_once(qof: Loaded, sql: Sql) -> None:
    release(in_a_run())
    sql(ANOTHER_TRANSFER.format(kind="'post'", pence="amount_pence", pending="id"))
    with pytest.raises(Error, match="duplicate key"), transaction.atomic():
        sql(
            ANOTHER_TRANSFER.format(kind="'void'", pence="amount_pence", pending="id").replace(
                "'x'", "'y'"
            )
        )


def test_a_run_without_its_ledger_is_refused(qof: Loaded, sql: Sql) -> None:
    in_a_run()
    with pytest.raises(Error, match="its ledger says 0 of 0p"), transaction.atomic():
        sql(
            "INSERT INTO payments_run (reference, state, count, total_pence, built_by_id, "
            "built_by_name, built_at, released_by_name, cancelled_by_name, cancel_reason, "
            "file_name) VALUES ('RUN-X', 'built', 1, 100, 1, 'X', now(), '', '', '', '')"
        )


def test_a_cancelled_run_must_void_its_transfers(qof: Loaded, sql: Sql) -> None:
    in_a_run()
    with pytest.raises(Error, match="is cancelled but 0 of its 1 transfers"), transaction.atomic():
        sql("UPDATE payments_run SET state = 'cancelled', cancelled_by_id = 1, cancel_reason = 'x'")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE payments_run SET total_pence = 100", "says 1 payments of £1.00"),
        ("UPDATE payments_instruction SET amount_pence = 100", "has changed since"),
        ("UPDATE claims_claim SET statement_id = statement_id + 1", "has changed since"),
    ],
)
def test_a_run_that_was_tampered_with_is_not_released(
    qof: Loaded, sql: Sql, change: str, words: str
) -> None:
    reference = in_a_run()
    sql("SET session_replication_role = replica")
    sql(change)
    sql("SET session_replication_role = origin")
    refused(lambda: release(reference), words)


# Pages -------------------------------------------------------------------------------------------


def test_a_run_says_what_it_waits_for(qof: Loaded) -> None:
    reference = in_a_run()
    liam, grace = actor("liam"), actor("grace")
    assert queries.run(liam, reference).card.may == {"release", "cancel"}
    assert queries.run(grace, reference).card.may == {"cancel"}
    assert queries.run(liam, reference).card.sentence == (
        "Waiting for a payment releaser other than Grace Obi since 12 May 2026. Next: the payment "
        "file is written and sent."
    )
    release(reference)
    card = queries.runs(liam)[0]
    assert card.may == frozenset()
    assert card.sentence.startswith("Waiting for the payment agency since 12 May 2026. Next: ")


def test_a_run_adds_up_by_commissioner(qof: Loaded) -> None:
    page = queries.run(actor("grace"), in_a_run())
    assert [(t.name, t.count, t.pence) for t in page.by_commissioner] == [
        ("NHS Westmere ICB", 1, page.card.total_pence)
    ]
    assert [line.amount_pence for line in page.lines] == [page.card.total_pence]


@pytest.mark.parametrize("who", ["helen", "ama", "priya", "daniel", "anita"])
def test_runs_are_for_payment_people_and_auditors(qof: Loaded, who: str) -> None:
    reference = in_a_run()
    for do in (
        lambda: queries.runs(actor(who)),
        lambda: queries.run(actor(who), reference),
        lambda: queries.ready(actor(who)),
        lambda: queries.run_file(actor(who), reference),
    ):
        with pytest.raises(Refused, match="Only payment operators, releasers and auditors"):
            do()
    assert queries.runs(actor("felix"))


def test_the_payment_of_somebody_else_s_claim_is_not_shown(qof: Loaded) -> None:
    in_a_run()
    reference = claim_of("A99001").reference
    assert queries.payment_of(actor("quay"), reference) is None
    assert queries.payment_of(actor("tom"), reference) is None
    seen = queries.payment_of(actor("joe"), reference)
    assert seen is not None
    assert seen.amount_pence is None
