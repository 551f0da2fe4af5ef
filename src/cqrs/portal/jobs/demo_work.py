"""Doing the queue's jobs in the demonstration, those of a worker that was killed included."""

import asyncio
import time

from procrastinate.contrib.django import app

from cqrs.portal.jobs import worker
from cqrs.portal.jobs.demo_progress import Stage

SILENT_SECONDS = 4 * worker.SIGN_OF_LIFE_SECONDS
"""A worker that has shown no sign of life for so long is dead."""
PATIENCE_SECONDS = 60


def finish(stage: Stage) -> None:
    """Do every job that waits, and those that were cut off as soon as they are known to be."""
    worker.run_until_empty()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _under_way() and time.monotonic() < deadline:
        stage.tell("waiting for a job that was cut off")
        asyncio.run(_give_back())
        worker.run_until_empty()
        time.sleep(1)


def _under_way() -> int:
    return len(list(app.job_manager.list_jobs(status="doing")))


async def _give_back() -> None:
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await manager.retry_job(job)
