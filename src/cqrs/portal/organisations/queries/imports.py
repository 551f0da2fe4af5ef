"""Loading files of the Organisation Data Service: what would change, and what was loaded."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q

from cqrs.exchange import ods
from cqrs.exchange.ods import OdsFile
from cqrs.portal.audit.permissions import ActingPerson, NotFound, require
from cqrs.portal.organisations.comparing import compare
from cqrs.portal.organisations.difference import Difference, Held, HeldOrganisation, HeldTie
from cqrs.portal.organisations.models import (
    OdsImport,
    OdsUpload,
    Organisation,
    Relationship,
    RelationshipKind,
)
from cqrs.portal.organisations.permissions import MANAGE_ORGANISATIONS, MAY_NOT_IMPORT
from cqrs.portal.organisations.queries.directory import PROVIDERS

RECENT = 20


@dataclass(frozen=True)
class ImportRow:
    """An import as the list of imports shows it."""

    upload_id: int
    at: datetime
    by: str
    files: tuple[str, ...]
    counts: dict[str, int]


@dataclass(frozen=True)
class Upload:
    """Files that were sent, and when they were applied, if they were."""

    id: int
    files: tuple[OdsFile, ...]
    effective_date: date
    expect_fewer: bool
    received_at: datetime
    received_by: str
    applied: ImportRow | None


@dataclass(frozen=True)
class Closing:
    """A provider that is closed, or will be, while something still belongs to it."""

    id: int
    code: str
    name: str
    close_date: date


def difference(
    actor: ActingPerson, files: Sequence[OdsFile], effective_date: date, *, expect_fewer: bool
) -> Difference:
    """What loading the files would change: nothing is written. Four queries at most."""
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_IMPORT)
    return compare(_held(), files, effective_date, expect_fewer=expect_fewer)


def upload(actor: ActingPerson, upload_id: int) -> Upload:
    """An upload with its files read again. NotFound when there is none."""
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_IMPORT)
    row = OdsUpload.objects.filter(pk=upload_id).select_related("applied").first()
    if row is None:
        raise NotFound(f"There is no upload {upload_id}.")
    stored = row.files.order_by("id").values_list("name", "packed")
    files = tuple(ods.read(name, zlib.decompress(packed)) for name, packed in stored)
    applied = getattr(row, "applied", None)
    return Upload(
        row.pk, files, row.effective_date, row.expect_fewer, row.received_at,
        row.received_by_name, _row(applied) if applied else None,
    )  # fmt: skip


def difference_of(actor: ActingPerson, sent: Upload) -> Difference:
    """What applying an upload would change now."""
    return difference(actor, sent.files, sent.effective_date, expect_fewer=sent.expect_fewer)


def imports(actor: ActingPerson) -> tuple[ImportRow, ...]:
    """What was loaded lately, the newest first."""
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_IMPORT)
    return tuple(_row(one) for one in OdsImport.objects.order_by("-applied_at", "-id")[:RECENT])


def loaded_before(actor: ActingPerson, files: Sequence[OdsFile]) -> ImportRow | None:
    """The newest import of exactly these files; None when they are new."""
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT_IMPORT)
    wanted = {file.digest for file in files}
    newest = OdsImport.objects.order_by("-applied_at", "-id")[:RECENT]
    same = (one for one in newest if {file["digest"] for file in one.files} == wanted)
    found = next(same, None)
    return _row(found) if found else None


def closed_without_wizard() -> tuple[Closing, ...]:
    """Providers whose closing date is known while relationships of theirs run past it.

    An import closes nothing on the road: a merger, split or closure says what becomes of their
    users, services and money, and ends the relationships.
    """
    running = Relationship.objects.filter(
        Q(end_date__isnull=True) | Q(end_date__gt=F("child__close_date"))
    ).exclude(kind=RelationshipKind.SUCCEEDED_BY)
    rows = Organisation.objects.filter(
        kind__in=PROVIDERS, close_date__isnull=False, pk__in=running.values("child")
    ).order_by("close_date", "code")
    return tuple(
        Closing(row.pk, row.code, row.name, row.close_date) for row in rows if row.close_date
    )


def _row(one: OdsImport) -> ImportRow:
    names = tuple(file["name"] for file in one.files)
    return ImportRow(one.upload_id, one.applied_at, one.applied_by_name, names, one.counts)


def _held() -> Held:
    """Everything the portal knows, in three queries."""
    rows = Organisation.objects.values_list("id", "code", "name", "kind", "open_date", "close_date")
    succeeded = set(
        Relationship.objects.filter(kind=RelationshipKind.SUCCEEDED_BY).values_list(
            "child_id", flat=True
        )
    )
    known = {
        row[1]: HeldOrganisation(*row, succeeded=row[0] in succeeded)
        for row in rows.order_by().iterator()
    }
    code_of = {one.id: one.code for one in known.values()}
    ties: dict[tuple[str, str], list[HeldTie]] = {}
    held = Relationship.objects.filter(kind__in=["commissioned_by", "part_of", "member_of"])
    for number, child, parent, kind, start, end in held.values_list(
        "id", "child_id", "parent_id", "kind", "start_date", "end_date"
    ).iterator():
        tie = HeldTie(number, code_of[parent], start, end)
        ties.setdefault((code_of[child], kind), []).append(tie)
    return Held(known, ties)
