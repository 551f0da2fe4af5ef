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
    FEDERATION = "federation", "Federation"
    PHARMACY = "pharmacy", "Pharmacy"
    SUB_ICB = "sub_icb", "Sub-ICB location"
    ICB = "icb", "Integrated care board"
    REGION = "region", "Region"
    NATIONAL = "national", "National body"
    AGENCY = "agency", "Payment agency"
    SUPPLIER = "supplier", "System supplier"


class RelationshipKind(models.TextChoices):
    """What the child is to the parent."""

    MEMBER_OF = "member_of", "is a member of"
    COMMISSIONED_BY = "commissioned_by", "is commissioned by"
    PART_OF = "part_of", "is part of"
    HOSTED_BY = "hosted_by", "is hosted by"
    SUCCEEDED_BY = "succeeded_by", "is succeeded by"


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
    provider_steps = models.PositiveSmallIntegerField(default=1)
    """How many people of a provider agree a claim: 1, or 2 where a second one declares."""
    open_date = models.DateField(null=True)
    close_date = models.DateField(null=True)

    class Meta:
        ordering = ("name", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(name="organisation_code_is_unique", fields=["code"]),
            models.UniqueConstraint(name="organisation_kind_may_be_named", fields=["id", "kind"]),
            models.CheckConstraint(
                name="organisation_provider_steps_are_one_or_two",
                condition=Q(provider_steps__in=[1, 2]),
            ),
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


def _alone(name: str, columns: tuple[str, ...], condition: Q | None) -> ExclusionConstraint:
    """No two rows with the same columns on the same day. Needs no btree_gist: ids as ranges."""
    ids: list[Any] = [
        Func(F(column), F(column), Value("[]"), function="int8range") for column in columns
    ]
    dates: Any = Func(F("start_date"), F("end_date"), Value("[]"), function="daterange")
    return ExclusionConstraint(
        name=name,
        expressions=[(part, RangeOperators.OVERLAPS) for part in (*ids, dates)],
        condition=condition,
    )


class Relationship(models.Model):
    """The child belongs to the parent from the start date to the end date, both included.

    One commissioner, one host, one larger body and one network at a time. A child may have
    several successors and be in several federations, each once at a time.
    """

    child = models.ForeignKey(Organisation, models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Organisation, models.PROTECT, related_name="children")
    parent_kind = models.TextField(choices=OrganisationKind)
    """The parent's kind once more, tied to it by a foreign key, so that constraints can read it."""
    kind = models.TextField(choices=RelationshipKind)
    leads = models.BooleanField(default=False)
    """Whether a successor takes over the child's open claims and its money: one does."""
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="relationship_only_successors_lead",
                condition=Q(leads=False) | Q(kind="succeeded_by"),
            ),
            _alone("relationship_one_lead_at_a_time", ("child_id",), Q(leads=True)),
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
            _alone(
                "relationship_one_commissioner_at_a_time", ("child_id",), Q(kind="commissioned_by")
            ),
            _alone("relationship_one_larger_body_at_a_time", ("child_id",), Q(kind="part_of")),
            _alone("relationship_one_host_at_a_time", ("child_id",), Q(kind="hosted_by")),
            _alone(
                "relationship_one_network_at_a_time",
                ("child_id",),
                Q(kind="member_of", parent_kind="pcn"),
            ),
            _alone(
                "relationship_once_at_a_time",
                ("child_id", "parent_id"),
                Q(kind__in=["member_of", "succeeded_by"]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="relationship_by_parent", fields=["parent", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} {self.kind} {self.parent_id} from {self.start_date}"


class Cluster(models.Model):
    """A named set of providers that a commissioner keeps, for grants and reports."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="clusters")
    name = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="cluster_name_once_per_owner", fields=["owner", "name"]),
            models.CheckConstraint(name="cluster_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class ClusterMember(models.Model):
    """A provider in a cluster from the start date to the end date, both included."""

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="members")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="in_clusters")
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="cluster_member_ends_after_it_starts",
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
            ),
            _alone("cluster_member_once_at_a_time", ("cluster_id", "provider_id"), None),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} in cluster {self.cluster_id} from {self.start_date}"


class ListSize(models.Model):
    """Patients of an organisation on a day, as one source gave them. The newest record counts."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="list_sizes")
    on_date = models.DateField()
    registered = models.IntegerField()
    weighted = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    age_bands = models.JSONField(null=True)
    """Patients by age band, as {"0-4": 412, …}; empty where the source gives none."""
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


class ListUpload(models.Model):
    """A file of list sizes that was sent to be recorded, kept as it came."""

    on_date = models.DateField()
    """The day of which the list sizes are."""
    leave_out_unknown = models.BooleanField(default=False)
    """Whether rows of organisations that are not known here are left out, as the sender said."""
    name = models.TextField()
    digest = models.CharField(max_length=64)
    """SHA-256 of the bytes as they were sent."""
    packed = models.BinaryField()
    """The same bytes, packed with zlib."""
    received_at = models.DateTimeField()
    received_by_id = models.BigIntegerField(null=True)
    received_by_name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="list_upload_names_file_and_sender",
                condition=~Q(name="") & ~Q(digest="") & ~Q(received_by_name=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListImport(models.Model):
    """A file of list sizes that was recorded: what of it, who, when."""

    upload = models.OneToOneField(ListUpload, models.PROTECT, related_name="recorded")
    difference_digest = models.CharField(max_length=64)
    """Of the difference that was shown before it was recorded."""
    counts = models.JSONField()
    """Organisations by what happened to them: {"new": 3, "changed": 1, "unchanged": 6200, …}."""
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_by_name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="list_import_names_who_recorded", condition=~Q(recorded_by_name="")
            ),
        ]

    def __str__(self) -> str:
        return f"list sizes recorded at {self.recorded_at}"


class OdsUpload(models.Model):
    """Files of the Organisation Data Service that were sent to be loaded, kept as they came."""

    effective_date = models.DateField()
    """The day from which a relationship without a date of its own holds."""
    expect_fewer = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    received_by_id = models.BigIntegerField(null=True)
    received_by_name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ods_upload_names_its_sender", condition=~Q(received_by_name="")
            ),
        ]

    def __str__(self) -> str:
        return f"ODS files of {self.received_at}"


class OdsUploadFile(models.Model):
    """One file of an upload: its bytes, packed, and the digest of what was sent."""

    upload = models.ForeignKey(OdsUpload, models.PROTECT, related_name="files")
    name = models.TextField()
    digest = models.CharField(max_length=64)
    """SHA-256 of the bytes as they were sent."""
    packed = models.BinaryField()
    """The same bytes, packed with zlib."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="ods_upload_file_once", fields=["upload", "digest"]),
            models.CheckConstraint(
                name="ods_upload_file_is_named", condition=~Q(name="") & ~Q(digest="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OdsImport(models.Model):
    """An upload that was applied: which files, what changed, who, when."""

    upload = models.OneToOneField(OdsUpload, models.PROTECT, related_name="applied")
    files = models.JSONField()
    """[{"name": …, "digest": …, "layout": …, "rows": …}, …]"""
    difference_digest = models.CharField(max_length=64)
    """Of the difference that was shown before it was applied."""
    counts = models.JSONField()
    """Organisations by what happened to them: {"opened": 3, …, "unchanged": 6200}."""
    applied_at = models.DateTimeField()
    applied_by_id = models.BigIntegerField(null=True)
    applied_by_name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ods_import_names_who_applied", condition=~Q(applied_by_name="")
            ),
        ]

    def __str__(self) -> str:
        return f"ODS import of {self.applied_at}"
