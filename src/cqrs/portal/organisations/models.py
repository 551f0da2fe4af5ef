"""Organisations of every kind in one table, their dated relationships and their list sizes."""

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value


class OrganisationKind(models.TextChoices):
    """What sort of organisation it is."""

    PRACTICE = "practice", "Practice"
    PCN = "pcn", "Primary care network"
    ICB = "icb", "Integrated care board"
    REGION = "region", "Region"
    NATIONAL = "national", "National body"
    AGENCY = "agency", "Payment agency"


class RelationshipKind(models.TextChoices):
    """What the child is to the parent."""

    MEMBER_OF = "member_of", "is a member of"
    COMMISSIONED_BY = "commissioned_by", "is commissioned by"
    PART_OF = "part_of", "is part of"


class Organisation(models.Model):
    """A practice, network, commissioner, national body or payment agency."""

    code = models.TextField()
    """ODS code: what files and people call it."""
    name = models.TextField()
    kind = models.TextField(choices=OrganisationKind)
    supplier = models.TextField(blank=True, default="")
    """Who supplies its clinical system, for the completeness of a collection."""
    payee_reference = models.TextField(blank=True, default="")
    """How the payment agency knows it; its code where nothing else is known."""
    open_date = models.DateField(null=True)
    close_date = models.DateField(null=True)

    class Meta:
        ordering = ("name", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(name="organisation_code_is_unique", fields=["code"]),
            models.CheckConstraint(
                name="organisation_has_code_and_name", condition=~Q(code="") & ~Q(name="")
            ),
            models.CheckConstraint(
                name="organisation_kind_is_known", condition=Q(kind__in=OrganisationKind.values)
            ),
            models.CheckConstraint(
                name="organisation_closes_after_it_opens",
                condition=Q(close_date__isnull=True)
                | Q(open_date__isnull=True)
                | Q(close_date__gte=F("open_date")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


def one_at_a_time(kind: str) -> ExclusionConstraint:
    """A child has one parent of a kind on any day. Needs no btree_gist: numbers as ranges."""
    child: Any = Func(F("child_id"), F("child_id"), Value("[]"), function="int8range")
    dates: Any = Func(F("start_date"), F("end_date"), Value("[]"), function="daterange")
    return ExclusionConstraint(
        name=f"relationship_{kind}_one_at_a_time",
        expressions=[(child, RangeOperators.OVERLAPS), (dates, RangeOperators.OVERLAPS)],
        condition=Q(kind=kind),
    )


class Relationship(models.Model):
    """The child belongs to the parent from the start date to the end date, both included."""

    child = models.ForeignKey(Organisation, models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Organisation, models.PROTECT, related_name="children")
    kind = models.TextField(choices=RelationshipKind)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="relationship_kind_is_known", condition=Q(kind__in=RelationshipKind.values)
            ),
            models.CheckConstraint(
                name="relationship_is_to_another", condition=~Q(child=F("parent"))
            ),
            models.CheckConstraint(
                name="relationship_ends_after_it_starts",
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
            ),
            one_at_a_time("member_of"),
            one_at_a_time("commissioned_by"),
            one_at_a_time("part_of"),
        ]
        indexes: ClassVar = [
            models.Index(name="relationship_by_parent", fields=["parent", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} {self.kind} {self.parent_id} from {self.start_date}"


class ListSize(models.Model):
    """Patients of an organisation on a day, as one source gave them. The newest record counts."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="list_sizes")
    on_date = models.DateField()
    registered = models.IntegerField()
    weighted = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    source_name = models.TextField()
    source_digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="list_size_once_per_source",
                fields=["organisation", "on_date", "source_digest"],
            ),
            models.CheckConstraint(name="list_size_is_one_or_more", condition=Q(registered__gte=1)),
            models.CheckConstraint(
                name="list_size_names_its_source",
                condition=~Q(source_name="") & ~Q(source_digest=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} on {self.on_date}: {self.registered}"
