"""The first tables of this room, and what they defend themselves with."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import cqrs.portal.messages.kinds
from cqrs.portal.messages import guards


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                ("reader", models.TextField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.TextField()),
                ("text", models.TextField()),
                ("from_date", models.DateField()),
                ("until_date", models.DateField()),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("author_name", models.TextField()),
                ("author_organisation", models.TextField()),
                ("written_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_date__gte", models.F("from_date"))),
                        name="announcement_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                        ),
                        name="announcement_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kinds__len__gt", 0)),
                        name="announcement_is_for_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("author_name", ""), _negated=True),
                        name="announcement_names_its_author",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Email",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField()),
                ("recipient_id", models.BigIntegerField(null=True)),
                ("address", models.EmailField(blank=True, default="", max_length=254)),
                ("kind", models.TextField()),
                ("subject", models.TextField()),
                ("body", models.TextField()),
                ("link", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("state", models.TextField(default=cqrs.portal.messages.kinds.State["QUEUED"])),
                ("attempts", models.IntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(null=True)),
                ("handed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", cqrs.portal.messages.kinds.State["QUEUED"])),
                        fields=["next_attempt_at", "id"],
                        name="email_by_next_attempt",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state", cqrs.portal.messages.kinds.State["SENT"]), _negated=True
                        ),
                        fields=["state", "id"],
                        name="email_unfinished",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="email_key_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    cqrs.portal.messages.kinds.Kind["ACCOUNT"],
                                    cqrs.portal.messages.kinds.Kind["ACCESS"],
                                    cqrs.portal.messages.kinds.Kind["CLAIMS"],
                                    cqrs.portal.messages.kinds.Kind["COLLECTIONS"],
                                    cqrs.portal.messages.kinds.Kind["PAYMENTS"],
                                    cqrs.portal.messages.kinds.Kind["ORGANISATIONS"],
                                    cqrs.portal.messages.kinds.Kind["ANNOUNCEMENTS"],
                                ],
                            )
                        ),
                        name="email_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    cqrs.portal.messages.kinds.State["QUEUED"],
                                    cqrs.portal.messages.kinds.State["SENDING"],
                                    cqrs.portal.messages.kinds.State["SENT"],
                                    cqrs.portal.messages.kinds.State["FAILED"],
                                    cqrs.portal.messages.kinds.State["UNCERTAIN"],
                                ],
                            )
                        ),
                        name="email_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recipient_id__isnull", False),
                            models.Q(("address", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="email_goes_to_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lease_until__isnull", False),
                                ("state", cqrs.portal.messages.kinds.State["SENDING"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state", cqrs.portal.messages.kinds.State["SENDING"]),
                                    _negated=True,
                                ),
                                ("lease_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="email_is_leased_while_sending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("sent_at__isnull", False),
                                ("state", cqrs.portal.messages.kinds.State["SENT"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state", cqrs.portal.messages.kinds.State["SENT"]),
                                    _negated=True,
                                ),
                                ("sent_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="email_sent_has_its_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recipient_id", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("way", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recipient_id", "kind"), name="preference_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    cqrs.portal.messages.kinds.Kind["ACCESS"],
                                    cqrs.portal.messages.kinds.Kind["ANNOUNCEMENTS"],
                                    cqrs.portal.messages.kinds.Kind["CLAIMS"],
                                    cqrs.portal.messages.kinds.Kind["COLLECTIONS"],
                                    cqrs.portal.messages.kinds.Kind["ORGANISATIONS"],
                                    cqrs.portal.messages.kinds.Kind["PAYMENTS"],
                                ],
                            )
                        ),
                        name="preference_kind_may_be_chosen",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "way__in",
                                [
                                    cqrs.portal.messages.kinds.Way["AT_ONCE"],
                                    cqrs.portal.messages.kinds.Way["DAILY"],
                                    cqrs.portal.messages.kinds.Way["PORTAL"],
                                ],
                            )
                        ),
                        name="preference_way_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField()),
                ("recipient_id", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("title", models.TextField()),
                ("body", models.TextField()),
                ("link", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("in_digest", models.BooleanField(default=False)),
                (
                    "digest",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="messages.email",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["recipient_id", "-at", "-id"], name="notice_by_person"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["recipient_id"],
                        name="notice_unread",
                    ),
                    models.Index(
                        condition=models.Q(("in_digest", True)),
                        fields=["recipient_id"],
                        name="notice_for_digest",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recipient_id", "key"), name="notice_once_per_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    cqrs.portal.messages.kinds.Kind["ACCOUNT"],
                                    cqrs.portal.messages.kinds.Kind["ACCESS"],
                                    cqrs.portal.messages.kinds.Kind["CLAIMS"],
                                    cqrs.portal.messages.kinds.Kind["COLLECTIONS"],
                                    cqrs.portal.messages.kinds.Kind["PAYMENTS"],
                                    cqrs.portal.messages.kinds.Kind["ORGANISATIONS"],
                                    cqrs.portal.messages.kinds.Kind["ANNOUNCEMENTS"],
                                ],
                            )
                        ),
                        name="notice_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="notice_says_something",
                    ),
                ],
            },
        ),
        *guards.OPERATIONS,
    ]
