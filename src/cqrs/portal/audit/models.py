"""One table: what happened, who did it, and the seal that shows a later change."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Event(models.Model):
    """Something a named person did. Plain text and numbers only, so it outlives what it names."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    """The user's number; empty only for the command line, which is named all the same."""
    actor_name = models.TextField()
    organisation_code = models.TextField()
    organisation_name = models.TextField()
    action = models.TextField()
    """Room and verb: "claims.approve"."""
    subject_kind = models.TextField()
    subject_reference = models.TextField()
    sentence = models.TextField()
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("seq",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="audit_event_is_never_anonymous",
                condition=~Q(actor_name="") & ~Q(organisation_name=""),
            ),
            models.UniqueConstraint(name="audit_event_hash_is_unique", fields=["hash"]),
            models.UniqueConstraint(name="audit_event_has_one_successor", fields=["previous_hash"]),
        ]
        indexes: ClassVar = [
            models.Index(
                name="audit_event_by_subject", fields=["subject_kind", "subject_reference"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.sentence}"
