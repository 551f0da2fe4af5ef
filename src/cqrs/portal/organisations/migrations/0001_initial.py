"""The first tables of this room, and what they defend themselves with."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

from cqrs.portal.organisations import guards


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_date", models.DateField()),
                ("leave_out_unknown", models.BooleanField(default=False)),
                ("name", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("packed", models.BinaryField()),
                ("received_at", models.DateTimeField()),
                ("received_by_id", models.BigIntegerField(null=True)),
                ("received_by_name", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                            models.Q(("received_by_name", ""), _negated=True),
                        ),
                        name="list_upload_names_file_and_sender",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OdsUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("effective_date", models.DateField()),
                ("expect_fewer", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                ("received_by_id", models.BigIntegerField(null=True)),
                ("received_by_name", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("received_by_name", ""), _negated=True),
                        name="ods_upload_names_its_sender",
                    )
                ],
            },
        ),
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
                            ("federation", "Federation"),
                            ("pharmacy", "Pharmacy"),
                            ("sub_icb", "Sub-ICB location"),
                            ("icb", "Integrated care board"),
                            ("region", "Region"),
                            ("national", "National body"),
                            ("agency", "Payment agency"),
                            ("supplier", "System supplier"),
                        ]
                    ),
                ),
                ("supplier", models.TextField(blank=True, default="")),
                ("payee_reference", models.TextField(blank=True, default="")),
                ("provider_steps", models.PositiveSmallIntegerField(default=1)),
                ("open_date", models.DateField(null=True)),
                ("close_date", models.DateField(null=True)),
            ],
            options={
                "ordering": ("name", "code"),
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="organisation_code_is_unique"),
                    models.UniqueConstraint(
                        fields=("id", "kind"), name="organisation_kind_may_be_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("provider_steps__in", [1, 2])),
                        name="organisation_provider_steps_are_one_or_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), _negated=True),
                            models.Q(("name", ""), _negated=True),
                        ),
                        name="organisation_has_code_and_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "practice",
                                    "pcn",
                                    "federation",
                                    "pharmacy",
                                    "sub_icb",
                                    "icb",
                                    "region",
                                    "national",
                                    "agency",
                                    "supplier",
                                ],
                            )
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
            name="Cluster",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("made_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clusters",
                        to="organisations.organisation",
                    ),
                ),
            ],
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
                    "parent_kind",
                    models.TextField(
                        choices=[
                            ("practice", "Practice"),
                            ("pcn", "Primary care network"),
                            ("federation", "Federation"),
                            ("pharmacy", "Pharmacy"),
                            ("sub_icb", "Sub-ICB location"),
                            ("icb", "Integrated care board"),
                            ("region", "Region"),
                            ("national", "National body"),
                            ("agency", "Payment agency"),
                            ("supplier", "System supplier"),
                        ]
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("member_of", "is a member of"),
                            ("commissioned_by", "is commissioned by"),
                            ("part_of", "is part of"),
                            ("hosted_by", "is hosted by"),
                            ("succeeded_by", "is succeeded by"),
                        ]
                    ),
                ),
                ("leads", models.BooleanField(default=False)),
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
        ),
        migrations.CreateModel(
            name="ListImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("difference_digest", models.CharField(max_length=64)),
                ("counts", models.JSONField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by_id", models.BigIntegerField(null=True)),
                ("recorded_by_name", models.TextField()),
                (
                    "upload",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded",
                        to="organisations.listupload",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("recorded_by_name", ""), _negated=True),
                        name="list_import_names_who_recorded",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OdsImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("files", models.JSONField()),
                ("difference_digest", models.CharField(max_length=64)),
                ("counts", models.JSONField()),
                ("applied_at", models.DateTimeField()),
                ("applied_by_id", models.BigIntegerField(null=True)),
                ("applied_by_name", models.TextField()),
                (
                    "upload",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applied",
                        to="organisations.odsupload",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("applied_by_name", ""), _negated=True),
                        name="ods_import_names_who_applied",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OdsUploadFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("packed", models.BinaryField()),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="organisations.odsupload",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("upload", "digest"), name="ods_upload_file_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("digest", ""), _negated=True),
                        ),
                        name="ods_upload_file_is_named",
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
                ("age_bands", models.JSONField(null=True)),
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
            name="ClusterMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start_date", models.DateField()),
                ("end_date", models.DateField(null=True)),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="organisations.cluster",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_clusters",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True),
                            ("end_date__gte", models.F("start_date")),
                            _connector="OR",
                        ),
                        name="cluster_member_ends_after_it_starts",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.F("cluster_id"),
                                    models.F("cluster_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("provider_id"),
                                    models.F("provider_id"),
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
                        name="cluster_member_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="cluster",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"), name="cluster_name_once_per_owner"
            ),
        ),
        migrations.AddConstraint(
            model_name="cluster",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="cluster_has_a_name"
            ),
        ),
        migrations.AddIndex(
            model_name="relationship",
            index=models.Index(fields=["parent", "kind"], name="relationship_by_parent"),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=models.CheckConstraint(
                condition=models.Q(("leads", False), ("kind", "succeeded_by"), _connector="OR"),
                name="relationship_only_successors_lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("leads", True)),
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
                name="relationship_one_lead_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["member_of", "commissioned_by", "part_of", "hosted_by", "succeeded_by"],
                    )
                ),
                name="relationship_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=models.CheckConstraint(
                condition=models.Q(("child", models.F("parent")), _negated=True),
                name="relationship_is_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_date__isnull", True),
                    ("end_date__gte", models.F("start_date")),
                    _connector="OR",
                ),
                name="relationship_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
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
                name="relationship_one_commissioner_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
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
                name="relationship_one_larger_body_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "hosted_by")),
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
                name="relationship_one_host_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "member_of"), ("parent_kind", "pcn")),
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
                name="relationship_one_network_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind__in", ["member_of", "succeeded_by"])),
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
                            models.F("parent_id"),
                            models.F("parent_id"),
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
                name="relationship_once_at_a_time",
            ),
        ),
        *guards.OPERATIONS,
    ]
