"""The first tables of this room, and what they defend themselves with."""

import django.db.models.deletion
from django.db import migrations, models

from cqrs.portal.catalogue import guards


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("service", models.TextField()),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("title", models.TextField()),
                ("drafted_at", models.DateTimeField()),
                ("drafted_by_id", models.BigIntegerField()),
                ("drafted_by_name", models.TextField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Participation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("service", models.TextField()),
                ("start_date", models.DateField()),
                ("end_date", models.DateField(null=True)),
                ("accepted_at", models.DateTimeField()),
                ("accepted_by_id", models.BigIntegerField(null=True)),
                ("accepted_by_name", models.TextField()),
                (
                    "commissioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commissions",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PublishedDefinition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("service", models.TextField()),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("title", models.TextField()),
                ("short_title", models.TextField()),
                ("quality_service", models.TextField()),
                ("published_at", models.DateTimeField()),
                ("published_by_id", models.BigIntegerField(null=True)),
                ("published_by_name", models.TextField()),
                ("drafted_by_id", models.BigIntegerField(null=True)),
                (
                    "draft",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published",
                        to="catalogue.draft",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=("digest",), name="draft_digest_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=("id", "digest", "drafted_by_id"), name="draft_is_what_is_published"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(("drafted_by_name", ""), _negated=True),
                name="draft_names_its_drafter",
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.UniqueConstraint(
                fields=("service", "provider"), name="participation_once_per_service"
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_date__isnull", True),
                    ("end_date__gte", models.F("start_date")),
                    _connector="OR",
                ),
                name="participation_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(("provider", models.F("commissioner")), _negated=True),
                name="participation_is_with_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_by_name", ""), _negated=True),
                name="participation_names_who_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="publisheddefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_by_id__isnull", True),
                    models.Q(
                        ("draft__isnull", False),
                        ("drafted_by_id__isnull", False),
                        models.Q(("drafted_by_id", models.F("published_by_id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="definition_is_published_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="publisheddefinition",
            constraint=models.UniqueConstraint(
                fields=("digest",), name="definition_digest_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="publisheddefinition",
            constraint=models.UniqueConstraint(
                fields=("service", "version"), name="definition_version_is_published_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="publisheddefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("published_by_name", ""), _negated=True),
                name="definition_names_its_publisher",
            ),
        ),
        *guards.OPERATIONS,
    ]
