"""The queue: a job exists when its deed does, and may run twice without harm."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from cqrs.portal.accounts.models import Grant
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.actions.calculating import JOB as CALCULATE
from cqrs.portal.claims.models import Statement
from cqrs.portal.jobs import tasks
from cqrs.portal.jobs.worker import run_until_empty
from cqrs.portal.payments import actions as payments
from cqrs.portal.payments.actions import JOB as WRITE_FILE
from cqrs.portal.payments.models import Run
from cqrs.values import digest
from tests import factories
from tests.factories import Loaded, actor, user
from tests.integration.rooms.road import claim_of, in_a_run

pytestmark = pytest.mark.fault


@pytest.fixture
def outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CQRS_DATA", str(tmp_path))
    return tmp_path / "outgoing"


def jobs() -> list[tuple[Any, ...]]:
    """Our jobs and how far they are; periodic ones come by themselves."""
    periodic = [task.task.name for task in app.periodic_registry.periodic_tasks.values()]
    ours = ProcrastinateJob.objects.exclude(task_name__in=periodic).order_by("id")
    return list(ours.values_list("task_name", "status"))


def test_every_name_that_a_room_enqueues_has_its_job() -> None:
    app.perform_import_paths()
    assert {CALCULATE, WRITE_FILE, "jobs.retry_stalled"} <= set(app.tasks)


def test_the_worker_calculates_for_the_person_who_asked(committed_qof: Loaded) -> None:
    changed = factories.counts(
        committed_qof.definition, "A99001", changed={("DM036", "Numerator"): 1}
    )
    factories.send_counts(committed_qof.collection_id, committed_qof.definition, [changed])
    claims.request_calculation(actor=actor("anita"), collection_id=committed_qof.collection_id)
    assert jobs() == [(CALCULATE, "todo")]
    run_until_empty()
    assert jobs() == [(CALCULATE, "succeeded")]
    assert claim_of("A99001").statement.number == 2
    assert claim_of("A99001").events.latest("id").actor_name == "Anita Shah"
    run_until_empty()
    assert Statement.objects.count() == 7


def test_a_job_of_somebody_who_lost_the_role_does_nothing(committed_qof: Loaded) -> None:
    claims.request_calculation(actor=actor("anita"), collection_id=committed_qof.collection_id)
    Grant.objects.filter(user=user("anita")).update(end_date="2026-05-11")
    run_until_empty()
    assert jobs() == [(CALCULATE, "failed")]


def test_the_worker_hands_the_payment_file_over(committed_qof: Loaded, outbox: Path) -> None:
    reference = in_a_run()
    payments.release_run(actor=actor("liam"), run_reference=reference)
    assert not outbox.exists()
    run_until_empty()
    assert [path.name for path in outbox.iterdir()] == [f"{reference}.csv"]
    written = (outbox / f"{reference}.csv").read_bytes()
    assert digest(written) == Run.objects.get().file_sha256
    tasks.write_payment_file_to_outbox(reference)
    assert [path.name for path in outbox.iterdir()] == [f"{reference}.csv"]
    assert (outbox / f"{reference}.csv").read_bytes() == written


def test_a_release_that_is_undone_leaves_no_job(committed_qof: Loaded) -> None:
    reference = in_a_run()

    def release_and_fail() -> None:
        with transaction.atomic():
            payments.release_run(actor=actor("liam"), run_reference=reference)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        release_and_fail()
    assert jobs() == []
    assert Run.objects.get().state == "built"


def test_there_is_no_file_before_the_release(committed_qof: Loaded, outbox: Path) -> None:
    reference = in_a_run()
    with pytest.raises(NotFound):
        tasks.write_payment_file_to_outbox(reference)
    assert not outbox.exists()


def test_the_command_line_calculates_itself(committed_qof: Loaded) -> None:
    with pytest.raises(Refused, match="calculates itself"):
        claims.request_calculation(actor=command_actor(), collection_id=committed_qof.collection_id)
    assert jobs() == []


def test_jobs_that_succeeded_over_three_days_ago_are_forgotten_and_no_others(
    transactional_db: None,
) -> None:
    for name in ("old", "new", "failed"):
        tasks.deliver_messages.configure(queueing_lock=name, lock=name).defer(timestamp=0)
    ids = dict(ProcrastinateJob.objects.values_list("queueing_lock", "id"))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = ANY(%s);"
            "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = ANY(%s);"
            "UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s;"
            "UPDATE procrastinate_events SET at = at - interval '73 hours' WHERE job_id = ANY(%s)",
            [list(ids.values()), [ids["old"], ids["new"]], ids["failed"],
             [ids["old"], ids["failed"]]],
        )  # fmt: skip
    tasks.forget_finished.configure().defer(timestamp=0)
    run_until_empty()
    left = set(ProcrastinateJob.objects.values_list("queueing_lock", flat=True))
    assert {"new", "failed"} <= left
    assert "old" not in left
