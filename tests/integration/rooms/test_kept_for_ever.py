"""Append-only tables refuse UPDATE, DELETE and TRUNCATE in SQL; living ones refuse the last two."""

from datetime import date

import pytest
from django.apps import apps
from django.db import Error, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from cqrs.definitions import load as definitions
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.audit import actions as audit
from cqrs.portal.catalogue import actions as catalogue
from cqrs.portal.organisations import actions as organisations
from cqrs.portal.organisations import queries
from cqrs.portal.payments import actions as payments
from cqrs.values import clock
from tests.factories import Loaded, actor, admit
from tests.integration.rooms.conftest import TUESDAY, Sql, check_constraints
from tests.integration.rooms.road import in_a_run
from tests.integration.rooms.test_ods_import import known, load
from tests.ods_files import practice

WORLD = "qof"

APPEND_ONLY = {
    "audit_event": "sentence",
    "audit_concern": "organisation_code",
    "audit_view": "reference",
    "audit_refusal": "address",
    "organisations_listsize": "registered",
    "organisations_listupload": "name",
    "organisations_listimport": "recorded_by_name",
    "organisations_odsupload": "received_by_name",
    "organisations_odsuploadfile": "name",
    "organisations_odsimport": "applied_by_name",
    "catalogue_draft": "title",
    "catalogue_publisheddefinition": "title",
    "collection_sourcefile": "name",
    "collection_submission": "counts",
    "collection_nationalreference": "content",
    "claims_statement": "pence",
    "claims_claimevent": "actor_name",
    "payments_account": "code",
    "payments_instruction": "amount_pence",
    "payments_transfer": "amount_pence",
}
NEVER_DELETED = (
    "messages_email",
    "messages_notice",
    "messages_announcement",
    "organisations_organisation",
    "organisations_relationship",
    "organisations_cluster",
    "organisations_clustermember",
    "accounts_user",
    "accounts_grant",
    "accounts_invitation",
    "accounts_accessrequest",
    "accounts_confirmation",
    "accounts_expiry",
    "accounts_viewing",
    "claims_claim",
    "payments_run",
)
MAY_CHANGE = {
    "messages_place",
    "messages_preference",
    "accounts_addressrange",
    "catalogue_participation",
    "collection_collection",
}
"""Dates that end, the state of a collection, what people choose about email, and how far a reader
has come. The foreign keys keep what is in use."""


@pytest.fixture(scope="module")
def _paid(_world: Loaded | None, django_db_blocker: DjangoDbBlocker) -> None:
    """A row in every table that keeps its rows, once for all tests of the module."""
    with django_db_blocker.unblock(), clock.fixed(TUESDAY):
        admit("rose")
        catalogue.draft(actor=actor("rose"), definition=definitions.load("qof/2024-25"))
        payments.release_run(actor=actor("liam"), run_reference=in_a_run())
        audit.view(actor=actor("priya"), seen=[audit.Seen("claim", "QOF", "A99001")])
        audit.refuse(actor=actor("priya"), address="GET /audit/")
        load(("epraccur.csv", known(practice("A99101", commissioner="QZ9"))))
        record_a_list()
        check_constraints()


@pytest.fixture
def paid(_paid: None, db: None) -> None:
    """The claim of a practice paid, and something of all else that is kept."""


def record_a_list() -> None:
    operator = command_actor()
    number = organisations.receive_list(
        actor=operator, name="lists.csv", content=b"code,registered\nA99001,9900",
        on_date=date(2026, 4, 1),
    )  # fmt: skip
    found = queries.difference_of_list(operator, queries.sent_list(operator, number))
    organisations.apply_list(actor=operator, upload_id=number, shown=found.digest)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_append_only_tables_refuse_every_change(
    paid: None, sql: Sql, table: str, verb: str
) -> None:
    before = sql(f"SELECT * FROM {table} ORDER BY 1")
    assert before
    statement = {
        "UPDATE": f"UPDATE {table} SET {APPEND_ONLY[table]} = {APPEND_ONLY[table]}",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }[verb]
    with pytest.raises(Error, match="is refused: its rows are kept for ever"), transaction.atomic():
        sql(statement)
    assert sql(f"SELECT * FROM {table} ORDER BY 1") == before


@pytest.mark.parametrize("table", NEVER_DELETED)
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_living_tables_refuse_to_lose_a_row(paid: None, sql: Sql, table: str, verb: str) -> None:
    before = sql(f"SELECT count(*) FROM {table}")
    with pytest.raises(Error, match="is refused"), transaction.atomic():
        sql(verb.format(table))
    assert sql(f"SELECT count(*) FROM {table}") == before


def test_every_table_of_the_rooms_is_in_one_of_the_lists() -> None:
    rooms = (
        "messages",
        "audit",
        "organisations",
        "accounts",
        "catalogue",
        "collection",
        "claims",
        "payments",
    )
    tables = {
        model._meta.db_table for room in rooms for model in apps.get_app_config(room).get_models()
    }
    assert tables == set(APPEND_ONLY) | set(NEVER_DELETED) | MAY_CHANGE


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_run SET total_pence = total_pence + 1",
        "UPDATE payments_run SET built_by_id = 1",
        "UPDATE payments_run SET state = 'built', released_by_id = NULL, file_sha256 = NULL",
        "UPDATE payments_run SET file_name = 'another.csv'",
        "UPDATE payments_run SET file_content = 'x'",
    ],
)
def test_a_released_run_is_frozen(paid: None, sql: Sql, statement: str) -> None:
    before = sql("SELECT * FROM payments_run")
    with pytest.raises(Error, match=r"is frozen|may not become"), transaction.atomic():
        sql(statement)
    assert sql("SELECT * FROM payments_run") == before


@pytest.mark.fault
def test_the_guards_can_be_taken_down_and_put_up_again(qof: Loaded) -> None:
    from django.core.management import call_command

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
        before = cursor.fetchone()
    for room in ("payments", "claims", "collection", "catalogue"):
        call_command("migrate", room, "zero", verbosity=0)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
        assert cursor.fetchone() == before
