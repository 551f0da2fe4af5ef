"""The chain of events: never anonymous, never apart from its deed; a later change is found."""

import contextlib
from dataclasses import replace

import pytest
from django.db import connection, transaction

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
            "organisation_name, action, subject_kind, subject_reference, sentence, concerns, details, "
            "hash, repeat('f', 64) FROM audit_event WHERE seq = 10",
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
