"""The second wall: behind it a query that forgets whom it serves shows nothing of others."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from cqrs.portal.accounts import walls
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor, visible_organisations
from cqrs.portal.audit import actions as audit
from cqrs.portal.bulk import copy_rows
from cqrs.portal.claims.models import Claim, Statement
from cqrs.portal.collection.models import Submission
from cqrs.portal.config.wall_policies import LIBRARIES, OPEN, POLICIES
from cqrs.portal.config.walls import TABLES, build
from cqrs.values import clock
from tests.factories import Loaded, actor
from tests.integration.rooms.conftest import Sql
from tests.integration.rooms.road import in_a_run

WORLD = "qof"


@contextmanager
def behind(who: str = "") -> Iterator[None]:
    """Behind the wall as somebody, or as nobody."""
    with walls.behind_the_wall():
        walls.raise_wall(actor(who) if who else None)
        yield


def practices(model: type[Claim] | type[Statement] | type[Submission]) -> set[str]:
    return set(model.objects.values_list("provider__code", flat=True))


def test_every_table_has_a_policy_or_a_reason(sql: Sql) -> None:
    tables = {name for (name,) in sql(TABLES)} - {"django_migrations"}
    ours = {name for name in tables if not name.startswith("procrastinate_")}
    assert ours == set(POLICIES) | set(OPEN) | set(LIBRARIES)
    assert not set(POLICIES) & (set(OPEN) | set(LIBRARIES))
    guarded = {name for (name,) in sql("SELECT relname FROM pg_class WHERE relrowsecurity")}
    assert guarded == set(POLICIES)


SEEN_BY_ALL = {table for table, policy in POLICIES.items() if policy.sees == "true"}


@pytest.mark.parametrize("table", sorted(set(POLICIES) - SEEN_BY_ALL - {"claims_claim"}))
def test_without_a_scope_nothing_is_seen(qof: Loaded, sql: Sql, table: str) -> None:
    in_a_run()
    with behind():
        assert sql(f"SELECT count(*) FROM {table}") == [(0,)]


def test_without_a_scope_no_claim_is_seen_and_the_owner_sees_all(qof: Loaded) -> None:
    with behind():
        assert practices(Claim) == set()
    assert len(practices(Claim)) == 6


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ama", {"A99001"}),
        ("quay", {"A99002"}),
        ("priya", {"A99001", "A99002", "A99003", "A99004"}),
        ("tom", {"A99005", "A99006"}),
    ],
)
def test_a_query_without_any_filter_shows_what_is_within_reach(
    qof: Loaded, who: str, seen: set[str]
) -> None:
    reach = visible_organisations(actor(who)).filter(kind="practice")
    assert set(reach.values_list("code", flat=True)) == seen
    with behind(who):
        assert practices(Claim) == practices(Statement) == practices(Submission) == seen


def test_the_nation_is_seen_whole(qof: Loaded) -> None:
    with behind("felix"):
        assert len(practices(Claim)) == len(practices(Statement)) == 6


def test_the_scope_ends_with_the_request(qof: Loaded, sql: Sql) -> None:
    with behind("felix"):
        pass
    assert sql("SELECT current_setting('cqrs.scope', true), current_user = session_user") == [
        ("", True)
    ]
    sql(f"SET LOCAL ROLE {walls.WEB}")
    assert practices(Claim) == set()


def test_neither_role_owns_a_table_and_only_the_workers_sees_past_policies(sql: Sql) -> None:
    rows: dict[str, bool] = dict(
        sql("SELECT rolname, rolbypassrls OR rolsuper FROM pg_roles WHERE rolname LIKE 'cqrs%'")
    )
    assert rows[walls.WEB] is False
    assert rows[walls.WORKER] is True
    owned = "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) IN (%s, %s)"
    assert sql(owned, walls.WEB, walls.WORKER) == []


@pytest.mark.parametrize("role", [walls.WEB, walls.WORKER])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_no_plain_role_may_change_what_is_kept_for_ever(sql: Sql, role: str, verb: str) -> None:
    kept = (
        "audit_event", "claims_statement", "claims_claimevent", "collection_submission",
        "payments_transfer", "payments_instruction", "catalogue_publisheddefinition",
    )  # fmt: skip
    rows = [sql("SELECT has_table_privilege(%s, %s, %s)", role, name, verb) for name in kept]
    assert rows == [[(False,)]] * len(kept)


def test_nobody_signs_with_anothers_name(qof: Loaded, sql: Sql) -> None:
    claim = Claim.objects.get(provider__code="A99001")
    ama, joe = actor("ama"), actor("joe")
    event = (
        "INSERT INTO claims_claimevent (claim_id, round, kind, to_state, statement_id, actor_id, "
        "actor_name, organisation_name, reason_code, reason, at) VALUES "
        "(%s, 1, 'calculated', 'awaiting_provider', %s, %s, 'Somebody', 'Somewhere', '', '', now())"
    )
    before = sql("SELECT count(*) FROM claims_claimevent")
    with behind("joe"):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            sql(event, claim.pk, claim.statement_id, ama.user_id or 0)
        with transaction.atomic():
            sql(event, claim.pk, claim.statement_id, joe.user_id or 0)
            transaction.set_rollback(True)
    assert sql("SELECT count(*) FROM claims_claimevent") == before


def test_a_viewer_moves_no_claim_whatever_the_application_lets_through(qof: Loaded) -> None:
    with behind("joe"):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Claim.objects.update(state_since=clock.now())
        assert practices(Claim) == {"A99001"}


def test_nobody_gives_themselves_a_role_whatever_the_application_lets_through(
    qof: Loaded, sql: Sql
) -> None:
    given = (
        "INSERT INTO accounts_grant (user_id, role, organisation_id, start_date, granted_by_name, "
        "granted_at, ended_by_name, ended_reason) VALUES (%s, %s, %s, '2026-01-01', 'Somebody', "
        "now(), '', '')"
    )
    raised = "UPDATE accounts_grant SET role = 'auditor' WHERE user_id = %s"
    before = sql("SELECT user_id, role FROM accounts_grant ORDER BY 1, 2")
    for who in ("joe", "priya", "grace"):
        me = actor(who)
        with (
            behind(who),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            sql(given, me.user_id or 0, "practice_declarer", me.organisation_id)
    with (
        behind("joe"),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        sql(raised, actor("joe").user_id or 0)
    assert sql("SELECT user_id, role FROM accounts_grant ORDER BY 1, 2") == before


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE accounts_user SET password = 'mine'",
        "UPDATE organisations_organisation SET payee_reference = 'mine'",
        "UPDATE organisations_relationship SET end_date = '2026-01-01'",
        "UPDATE catalogue_participation SET end_date = '2026-01-01'",
    ],
)
def test_who_only_looks_changes_nothing_that_others_rely_on(
    qof: Loaded, sql: Sql, deed: str
) -> None:
    with (
        behind("joe"),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        sql(deed)


def test_nobody_writes_into_the_trail_with_anothers_name(qof: Loaded) -> None:
    ama, joe = actor("ama"), actor("joe")

    def write(by: Actor) -> None:
        audit.record(
            actor=by, action="a.b", subject_kind="x", subject_reference="1", sentence="Done."
        )

    with behind("joe"):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            write(ama)
        with transaction.atomic():
            write(joe)
            transaction.set_rollback(True)


def test_rows_in_bulk_pass_the_policies_too(qof: Loaded, sql: Sql) -> None:
    columns = ("service", "provider_id", "commissioner_id", "start_date", "accepted_at",
               "accepted_by_name")  # fmt: skip
    row = sql(f"SELECT 'other/2025-26', {', '.join(columns[1:])} FROM catalogue_participation")
    before = sql("SELECT count(*) FROM catalogue_participation")
    with behind("tom"):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            copy_rows("catalogue_participation", columns, row)
        mine = [one for one in row if actor("tom").organisation_id == one[2]]
        assert copy_rows("catalogue_participation", columns, mine) == 2
    assert sql("SELECT count(*) FROM catalogue_participation") == [(before[0][0] + 2,)]


def test_every_permission_is_about_people_or_about_figures() -> None:
    assert set(Permission) >= walls.PEOPLE
    for permission in (Permission.SEE_CLAIMS, Permission.SEE_POINTS, Permission.SEE_POUNDS):
        assert permission not in walls.PEOPLE


def test_who_looks_after_accounts_is_shown_no_figures(qof: Loaded) -> None:
    from dataclasses import replace

    from cqrs.portal.accounts.queries import Held
    from cqrs.portal.accounts.roles import ROLES

    keeper = replace(actor("ama"), held=(Held(ROLES["practice_user_administrator"]),))
    with walls.behind_the_wall():
        walls.raise_wall(keeper)
        assert practices(Claim) == practices(Submission) == set()


def test_a_wall_that_stands_is_not_built_again(sql: Sql) -> None:
    assert build() is False


def test_the_wall_holds_where_the_request_reads(qof: Loaded) -> None:
    with walls.behind_the_wall(), connection.cursor() as cursor:
        walls.raise_wall(actor("ama"))
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (walls.WEB,)
