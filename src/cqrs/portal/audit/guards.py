"""The SQL by which tables defend themselves, for the migrations of every room."""

from django.db import migrations

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are kept for ever, add a new row instead',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
DROP_REFUSE_CHANGE = "DROP FUNCTION refuse_change();"


def append_only(table: str) -> migrations.RunSQL:
    """A trigger that refuses UPDATE, DELETE and TRUNCATE on the table, whoever asks."""
    return _refusing(table, "UPDATE OR DELETE OR TRUNCATE")


def never_deleted(table: str) -> migrations.RunSQL:
    """A trigger that refuses DELETE and TRUNCATE on a table whose rows may move on."""
    return _refusing(table, "DELETE OR TRUNCATE")


def _refusing(table: str, operations: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        sql=f"""CREATE TRIGGER {table}_is_kept BEFORE {operations} ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();""",
        reverse_sql=f"DROP TRIGGER {table}_is_kept ON {table};",
    )


def digest_is_of_content(table: str, digest: str, content: str) -> migrations.RunSQL:
    """A check that the digest column is the SHA-256 of the content column."""
    name = f"{table}_digest_is_of_its_content"
    return migrations.RunSQL(
        sql=f"""ALTER TABLE {table} ADD CONSTRAINT {name}
                CHECK ({digest} = encode(sha256({content}), 'hex'));""",
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


# The chain is read and indexed for whoever writes to it, however little they may see themselves.
HEAD = """
CREATE FUNCTION audit_head(OUT seq bigint, OUT hash text) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1
$$;
"""
DROP_HEAD = "DROP FUNCTION audit_head();"
CONCERNS = """
CREATE FUNCTION audit_find_concerns() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit_concern (organisation_code, seq)
    SELECT DISTINCT code, NEW.seq FROM unnest(NEW.concerns) AS code;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_event_is_found_by_its_concerns AFTER INSERT ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_find_concerns();
ALTER TABLE audit_event ADD CONSTRAINT audit_event_concerns_are_codes
    CHECK (array_position(concerns, '') IS NULL AND array_position(concerns, NULL) IS NULL
           AND array_to_string(concerns, '') !~ ',');
"""
DROP_CONCERNS = """
ALTER TABLE audit_event DROP CONSTRAINT audit_event_concerns_are_codes;
DROP TRIGGER audit_event_is_found_by_its_concerns ON audit_event;
DROP FUNCTION audit_find_concerns();
"""

OPERATIONS = [
    migrations.RunSQL(sql=REFUSE_CHANGE, reverse_sql=DROP_REFUSE_CHANGE),
    append_only("audit_event"),
    append_only("audit_concern"),
    append_only("audit_view"),
    append_only("audit_refusal"),
    migrations.RunSQL(sql=HEAD, reverse_sql=DROP_HEAD),
    migrations.RunSQL(sql=CONCERNS, reverse_sql=DROP_CONCERNS),
]
