"""Declaring, approving, finance-approving, returning and taking back; one claim or many."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.audit import actions as audit
from cqrs.portal.claims.actions.moving import done_by, locked, move
from cqrs.portal.claims.models import Claim, EventKind
from cqrs.portal.claims.permissions import DONE, answers_to, refusal, visible
from cqrs.portal.claims.states import RETURN_REASONS, SIGNED_AS, after, start
from cqrs.values import pounds_text


@dataclass(frozen=True)
class Outcome:
    """What became of one claim among many, in a sentence."""

    claim_id: int
    reference: str
    done: bool
    sentence: str


def declare(*, actor: Actor, claim_id: int, statement_digest: str) -> None:
    """The provider states that exactly this statement is right."""
    _one(actor, "declare", claim_id, statement_digest)


def approve(*, actor: Actor, claim_id: int, statement_digest: str) -> None:
    """The commissioner agrees to exactly this statement."""
    _one(actor, "approve", claim_id, statement_digest)


def finance_approve(*, actor: Actor, claim_id: int, statement_digest: str) -> None:
    """A second commissioner officer releases the money of exactly this statement."""
    _one(actor, "finance_approve", claim_id, statement_digest)


def approve_many(*, actor: Actor, chosen: Mapping[int, str]) -> tuple[Outcome, ...]:
    """Approve claims given as {claim id: statement digest}; see `_decide`."""
    return _decide(actor, "approve", chosen, in_bulk=True)


def finance_approve_many(*, actor: Actor, chosen: Mapping[int, str]) -> tuple[Outcome, ...]:
    """Finance-approve claims given as {claim id: statement digest}; see `_decide`."""
    return _decide(actor, "finance_approve", chosen, in_bulk=True)


def _one(actor: Actor, action: str, claim_id: int, statement_digest: str) -> None:
    outcome = _decide(actor, action, {claim_id: statement_digest}, in_bulk=False)[0]
    if not outcome.done:
        raise Refused(outcome.sentence)


@transaction.atomic
def _decide(
    actor: Actor, action: str, chosen: Mapping[int, str], *, in_bulk: bool
) -> tuple[Outcome, ...]:
    """Take a step on each chosen claim, in one transaction and one audit event.

    A claim that may not be decided is left as it is, with its sentence, and does not hold up the
    others: each claim is a decision of its own, and what was decided is exactly what the
    outcomes say. An error nobody foresaw undoes all of them.
    """
    claims = _seen(actor, action, chosen)
    done = done_by(actor, claims)
    outcomes: dict[int, Outcome] = {}
    passed: list[Claim] = []
    for claim in claims:
        no = (
            refusal(actor, action, claim, done=done.get(claim.pk, ()))
            or _stale(action, claim, chosen[claim.pk])
            or (_bulk_refusal(claim) if in_bulk else "")
        )
        if no:
            outcomes[claim.pk] = Outcome(claim.pk, claim.reference, False, no)
        else:
            passed.append(claim)
    for claim in passed:
        words = f"{claim.reference} {DONE[action]}: {pounds_text(claim.pence)}."
        outcomes[claim.pk] = Outcome(claim.pk, claim.reference, True, words)
    for target, group in _by_target(passed).items():
        move(actor, group, to=target, kind=SIGNED_AS[action])
    if passed:
        _record(actor, action, passed)
    return tuple(outcomes[claim.pk] for claim in claims)


def _seen(actor: Actor, action: str, chosen: Mapping[int, str]) -> list[Claim]:
    mine = Claim.objects.filter(visible(actor), pk__in=list(chosen)).values_list("pk", flat=True)
    if not chosen or set(mine) != set(chosen):
        raise NotFound("There is no such claim.")
    return locked(chosen, answers_to(actor, action))


def _stale(action: str, claim: Claim, statement_digest: str) -> str:
    if claim.statement_digest == statement_digest:
        return ""
    return (
        f"The figures of {claim.reference} have changed since you opened it: statement "
        f"{claim.statement.number} now comes to {pounds_text(claim.pence)}. It was not "
        f"{DONE[action]}. Look at the new figures first."
    )


def _bulk_refusal(claim: Claim) -> str:
    words = [flag["words"] for flag in claim.flags if flag["blocks_bulk"]]
    if not words:
        return ""
    return f"{claim.reference} can't be approved with others: {'; '.join(words)}. Open it."


def _by_target(claims: list[Claim]) -> dict[str, list[Claim]]:
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(after(claim.state, claim.route, claim.pence), []).append(claim)
    return groups


def _record(actor: Actor, action: str, claims: list[Claim]) -> None:
    one = claims[0].reference if len(claims) == 1 else ""
    audit.record(
        actor=actor,
        action=f"claims.{action}",
        subject_kind="claim" if one else "claims",
        subject_reference=one or f"{len(claims)} claims",
        sentence=f"{actor.name} {DONE[action]} {one or f'{len(claims):,} claims'}.",
        concerns=_concerned(claims),
        details={"claims": {c.reference: [c.statement_digest, c.pence] for c in claims}},
    )


@transaction.atomic
def return_to_provider(*, actor: Actor, claim_id: int, reason_code: str, reason: str) -> None:
    """Give a claim back to the provider, who reads the reason and declares again."""
    claim = _seen(actor, "return", {claim_id: ""})[0]
    if reason_code not in RETURN_REASONS:
        raise Refused("Choose why you return the claim. Nothing was changed.")
    if not reason.strip():
        raise Refused("Say what the practice should do. Nothing was changed.")
    _give_back(actor, claim, "return", EventKind.RETURNED, reason_code, reason.strip())


@transaction.atomic
def withdraw(*, actor: Actor, claim_id: int) -> None:
    """The provider takes its declaration back, as long as nobody has approved it."""
    claim = _seen(actor, "withdraw", {claim_id: ""})[0]
    _give_back(actor, claim, "withdraw", EventKind.WITHDRAWN, "", "")


def _give_back(
    actor: Actor, claim: Claim, action: str, kind: str, reason_code: str, reason: str
) -> None:
    no = refusal(actor, action, claim, done=())
    if no:
        raise Refused(no)
    move(
        actor,
        [claim],
        to=start(claim.route, claim.pence),
        kind=kind,
        new_round=True,
        reason_code=reason_code,
        reason=reason,
    )
    because = f" because: {RETURN_REASONS[reason_code]}." if reason_code else "."
    verb = "returned" if action == "return" else "took back"
    audit.record(
        actor=actor,
        action=f"claims.{action}",
        subject_kind="claim",
        subject_reference=claim.reference,
        sentence=f"{actor.name} {verb} {claim.reference}{because}",
        concerns=_concerned([claim]),
        details={
            "statement": claim.statement_digest,
            "reason_code": reason_code,
            "reason": reason,
        },
    )


def _concerned(claims: list[Claim]) -> list[str]:
    """Codes of the providers and of who pays them."""
    return [code for claim in claims for code in (claim.provider.code, claim.commissioner.code)]
