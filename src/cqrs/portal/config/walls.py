"""Builds the second wall where migrations run: two plain roles, what they may touch, policies.

`cqrs_web` is the web server's role: row-level security applies to it. `cqrs_worker` is the
worker's: it sees all rows, owns nothing, and like the other can't change what is kept for ever.
Nothing here is done twice: a digest of the whole wall is kept with the database.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from cqrs.portal.accounts.walls import WEB, WORKER
from cqrs.portal.config.wall_policies import POLICIES, Policy
from cqrs.values import digest

BUILDING = 0x57414C4C
"""Advisory lock: two processes that start at once build one wall."""

ROLES = f"""
DO $$ BEGIN CREATE ROLE {WEB} NOLOGIN; EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE {WORKER} NOLOGIN BYPASSRLS; EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL; END $$;
"""

FUNCTIONS = """
CREATE OR REPLACE FUNCTION cqrs_scope() RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('cqrs.scope', true), ''), '{}')::jsonb
$$;
CREATE OR REPLACE FUNCTION cqrs_user() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (cqrs_scope() ->> 'user')::bigint
$$;
CREATE OR REPLACE FUNCTION cqrs_accounts() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((cqrs_scope() ->> 'accounts')::boolean, false)
$$;
CREATE OR REPLACE FUNCTION cqrs_may(permission text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(cqrs_scope() -> 'may' ? permission, false)
$$;
CREATE OR REPLACE FUNCTION cqrs_everywhere(about text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(cqrs_scope() -> about ? 'nation', false)
$$;
CREATE OR REPLACE FUNCTION cqrs_own(about text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (given ->> 'organisation')::bigint FROM cqrs_scope() AS given
     WHERE given -> about ? 'own'
$$;
CREATE OR REPLACE FUNCTION cqrs_reached(about text) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 500 AS $$
    WITH scope AS (
        SELECT (given ->> 'organisation')::bigint AS root, (given ->> 'day')::date AS today,
               given -> about AS arms
          FROM cqrs_scope() AS given
    )
    SELECT root FROM scope WHERE arms ? 'own'
    UNION
    SELECT organisations_acted_for(root, today) FROM scope WHERE arms ? 'own'
    UNION
    SELECT organisations_beneath(root, today) FROM scope WHERE arms ? 'area'
    UNION
    SELECT r.child_id FROM scope JOIN organisations_relationship r ON r.parent_id = root
     WHERE arms ? 'members' AND r.kind = 'member_of'
       AND r.start_date <= today AND (r.end_date IS NULL OR r.end_date >= today)
    UNION
    SELECT m.provider_id FROM scope JOIN organisations_clustermember m
        ON arms ? ('cluster:' || m.cluster_id)
     WHERE m.start_date <= today AND (m.end_date IS NULL OR m.end_date >= today)
$$;
"""

KEPT = """
SELECT tgrelid::regclass::text, bool_or(tgtype & 16 > 0)
  FROM pg_trigger WHERE tgname LIKE '%\\_is\\_kept' GROUP BY 1
"""
"""Tables whose rows are kept for ever, and whether their rows may not even change."""
TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
GUARDS = """
SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
   AND prorettype = 'trigger'::regtype AND proname NOT LIKE 'procrastinate%' ORDER BY 1
"""
"""The triggers by which tables defend themselves. Like foreign keys, they must see every row."""
BUILT = "SELECT obj_description(to_regprocedure('cqrs_scope()'), 'pg_proc')"


def build() -> bool:
    """Bring the wall of the connected database up to date, as its owner; False if it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BUILDING])
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(KEPT)
        kept = dict(cursor.fetchall())
        cursor.execute(GUARDS)
        guards = [name for (name,) in cursor.fetchall()]
        statements = list(_statements(tables, kept, guards))
        wanted = digest("\n".join(statements).encode())
        cursor.execute(BUILT)
        if cursor.fetchone() == (wanted,):
            return False
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(f"COMMENT ON FUNCTION cqrs_scope() IS '{wanted}'")
    return True


def _statements(
    tables: Iterable[str], kept: dict[str, bool], guards: Iterable[str]
) -> Iterable[str]:
    yield ROLES
    yield FUNCTIONS
    for guard in guards:
        yield f"ALTER FUNCTION {guard}() SECURITY DEFINER SET search_path = public, pg_temp"
    yield f"GRANT USAGE ON SCHEMA public TO {WEB}, {WORKER}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {WEB}, {WORKER}"
    for table in tables:
        yield f'REVOKE ALL ON "{table}" FROM PUBLIC, {WEB}, {WORKER}'
        yield f'GRANT {_privileges(table, kept)} ON "{table}" TO {WEB}, {WORKER}'
        if table in POLICIES:
            yield from _policies(table, POLICIES[table])


def _privileges(table: str, kept: dict[str, bool]) -> str:
    """What a role that isn't the owner may do with a table: the triggers that keep it decide."""
    if table in ("django_migrations", "django_content_type"):
        return "SELECT"
    if table not in kept:
        return "SELECT, INSERT, UPDATE, DELETE"
    return "SELECT, INSERT" if kept[table] else "SELECT, INSERT, UPDATE"


def _policies(table: str, policy: Policy) -> Iterable[str]:
    sees = policy.sees
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    for name, rule in (
        ("sees", f"FOR SELECT TO {WEB} USING ({sees})"),
        ("adds", f"FOR INSERT TO {WEB} WITH CHECK ({policy.adds or sees})"),
        (
            "changes",
            f"FOR UPDATE TO {WEB} USING ({sees}) WITH CHECK ({policy.changes or sees})",
        ),
        ("removes", f"FOR DELETE TO {WEB} USING ({sees})"),
    ):
        yield f"DROP POLICY IF EXISTS wall_{name} ON {table}"
        yield f"CREATE POLICY wall_{name} ON {table} {rule}"
