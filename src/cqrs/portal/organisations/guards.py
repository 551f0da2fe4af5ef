"""What the tables of organisations defend themselves with, in SQL. Run by the first migration."""

from django.db import migrations

from cqrs.portal.audit import guards

PARENT_KIND_IS_THE_PARENTS = """
ALTER TABLE organisations_relationship ADD CONSTRAINT relationship_parent_kind_is_the_parents
    FOREIGN KEY (parent_id, parent_kind) REFERENCES organisations_organisation (id, kind);
"""
DROP_PARENT_KIND_IS_THE_PARENTS = """
ALTER TABLE organisations_relationship DROP CONSTRAINT relationship_parent_kind_is_the_parents;
"""

# UNION, not UNION ALL: a ring of organisations ends where it began.
BENEATH = """
CREATE FUNCTION organisations_beneath(root bigint, day date) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 500 AS $$
    WITH RECURSIVE below (id) AS (
        SELECT child_id FROM organisations_relationship
         WHERE parent_id = root AND kind IN ('commissioned_by', 'part_of')
           AND start_date <= day AND (end_date IS NULL OR end_date >= day)
        UNION
        SELECT r.child_id FROM below
          JOIN organisations_relationship r ON r.parent_id = below.id
         WHERE r.kind IN ('commissioned_by', 'part_of')
           AND r.start_date <= day AND (r.end_date IS NULL OR r.end_date >= day)
    )
    SELECT id FROM below
$$;
"""

# Whom an organisation answers for since a merger or closure: those it leads on from, and theirs.
ACTED_FOR = """
CREATE FUNCTION organisations_acted_for(root bigint, day date) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 2 AS $$
    WITH RECURSIVE before (id) AS (
        SELECT child_id FROM organisations_relationship
         WHERE parent_id = root AND leads AND start_date <= day
           AND (end_date IS NULL OR end_date >= day)
        UNION
        SELECT r.child_id FROM before
          JOIN organisations_relationship r ON r.parent_id = before.id
         WHERE r.leads AND r.start_date <= day AND (r.end_date IS NULL OR r.end_date >= day)
    )
    SELECT id FROM before
$$;
"""
DROP_ACTED_FOR = "DROP FUNCTION organisations_acted_for(bigint, date);"

DROP_BENEATH = "DROP FUNCTION organisations_beneath(bigint, date);"

OPERATIONS = [
    guards.append_only("organisations_listsize"),
    guards.append_only("organisations_listupload"),
    guards.append_only("organisations_listimport"),
    guards.append_only("organisations_odsupload"),
    guards.append_only("organisations_odsuploadfile"),
    guards.append_only("organisations_odsimport"),
    guards.never_deleted("organisations_organisation"),
    guards.never_deleted("organisations_relationship"),
    guards.never_deleted("organisations_cluster"),
    guards.never_deleted("organisations_clustermember"),
    migrations.RunSQL(PARENT_KIND_IS_THE_PARENTS, DROP_PARENT_KIND_IS_THE_PARENTS),
    migrations.RunSQL(BENEATH, DROP_BENEATH),
    migrations.RunSQL(ACTED_FOR, DROP_ACTED_FOR),
]
