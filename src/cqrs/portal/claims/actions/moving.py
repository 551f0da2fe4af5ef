"""The one way a claim changes its state: a conditional UPDATE and an event, together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.expressions import Combinable

from cqrs.portal.accounts.duties import Duty, entering_counts
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.models import SIGNATURES, Claim, ClaimEvent, EventKind
from cqrs.portal.claims.newer import newer_counts_at
from cqrs.values import clock

SOMEBODY_ELSE = "Somebody else has just acted on {what}. Nothing was changed: look at it again."
BATCH = 2000


def locked(
    claim_ids: Iterable[int], answers: Mapping[str, Combinable] | None = None
) -> list[Claim]:
    """The claims, held until the transaction ends, always in the same order, with the answers.

    Held first, read afterwards: a join that waits for somebody else's new statement would leave
    the claim out.
    """
    held = Claim.objects.select_for_update(no_key=True).filter(pk__in=list(claim_ids))
    numbers = list(held.order_by("pk").values_list("pk", flat=True))
    return list(
        Claim.objects.select_related("provider", "commissioner", "collection", "statement")
        .defer("statement__content")
        .annotate(newer_counts_at=newer_counts_at(), **WHO_SENT, **answers or {})
        .filter(pk__in=numbers)
        .order_by("pk")
    )


def move(
    actor: Actor,
    claims: Sequence[Claim],
    *,
    to: str,
    kind: str,
    new_round: bool = False,
    reason_code: str = "",
    reason: str = "",
) -> datetime:
    """Move claims that all stand in one state to another, each with its event.

    Refused, with nothing changed, when any of them no longer stands where it was read.
    """
    if not claims:
        raise ValueError("no claim to move")
    now = clock.now()
    before = claims[0].state
    for round_, group in _by_round(claims).items():
        after = round_ + 1 if new_round else round_
        moved = Claim.objects.filter(
            pk__in=[claim.pk for claim in group], state=before, round=round_
        ).update(state=to, state_since=now, round=after)
        if moved != len(group):
            what = group[0].reference if len(group) == 1 else "some of these claims"
            raise Refused(SOMEBODY_ELSE.format(what=what))
    _write_events(
        [
            ClaimEvent(
                claim=claim,
                round=claim.round + 1 if new_round else claim.round,
                kind=kind,
                to_state=to,
                statement_id=claim.statement_id,
                actor_id=actor.user_id,
                actor_name=actor.name,
                organisation_name=actor.organisation_name,
                reason_code=reason_code,
                reason=reason,
                at=now,
            )
            for claim in claims
        ]
    )
    return now


def _by_round(claims: Sequence[Claim]) -> dict[int, list[Claim]]:
    groups: dict[int, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.round, []).append(claim)
    return groups


def _write_events(events: list[ClaimEvent]) -> None:
    try:
        with transaction.atomic():
            ClaimEvent.objects.bulk_create(events, batch_size=BATCH)
    except IntegrityError as error:
        # The second wall: the checks in permissions.py come first and say it better.
        if "claim_signed_by_different_people" in str(error):
            raise Refused("One person can't take two steps on the same claim.") from error
        raise


def done_by(actor: Actor, claims: Sequence[Claim]) -> dict[int, frozenset[Duty]]:
    """What the actor has done to each claim in its present round, as separated duties tell.

    Who sent the counts of its statement counts as having entered them where that is a duty apart.
    """
    if actor.user_id is None or not claims:
        return {}
    done: dict[int, set[Duty]] = {claim.pk: set() for claim in claims}
    rounds = {claim.pk: claim.round for claim in claims}
    rows = ClaimEvent.objects.filter(
        claim__in=rounds, actor_id=actor.user_id, kind__in=SIGNATURES
    ).values_list("claim_id", "round", "kind")
    for number, round_, kind in rows:
        if rounds[number] == round_:
            done[number].add(DUTY_OF[EventKind(kind)])
    for claim in claims:
        if vars(claim)["sent_by_id"] == actor.user_id and entering_counts(
            provider_steps=claim.provider.provider_steps, on_behalf=vars(claim)["on_behalf"]
        ):
            done[claim.pk].add(Duty.ENTER)
    return {number: frozenset(duties) for number, duties in done.items()}


DUTY_OF = {
    EventKind.DECLARED: Duty.DECLARE,
    EventKind.APPROVED: Duty.APPROVE,
    EventKind.FINANCE_APPROVED: Duty.FINANCE_APPROVE,
}
WHO_SENT = {
    "sent_by_id": F("statement__submission__received_by_id"),
    "on_behalf": F("statement__submission__on_behalf"),
}
"""Who sent the counts behind a claim, and whether for another: columns to annotate."""
