"""Notices in people's inboxes, emails on their way out, and what people chose about both.

People are numbers here: accounts come later on the road, and the sender asks them for addresses.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cqrs.portal.messages.kinds import ALWAYS_AT_ONCE, Kind, State, Way


class Email(models.Model):
    """One email, from the moment it is owed to the moment it is known to be sent, or not."""

    key = models.TextField()
    recipient_id = models.BigIntegerField(null=True)
    """The person, whose address is looked up when it is sent; none for a stranger's address."""
    address = models.EmailField(blank=True, default="")
    kind = models.TextField()
    subject = models.TextField()
    body = models.TextField()
    link = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    state = models.TextField(default=State.QUEUED)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    """While it is being sent: when the worker that has it is taken for dead."""
    handed_at = models.DateTimeField(null=True)
    """When this attempt began to hand it over. Empty: it has certainly not left."""
    sent_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, default="")
    """What went wrong last, in a sentence for the help desk."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="email_key_is_unique", fields=["key"]),
            models.CheckConstraint(name="email_kind_is_known", condition=Q(kind__in=list(Kind))),
            models.CheckConstraint(name="email_state_is_known", condition=Q(state__in=list(State))),
            models.CheckConstraint(
                name="email_goes_to_somebody",
                condition=Q(recipient_id__isnull=False) | ~Q(address=""),
            ),
            models.CheckConstraint(
                name="email_is_leased_while_sending",
                condition=Q(state=State.SENDING, lease_until__isnull=False)
                | (~Q(state=State.SENDING) & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="email_sent_has_its_moment",
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="email_by_next_attempt",
                fields=["next_attempt_at", "id"],
                condition=Q(state=State.QUEUED),
            ),
            models.Index(
                name="email_unfinished", fields=["state", "id"], condition=~Q(state=State.SENT)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"


class Notice(models.Model):
    """Something one person is told, in their inbox for ever; only read or unread changes."""

    key = models.TextField()
    recipient_id = models.BigIntegerField()
    kind = models.TextField()
    title = models.TextField()
    body = models.TextField()
    link = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    in_digest = models.BooleanField(default=False)
    """Whether it waits for the person's next daily email."""
    digest = models.ForeignKey(Email, models.PROTECT, null=True, related_name="notices")
    """The daily email that told of it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="notice_once_per_key", fields=["recipient_id", "key"]),
            models.CheckConstraint(name="notice_kind_is_known", condition=Q(kind__in=list(Kind))),
            models.CheckConstraint(name="notice_says_something", condition=~Q(title="")),
        ]
        indexes: ClassVar = [
            models.Index(name="notice_by_person", fields=["recipient_id", "-at", "-id"]),
            models.Index(
                name="notice_unread", fields=["recipient_id"], condition=Q(read_at__isnull=True)
            ),
            models.Index(
                name="notice_for_digest", fields=["recipient_id"], condition=Q(in_digest=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.title}"


class Preference(models.Model):
    """How a person chose to be told of one kind of notice."""

    recipient_id = models.BigIntegerField()
    kind = models.TextField()
    way = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="preference_once", fields=["recipient_id", "kind"]),
            models.CheckConstraint(
                name="preference_kind_may_be_chosen",
                condition=Q(kind__in=sorted(set(Kind) - ALWAYS_AT_ONCE)),
            ),
            models.CheckConstraint(name="preference_way_is_known", condition=Q(way__in=list(Way))),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.kind} {self.way}"


class Announcement(models.Model):
    """What national or help-desk people tell everybody at some kinds of organisation."""

    title = models.TextField()
    text = models.TextField()
    """Plain Markdown."""
    from_date = models.DateField()
    until_date = models.DateField()
    kinds = ArrayField(models.TextField())
    """Kinds of organisation whose people it is for."""
    author_name = models.TextField()
    author_organisation = models.TextField()
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    """When the notices about it were put into inboxes."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="announcement_ends_after_it_starts",
                condition=Q(until_date__gte=F("from_date")),
            ),
            models.CheckConstraint(
                name="announcement_says_something", condition=~Q(title="") & ~Q(text="")
            ),
            models.CheckConstraint(
                name="announcement_is_for_somebody", condition=Q(kinds__len__gt=0)
            ),
            models.CheckConstraint(
                name="announcement_names_its_author", condition=~Q(author_name="")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Place(models.Model):
    """How far a reader has come in a list that only grows."""

    reader = models.TextField(primary_key=True)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reader}: {self.seq}"
