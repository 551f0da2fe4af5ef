"""A worker that sends what is queued and is killed, without warning, at a step it is told.

Run by test_mail_is_killed.py: `python -m tests.faults.mail_worker COMMAND BATCH [STEP]`.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

STEPS = ("claimed", "handed over", "sent", "confirmed")


def _die_after(deed: Callable[..., Any], number: int) -> Callable[..., Any]:
    """The deed, and this process killed with signal 9 when it has been done `number` times."""
    done = 0

    def and_die(*args: Any, **kwargs: Any) -> Any:
        nonlocal done
        answer = deed(*args, **kwargs)
        done += 1
        if done == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return and_die


def main(command: str, batch: str = "", *arguments: str) -> None:
    """What happens to a batch of five emails; ends by printing where they stand.

    migrate: make the tables, before any batch. queue: put them into the outbox, say so, send, and
    die at the step. later: go on after so many hours, when leases and pauses are over; each given
    number of hours is one turn.
    """
    django.setup()
    from django.core.management import call_command

    from cqrs.portal.jobs import sending
    from cqrs.values import clock

    if command == "migrate":
        call_command("migrate", verbosity=0, interactive=False)
        return
    if command == "queue":
        _queue(batch)
        _print_states(batch)
        _die_at(*arguments)
        sending.send_due()
    elif command == "later":
        for hours in arguments:
            with clock.fixed(clock.now() + timedelta(hours=int(hours))):
                sending.send_due()
    _print_states(batch)


def _queue(batch: str) -> None:
    from cqrs.portal.messages import actions
    from cqrs.portal.messages.kinds import Kind

    for number in range(5):
        actions.post(
            key=f"mail {batch} {number}",
            kind=Kind.ACCOUNT,
            title="Your account",
            body="It moved.",
            email=f"person{number}@practice.example",
        )


def _die_at(step: str) -> None:
    from cqrs.portal.jobs import mail
    from cqrs.portal.messages import actions

    way = type(mail.channel())
    if step == "claimed":
        actions.claim_next = _die_after(actions.claim_next, 2)
    elif step == "handed over":
        actions.hand_over = _die_after(actions.hand_over, 2)
    elif step == "sent":
        way.send = _die_after(way.send, 2)  # type: ignore[method-assign] # to die there
    elif step == "confirmed":
        actions.confirm = _die_after(actions.confirm, 2)


def _print_states(batch: str) -> None:
    from cqrs.portal.messages.models import Email

    for row in Email.objects.filter(key__startswith=f"mail {batch} ").order_by("id"):
        print(row.key.split(" to ")[0], row.state, sep=": ", flush=True)  # it may be killed next


if __name__ == "__main__":
    main(*sys.argv[1:])
