"""The first tables of this room, and what they defend themselves with."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

from cqrs.portal.audit import guards


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Concern",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organisation_code",
                        "seq",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("organisation_code", models.TextField()),
                ("seq", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["seq", "organisation_code"], name="audit_concern_by_event")
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.TextField()),
                ("organisation_code", models.TextField()),
                ("organisation_name", models.TextField()),
                ("action", models.TextField()),
                ("subject_kind", models.TextField()),
                ("subject_reference", models.TextField()),
                ("sentence", models.TextField()),
                (
                    "concerns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("details", models.JSONField(default=dict)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ("seq",),
                "indexes": [
                    models.Index(
                        fields=["subject_reference", "subject_kind"], name="audit_event_by_subject"
                    ),
                    models.Index(
                        fields=["action"],
                        name="audit_event_by_action",
                        opclasses=["text_pattern_ops"],
                    ),
                    models.Index(fields=["at"], name="audit_event_by_moment"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("sentence", config="simple"),
                        name="audit_event_by_words",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("actor_name", config="simple"),
                        name="audit_event_by_name",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor_name", ""), _negated=True),
                            models.Q(("organisation_name", ""), _negated=True),
                        ),
                        name="audit_event_is_never_anonymous",
                    ),
                    models.UniqueConstraint(fields=("hash",), name="audit_event_hash_is_unique"),
                    models.UniqueConstraint(
                        fields=("previous_hash",), name="audit_event_has_one_successor"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField()),
                ("person_id", models.BigIntegerField()),
                ("address", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hour", "person_id", "address"), name="audit_refusal_once_an_hour"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="View",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("person_id", models.BigIntegerField()),
                ("person_name", models.TextField()),
                ("organisation_code", models.TextField()),
                ("organisation_name", models.TextField()),
                ("kind", models.TextField()),
                ("reference", models.TextField()),
                ("owner_code", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "day",
                            "person_id",
                            "organisation_code",
                            "kind",
                            "reference",
                            "owner_code",
                        ),
                        name="audit_view_once_a_day",
                    )
                ],
            },
        ),
        *guards.OPERATIONS,
    ]
