"""Sending what is queued: each email once, whatever dies in between.

claim (nobody else has it) → hand_over (from here on nobody can be sure) → send → confirm. A worker
that dies before `hand_over` has sent nothing, and the email is queued again. After it the channel
is asked: Notify and the folder know; SMTP doesn't, and a person decides.
"""

import time
from datetime import time as time_of_day

from cqrs.portal.accounts.recipients import address_of
from cqrs.portal.claims.calendar import is_working_day
from cqrs.portal.jobs import mail
from cqrs.portal.jobs.telling import tell
from cqrs.portal.messages import actions, queries
from cqrs.portal.messages.actions.sending import Outgoing
from cqrs.values import LONDON, clock

DIGEST_FROM = time_of_day(7, 30)
LONGEST_SECONDS = 40
"""How long one run keeps the worker from other jobs."""
WENT_SILENT = "The worker stopped while the mail server had it. It may have arrived."
NOBODY = "There is no active account to send it to."


def deliver() -> str:
    """Tell of new deeds, write the day's digests when it is time, send what is due."""
    told = tell()
    digests = write_digests()
    sent = send_due()
    return f"{told} events read, {digests} daily emails written, {sent} emails sent"


def write_digests() -> int:
    """From 07:30 London time on working days; answers how many."""
    now = clock.now().astimezone(LONDON)
    if now.time() < DIGEST_FROM or not is_working_day(now.date()) or not queries.digest_waits():
        return 0
    return actions.make_digests(day=now.date())


def send_due() -> int:
    """Send what is due, for forty seconds at most; answers how many left."""
    channel = mail.channel()
    sent = 0
    give_up = time.monotonic() + LONGEST_SECONDS
    try:
        for lost in actions.abandoned():
            sent += _settle(channel, lost)
        while time.monotonic() < give_up and (outgoing := actions.claim_next()):
            sent += _send(channel, outgoing)
    finally:
        channel.close()
    return sent


def _settle(channel: mail.Channel, lost: Outgoing) -> bool:
    """Find out what became of an email whose worker died."""
    try:
        found = channel.find(lost)
    except mail.NotSentError:
        return False  # asked again when this lease is over
    if found:
        actions.confirm(outgoing=lost)
    elif found is None:
        actions.doubt(outgoing=lost, problem=WENT_SILENT)
    else:
        actions.postpone(outgoing=lost, problem="The worker stopped before it had left.")
    return bool(found)


def _send(channel: mail.Channel, outgoing: Outgoing) -> bool:
    address = outgoing.address
    if not address and outgoing.recipient_id is not None:
        address = address_of(outgoing.recipient_id)
    if not address:
        actions.postpone(outgoing=outgoing, problem=NOBODY, for_good=True)
        return False
    try:
        channel.ready()
        if not actions.hand_over(outgoing=outgoing):
            return False
        channel.send(outgoing, address)
    except mail.NotSentError as error:
        actions.postpone(outgoing=outgoing, problem=str(error), for_good=error.for_good)
        return False
    except mail.UnknownError as error:
        return _unknown(channel, outgoing, str(error))
    actions.confirm(outgoing=outgoing)
    return True


def _unknown(channel: mail.Channel, outgoing: Outgoing, problem: str) -> bool:
    """The line broke: ask at once where one can, and else leave it to a person."""
    try:
        found = channel.find(outgoing)
    except mail.NotSentError:
        # Its next attempt asks first, so it may wait like any other.
        found = False
    if found:
        actions.confirm(outgoing=outgoing)
    elif found is None:
        actions.doubt(outgoing=outgoing, problem=problem)
    else:
        actions.postpone(outgoing=outgoing, problem=problem)
    return bool(found)
