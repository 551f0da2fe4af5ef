"""What was found about a claim that is in a run or sent: whether its figures would now differ."""

from collections.abc import Iterable

from cqrs.portal.claims.models import Claim, ClaimEvent, EventKind


def newest_found(claims: Iterable[Claim]) -> dict[int, int]:
    """By claim that was found to differ while in a run or sent: the statement last found."""
    rounds = {claim.pk: claim.round for claim in claims}
    rows = ClaimEvent.objects.filter(claim__in=rounds, kind=EventKind.DIFFERS).order_by("id")
    found = rows.values_list("claim_id", "round", "statement_id")
    return {claim: statement for claim, round_, statement in found if rounds[claim] == round_}


def superseded(claims: Iterable[Claim]) -> dict[Claim, int]:
    """The claims whose newest figures are another statement, with that statement's key."""
    many = list(claims)
    newest = newest_found(many)
    return {c: newest[c.pk] for c in many if newest.get(c.pk, c.statement_id) != c.statement_id}
