"""The ledger, runs and instructions, and the triggers that make them agree."""

import django.db.models.deletion
from django.db import migrations, models

from cqrs.portal.audit import guards
from cqrs.portal.payments import guards as ledger


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("claims", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.TextField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_accounts",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("built", "Waiting for release"),
                            ("released", "Released"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="built",
                    ),
                ),
                ("count", models.IntegerField()),
                ("total_pence", models.BigIntegerField()),
                ("built_by_id", models.BigIntegerField()),
                ("built_by_name", models.TextField()),
                ("built_at", models.DateTimeField()),
                ("released_by_id", models.BigIntegerField(null=True)),
                ("released_by_name", models.TextField(blank=True, default="")),
                ("released_at", models.DateTimeField(null=True)),
                ("cancelled_by_id", models.BigIntegerField(null=True)),
                ("cancelled_by_name", models.TextField(blank=True, default="")),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.TextField(blank=True, default="")),
                ("file_name", models.TextField(blank=True, default="")),
                ("file_content", models.BinaryField(null=True)),
                ("file_sha256", models.CharField(max_length=64, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("reference",), name="run_reference_is_unique"),
                    models.UniqueConstraint(fields=("file_sha256",), name="run_file_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["built", "released", "cancelled"])),
                        name="run_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 1), ("total_pence__gte", 1)),
                        name="run_pays_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_by_id__isnull", True),
                            models.Q(("released_by_id", models.F("built_by_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="run_is_released_by_another_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("file_content__isnull", False),
                                ("file_sha256__isnull", False),
                                ("released_at__isnull", False),
                                ("released_by_id__isnull", False),
                                ("state", "released"),
                            ),
                            models.Q(
                                models.Q(("state", "released"), _negated=True),
                                ("file_sha256__isnull", True),
                                ("released_by_id__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="run_is_released_with_its_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cancelled_by_id__isnull", False),
                                ("state", "cancelled"),
                                models.Q(("cancel_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "cancelled"), _negated=True),
                                ("cancelled_by_id__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="run_is_cancelled_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Instruction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.TextField()),
                ("payee_reference", models.TextField()),
                ("amount_pence", models.BigIntegerField()),
                ("identity", models.CharField(max_length=64)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instructions",
                        to="claims.claim",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="payments.instruction",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instructions",
                        to="claims.statement",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instructions",
                        to="payments.run",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Transfer",
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
                        choices=[("pending", "Pending"), ("post", "Posted"), ("void", "Voided")]
                    ),
                ),
                ("amount_pence", models.BigIntegerField()),
                ("identity", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "credit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="payments.account",
                    ),
                ),
                (
                    "debit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="payments.account",
                    ),
                ),
                (
                    "pending",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="payments.transfer",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="payments.run",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(fields=("code",), name="account_code_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="instruction",
            constraint=models.UniqueConstraint(
                fields=("identity",), name="instruction_identity_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="instruction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces__isnull", True)),
                fields=("claim", "statement", "step"),
                name="instruction_pays_a_statement_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="instruction",
            constraint=models.UniqueConstraint(
                fields=("run", "claim"), name="instruction_once_in_a_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="instruction",
            constraint=models.CheckConstraint(
                condition=models.Q(("payee_reference", ""), _negated=True),
                name="instruction_names_its_payee",
            ),
        ),
        migrations.AddConstraint(
            model_name="instruction",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_pence__gte", 1)), name="instruction_pays_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                fields=("identity",), name="transfer_identity_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                fields=("id", "debit", "credit", "amount_pence", "run"),
                name="transfer_is_what_it_settles",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["pending", "post", "void"])),
                name="transfer_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_pence__gte", 1)), name="transfer_moves_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit", models.F("credit")), _negated=True),
                name="transfer_is_to_another_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "pending"), ("pending__isnull", True)),
                    models.Q(
                        models.Q(("kind", "pending"), _negated=True), ("pending__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="transfer_settles_a_pending_one",
            ),
        ),
        guards.append_only("payments_instruction"),
        guards.append_only("payments_transfer"),
        guards.append_only("payments_account"),
        guards.never_deleted("payments_run"),
        migrations.RunSQL(
            sql=ledger.TRANSFER_SETTLES_ALL_OF_ITS_PENDING,
            reverse_sql=ledger.DROP_TRANSFER_SETTLES_ALL_OF_ITS_PENDING,
        ),
        migrations.RunSQL(
            sql=ledger.RUN_FILE_IS_WHAT_IS_DIGESTED,
            reverse_sql=ledger.DROP_RUN_FILE_IS_WHAT_IS_DIGESTED,
        ),
        migrations.RunSQL(sql=ledger.RUN_MOVES_LEGALLY, reverse_sql=ledger.DROP_RUN_MOVES_LEGALLY),
        migrations.RunSQL(
            sql=ledger.INSTRUCTION_REPLACES_A_CANCELLED_ONE,
            reverse_sql=ledger.DROP_INSTRUCTION_REPLACES_A_CANCELLED_ONE,
        ),
        migrations.RunSQL(
            sql=ledger.RUN_AGREES_WITH_ITS_LEDGER,
            reverse_sql=ledger.DROP_RUN_AGREES_WITH_ITS_LEDGER,
        ),
    ]
