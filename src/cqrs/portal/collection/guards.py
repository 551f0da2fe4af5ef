"""What the tables of collection defend themselves with, in SQL. Run by the first migration."""

from django.db import migrations

from cqrs.portal.audit import guards

COLLECTION_IS_AT_A_MONTH_END = """
ALTER TABLE collection_collection ADD CONSTRAINT collection_is_at_a_month_end
    CHECK (EXTRACT(DAY FROM achievement_date + 1) = 1);
"""
DROP_COLLECTION_IS_AT_A_MONTH_END = """
ALTER TABLE collection_collection DROP CONSTRAINT collection_is_at_a_month_end;
"""

OPERATIONS = [
    guards.append_only("collection_sourcefile"),
    guards.append_only("collection_submission"),
    guards.append_only("collection_nationalreference"),
    migrations.RunSQL(COLLECTION_IS_AT_A_MONTH_END, DROP_COLLECTION_IS_AT_A_MONTH_END),
]
