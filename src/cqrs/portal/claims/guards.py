"""How the tables of claims defend themselves, in SQL. Run by the first migration: never edited.

The road stands here a second time on purpose: `states.py` decides what people are offered, this
decides what the database believes, and a test holds the two equal for every route.
"""

from django.db import migrations

from cqrs.portal.audit import guards

# The total stands after the lines and what is missing, both lists. Reading the content as JSON
# would be another way to find it, and takes fifteen times as long.
STATEMENT_SAYS_ITS_PENCE = """
ALTER TABLE claims_statement ADD CONSTRAINT statement_says_its_pence CHECK (
    split_part(split_part(convert_from(content, 'UTF8'), '],"pence":', 2), ',', 1)
        = pence::text
);
"""
DROP_STATEMENT_SAYS_ITS_PENCE = """
ALTER TABLE claims_statement DROP CONSTRAINT statement_says_its_pence;
"""

# A nation's statements are 90 MB: packing them takes longer than writing them as they are.
STATEMENTS_ARE_NOT_PACKED = """
ALTER TABLE claims_statement ALTER COLUMN content SET STORAGE EXTERNAL;
"""
PACK_STATEMENTS = """
ALTER TABLE claims_statement ALTER COLUMN content SET STORAGE EXTENDED;
"""

CLAIM_SAYS_WHAT_ITS_STATEMENT_SAYS = """
ALTER TABLE claims_claim ADD CONSTRAINT claim_says_what_its_statement_says
    FOREIGN KEY (statement_id, provider_id, collection_id, definition_id, statement_digest,
                 pence, points, attainable, status)
    REFERENCES claims_statement (id, provider_id, collection_id, definition_id, digest,
                                 pence, points, attainable, status);
"""
DROP_CLAIM_SAYS_WHAT_ITS_STATEMENT_SAYS = """
ALTER TABLE claims_claim DROP CONSTRAINT claim_says_what_its_statement_says;
"""

CLAIM_MOVES_LEGALLY = """
CREATE FUNCTION claim_moves_legally() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    road text[];
    forward text;
    payable boolean := NEW.pence > 0;
BEGIN
    SELECT array_agg(CASE step ->> 'step'
                         WHEN 'declare' THEN 'awaiting_provider'
                         WHEN 'approve' THEN 'awaiting_commissioner'
                         WHEN 'finance_approve' THEN 'awaiting_finance' END ORDER BY place)
      INTO road
      FROM jsonb_array_elements(NEW.route) WITH ORDINALITY AS steps (step, place);
    road := road || CASE WHEN payable THEN 'approved' ELSE 'settled' END;

    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> road[1] OR NEW.round <> 1 THEN
            RAISE EXCEPTION 'claim % must start as %, not %', NEW.reference, road[1], NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;

    IF (NEW.reference, NEW.provider_id, NEW.commissioner_id, NEW.collection_id, NEW.route)
        IS DISTINCT FROM
       (OLD.reference, OLD.provider_id, OLD.commissioner_id, OLD.collection_id, OLD.route) THEN
        RAISE EXCEPTION 'claim % may not change whose it is or its route', OLD.reference
            USING ERRCODE = 'check_violation';
    END IF;

    IF NEW.statement_id <> OLD.statement_id AND NEW.state <> road[1] THEN
        RAISE EXCEPTION 'claim % is %: its figures may only change as it goes back to %',
            OLD.reference, OLD.state, road[1] USING ERRCODE = 'check_violation';
    END IF;

    IF NEW.state <> road[1] AND EXISTS (
            SELECT FROM collection_collection
             WHERE id = NEW.collection_id AND purpose = 'in_year') THEN
        RAISE EXCEPTION 'claim % is in-year: it is for information and is never declared or paid',
            OLD.reference USING ERRCODE = 'check_violation';
    END IF;

    IF NEW.state <> road[1] AND NEW.status <> 'final' THEN
        RAISE EXCEPTION 'claim % has provisional figures: it is not decided on or paid yet',
            OLD.reference USING ERRCODE = 'check_violation';
    END IF;

    forward := road[array_position(road, OLD.state) + 1];
    IF NEW.round = OLD.round AND (
            NEW.state = OLD.state
            OR NEW.state = forward
            OR (payable AND (OLD.state, NEW.state) IN (
                ('approved', 'scheduled'), ('scheduled', 'approved'), ('scheduled', 'sent')))
        ) THEN
        RETURN NEW;
    END IF;
    IF NEW.round = OLD.round + 1 AND NEW.state = road[1] AND OLD.state IN (
            'awaiting_commissioner', 'awaiting_finance', 'approved', 'settled') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'claim % may not go from % (round %) to % (round %)',
        OLD.reference, OLD.state, OLD.round, NEW.state, NEW.round
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER claim_moves_legally BEFORE INSERT OR UPDATE ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claim_moves_legally();
"""
DROP_CLAIM_MOVES_LEGALLY = """
DROP TRIGGER claim_moves_legally ON claims_claim;
DROP FUNCTION claim_moves_legally();
"""

CLAIM_STATE_IS_SIGNED = """
CREATE FUNCTION claim_state_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    current_state text;
    current_round integer;
    signed_state text;
    signed_round integer;
BEGIN
    SELECT state, round INTO current_state, current_round FROM claims_claim WHERE id = NEW.id;
    SELECT to_state, round INTO signed_state, signed_round FROM claims_claimevent
        WHERE claim_id = NEW.id ORDER BY id DESC LIMIT 1;
    IF (signed_state, signed_round) IS DISTINCT FROM (current_state, current_round) THEN
        RAISE EXCEPTION 'claim % is % in round %, but its last event left it % in round %',
            NEW.reference, current_state, current_round, signed_state, signed_round
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER claim_state_is_signed
    AFTER INSERT OR UPDATE ON claims_claim DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION claim_state_is_signed();
"""
DROP_CLAIM_STATE_IS_SIGNED = """
DROP TRIGGER claim_state_is_signed ON claims_claim;
DROP FUNCTION claim_state_is_signed();
"""

# Who types counts in and declares them has nobody beside them: refused where the provider has two
# steps, and where a commissioner's person typed them. See accounts.duties.
DECLARED_BY_ANOTHER = """
CREATE FUNCTION claim_declared_by_another_than_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'declared' AND EXISTS (
            SELECT FROM claims_statement statement
              JOIN collection_submission sent ON sent.id = statement.submission_id
              JOIN organisations_organisation provider ON provider.id = sent.provider_id
             WHERE statement.id = NEW.statement_id AND sent.received_by_id = NEW.actor_id
               AND (sent.on_behalf OR provider.provider_steps > 1)) THEN
        RAISE EXCEPTION 'declared_by_who_sent_the_counts: % sent the counts of claim % themselves',
            NEW.actor_name, NEW.claim_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_declared_by_another_than_sent BEFORE INSERT ON claims_claimevent
    FOR EACH ROW EXECUTE FUNCTION claim_declared_by_another_than_sent();
"""
DROP_DECLARED_BY_ANOTHER = """
DROP TRIGGER claim_declared_by_another_than_sent ON claims_claimevent;
DROP FUNCTION claim_declared_by_another_than_sent();
"""

OPERATIONS = [
    guards.append_only("claims_statement"),
    guards.append_only("claims_claimevent"),
    guards.never_deleted("claims_claim"),
    guards.digest_is_of_content("claims_statement", "digest", "content"),
    migrations.RunSQL(STATEMENT_SAYS_ITS_PENCE, DROP_STATEMENT_SAYS_ITS_PENCE),
    migrations.RunSQL(STATEMENTS_ARE_NOT_PACKED, PACK_STATEMENTS),
    migrations.RunSQL(CLAIM_SAYS_WHAT_ITS_STATEMENT_SAYS, DROP_CLAIM_SAYS_WHAT_ITS_STATEMENT_SAYS),
    migrations.RunSQL(CLAIM_MOVES_LEGALLY, DROP_CLAIM_MOVES_LEGALLY),
    migrations.RunSQL(CLAIM_STATE_IS_SIGNED, DROP_CLAIM_STATE_IS_SIGNED),
    migrations.RunSQL(DECLARED_BY_ANOTHER, DROP_DECLARED_BY_ANOTHER),
]
