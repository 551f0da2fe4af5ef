"""Whether something newer than a claim's statement is known: counts, or figures found to differ."""

from collections.abc import Iterable

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from cqrs.portal.claims.models import PAYABLE, Claim, ClaimEvent, EventKind
from cqrs.portal.collection.models import Submission


def newer_counts_at() -> Case:
    """When counts came in that the claim's statement does not know yet; null when none did.

    Counts that are sent again as they were are the same counts, whatever their version.
    """
    newest = Submission.objects.filter(
        collection=OuterRef("collection"), provider=OuterRef("provider")
    ).order_by("-version")
    known = Q(statement__submission__digest=Subquery(newest.values("digest")[:1]))
    return Case(When(known, then=None), default=Subquery(newest.values("received_at")[:1]))


def payable() -> "QuerySet[Claim]":
    """What a payment run takes: final, approved, and with no counts that wait to be calculated."""
    return Claim.objects.filter(PAYABLE).alias(newer=newer_counts_at()).filter(newer__isnull=True)


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
