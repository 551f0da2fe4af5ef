"""The chain of events: never anonymous, never apart from its deed; a later change is found."""

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection, transaction

from cqrs.exchange.audit_seal import Broken, check_lines, spelled
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import Actor, command_actor
from cqrs.portal.audit import actions, queries
from cqrs.portal.audit.models import Event
from cqrs.values import LONDON, clock
from tests import factories
from tests.factories import actor

SOMEBODY = replace(command_actor(), name="Anita Shah", organisation_name="National Operations")


def record(number: int, who: Actor = SOMEBODY) -> None:
    actions.record(
        actor=who,
        action="tests.do",
        subject_kind="thing",
        subject_reference=str(number),
        sentence=f"Did thing {number}.",
        details={"number": number, "of": ["a", None, True]},
    )


@pytest.fixture
def england(db: None) -> None:
    """England in a transaction of its own: these tests look at the whole chain."""
    factories.set_up()


@pytest.fixture
def ten_events(db: None) -> None:
    for number in range(10):
        record(number)


def tamper(statement: str) -> None:
    """Change the table as somebody could who owns the database: with its triggers asleep."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


def test_an_untouched_chain_holds(ten_events: None) -> None:
    verified = queries.verify()
    assert (verified.count, verified.broken_seq) == (10, None)
    assert verified.sentence == "All 10 events hold."


def test_an_empty_chain_holds(db: None) -> None:
    assert queries.verify().broken_seq is None


@pytest.mark.parametrize(
    ("statement", "first_broken"),
    [
        ("UPDATE audit_event SET sentence = 'Did nothing.' WHERE seq = 4", 4),
        ("UPDATE audit_event SET details = '{\"number\": 99}' WHERE seq = 1", 1),
        ("UPDATE audit_event SET at = at + interval '1 microsecond' WHERE seq = 7", 7),
        ("UPDATE audit_event SET actor_id = 12 WHERE seq = 10", 10),
        ("DELETE FROM audit_event WHERE seq = 5", 5),
        ("DELETE FROM audit_event WHERE seq = 1", 1),
        (
            "INSERT INTO audit_event SELECT 11, at, actor_id, actor_name, organisation_code, "
            "organisation_name, action, subject_kind, subject_reference, sentence, concerns, "
            "details, hash, repeat('f', 64) FROM audit_event WHERE seq = 10",
            11,
        ),
    ],
)
def test_a_change_behind_the_triggers_is_found(
    ten_events: None, statement: str, first_broken: int
) -> None:
    tamper(statement)
    verified = queries.verify()
    assert verified.broken_seq == first_broken
    assert f"The chain breaks at event {first_broken}:" in verified.sentence


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("seq", "3000"),
        ("at", "at - interval '1 microsecond'"),
        ("actor_id", "coalesce(actor_id, 0) + 1"),
        ("actor_name", "overlay(actor_name PLACING 'x' FROM 1 FOR 1)"),
        ("organisation_code", "organisation_code || 'x'"),
        ("organisation_name", "overlay(organisation_name PLACING 'x' FROM 1 FOR 1)"),
        ("action", "action || 'x'"),
        ("subject_kind", "subject_kind || 'x'"),
        ("subject_reference", "'x'"),
        ("sentence", "overlay(sentence PLACING 'x' FROM 1 FOR 1)"),
        ("concerns", "array_append(concerns, 'X1')"),
        ("details", "details || '{\"number\": 4}'"),
        ("previous_hash", "repeat('e', 64)"),
        ("hash", "repeat('e', 64)"),
    ],
)
def test_a_change_of_any_column_is_found(ten_events: None, column: str, value: str) -> None:
    tamper(f"UPDATE audit_event SET {column} = {value} WHERE seq = 3")
    assert queries.verify().broken_seq == 3
    assert queries.verify(first=2).broken_seq == 3


def test_every_column_of_the_event_is_tampered_with_above() -> None:
    marks = test_a_change_of_any_column_is_found.pytestmark  # type: ignore[attr-defined] # pytest's
    named = {column for column, _ in marks[0].args[1]}
    assert named == {field.column for field in Event._meta.fields}


def test_a_tail_cut_off_and_a_chain_written_anew_are_found_by_the_published_heads(
    ten_events: None, tmp_path: Path
) -> None:
    assert queries.publish(tmp_path, queries.head())
    assert not queries.publish(tmp_path, queries.head()), "one head a day"
    heads = queries.published(tmp_path)
    record(11)
    assert queries.verify(heads=heads).holds
    tamper("DELETE FROM audit_event WHERE seq > 8")
    tamper("DELETE FROM audit_concern WHERE seq > 8")
    assert queries.verify().holds, "alone, the chain can't know"
    cut = queries.verify(heads=heads)
    assert (cut.holds, cut.broken_seq) == (False, 9)
    assert "cut off: event 10 was published" in cut.sentence
    for number in (90, 91):
        record(number)
    anew = queries.verify(heads=heads)
    assert (anew.holds, anew.broken_seq) == (False, 10)
    assert "written anew" in anew.sentence


def test_an_event_hidden_from_its_customers_is_found(england: None) -> None:
    assert queries.verify().holds
    tamper("DELETE FROM audit_concern WHERE organisation_code = 'A99001'")
    hidden = queries.verify()
    assert not hidden.holds
    assert "concerns was changed in the index" in hidden.sentence


def test_an_outsider_verifies_an_export_without_the_portal(england: None) -> None:
    rows = list(queries.export(actor("felix"), queries.Search()))
    lines = [json.dumps(row) for row in rows]
    assert check_lines(lines) == len(rows) > 10
    rows[4]["sentence"] += "."
    with pytest.raises(Broken, match=r"Event 5 \(line 5\) is not as it was sealed"):
        check_lines([json.dumps(row) for row in rows])
    with pytest.raises(Broken, match="Line 1 isn't an event"):
        check_lines(["[]"])


def test_what_is_sealed_is_spelled_as_the_database_spells_it(db: None) -> None:
    odd: dict[str, object] = {
        "b": 'q"\\\n\u00e9\U0001f600\x01\x7f',
        "aa": [1, -2, None, True, {}],
        "\u00e9": {"z": 2**62, "y": []},
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(odd)])
        assert cursor.fetchone() == (spelled(odd),)
    with pytest.raises(TypeError, match="can't be sealed"):
        spelled({"share": 0.5})


def test_a_change_that_is_sealed_again_breaks_the_next_link(ten_events: None) -> None:
    from cqrs.portal.audit.seal import seal

    event = Event.objects.get(seq=3)
    event.sentence = "Did nothing."
    tamper(
        f"UPDATE audit_event SET sentence = 'Did nothing.', hash = '{seal(event)}' WHERE seq = 3"
    )
    assert queries.verify().broken_seq == 4


@pytest.mark.parametrize(
    "nobody", [replace(SOMEBODY, name=" "), replace(SOMEBODY, organisation_name="")]
)
def test_nobody_acts_anonymously(db: None, nobody: Actor) -> None:
    with pytest.raises(ValueError, match="never anonymous"):
        record(1, nobody)
    assert not Event.objects.exists()


def test_an_event_goes_when_its_deed_is_undone(ten_events: None) -> None:
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        record(11)
        raise ZeroDivisionError
    record(12)
    assert queries.verify().count == 11


def test_the_seal_survives_the_change_of_the_clocks(db: None) -> None:
    from datetime import datetime

    for hour_before, hour_after in ((0, 2), (1, 1)):
        for hour in (hour_before, hour_after):
            moment = datetime(2026, 10, 25, hour, 30, 0, 123456, tzinfo=LONDON)
            with clock.fixed(moment):
                record(hour)
    assert queries.verify().broken_seq is None


def test_only_an_auditor_reads_the_events(england: None) -> None:
    assert queries.events(actor("felix"))
    for who in ("anita", "grace", "priya", "ama", "helen"):
        with pytest.raises(Refused, match="Only an auditor"):
            queries.events(actor(who))


def test_every_set_up_action_left_an_event(england: None) -> None:
    actions_recorded = {event.action for event in Event.objects.all()}
    assert actions_recorded >= {
        "organisations.register",
        "organisations.relate",
        "organisations.record_list_sizes",
        "accounts.create_user",
        "accounts.grant",
    }
    assert queries.verify().broken_seq is None
