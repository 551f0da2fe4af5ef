"""The chain of events, and the function by which every room refuses changes."""

from django.db import migrations, models

from cqrs.portal.audit import guards


class Migration(migrations.Migration):
    """The first tables of this room."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.TextField()),
                ("organisation_code", models.TextField()),
                ("organisation_name", models.TextField()),
                ("action", models.TextField()),
                ("subject_kind", models.TextField()),
                ("subject_reference", models.TextField()),
                ("sentence", models.TextField()),
                ("details", models.JSONField(default=dict)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ("seq",),
                "indexes": [
                    models.Index(
                        fields=["subject_kind", "subject_reference"], name="audit_event_by_subject"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor_name", ""), _negated=True),
                            models.Q(("organisation_name", ""), _negated=True),
                        ),
                        name="audit_event_is_never_anonymous",
                    ),
                    models.UniqueConstraint(fields=("hash",), name="audit_event_hash_is_unique"),
                    models.UniqueConstraint(
                        fields=("previous_hash",), name="audit_event_has_one_successor"
                    ),
                ],
            },
        ),
        migrations.RunSQL(sql=guards.REFUSE_CHANGE, reverse_sql=guards.DROP_REFUSE_CHANGE),
        guards.append_only("audit_event"),
    ]
