"""Published definitions and participation."""

import django.db.models.deletion
from django.db import migrations, models

from cqrs.portal.audit import guards


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("digest",), name="definition_digest_is_unique"),
                    models.UniqueConstraint(
                        fields=("service", "version"), name="definition_version_is_published_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("published_by_name", ""), _negated=True),
                        name="definition_names_its_publisher",
                    ),
                ],
            },
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service", "provider"), name="participation_once_per_service"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True),
                            ("end_date__gte", models.F("start_date")),
                            _connector="OR",
                        ),
                        name="participation_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("provider", models.F("commissioner")), _negated=True),
                        name="participation_is_with_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accepted_by_name", ""), _negated=True),
                        name="participation_names_who_accepted",
                    ),
                ],
            },
        ),
        guards.append_only("catalogue_publisheddefinition"),
        guards.digest_is_of_content("catalogue_publisheddefinition", "digest", "content"),
    ]
