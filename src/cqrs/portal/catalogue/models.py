"""Definitions as they were published, byte for byte, and who takes part."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cqrs.portal.organisations.models import Organisation


class Draft(models.Model):
    """A definition that one person proposes and another may publish. A change is a new draft."""

    service = models.TextField()
    """Service and year: "qof/2025-26"."""
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    """The canonical JSON whose SHA-256 is the digest."""
    title = models.TextField()
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="drafts")
    """The organisation whose scheme it is: a national body, or the commissioner of a local one."""
    drafted_at = models.DateTimeField()
    drafted_by_id = models.BigIntegerField()
    drafted_by_name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="draft_digest_is_unique", fields=["digest"]),
            models.UniqueConstraint(
                name="draft_is_what_is_published", fields=["id", "digest", "drafted_by_id"]
            ),
            models.CheckConstraint(
                name="draft_names_its_drafter", condition=~Q(drafted_by_name="")
            ),
        ]

    def __str__(self) -> str:
        return f"draft of {self.title}, version {self.version}"


class PublishedDefinition(models.Model):
    """A version of a service's rules. Never edited: a change is a new version."""

    service = models.TextField()
    """Service and year: "qof/2025-26"."""
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    """The canonical JSON whose SHA-256 is the digest."""
    title = models.TextField()
    short_title = models.TextField()
    quality_service = models.TextField()
    published_at = models.DateTimeField()
    published_by_id = models.BigIntegerField(null=True)
    published_by_name = models.TextField()
    draft = models.OneToOneField(Draft, models.PROTECT, null=True, related_name="published")
    """Empty only for what the set-up on the command line publishes, which is no person."""
    drafted_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="definition_is_published_by_another_person",
                condition=Q(published_by_id__isnull=True)
                | (
                    Q(draft__isnull=False, drafted_by_id__isnull=False)
                    & ~Q(drafted_by_id=F("published_by_id"))
                ),
            ),
            models.UniqueConstraint(name="definition_digest_is_unique", fields=["digest"]),
            models.UniqueConstraint(
                name="definition_version_is_published_once", fields=["service", "version"]
            ),
            models.CheckConstraint(
                name="definition_names_its_publisher", condition=~Q(published_by_name="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.short_title}, version {self.version}"


class Participation(models.Model):
    """A provider takes part in a service of a year; the commissioner pays."""

    service = models.TextField()
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="participations")
    commissioner = models.ForeignKey(Organisation, models.PROTECT, related_name="commissions")
    start_date = models.DateField()
    end_date = models.DateField(null=True)
    accepted_at = models.DateTimeField()
    accepted_by_id = models.BigIntegerField(null=True)
    accepted_by_name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="participation_once_per_service", fields=["service", "provider"]
            ),
            models.CheckConstraint(
                name="participation_ends_after_it_starts",
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
            ),
            models.CheckConstraint(
                name="participation_is_with_another", condition=~Q(provider=F("commissioner"))
            ),
            models.CheckConstraint(
                name="participation_names_who_accepted", condition=~Q(accepted_by_name="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} in {self.service}"
