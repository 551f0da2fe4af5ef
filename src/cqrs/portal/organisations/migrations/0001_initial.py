"""Organisations, their dated relationships and their list sizes."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

from cqrs.portal.audit import guards


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.TextField()),
                ("name", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("practice", "Practice"),
                            ("pcn", "Primary care network"),
                            ("icb", "Integrated care board"),
                            ("region", "Region"),
                            ("national", "National body"),
                            ("agency", "Payment agency"),
                        ]
                    ),
                ),
                ("supplier", models.TextField(blank=True, default="")),
                ("payee_reference", models.TextField(blank=True, default="")),
                ("open_date", models.DateField(null=True)),
                ("close_date", models.DateField(null=True)),
            ],
            options={
                "ordering": ("name", "code"),
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="organisation_code_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), _negated=True),
                            models.Q(("name", ""), _negated=True),
                        ),
                        name="organisation_has_code_and_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["practice", "pcn", "icb", "region", "national", "agency"])
                        ),
                        name="organisation_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("close_date__isnull", True),
                            ("open_date__isnull", True),
                            ("close_date__gte", models.F("open_date")),
                            _connector="OR",
                        ),
                        name="organisation_closes_after_it_opens",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ListSize",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_date", models.DateField()),
                ("registered", models.IntegerField()),
                ("weighted", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("source_name", models.TextField()),
                ("source_digest", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="list_sizes",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "on_date", "source_digest"),
                        name="list_size_once_per_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("registered__gte", 1)), name="list_size_is_one_or_more"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source_name", ""), _negated=True),
                            models.Q(("source_digest", ""), _negated=True),
                        ),
                        name="list_size_names_its_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Relationship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("member_of", "is a member of"),
                            ("commissioned_by", "is commissioned by"),
                            ("part_of", "is part of"),
                        ]
                    ),
                ),
                ("start_date", models.DateField()),
                ("end_date", models.DateField(null=True)),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parents",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["parent", "kind"], name="relationship_by_parent")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["member_of", "commissioned_by", "part_of"])
                        ),
                        name="relationship_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("child", models.F("parent")), _negated=True),
                        name="relationship_is_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True),
                            ("end_date__gte", models.F("start_date")),
                            _connector="OR",
                        ),
                        name="relationship_ends_after_it_starts",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("kind", "member_of")),
                        expressions=[
                            (
                                models.Func(
                                    models.F("child_id"),
                                    models.F("child_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("start_date"),
                                    models.F("end_date"),
                                    models.Value("[]"),
                                    function="daterange",
                                ),
                                "&&",
                            ),
                        ],
                        name="relationship_member_of_one_at_a_time",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("kind", "commissioned_by")),
                        expressions=[
                            (
                                models.Func(
                                    models.F("child_id"),
                                    models.F("child_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("start_date"),
                                    models.F("end_date"),
                                    models.Value("[]"),
                                    function="daterange",
                                ),
                                "&&",
                            ),
                        ],
                        name="relationship_commissioned_by_one_at_a_time",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("kind", "part_of")),
                        expressions=[
                            (
                                models.Func(
                                    models.F("child_id"),
                                    models.F("child_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("start_date"),
                                    models.F("end_date"),
                                    models.Value("[]"),
                                    function="daterange",
                                ),
                                "&&",
                            ),
                        ],
                        name="relationship_part_of_one_at_a_time",
                    ),
                ],
            },
        ),
        guards.append_only("organisations_listsize"),
        guards.never_deleted("organisations_organisation"),
    ]
