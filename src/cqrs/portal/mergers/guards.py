"""What the tables of mergers defend themselves with, in SQL. Run by the first migration."""

from django.db import migrations

from cqrs.portal.audit import guards

# A decided change is history: it is never decided again, nor are its terms ever altered.
CHANGE_IS_DECIDED_ONCE = """
CREATE FUNCTION change_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'proposed' THEN
        RAISE EXCEPTION 'change % is already %', OLD.id, OLD.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.kind, NEW.commissioner_id, NEW.effective_date, NEW.people, NEW.roles_end_date,
        NEW.reason, NEW.proposed_by_id, NEW.proposed_by_name, NEW.proposed_at)
        IS DISTINCT FROM
       (OLD.kind, OLD.commissioner_id, OLD.effective_date, OLD.people, OLD.roles_end_date,
        OLD.reason, OLD.proposed_by_id, OLD.proposed_by_name, OLD.proposed_at) THEN
        RAISE EXCEPTION 'change % may not alter its terms: propose another', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER change_is_decided_once BEFORE UPDATE ON mergers_change
    FOR EACH ROW EXECUTE FUNCTION change_is_decided_once();
"""
DROP_CHANGE_IS_DECIDED_ONCE = """
DROP TRIGGER change_is_decided_once ON mergers_change;
DROP FUNCTION change_is_decided_once();
"""

OPERATIONS = [
    guards.never_deleted("mergers_change"),
    guards.never_deleted("mergers_part"),
    migrations.RunSQL(CHANGE_IS_DECIDED_ONCE, DROP_CHANGE_IS_DECIDED_ONCE),
]
