"""Frozen statements, the claims they make, and everything that happened to a claim."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cqrs.portal.catalogue.models import PublishedDefinition
from cqrs.portal.collection.models import (
    Collection,
    NationalReference,
    Purpose,
    ReferenceStatus,
    Submission,
)
from cqrs.portal.organisations.models import Organisation


class Statement(models.Model):
    """The frozen result of calculating one submission: its bytes are what people agree to."""

    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="statements")
    collection = models.ForeignKey(Collection, models.PROTECT, related_name="statements")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="statements")
    reference = models.ForeignKey(
        NationalReference, models.PROTECT, null=True, related_name="statements"
    )
    """The national figures used; empty for a service that uses none."""
    definition = models.ForeignKey(PublishedDefinition, models.PROTECT, related_name="statements")
    number = models.IntegerField()
    content = models.BinaryField()
    """Canonical JSON; its SHA-256 is the digest."""
    digest = models.CharField(max_length=64)
    points = models.DecimalField(max_digits=8, decimal_places=2)
    attainable = models.DecimalField(max_digits=8, decimal_places=2)
    pence = models.BigIntegerField()
    status = models.TextField()
    calculated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="statement_digest_is_unique", fields=["digest"]),
            models.UniqueConstraint(
                name="statement_number_is_unique", fields=["collection", "provider", "number"]
            ),
            models.UniqueConstraint(
                name="statement_is_what_its_claim_says",
                fields=[
                    "id", "provider", "collection", "definition", "digest", "pence", "points",
                    "attainable", "status",
                ],
            ),
            models.CheckConstraint(
                name="statement_pence_is_not_negative", condition=Q(pence__gte=0)
            ),
            models.CheckConstraint(
                name="statement_points_fit", condition=Q(points__gte=0) & Q(attainable__gte=0)
            ),
            models.CheckConstraint(
                name="statement_status_is_known", condition=Q(status__in=ReferenceStatus.values)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"statement {self.number} of {self.provider_id}"


class ClaimState(models.TextChoices):
    """Where a claim stands. What each means is in `states.py`."""

    AWAITING_PROVIDER = "awaiting_provider", "Awaiting provider"
    AWAITING_COMMISSIONER = "awaiting_commissioner", "Awaiting commissioner"
    AWAITING_FINANCE = "awaiting_finance", "Awaiting finance"
    APPROVED = "approved", "Approved"
    SCHEDULED = "scheduled", "Scheduled"
    SENT = "sent", "Sent"
    SETTLED = "settled", "Settled"


class Claim(models.Model):
    """A provider's money for one collection, on its way to payment.

    The figures repeat the current statement's, so that a queue needs no other table; a foreign
    key over all of them together keeps them equal.
    """

    reference = models.TextField()
    """For people: QOF2526-2026-03-31-A99001."""
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="claims")
    commissioner = models.ForeignKey(Organisation, models.PROTECT, related_name="claims_to_pay")
    collection = models.ForeignKey(Collection, models.PROTECT, related_name="claims")
    definition = models.ForeignKey(PublishedDefinition, models.PROTECT, related_name="claims")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="claims")
    statement_digest = models.CharField(max_length=64)
    points = models.DecimalField(max_digits=8, decimal_places=2)
    attainable = models.DecimalField(max_digits=8, decimal_places=2)
    pence = models.BigIntegerField()
    status = models.TextField()
    state = models.TextField()
    state_since = models.DateTimeField()
    route = models.JSONField()
    """The steps this claim must take, as the definition had them when it was made."""
    round = models.IntegerField(default=1)
    """Goes up when the claim comes back to the provider: signatures count within a round."""
    flags = models.JSONField(default=list)
    """[{"code", "words", "blocks_bulk"}]: what a person should look at before deciding."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="claim_reference_is_unique", fields=["reference"]),
            models.UniqueConstraint(
                name="claim_once_per_provider_and_collection", fields=["provider", "collection"]
            ),
            models.CheckConstraint(
                name="claim_state_is_known", condition=Q(state__in=ClaimState.values)
            ),
            models.CheckConstraint(name="claim_round_is_counted", condition=Q(round__gte=1)),
        ]
        indexes: ClassVar = [
            models.Index(name="claim_queue", fields=["commissioner", "state", "state_since"]),
            models.Index(name="claim_ready_to_pay", fields=["id"], condition=Q(state="approved")),
        ]

    def __str__(self) -> str:
        return self.reference


PAYABLE = Q(state=ClaimState.APPROVED, status=ReferenceStatus.FINAL) & ~Q(
    collection__purpose=Purpose.IN_YEAR
)
"""What a payment run takes: on a route without steps even figures that may move are approved."""


class EventKind(models.TextChoices):
    """What happened to a claim."""

    CALCULATED = "calculated", "calculated"
    RECALCULATED = "recalculated", "recalculated"
    DIFFERS = "differs", "found to differ after scheduling"
    DECLARED = "declared", "declared"
    APPROVED = "approved", "approved"
    FINANCE_APPROVED = "finance_approved", "finance-approved"
    RETURNED = "returned", "returned"
    WITHDRAWN = "withdrawn", "withdrew"
    SCHEDULED = "scheduled", "put into a payment run"
    UNSCHEDULED = "unscheduled", "took out of a cancelled payment run"
    SENT = "sent", "sent for payment"


SIGNATURES = (EventKind.DECLARED, EventKind.APPROVED, EventKind.FINANCE_APPROVED)
"""The kinds that one person may do only one of, in a round."""


class ClaimEvent(models.Model):
    """What a named person did to a claim, on which statement, and where that left it."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="events")
    round = models.IntegerField()
    kind = models.TextField()
    to_state = models.TextField()
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="events")
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    organisation_name = models.TextField()
    reason_code = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="claim_signed_by_different_people",
                fields=["claim", "round", "actor_id"],
                condition=Q(kind__in=SIGNATURES),
            ),
            models.UniqueConstraint(
                name="claim_signed_once_for_each_step",
                fields=["claim", "round", "kind"],
                condition=Q(kind__in=SIGNATURES),
            ),
            models.CheckConstraint(
                name="claim_event_kind_is_known", condition=Q(kind__in=EventKind.values)
            ),
            models.CheckConstraint(
                name="claim_event_is_never_anonymous",
                condition=~Q(actor_name="") & ~Q(organisation_name=""),
            ),
            models.CheckConstraint(
                name="claim_signature_is_a_person_s",
                condition=~Q(kind__in=(*SIGNATURES, EventKind.RETURNED, EventKind.WITHDRAWN))
                | Q(actor_id__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_return_gives_a_reason",
                condition=~Q(kind="returned") | (~Q(reason_code="") & ~Q(reason="")),
            ),
        ]
        indexes: ClassVar = [models.Index(name="claim_event_by_claim", fields=["claim", "id"])]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.kind} claim {self.claim_id}"
