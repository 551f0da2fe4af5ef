"""What was asked for, the files that came, the counts they brought and the national reference."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cqrs.portal.catalogue.models import PublishedDefinition
from cqrs.portal.organisations.models import Organisation


class Purpose(models.TextChoices):
    """Whether the counts decide money: at the year end, in each month, or only for information."""

    YEAR_END = "year_end", "year end"
    MONTH = "month", "month"
    IN_YEAR = "in_year", "in year, for information"


class CollectionState(models.TextChoices):
    """How far a collection has come."""

    OPEN = "open", "Open"
    COMPLETE = "complete", "Complete"
    FINAL = "final", "Final"


class Source(models.TextChoices):
    """How counts came in."""

    EXTRACTED = "extracted", "Extracted"
    TYPED = "typed", "Typed in"
    UPLOADED = "uploaded", "Uploaded"
    API = "api", "Sent by API"


class Collection(models.Model):
    """Counts of one service at one achievement date, wanted from every participant."""

    definition = models.ForeignKey(PublishedDefinition, models.PROTECT, related_name="collections")
    service = models.TextField()
    achievement_date = models.DateField()
    purpose = models.TextField(choices=Purpose)
    declare_by = models.DateField()
    state = models.TextField(choices=CollectionState, default=CollectionState.OPEN)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="collection_once_per_service_and_date",
                fields=["service", "achievement_date"],
            ),
            models.CheckConstraint(
                name="collection_purpose_is_known", condition=Q(purpose__in=Purpose.values)
            ),
            models.CheckConstraint(
                name="collection_state_is_known", condition=Q(state__in=CollectionState.values)
            ),
            models.CheckConstraint(
                name="collection_is_declared_after_it_ends",
                condition=Q(declare_by__gt=F("achievement_date")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} at {self.achievement_date}"

    @property
    def pays(self) -> bool:
        """Whether its counts decide money; in-year counts only inform."""
        return self.purpose != Purpose.IN_YEAR


class SourceFile(models.Model):
    """A file that brought counts: its name and digest, not its content."""

    name = models.TextField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    layout = models.TextField()
    received_at = models.DateTimeField()
    received_by_id = models.BigIntegerField(null=True)
    received_by_name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="source_file_is_kept_once", fields=["sha256"]),
            models.CheckConstraint(
                name="source_file_is_named", condition=~Q(name="") & ~Q(received_by_name="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """One immutable set of counts of a provider; a correction is the next version."""

    collection = models.ForeignKey(Collection, models.PROTECT, related_name="submissions")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="submissions")
    version = models.IntegerField()
    source = models.TextField(choices=Source)
    source_file = models.ForeignKey(SourceFile, models.PROTECT, null=True)
    on_behalf = models.BooleanField(default=False)
    """Whether a commissioner's person sent them in the provider's place."""
    counts = models.JSONField()
    """{indicator: {field: value}}"""
    digest = models.CharField(max_length=64)
    warnings = models.JSONField(default=list)
    received_at = models.DateTimeField()
    received_by_id = models.BigIntegerField(null=True)
    received_by_name = models.TextField()
    supersedes = models.OneToOneField("self", models.PROTECT, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="submission_version_is_unique",
                fields=["collection", "provider", "version"],
            ),
            models.CheckConstraint(
                name="submission_source_is_known", condition=Q(source__in=Source.values)
            ),
            models.CheckConstraint(
                name="submission_supersedes_the_one_before",
                condition=Q(version=1, supersedes__isnull=True)
                | Q(version__gt=1, supersedes__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_from_a_file_names_it",
                condition=Q(source="typed") | Q(source_file__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_names_who_received_it", condition=~Q(received_by_name="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}, submission {self.version}"


class ReferenceStatus(models.TextChoices):
    """Whether national figures may still change."""

    PROVISIONAL = "provisional", "Provisional"
    FINAL = "final", "Final"


class NationalReference(models.Model):
    """National prevalence struck from the submissions; the newest counts, a final one for ever."""

    collection = models.ForeignKey(Collection, models.PROTECT, related_name="references")
    content = models.JSONField()
    status = models.TextField(choices=ReferenceStatus)
    digest = models.CharField(max_length=64)
    struck_at = models.DateTimeField()
    struck_by_id = models.BigIntegerField(null=True)
    struck_by_name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="reference_is_final_once",
                fields=["collection"],
                condition=Q(status="final"),
            ),
            models.CheckConstraint(
                name="reference_status_is_known", condition=Q(status__in=ReferenceStatus.values)
            ),
            models.CheckConstraint(
                name="reference_names_who_struck_it", condition=~Q(struck_by_name="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} reference of {self.collection_id}"
