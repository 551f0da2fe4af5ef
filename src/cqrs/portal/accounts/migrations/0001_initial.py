"""People and their grants."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import cqrs.portal.accounts.models
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
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("email", models.EmailField(max_length=254)),
                ("full_name", models.TextField()),
                ("is_active", models.BooleanField(default=True)),
                (
                    "date_joined",
                    models.DateTimeField(default=cqrs.portal.accounts.models.this_moment),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("email",), name="user_email_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="user_email_is_in_small_letters",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("full_name", ""), _negated=True),
                        name="user_has_full_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.TextField()),
                ("start_date", models.DateField()),
                ("end_date", models.DateField(null=True)),
                ("granted_by_id", models.BigIntegerField(null=True)),
                ("granted_by_name", models.TextField()),
                ("granted_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "approval_manager",
                                    "auditor",
                                    "commissioner_viewer",
                                    "data_operator",
                                    "finance_manager",
                                    "payment_operator",
                                    "payment_releaser",
                                    "practice_data_entry",
                                    "practice_declarer",
                                    "practice_finance_viewer",
                                    "practice_service_manager",
                                    "practice_viewer",
                                ],
                            )
                        ),
                        name="grant_role_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("user", "role", "organisation", "start_date"),
                        name="grant_once_per_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True),
                            ("end_date__gte", models.F("start_date")),
                            _connector="OR",
                        ),
                        name="grant_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("granted_by_name", ""), _negated=True),
                        name="grant_names_its_giver",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("granted_by_id", models.F("user_id")), _negated=True),
                        name="grant_is_not_to_oneself",
                    ),
                ],
            },
        ),
        guards.never_deleted("accounts_grant"),
        guards.never_deleted("accounts_user"),
    ]
