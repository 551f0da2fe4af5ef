"""Loading files of list sizes: keeping what was sent, then recording exactly what was shown."""

import zlib
from datetime import date
from hashlib import sha256

from django.db import connection, transaction

from cqrs.portal.audit import actions as audit
from cqrs.portal.audit.permissions import ActingPerson, Refused, require
from cqrs.portal.organisations.actions.registering import NewListSize, record_list_sizes
from cqrs.portal.organisations.models import ListImport, ListUpload
from cqrs.portal.organisations.permissions import MANAGE_ORGANISATIONS
from cqrs.portal.organisations.queries.lists import (
    MAY_NOT_LIST,
    ListDifference,
    difference_of_list,
    sent_list,
)
from cqrs.portal.words import day_text
from cqrs.values import clock

LIST_LOCK = 0x0D5115
"""Advisory lock that lets one file at a time be compared and recorded."""


@transaction.atomic
def receive_list(
    *,
    actor: ActingPerson,
    name: str,
    content: bytes,
    on_date: date,
    leave_out_unknown: bool = False,
) -> int:
    """Keep a file of list sizes as it came; answers its number.

    Nothing is recorded by it: `apply_list` does that, after somebody has seen the difference.
    """
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_LIST)
    upload = ListUpload.objects.create(
        on_date=on_date,
        leave_out_unknown=leave_out_unknown,
        name=name,
        digest=sha256(content).hexdigest(),
        packed=zlib.compress(content, level=6),
        received_at=clock.now(),
        received_by_id=actor.user_id,
        received_by_name=actor.name,
    )
    audit.record(
        actor=actor,
        action="organisations.receive_list",
        subject_kind="list sizes",
        subject_reference=on_date.isoformat(),
        sentence=f"{actor.name} sent {name} with list sizes of {day_text(on_date)}.",
        details={"digest": upload.digest},
    )
    return upload.pk


@transaction.atomic
def apply_list(*, actor: ActingPerson, upload_id: int, shown: str) -> dict[str, int]:
    """Record a file in one transaction, exactly as it was shown; answers the counts.

    `shown` is the digest of the difference a person has seen. Refused when it has changed since,
    when there are problems, when nothing would change, and when it was recorded before.
    """
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_LIST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LIST_LOCK])
    sent = sent_list(actor, upload_id)
    if sent.recorded:
        raise Refused(
            f"{sent.recorded.by} recorded this file on {day_text(sent.recorded.at)}. "
            "Nothing was changed again."
        )
    found = difference_of_list(actor, sent)
    _refuse_unless_shown(found, shown)
    wanted = {change.code for change in found.changes}
    ListImport.objects.create(
        upload_id=upload_id,
        difference_digest=found.digest,
        counts=found.counts,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        recorded_by_name=actor.name,
    )
    record_list_sizes(
        actor=actor,
        on_date=found.on_date,
        source_name=found.file.name,
        source_digest=found.file.digest,
        sizes=[
            NewListSize(one.code, one.registered, one.weighted, one.age_bands)
            for one in found.file.sizes
            if one.code in wanted
        ],
    )
    return found.counts


def _refuse_unless_shown(found: ListDifference, shown: str) -> None:
    if found.problems:
        problem = found.problems[0].text()
        raise Refused(f"The list sizes can't be recorded: {problem} Nothing was recorded.")
    if found.digest != shown:
        raise Refused(
            "What would change is no longer what you were shown: somebody has recorded list sizes "
            "since. Look at the difference again. Nothing was recorded."
        )
    if not found.changes:
        raise Refused("Every list size in the file is known already. Nothing was recorded.")
