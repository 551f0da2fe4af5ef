"""The first tables of this room, and what they defend themselves with."""

import django.db.models.deletion
from django.db import migrations, models

from cqrs.portal.collection import guards


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Collection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("service", models.TextField()),
                ("achievement_date", models.DateField()),
                (
                    "purpose",
                    models.TextField(
                        choices=[
                            ("year_end", "year end"),
                            ("month", "month"),
                            ("in_year", "in year, for information"),
                        ]
                    ),
                ),
                ("declare_by", models.DateField()),
                (
                    "state",
                    models.TextField(
                        choices=[("open", "Open"), ("complete", "Complete"), ("final", "Final")],
                        default="open",
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="collections",
                        to="catalogue.publisheddefinition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NationalReference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField()),
                (
                    "status",
                    models.TextField(choices=[("provisional", "Provisional"), ("final", "Final")]),
                ),
                ("digest", models.CharField(max_length=64)),
                ("struck_at", models.DateTimeField()),
                ("struck_by_id", models.BigIntegerField(null=True)),
                ("struck_by_name", models.TextField()),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="references",
                        to="collection.collection",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.BigIntegerField()),
                ("layout", models.TextField()),
                ("received_at", models.DateTimeField()),
                ("received_by_id", models.BigIntegerField(null=True)),
                ("received_by_name", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sha256",), name="source_file_is_kept_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("received_by_name", ""), _negated=True),
                        ),
                        name="source_file_is_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.IntegerField()),
                (
                    "source",
                    models.TextField(
                        choices=[
                            ("extracted", "Extracted"),
                            ("typed", "Typed in"),
                            ("uploaded", "Uploaded"),
                            ("api", "Sent by API"),
                        ]
                    ),
                ),
                ("on_behalf", models.BooleanField(default=False)),
                ("counts", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("warnings", models.JSONField(default=list)),
                ("received_at", models.DateTimeField()),
                ("received_by_id", models.BigIntegerField(null=True)),
                ("received_by_name", models.TextField()),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="collection.collection",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "source_file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="collection.sourcefile",
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="collection.submission",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.UniqueConstraint(
                fields=("service", "achievement_date"), name="collection_once_per_service_and_date"
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["year_end", "month", "in_year"])),
                name="collection_purpose_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "complete", "final"])),
                name="collection_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(("declare_by__gt", models.F("achievement_date"))),
                name="collection_is_declared_after_it_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="nationalreference",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "final")),
                fields=("collection",),
                name="reference_is_final_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="nationalreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["provisional", "final"])),
                name="reference_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="nationalreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("struck_by_name", ""), _negated=True),
                name="reference_names_who_struck_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                fields=("collection", "provider", "version"), name="submission_version_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["extracted", "typed", "uploaded", "api"])),
                name="submission_source_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("supersedes__isnull", True), ("version", 1)),
                    models.Q(("supersedes__isnull", False), ("version__gt", 1)),
                    _connector="OR",
                ),
                name="submission_supersedes_the_one_before",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source", "typed"), ("source_file__isnull", False), _connector="OR"
                ),
                name="submission_from_a_file_names_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("received_by_name", ""), _negated=True),
                name="submission_names_who_received_it",
            ),
        ),
        *guards.OPERATIONS,
    ]
