"""Many people and runs at the same moment, each on a connection of their own."""

import time
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.audit.actions import record
from cqrs.portal.audit.queries import verify
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.models import Claim, ClaimEvent
from cqrs.portal.payments import actions as payments
from cqrs.portal.payments.models import Instruction, Run
from tests import factories
from tests.factories import PRACTICES, WESTMERE, Loaded, actor, email
from tests.integration.rooms.road import claim_of, declared, in_a_run

pytestmark = pytest.mark.fault


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all at the same moment; answers what each returned, or the sentence that refused it."""
    together = Barrier(len(deeds))
    outcomes: list[object] = [None] * len(deeds)

    def do(place: int, deed: Callable[[], object]) -> None:
        try:
            together.wait(timeout=20)
            outcomes[place] = deed()
        except Refused as refusal:
            outcomes[place] = refusal
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [Thread(target=do, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def refusals(outcomes: list[object]) -> list[str]:
    faults = [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, Refused)]
    assert not faults, faults
    return [o.sentence for o in outcomes if isinstance(o, Refused)]


def all_approved() -> None:
    """Every practice's claim with all its approvals, whoever would have given them."""
    for code, (_, commissioner, _) in PRACTICES.items():
        for who, role, place in (
            (f"d{code}", "practice_declarer", code),
            (f"a{commissioner}", "approval_manager", commissioner),
            (f"f{commissioner}", "finance_manager", commissioner),
        ):
            accounts.create_user(actor=command_actor(), email=email(who.lower()), full_name=who)
            accounts.grant(
                actor=command_actor(), email=email(who.lower()), role=role, organisation_code=place
            )
        claim = claim_of(code)
        for deed, who in (
            (claims.declare, f"d{code}"),
            (claims.approve, f"a{commissioner}"),
            (claims.finance_approve, f"f{commissioner}"),
        ):
            deed(
                actor=actor(who.lower()),
                claim_id=claim.pk,
                statement_digest=claim.statement_digest,
            )


@pytest.mark.parametrize("trial", range(3))
def test_two_people_approving_at_once_yield_one_approval(committed_qof: Loaded, trial: int) -> None:
    accounts.grant(
        actor=command_actor(),
        email=email("ruth"),
        role="approval_manager",
        organisation_code=WESTMERE,
    )
    claim = declared()
    people = [actor("priya"), actor("ruth")]
    outcomes = at_once(
        *(
            lambda who=who: claims.approve(
                actor=who, claim_id=claim.pk, statement_digest=claim.statement_digest
            )
            for who in people
        )
    )
    assert len(refusals(outcomes)) == 1
    assert refusals(outcomes)[0].startswith("Somebody else has acted first")
    assert ClaimEvent.objects.filter(claim=claim, kind="approved").count() == 1
    assert claim_of("A99001").state == "awaiting_finance"
    assert verify().broken_seq is None


def test_a_double_click_declares_once(committed_qof: Loaded) -> None:
    claim = claim_of("A99001")
    ama = actor("ama")
    outcomes = at_once(
        *(
            lambda: claims.declare(
                actor=ama, claim_id=claim.pk, statement_digest=claim.statement_digest
            )
            for _ in range(4)
        )
    )
    assert len(refusals(outcomes)) == 3
    assert ClaimEvent.objects.filter(claim=claim, kind="declared").count() == 1


def test_an_approval_and_a_withdrawal_at_once_leave_one_of_them(committed_qof: Loaded) -> None:
    claim = declared()
    ama, priya = actor("ama"), actor("priya")
    outcomes = at_once(
        lambda: claims.withdraw(actor=ama, claim_id=claim.pk),
        lambda: claims.approve(
            actor=priya, claim_id=claim.pk, statement_digest=claim.statement_digest
        ),
    )
    assert len(refusals(outcomes)) == 1
    after = claim_of("A99001")
    assert (after.state, after.round) in {("awaiting_finance", 1), ("awaiting_provider", 2)}


def test_eight_runs_built_at_once_pay_each_claim_once(committed_qof: Loaded) -> None:
    all_approved()
    grace = actor("grace")
    outcomes = at_once(*(lambda: payments.build_run(actor=grace) for _ in range(8)))
    built = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert built
    assert len(built) + len(refusals(outcomes)) == 8
    assert all("No approved claim is waiting" in words for words in refusals(outcomes))
    paid = list(Instruction.objects.values_list("claim_id", flat=True))
    assert sorted(paid) == sorted(Claim.objects.values_list("id", flat=True))
    assert sum(Run.objects.values_list("total_pence", flat=True)) == sum(
        Claim.objects.values_list("pence", flat=True)
    )
    assert verify().broken_seq is None


def test_a_run_released_by_four_at_once_is_released_once(committed_qof: Loaded) -> None:
    reference = in_a_run()
    liam = actor("liam")
    outcomes = at_once(
        *(lambda: payments.release_run(actor=liam, run_reference=reference) for _ in range(4))
    )
    assert len(refusals(outcomes)) == 3
    assert ClaimEvent.objects.filter(kind="sent").count() == 1


def test_a_release_and_a_cancellation_at_once_leave_one_of_them(committed_qof: Loaded) -> None:
    reference = in_a_run()
    liam, grace = actor("liam"), actor("grace")
    outcomes = at_once(
        lambda: payments.release_run(actor=liam, run_reference=reference),
        lambda: payments.cancel_run(actor=grace, run_reference=reference, reason="Too early."),
    )
    assert len(refusals(outcomes)) == 1
    run = Run.objects.get()
    assert (run.state, claim_of("A99001").state) in {
        ("released", "sent"),
        ("cancelled", "approved"),
    }


def test_a_calculation_and_a_run_at_once_pay_one_amount(committed_qof: Loaded) -> None:
    all_approved()
    lower = factories.counts(
        committed_qof.definition, "A99001", changed={("DM036", "Numerator"): 1}
    )
    factories.send_counts(committed_qof.collection_id, committed_qof.definition, [lower])
    grace = actor("grace")
    outcomes = at_once(
        lambda: payments.build_run(actor=grace),
        lambda: claims.calculate_nation(
            actor=command_actor(), collection_id=committed_qof.collection_id
        ),
    )
    assert not refusals(outcomes) or "No approved claim" in refusals(outcomes)[0]
    claim = claim_of("A99001")
    paid = Instruction.objects.filter(claim=claim).first()
    if paid:
        assert (claim.state, paid.amount_pence) == ("scheduled", claim.pence)
    else:
        assert (claim.state, claim.round) == ("awaiting_provider", 2)


def test_the_chain_holds_when_ten_write_at_once(committed_qof: Loaded) -> None:
    before = verify().count
    at_once(
        *(
            lambda n=n: accounts.create_user(
                actor=command_actor(), email=f"p{n}@portal.example", full_name=f"Person {n}"
            )
            for n in range(10)
        )
    )
    verified = verify()
    assert (verified.count, verified.broken_seq) == (before + 10, None)


def test_two_calculations_at_once_are_one_and_a_refusal_or_two_in_turn(
    committed_qof: Loaded,
) -> None:
    outcomes = at_once(
        *(
            lambda: claims.calculate_nation(
                actor=command_actor(), collection_id=committed_qof.collection_id
            )
            for _ in range(3)
        )
    )
    assert all("is being calculated at this moment" in words for words in refusals(outcomes))
    assert len(refusals(outcomes)) < 3


def test_an_event_needs_the_transaction_of_its_deed(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="outside the transaction"):
        record(
            actor=command_actor(),
            action="tests.do",
            subject_kind="thing",
            subject_reference="1",
            sentence="Did a thing.",
        )
    assert verify().count == 0


def test_an_approval_that_waits_for_a_calculation_is_told_that_the_figures_changed(
    committed_qof: Loaded,
) -> None:
    claim, priya = declared(), actor("priya")
    lower = factories.counts(
        committed_qof.definition, "A99001", changed={("DM036", "Numerator"): 1}
    )
    factories.send_counts(committed_qof.collection_id, committed_qof.definition, [lower])
    outcomes: list[object] = []

    def approve() -> None:
        try:
            outcomes.extend(
                claims.approve_many(actor=priya, chosen={claim.pk: claim.statement_digest})
            )
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    waiting = Thread(target=approve)
    with transaction.atomic():
        claims.calculate_nation(actor=command_actor(), collection_id=committed_qof.collection_id)
        waiting.start()
        _until_somebody_waits()
    waiting.join(timeout=20)
    (outcome,) = outcomes
    assert isinstance(outcome, claims.Outcome)
    assert not outcome.done
    assert claim_of("A99001").state == "awaiting_provider"


def _until_somebody_waits() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.05)
    raise AssertionError("nobody waited")
