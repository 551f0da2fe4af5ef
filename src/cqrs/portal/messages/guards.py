"""What the tables of messages defend themselves with, in SQL. Run by the first migration.

The room stands before audit, so it has a trigger function of its own.
"""

from django.db import migrations

KEPT = """
CREATE FUNCTION messages_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what people were told is kept',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
DROP_KEPT = "DROP FUNCTION messages_refuse_loss();"

# A message that has left can't be called back, so its row stays as it left.
SENT_STAYS_SENT = """
CREATE FUNCTION messages_sent_stays_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'sent' THEN
        RAISE EXCEPTION 'email % was sent and stays so', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER messages_email_stays_sent BEFORE UPDATE ON messages_email
    FOR EACH ROW EXECUTE FUNCTION messages_sent_stays_sent();
"""
DROP_SENT_STAYS_SENT = """
DROP TRIGGER messages_email_stays_sent ON messages_email;
DROP FUNCTION messages_sent_stays_sent();
"""


def _kept(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        sql=f"""CREATE TRIGGER {table}_is_kept BEFORE DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION messages_refuse_loss();""",
        reverse_sql=f"DROP TRIGGER {table}_is_kept ON {table};",
    )


OPERATIONS = [
    migrations.RunSQL(KEPT, DROP_KEPT),
    _kept("messages_email"),
    _kept("messages_notice"),
    _kept("messages_announcement"),
    migrations.RunSQL(SENT_STAYS_SENT, DROP_SENT_STAYS_SENT),
]
