"""How ledger and runs defend themselves, in SQL. Run by the first migration: never edited."""

TRANSFER_SETTLES_ALL_OF_ITS_PENDING = """
ALTER TABLE payments_transfer ADD CONSTRAINT transfer_settles_all_of_its_pending
    FOREIGN KEY (pending_id, debit_id, credit_id, amount_pence, run_id)
    REFERENCES payments_transfer (id, debit_id, credit_id, amount_pence, run_id);
"""
DROP_TRANSFER_SETTLES_ALL_OF_ITS_PENDING = """
ALTER TABLE payments_transfer DROP CONSTRAINT transfer_settles_all_of_its_pending;
"""

RUN_FILE_IS_WHAT_IS_DIGESTED = """
ALTER TABLE payments_run ADD CONSTRAINT run_digest_is_of_its_file
    CHECK (file_content IS NULL OR file_sha256 = encode(sha256(file_content), 'hex'));
"""
DROP_RUN_FILE_IS_WHAT_IS_DIGESTED = """
ALTER TABLE payments_run DROP CONSTRAINT run_digest_is_of_its_file;
"""

RUN_MOVES_LEGALLY = """
CREATE FUNCTION run_moves_legally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'built' THEN
            RAISE EXCEPTION 'run % must start as built', NEW.reference
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.reference, NEW.count, NEW.total_pence, NEW.built_by_id, NEW.built_by_name, NEW.built_at)
        IS DISTINCT FROM
       (OLD.reference, OLD.count, OLD.total_pence, OLD.built_by_id, OLD.built_by_name, OLD.built_at)
    THEN
        RAISE EXCEPTION 'run % is frozen: build another', OLD.reference
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW IS NOT DISTINCT FROM OLD OR (OLD.state = 'built' AND NEW.state <> 'built') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'run % is % and may not become %', OLD.reference, OLD.state, NEW.state
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER run_moves_legally BEFORE INSERT OR UPDATE ON payments_run
    FOR EACH ROW EXECUTE FUNCTION run_moves_legally();
"""
DROP_RUN_MOVES_LEGALLY = """
DROP TRIGGER run_moves_legally ON payments_run;
DROP FUNCTION run_moves_legally();
"""

INSTRUCTION_REPLACES_A_CANCELLED_ONE = """
CREATE FUNCTION instruction_is_right() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM payments_run WHERE id = NEW.run_id AND state = 'built') THEN
        RAISE EXCEPTION 'an instruction may only join a run that waits for release'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM claims_claim
                   WHERE id = NEW.claim_id AND statement_id = NEW.statement_id
                     AND pence = NEW.amount_pence AND state = 'scheduled') THEN
        RAISE EXCEPTION 'instruction % is not what its scheduled claim says', NEW.identity
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM payments_instruction before
            JOIN payments_run run ON run.id = before.run_id
            WHERE before.id = NEW.replaces_id AND run.state = 'cancelled'
              AND (before.claim_id, before.statement_id, before.step)
                = (NEW.claim_id, NEW.statement_id, NEW.step)) THEN
        RAISE EXCEPTION 'instruction % replaces one that was not cancelled', NEW.identity
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER instruction_is_right BEFORE INSERT ON payments_instruction
    FOR EACH ROW EXECUTE FUNCTION instruction_is_right();
"""
DROP_INSTRUCTION_REPLACES_A_CANCELLED_ONE = """
DROP TRIGGER instruction_is_right ON payments_instruction;
DROP FUNCTION instruction_is_right();
"""

# Deferred: a run, its instructions and its transfers are written one after the other, and must
# agree when the transaction ends. The statement trigger touches the run once per batch of
# transfers, so that the sum is taken once, not once a row.
RUN_AGREES_WITH_ITS_LEDGER = """
CREATE FUNCTION run_agrees_with_its_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreed payments_run%ROWTYPE;
    pending_count bigint; pending_pence numeric;
    told_count bigint; told_pence numeric;
    void_count bigint;
BEGIN
    SELECT * INTO agreed FROM payments_run WHERE id = NEW.id;
    SELECT count(*), coalesce(sum(amount_pence), 0) INTO pending_count, pending_pence
        FROM payments_transfer WHERE run_id = NEW.id AND kind = 'pending';
    SELECT count(*), coalesce(sum(amount_pence), 0) INTO told_count, told_pence
        FROM payments_instruction WHERE run_id = NEW.id;
    SELECT count(*) INTO void_count
        FROM payments_transfer WHERE run_id = NEW.id AND kind = 'void';
    IF (pending_count, pending_pence, told_count, told_pence)
        IS DISTINCT FROM
       (agreed.count::bigint, agreed.total_pence::numeric,
        agreed.count::bigint, agreed.total_pence::numeric) THEN
        RAISE EXCEPTION
            'run % says % payments of %p; its ledger says % of %p, its instructions % of %p',
            agreed.reference, agreed.count, agreed.total_pence, pending_count, pending_pence,
            told_count, told_pence USING ERRCODE = 'check_violation';
    END IF;
    IF agreed.state = 'cancelled' AND void_count <> agreed.count
        OR agreed.state = 'built' AND void_count > 0 THEN
        RAISE EXCEPTION 'run % is % but % of its % transfers are void',
            agreed.reference, agreed.state, void_count, agreed.count
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER run_agrees_with_its_ledger
    AFTER INSERT OR UPDATE ON payments_run DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION run_agrees_with_its_ledger();

CREATE FUNCTION touch_runs_of_new_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments_run SET count = count WHERE id IN (SELECT DISTINCT run_id FROM new_rows);
    RETURN NULL;
END $$;
CREATE TRIGGER transfers_are_summed AFTER INSERT ON payments_transfer
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION touch_runs_of_new_rows();
CREATE TRIGGER instructions_are_summed AFTER INSERT ON payments_instruction
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION touch_runs_of_new_rows();
"""
DROP_RUN_AGREES_WITH_ITS_LEDGER = """
DROP TRIGGER instructions_are_summed ON payments_instruction;
DROP TRIGGER transfers_are_summed ON payments_transfer;
DROP FUNCTION touch_runs_of_new_rows();
DROP TRIGGER run_agrees_with_its_ledger ON payments_run;
DROP FUNCTION run_agrees_with_its_ledger();
"""
