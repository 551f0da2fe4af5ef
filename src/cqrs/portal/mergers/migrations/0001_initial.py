"""The first tables of this room, and what they defend themselves with."""

import django.db.models.deletion
from django.db import migrations, models

from cqrs.portal.mergers import guards


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
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
                        choices=[("merger", "Merger"), ("split", "Split"), ("closure", "Closure")]
                    ),
                ),
                ("effective_date", models.DateField()),
                (
                    "people",
                    models.TextField(
                        choices=[
                            ("move", "They get the same roles at the lead successor"),
                            ("end", "Their roles end"),
                        ]
                    ),
                ),
                ("roles_end_date", models.DateField()),
                ("reason", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("agreed", "Agreed"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                    ),
                ),
                ("proposed_by_id", models.BigIntegerField()),
                ("proposed_by_name", models.TextField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by_id", models.BigIntegerField(null=True)),
                ("decided_by_name", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.TextField(blank=True, default="")),
                ("plan", models.TextField(blank=True, default="")),
                ("plan_digest", models.CharField(blank=True, default="", max_length=64)),
                (
                    "commissioner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes_in_area",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-proposed_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("closes", models.BooleanField()),
                ("leads", models.BooleanField(default=False)),
                ("live", models.BooleanField(default=True)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="mergers.change",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["merger", "split", "closure"])),
                name="change_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__in", ["move", "end"])),
                name="change_people_go_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proposed_by_name", ""), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                ),
                name="change_names_its_proposer_and_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by_id__isnull", True),
                    models.Q(("decided_by_id", models.F("proposed_by_id")), _negated=True),
                    ("state", "withdrawn"),
                    _connector="OR",
                ),
                name="change_is_agreed_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by_id__isnull", True),
                        ("state", "proposed"),
                    ),
                    models.Q(
                        ("state__in", ["agreed", "refused", "withdrawn"]),
                        ("decided_at__isnull", False),
                        ("decided_by_id__isnull", False),
                        models.Q(("decided_by_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="change_is_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("decision_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="change_is_refused_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "agreed"),
                        models.Q(("plan", ""), _negated=True),
                        models.Q(("plan_digest", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "agreed"), _negated=True),
                        ("plan", ""),
                        ("plan_digest", ""),
                    ),
                    _connector="OR",
                ),
                name="change_is_agreed_with_its_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(
                fields=("change", "organisation"), name="part_once_a_change"
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closes", True), ("live", True)),
                fields=("organisation",),
                name="part_closes_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(
                condition=models.Q(("leads", True)), fields=("change",), name="part_one_lead"
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(("leads", False), ("closes", False), _connector="OR"),
                name="part_leads_or_closes",
            ),
        ),
        *guards.OPERATIONS,
    ]
