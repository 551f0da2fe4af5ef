"""Loading files of the Organisation Data Service: keeping what was sent, then applying it."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256

from django.db import connection, transaction

from cqrs.portal.audit import actions as audit
from cqrs.portal.audit.permissions import ActingPerson, Refused, require
from cqrs.portal.organisations.difference import KINDS_OF_CHANGE, Difference, Plan
from cqrs.portal.organisations.models import (
    OdsImport,
    OdsUpload,
    OdsUploadFile,
    Organisation,
    Relationship,
)
from cqrs.portal.organisations.permissions import MANAGE_ORGANISATIONS, MAY_NOT_IMPORT
from cqrs.portal.organisations.queries.imports import difference_of
from cqrs.portal.organisations.queries.imports import upload as read_upload
from cqrs.portal.words import day_text
from cqrs.values import clock

BATCH = 2000
MOST_FILES = 10
IMPORT_LOCK = 0x0D50D5
"""Advisory lock that lets one import at a time compare and write."""


@transaction.atomic
def receive_ods(
    *,
    actor: ActingPerson,
    files: Iterable[tuple[str, bytes]],
    effective_date: date,
    expect_fewer: bool = False,
) -> int:
    """Keep files as they came, named and packed; answers the number of the upload.

    Nothing is changed by it: `apply_ods` does that, after somebody has seen the difference.
    """
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_IMPORT)
    wanted = {sha256(content).hexdigest(): (name, content) for name, content in files}
    if not wanted:
        raise Refused("Select at least one file. Nothing was kept.")
    if len(wanted) > MOST_FILES:
        raise Refused(f"Send {MOST_FILES} files or fewer at once. Nothing was kept.")
    upload = OdsUpload.objects.create(
        effective_date=effective_date,
        expect_fewer=expect_fewer,
        received_at=clock.now(),
        received_by_id=actor.user_id,
        received_by_name=actor.name,
    )
    OdsUploadFile.objects.bulk_create(
        OdsUploadFile(
            upload=upload, name=name, digest=digest, packed=zlib.compress(content, level=6)
        )
        for digest, (name, content) in wanted.items()
    )
    names = ", ".join(name for name, _ in wanted.values())
    audit.record(
        actor=actor,
        action="organisations.receive_ods",
        subject_kind="ODS upload",
        subject_reference=str(upload.pk),
        sentence=f"{actor.name} sent {names} to be loaded.",
        details={"digests": list(wanted)},
    )
    return upload.pk


@transaction.atomic
def apply_ods(*, actor: ActingPerson, upload_id: int, shown: str) -> dict[str, int]:
    """Apply an upload in one transaction, exactly as it was shown; answers the counts.

    `shown` is the digest of the difference a person has seen. Refused when it has changed since,
    when there are problems, when nothing would change, and when it was applied before. A
    relationship that is replaced ends the day before the new one starts; nothing is deleted.
    """
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_IMPORT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    upload = read_upload(actor, upload_id)
    if upload.applied:
        raise Refused(
            f"{upload.applied.by} applied these files on {day_text(upload.applied.at)}. "
            "Nothing was changed again."
        )
    found = difference_of(actor, upload)
    _refuse_unless_shown(found, shown)
    _write(found.plan)
    OdsImport.objects.create(
        upload_id=upload_id,
        files=found.as_json()["files"],
        difference_digest=found.digest,
        counts=found.counts,
        applied_at=clock.now(),
        applied_by_id=actor.user_id,
        applied_by_name=actor.name,
    )
    audit.record(
        actor=actor,
        action="organisations.apply_ods",
        subject_kind="ODS upload",
        subject_reference=str(upload_id),
        sentence=f"{actor.name} loaded {', '.join(file.name for file in found.files)}: "
        f"{found.sentence}",
        details={"difference": found.digest, "counts": found.counts},
    )
    return found.counts


def _refuse_unless_shown(found: Difference, shown: str) -> None:
    if found.problems:
        raise Refused(f"The files can't be loaded: {found.problems[0].text()} Nothing was changed.")
    if found.digest != shown:
        raise Refused(
            "What would change is no longer what you were shown: somebody has changed "
            "organisations since. Look at the difference again. Nothing was changed."
        )
    counts = found.counts
    if not any(counts[what] for what in KINDS_OF_CHANGE):
        raise Refused("Everything in the files is already as they say. Nothing was changed.")


def _write(plan: Plan) -> None:
    Organisation.objects.bulk_create(
        [
            Organisation(
                code=one.code,
                name=one.name,
                kind=one.kind,
                open_date=one.open_date,
                payee_reference=one.code,
            )
            for one in plan.new
        ],
        batch_size=BATCH,
    )
    _update(plan)
    changed = list(Relationship.objects.filter(pk__in=plan.endings))
    for tie in changed:
        tie.end_date = plan.endings[tie.pk]
    Relationship.objects.bulk_update(changed, ["end_date"], batch_size=BATCH)
    codes = {code for tie in plan.ties for code in (tie.child, tie.parent)}
    known = {
        code: (number, kind)
        for number, code, kind in Organisation.objects.filter(code__in=codes).values_list(
            "id", "code", "kind"
        )
    }
    Relationship.objects.bulk_create(
        [
            Relationship(
                child_id=known[tie.child][0],
                parent_id=known[tie.parent][0],
                parent_kind=known[tie.parent][1],
                kind=tie.kind,
                start_date=tie.start_date,
                end_date=tie.end_date,
            )
            for tie in plan.ties
        ],
        batch_size=BATCH,
    )


def _update(plan: Plan) -> None:
    rows: Sequence[Organisation] = list(Organisation.objects.filter(pk__in=plan.updates))
    for row in rows:
        for name, value in plan.updates[row.pk].items():
            setattr(row, name, value)
    Organisation.objects.bulk_update(rows, ["name", "open_date", "close_date"], batch_size=BATCH)
