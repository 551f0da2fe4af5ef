"""What happened and who did it, sealed in a chain; and what is noted on the way into it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
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
    """For people: who did what to whose, without an amount, which not everybody may see."""
    concerns = ArrayField(models.TextField(), default=list)
    """Codes of the organisations it is about: theirs to read, in the order of the alphabet."""
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
                name="audit_event_by_subject", fields=["subject_reference", "subject_kind"]
            ),
            models.Index(
                name="audit_event_by_action", fields=["action"], opclasses=["text_pattern_ops"]
            ),
            models.Index(name="audit_event_by_moment", fields=["at"]),
            GinIndex(SearchVector("sentence", config="simple"), name="audit_event_by_words"),
            GinIndex(SearchVector("actor_name", config="simple"), name="audit_event_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.sentence}"


class Concern(models.Model):
    """An organisation that an event is about: what the event says itself, quick to find."""

    pk = models.CompositePrimaryKey("organisation_code", "seq")
    organisation_code = models.TextField()
    seq = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="audit_concern_by_event", fields=["seq", "organisation_code"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_code}: {self.seq}"


class View(models.Model):
    """Somebody saw pounds of another organisation: once per person, thing and day.

    Noted without the lock of the chain, since hundreds read at once; sealed when the day is over.
    """

    day = models.DateField()
    person_id = models.BigIntegerField()
    person_name = models.TextField()
    organisation_code = models.TextField()
    organisation_name = models.TextField()
    kind = models.TextField()
    """What was seen: "claim", "payment run"."""
    reference = models.TextField()
    owner_code = models.TextField()
    """Whose pounds they are."""
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="audit_view_once_a_day",
                fields=[
                    "day", "person_id", "organisation_code", "kind", "reference", "owner_code",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person_name} saw {self.kind} {self.reference} on {self.day}"


class Refusal(models.Model):
    """Something was refused to somebody, noted once an hour: a storm can't fill the chain."""

    hour = models.DateTimeField()
    person_id = models.BigIntegerField()
    address = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="audit_refusal_once_an_hour", fields=["hour", "person_id", "address"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.address}"
