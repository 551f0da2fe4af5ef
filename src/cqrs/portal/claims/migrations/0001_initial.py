"""The first tables of this room, and what they defend themselves with."""

import django.db.models.deletion
from django.db import migrations, models

from cqrs.portal.claims import guards


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("collection", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.TextField()),
                ("statement_digest", models.CharField(max_length=64)),
                ("points", models.DecimalField(decimal_places=2, max_digits=8)),
                ("attainable", models.DecimalField(decimal_places=2, max_digits=8)),
                ("pence", models.BigIntegerField()),
                ("status", models.TextField()),
                ("state", models.TextField()),
                ("state_since", models.DateTimeField()),
                ("route", models.JSONField()),
                ("round", models.IntegerField(default=1)),
                ("flags", models.JSONField(default=list)),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="collection.collection",
                    ),
                ),
                (
                    "commissioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims_to_pay",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="catalogue.publisheddefinition",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("points", models.DecimalField(decimal_places=2, max_digits=8)),
                ("attainable", models.DecimalField(decimal_places=2, max_digits=8)),
                ("pence", models.BigIntegerField()),
                ("status", models.TextField()),
                ("calculated_at", models.DateTimeField()),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="collection.collection",
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="catalogue.publisheddefinition",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "reference",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="collection.nationalreference",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="collection.submission",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClaimEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.IntegerField()),
                ("kind", models.TextField()),
                ("to_state", models.TextField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.TextField()),
                ("organisation_name", models.TextField()),
                ("reason_code", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="claims.claim",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="claims.statement",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="claim",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="claims.statement",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("digest",), name="statement_digest_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("collection", "provider", "number"), name="statement_number_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=(
                    "id",
                    "provider",
                    "collection",
                    "definition",
                    "digest",
                    "pence",
                    "points",
                    "attainable",
                    "status",
                ),
                name="statement_is_what_its_claim_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("pence__gte", 0)), name="statement_pence_is_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("points__gte", 0), ("attainable__gte", 0)),
                name="statement_points_fit",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["provisional", "final"])),
                name="statement_status_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="claimevent",
            index=models.Index(fields=["claim", "id"], name="claim_event_by_claim"),
        ),
        migrations.AddConstraint(
            model_name="claimevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ("declared", "approved", "finance_approved"))),
                fields=("claim", "round", "actor_id"),
                name="claim_signed_by_different_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ("declared", "approved", "finance_approved"))),
                fields=("claim", "round", "kind"),
                name="claim_signed_once_for_each_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "calculated",
                            "recalculated",
                            "differs",
                            "declared",
                            "approved",
                            "finance_approved",
                            "returned",
                            "withdrawn",
                            "scheduled",
                            "unscheduled",
                            "sent",
                        ],
                    )
                ),
                name="claim_event_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("actor_name", ""), _negated=True),
                    models.Q(("organisation_name", ""), _negated=True),
                ),
                name="claim_event_is_never_anonymous",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "kind__in",
                            ("declared", "approved", "finance_approved", "returned", "withdrawn"),
                        ),
                        _negated=True,
                    ),
                    ("actor_id__isnull", False),
                    _connector="OR",
                ),
                name="claim_signature_is_a_person_s",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "returned"), _negated=True),
                    models.Q(
                        models.Q(("reason_code", ""), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="claim_return_gives_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["commissioner", "state", "state_since"], name="claim_queue"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("state", "approved")), fields=["id"], name="claim_ready_to_pay"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                fields=("reference",), name="claim_reference_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                fields=("provider", "collection"), name="claim_once_per_provider_and_collection"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "awaiting_provider",
                            "awaiting_commissioner",
                            "awaiting_finance",
                            "approved",
                            "scheduled",
                            "sent",
                            "settled",
                        ],
                    )
                ),
                name="claim_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("round__gte", 1)), name="claim_round_is_counted"
            ),
        ),
        *guards.OPERATIONS,
    ]
