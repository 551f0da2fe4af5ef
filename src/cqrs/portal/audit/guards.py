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
