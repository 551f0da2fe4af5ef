"""The jobs of the queue. Each takes ids, may run twice without harm, and calls one action.

Rooms enqueue by name inside their own transaction, so that they need not know this door.
"""

import os
import tempfile
from pathlib import Path

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cqrs.portal.accounts.queries import actor_by_id
from cqrs.portal.claims import actions as claims
from cqrs.portal.config.embedded import data_folder
from cqrs.portal.jobs import auditing, expiring, sending
from cqrs.portal.payments import queries as payments

RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
STALLED_AFTER_SECONDS = 600


@app.task(name="claims.calculate_nation")
def calculate_nation(collection_id: int, user_id: int, organisation_id: int) -> str:
    """Calculate a collection for the person who asked, if they still may."""
    actor = actor_by_id(user_id, organisation_id)
    return claims.calculate_nation(actor=actor, collection_id=collection_id).sentence


@app.task(name="payments.write_file_to_outbox", retry=RETRY)
def write_payment_file_to_outbox(run_reference: str) -> str:
    """Put a released run's file where the transfer to the agency picks it up.

    The bytes are those stored at the release; the file appears whole or not at all, and writing
    it again gives the same file.
    """
    file = payments.stored_file(run_reference)
    folder = outgoing()
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".writing-")
    with os.fdopen(handle, "wb") as stream:
        stream.write(file.content)
        stream.flush()
        os.fsync(stream.fileno())
    target = folder / file.name
    Path(name).replace(target)
    return str(target)


def outgoing() -> Path:
    """The folder of files that wait to be sent, beside the other data of this installation."""
    return data_folder() / "outgoing"


@app.periodic(cron="*/5 * * * *")
@app.task(name="jobs.retry_stalled", queueing_lock="jobs.retry_stalled", pass_context=True)
async def retry_stalled(context: object, timestamp: int) -> int:
    """Give jobs of a worker that died back to the queue; answers how many."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS)
    number = 0
    for job in stalled:
        await app.job_manager.retry_job(job)
        number += 1
    return number


@app.periodic(cron="* * * * *")
@app.task(name="messages.deliver", queueing_lock="messages.deliver", lock="messages.deliver")
def deliver_messages(timestamp: int) -> str:
    """Every minute: tell people what was done, and send the emails that are due."""
    return sending.deliver()


@app.periodic(cron="20 3 * * *")
@app.task(name="jobs.forget_finished", queueing_lock="jobs.forget_finished", pass_context=True)
async def forget_finished(context: object, timestamp: int) -> None:
    """Each night: forget jobs that succeeded over three days ago, one of which ran every minute."""
    await app.job_manager.delete_old_jobs(nb_hours=72)


@app.periodic(cron="0 5 * * *")
@app.task(name="accounts.warn_and_end", queueing_lock="accounts.warn_and_end", retry=RETRY)
def warn_and_end(timestamp: int) -> str:
    """Each morning: warnings before roles end, and the end of those that nobody confirmed."""
    return expiring.warn_and_end()


@app.periodic(cron="15 1 * * *")
@app.task(name="audit.close_day", queueing_lock="audit.close_day")
def close_day(timestamp: int) -> str:
    """Each night: seal the day's views of pounds, verify the chain, publish its head."""
    return auditing.close_day()
