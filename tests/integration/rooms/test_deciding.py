"""Declaring, approving, finance-approving, returning and taking back: once, by different people."""

import pytest
from django.db import Error, IntegrityError, transaction

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.audit.models import Event
from cqrs.portal.audit.queries import verify
from cqrs.portal.claims import actions
from cqrs.portal.claims.actions.moving import locked
from cqrs.portal.claims.models import Claim, ClaimEvent
from cqrs.portal.claims.permissions import answers
from tests import factories
from tests.factories import Loaded, actor, email, user
from tests.integration.rooms.conftest import Sql
from tests.integration.rooms.road import approved, claim_of, declared, everything, payable

WORLD = "qof"

STEPS = {
    "declare": actions.declare,
    "approve": actions.approve,
    "finance_approve": actions.finance_approve,
}


def take(step: str, who: str, claim: Claim, digest: str = "") -> None:
    STEPS[step](
        actor=actor(who), claim_id=claim.pk, statement_digest=digest or claim.statement_digest
    )


def give(who: str, role: str, place: str) -> None:
    accounts.grant(actor=command_actor(), email=email(who), role=role, organisation_code=place)


def refused(step: str, who: str, claim: Claim, words: str, digest: str = "") -> None:
    """The step is refused with these words, and nothing at all has changed."""
    before = everything()
    with pytest.raises(Refused, match=words):
        take(step, who, claim, digest)
    assert everything() == before


def test_a_claim_is_declared_approved_and_finance_approved(qof: Loaded) -> None:
    claim = payable()
    assert claim.state == "approved"
    history = list(
        ClaimEvent.objects.filter(claim=claim)
        .order_by("id")
        .values_list("kind", "actor_name", "organisation_name", "to_state", "round")
    )
    assert history == [
        ("calculated", "Set-up on the command line", "This installation", "awaiting_provider", 1),
        ("declared", "Dr Ama Osei", "Larkfield Road Surgery", "awaiting_commissioner", 1),
        ("approved", "Priya Nair", "NHS Westmere ICB", "awaiting_finance", 1),
        ("finance_approved", "Daniel Ross", "NHS Westmere ICB", "approved", 1),
    ]
    told = Event.objects.filter(subject_reference=claim.reference).order_by("seq")
    assert [event.action for event in told] == [
        "claims.declare", "claims.approve", "claims.finance_approve",
    ]  # fmt: skip
    assert told[0].details["claims"] == {claim.reference: [claim.statement_digest, claim.pence]}
    assert verify().broken_seq is None


# Different people --------------------------------------------------------------------------------


def test_the_same_person_can_not_declare_and_approve(qof: Loaded) -> None:
    give("ama", "approval_manager", factories.WESTMERE)
    claim = declared()
    before = everything()
    with pytest.raises(Refused, match="You have already taken a step on this claim"):
        actions.approve(
            actor=actor("ama", factories.WESTMERE),
            claim_id=claim.pk,
            statement_digest=claim.statement_digest,
        )
    assert everything() == before


def test_the_same_person_can_not_approve_and_finance_approve(qof: Loaded) -> None:
    give("priya", "finance_manager", factories.WESTMERE)
    refused("finance_approve", "priya", approved(), "must be taken by another person")


def test_the_database_itself_refuses_one_person_in_two_steps(
    qof: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    give("priya", "finance_manager", factories.WESTMERE)
    claim = approved()
    monkeypatch.setattr("cqrs.portal.claims.actions.deciding.done_by", lambda *_: {})
    refused("finance_approve", "priya", claim, "One person can't take two steps")


def test_a_signature_needs_a_person(qof: Loaded) -> None:
    claim = claim_of("A99001")
    row = ClaimEvent(
        claim=claim, round=1, kind="declared", to_state="awaiting_commissioner",
        statement_id=claim.statement_id, actor_id=None, actor_name="Set-up",
        organisation_name="Set-up", at=claim.state_since,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="claim_signature_is_a_person_s"), transaction.atomic():
        row.save()


def test_after_a_return_the_signatures_of_the_last_round_do_not_count(qof: Loaded) -> None:
    claim = approved()
    actions.return_to_provider(
        actor=actor("daniel"), claim_id=claim.pk, reason_code="counts", reason="Check AST012."
    )
    assert payable().round == 2


# The right role, at the right place, at the right time -------------------------------------------


@pytest.mark.parametrize(
    ("step", "who", "words"),
    [
        ("declare", "helen", "Your role may not declare claims"),
        ("declare", "joe", "Your role may not declare claims"),
        ("declare", "priya", "Your role may not declare claims"),
        ("approve", "ama", "Your role may not approve claims"),
        ("approve", "daniel", "Your role may not approve claims"),
        ("approve", "ruth", "Your role may not approve claims"),
        ("approve", "felix", "Your role may not approve claims"),
        ("finance_approve", "priya", "Your role may not finance-approve claims"),
        ("approve", "priya", "is awaiting provider, so it can't be approved now"),
        ("finance_approve", "daniel", "is awaiting provider, so it can't be finance-approved now"),
    ],
)
def test_a_step_is_refused_to_the_wrong_role_or_before_its_time(
    qof: Loaded, step: str, who: str, words: str
) -> None:
    refused(step, who, claim_of("A99001"), words)


@pytest.mark.parametrize(("who", "step"), [("quay", "declare"), ("tom", "approve")])
def test_the_claim_of_another_organisation_does_not_exist(qof: Loaded, who: str, step: str) -> None:
    claim = declared() if step == "approve" else claim_of("A99001")
    before = everything()
    with pytest.raises(NotFound):
        take(step, who, claim)
    with pytest.raises(NotFound):
        actions.return_to_provider(
            actor=actor(who), claim_id=claim.pk, reason_code="other", reason="x"
        )
    with pytest.raises(NotFound):
        actions.withdraw(actor=actor(who), claim_id=claim.pk)
    with pytest.raises(NotFound):
        actions.approve(actor=actor("priya"), claim_id=0, statement_digest="")
    assert everything() == before


@pytest.mark.parametrize("who", ["grace", "liam", "anita"])
def test_roles_that_do_not_see_claims_can_not_act_on_them(qof: Loaded, who: str) -> None:
    refused("declare", who, claim_of("A99001"), "Your role does not see claims")


def test_an_approval_can_not_be_skipped(qof: Loaded) -> None:
    refused("finance_approve", "daniel", declared(), "can't be finance-approved now")


def test_a_step_is_taken_once(qof: Loaded) -> None:
    give("ruth", "approval_manager", factories.WESTMERE)
    yours = "You have already taken your step: .* is"
    refused("declare", "ama", declared(), f"{yours} awaiting commissioner now")
    claim = approved("A99002", "quay")
    refused("approve", "priya", claim, f"{yours} awaiting finance now")
    refused("approve", "ruth", claim, "Somebody else has acted first")
    take("finance_approve", "daniel", claim)
    refused("finance_approve", "daniel", claim, f"{yours} approved now")


def test_a_claim_that_moved_meanwhile_is_not_moved_again(
    qof: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock, the conditional UPDATE is the wall."""
    claim = declared()
    stale = locked([claim.pk], answers(actor("priya")))[0]
    monkeypatch.setattr("cqrs.portal.claims.actions.deciding.locked", lambda *_: [stale])
    take("approve", "priya", claim)
    give("ruth", "approval_manager", factories.WESTMERE)
    refused("approve", "ruth", claim, "Somebody else has just acted on")


# Bound to what was shown -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "who", "prepare"),
    [
        ("declare", "ama", lambda: claim_of("A99001")),
        ("approve", "priya", declared),
        ("finance_approve", "daniel", approved),
    ],
)
def test_a_stale_digest_is_refused(qof: Loaded, step: str, who: str, prepare: object) -> None:
    claim = prepare()  # type: ignore[operator]
    refused(step, who, claim, "have changed since you opened it: statement 1", digest="0" * 64)


# Giving back -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prepare", "who"), [(declared, "priya"), (approved, "daniel")], ids=["approve", "finance"]
)
def test_a_return_gives_the_claim_back_with_its_reason(
    qof: Loaded, prepare: object, who: str
) -> None:
    claim = prepare()  # type: ignore[operator]
    actions.return_to_provider(
        actor=actor(who), claim_id=claim.pk, reason_code="counts", reason=" Check AST012. "
    )
    back = claim_of("A99001")
    assert (back.state, back.round) == ("awaiting_provider", 2)
    last = ClaimEvent.objects.filter(claim=claim).latest("id")
    assert (last.kind, last.reason_code, last.reason) == ("returned", "counts", "Check AST012.")


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        ("", "Check AST012.", "Choose why you return the claim"),
        ("weather", "Check AST012.", "Choose why you return the claim"),
        ("counts", "", "Say what the practice should do"),
        ("counts", "  \n", "Say what the practice should do"),
    ],
)
def test_a_return_needs_a_reason(qof: Loaded, code: str, reason: str, words: str) -> None:
    claim = declared()
    before = everything()
    with pytest.raises(Refused, match=words):
        actions.return_to_provider(
            actor=actor("priya"), claim_id=claim.pk, reason_code=code, reason=reason
        )
    assert everything() == before


def test_the_database_refuses_a_return_without_a_reason(qof: Loaded) -> None:
    claim = declared()
    row = ClaimEvent(
        claim=claim, round=2, kind="returned", to_state="awaiting_provider",
        statement_id=claim.statement_id, actor_id=user("priya").pk, actor_name="Priya Nair",
        organisation_name="NHS Westmere ICB", reason_code="counts", reason="", at=claim.state_since,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="claim_return_gives_a_reason"), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("prepare", "who", "words"),
    [
        (lambda: claim_of("A99001"), "priya", "is awaiting provider, so it can't be returned"),
        (declared, "daniel", "Your role may not return claims"),
        (approved, "priya", "Your role may not return claims"),
        (payable, "daniel", "is approved, so it can't be returned"),
        (payable, "priya", "is approved, so it can't be returned"),
        (declared, "ama", "Your role may not return claims"),
    ],
)
def test_a_return_belongs_to_whoever_would_approve(
    qof: Loaded, prepare: object, who: str, words: str
) -> None:
    claim = prepare()  # type: ignore[operator]
    before = everything()
    with pytest.raises(Refused) as refusal:
        actions.return_to_provider(
            actor=actor(who), claim_id=claim.pk, reason_code="counts", reason="Check AST012."
        )
    assert words in refusal.value.sentence or "may not return" in refusal.value.sentence
    assert everything() == before


def test_the_practice_takes_its_declaration_back_before_the_first_approval(qof: Loaded) -> None:
    claim = declared()
    actions.withdraw(actor=actor("ama"), claim_id=claim.pk)
    back = claim_of("A99001")
    assert (back.state, back.round) == ("awaiting_provider", 2)
    claim = approved()
    before = everything()
    with pytest.raises(Refused, match="so it can't be taken back now"):
        actions.withdraw(actor=actor("ama"), claim_id=claim.pk)
    assert everything() == before


# Many at once ------------------------------------------------------------------------------------


def chosen(*practices: str) -> dict[int, str]:
    return {c.pk: c.statement_digest for c in map(claim_of, practices)}


def test_each_claim_among_many_is_a_decision_of_its_own(qof: Loaded) -> None:
    first, second = declared(), declared("A99002", "quay")
    outcomes = actions.approve_many(
        actor=actor("priya"),
        chosen={first.pk: first.statement_digest, second.pk: "0" * 64, **chosen("A99003")},
    )
    by_practice = {o.reference[-6:]: o for o in outcomes}
    assert by_practice["A99001"].done
    assert not by_practice["A99002"].done
    assert "have changed since you opened it" in by_practice["A99002"].sentence
    assert "is awaiting provider" in by_practice["A99003"].sentence
    assert claim_of("A99001").state == "awaiting_finance"
    assert claim_of("A99002").state == "awaiting_commissioner"
    assert claim_of("A99003").state == "awaiting_provider"
    last = Event.objects.latest("seq")
    assert last.details["claims"] == {first.reference: [first.statement_digest, first.pence]}


def test_many_are_finance_approved_with_one_event_each_and_one_in_the_audit(qof: Loaded) -> None:
    approved()
    approved("A99002", "quay")
    before = Event.objects.count()
    outcomes = actions.finance_approve_many(
        actor=actor("daniel"), chosen=chosen("A99001", "A99002")
    )
    assert all(outcome.done for outcome in outcomes)
    assert Event.objects.count() == before + 1
    assert ClaimEvent.objects.filter(kind="finance_approved").count() == 2
    assert verify().broken_seq is None


def test_nothing_is_recorded_when_none_of_many_was_decided(qof: Loaded) -> None:
    before = everything()
    outcomes = actions.approve_many(actor=actor("priya"), chosen=chosen("A99001", "A99002"))
    assert not any(outcome.done for outcome in outcomes)
    assert everything() == before


def test_one_strange_claim_among_many_stops_all(qof: Loaded) -> None:
    declared()
    before = everything()
    with pytest.raises(NotFound):
        actions.approve_many(actor=actor("priya"), chosen=chosen("A99001", "A99005"))
    with pytest.raises(NotFound):
        actions.approve_many(actor=actor("priya"), chosen={})
    assert everything() == before


# The database's own word -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE claims_claim SET state = 'awaiting_finance'", "may not go from"),
        ("UPDATE claims_claim SET state = 'sent'", "may not go from"),
        ("UPDATE claims_claim SET state = 'approved'", "may not go from"),
        ("UPDATE claims_claim SET state = 'nonsense'", "may not go from"),
        ("UPDATE claims_claim SET round = 2", "may not go from"),
        ("UPDATE claims_claim SET state = 'awaiting_commissioner'", "its last event left it"),
        ("UPDATE claims_claim SET reference = reference || 'x'", "may not change whose it is"),
        ("UPDATE claims_claim SET commissioner_id = provider_id", "may not change whose it is"),
        ('UPDATE claims_claim SET route = \'[{"step": "declare"}]\'', "may not change whose it"),
        ("UPDATE claims_claim SET pence = pence + 1", "claim_says_what_its_statement_says"),
        ("UPDATE claims_claim SET points = points + 1", "claim_says_what_its_statement_says"),
        ("UPDATE claims_claim SET status = 'provisional'", "claim_says_what_its_statement_says"),
        (
            "UPDATE claims_claim SET statement_digest = repeat('0', 64)",
            "claim_says_what_its_statement_says",
        ),
        (
            "UPDATE claims_claim SET statement_id = (SELECT max(id) FROM claims_statement)",
            "claim_says_what_its_statement_says",
        ),
    ],
)
def test_sql_refuses_what_the_road_does_not_have(
    qof: Loaded, sql: Sql, statement: str, words: str
) -> None:
    before = everything()
    with pytest.raises(Error, match=words), transaction.atomic():
        sql(statement)
    assert everything() == before
