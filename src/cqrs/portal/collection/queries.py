"""How far a collection is, who has sent what, and the counts as calculations read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from cqrs.calculation.completeness import Arrivals, in_short
from cqrs.calculation.prevalence import reference_of, registers_needed
from cqrs.calculation.statement import Reference
from cqrs.definitions.schema import Definition
from cqrs.portal.accounts.permissions import NotFound, Permission, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.catalogue.models import Participation
from cqrs.portal.catalogue.queries import Participant, definition, participants
from cqrs.portal.collection.completeness import agreed_share, arrivals, arrivals_of
from cqrs.portal.collection.models import (
    Collection,
    CollectionState,
    NationalReference,
    Purpose,
    SourceFile,
    Submission,
)

MAY_NOT = "Only a data operator or an auditor may see how far a collection is."
SHOWN = 50


@dataclass(frozen=True)
class Version:
    """The newest submission of a provider."""

    id: int
    version: int
    digest: str


@dataclass(frozen=True)
class Submitted:
    """The newest counts of a provider, as a calculation reads them."""

    submission_id: int
    provider_id: int
    digest: str
    source: str
    warnings: int
    values: dict[tuple[str, str], int]


@dataclass(frozen=True)
class FileView:
    """A file that brought counts."""

    name: str
    sha256: str
    size_bytes: int
    layout: str
    received_at: datetime
    received_by: str
    practices: int


@dataclass(frozen=True)
class CollectionOverview:
    """How far a collection is."""

    id: int
    title: str
    service: str
    achievement_date: date
    purpose: str
    state: str
    state_label: str
    declare_by: date
    definition_version: int
    definition_digest: str
    expected: int
    received: int
    needs_reference: bool
    """Whether the service's money needs national figures at all."""
    reference_status: str
    reference_digest: str
    struck_at: datetime | None

    blocks_final: str
    """What stops the national figures from being final, as far as arrivals tell: how many
    practices have sent nothing, and the suppliers that are missing as a whole. Else empty."""

    @property
    def pays(self) -> bool:
        """Whether its counts decide money; in-year counts only inform."""
        return self.purpose != Purpose.IN_YEAR


@dataclass(frozen=True)
class CollectionPage:
    """A collection with what is missing and the files that came."""

    overview: CollectionOverview
    missing: tuple[Participant, ...]
    missing_count: int
    missing_by_supplier: tuple[tuple[str, int, int], ...]
    """Supplier, practices that sent nothing, practices in all."""
    files: tuple[FileView, ...]


def title_of(short_title: str, purpose: str, achievement_date: date) -> str:
    """ "QOF 2025/26, year end", or with the month for a collection in the year."""
    if purpose == Purpose.YEAR_END:
        return f"{short_title}, year end"
    return f"{short_title}, {achievement_date:%B %Y}"


def list_date(rules: Definition) -> date:
    """The day whose list sizes a service uses: its own rule, else the first day of the year."""
    return rules.list_size_date or rules.year.start


def newest(collection_id: int) -> "QuerySet[Submission]":
    """The newest submission of every provider."""
    return (
        Submission.objects.filter(collection=collection_id)
        .order_by("provider_id", "-version")
        .distinct("provider_id")
    )


def current_versions(collection_id: int) -> dict[int, Version]:
    """Number, version and digest of the newest submission by provider."""
    rows = newest(collection_id).values_list("provider_id", "id", "version", "digest")
    return {provider: Version(id_, version, digest) for provider, id_, version, digest in rows}


def submitted(collection_id: int) -> Iterator[Submitted]:
    """The newest counts of every provider, streamed."""
    rows = newest(collection_id).values_list(
        "id", "provider_id", "digest", "source", "warnings", "counts"
    )
    for id_, provider, digest, source, warnings, counts in rows.iterator(chunk_size=1000):
        yield Submitted(id_, provider, digest, source, len(warnings), values_of(counts))


def values_of(counts: dict[str, dict[str, int]]) -> dict[tuple[str, str], int]:
    """Stored counts as {(indicator, field): value}."""
    return {
        (indicator, name): value
        for indicator, fields in counts.items()
        for name, value in fields.items()
    }


def current_reference(collection_id: int) -> tuple[int, Reference] | None:
    """The newest national figures of a collection, with their number; None before the first."""
    row = NationalReference.objects.filter(collection=collection_id).order_by("-id").first()
    return (row.pk, reference_of(row.content, row.status)) if row else None


def _collections() -> "QuerySet[Collection]":
    received = (
        Submission.objects.filter(collection=OuterRef("pk"), version=1)
        .order_by()
        .values("collection")
        .annotate(number=Count("id"))
    )
    expected = (
        Participation.objects.filter(
            Q(end_date__isnull=True) | Q(end_date__gte=OuterRef("achievement_date")),
            service=OuterRef("service"),
            start_date__lte=OuterRef("achievement_date"),
        )
        .order_by()
        .values("service")
        .annotate(number=Count("id"))
    )
    last = NationalReference.objects.filter(collection=OuterRef("pk")).order_by("-id")
    return (
        Collection.objects.select_related("definition")
        .defer("definition__content")
        .annotate(
            expected=Subquery(expected.values("number")),
            received=Subquery(received.values("number")),
            reference_status=Subquery(last.values("status")[:1]),
            reference_digest=Subquery(last.values("digest")[:1]),
            struck_at=Subquery(last.values("struck_at")[:1]),
        )
        .order_by("-achievement_date", "service")
    )


def _overview(row: Collection, suppliers: tuple[Arrivals, ...]) -> CollectionOverview:
    annotated = vars(row)
    needs_reference = bool(registers_needed(definition(row.definition.digest)))
    return CollectionOverview(
        id=row.pk,
        title=title_of(row.definition.short_title, row.purpose, row.achievement_date),
        service=row.service,
        achievement_date=row.achievement_date,
        purpose=row.purpose,
        state=row.state,
        state_label=CollectionState(row.state).label,
        declare_by=row.declare_by,
        definition_version=row.definition.version,
        definition_digest=row.definition.digest,
        expected=annotated["expected"] or 0,
        received=annotated["received"] or 0,
        needs_reference=needs_reference,
        reference_status=annotated["reference_status"] or "",
        reference_digest=annotated["reference_digest"] or "",
        struck_at=annotated["struck_at"],
        blocks_final=in_short(suppliers, agreed_share()) if needs_reference else "",
    )


def overview(actor: Actor) -> tuple[CollectionOverview, ...]:
    """Every collection, the newest achievement date first."""
    require(actor, Permission.SEE_COLLECTIONS, MAY_NOT)
    suppliers = arrivals()
    return tuple(_overview(row, suppliers.get(row.pk, ())) for row in _collections())


def collection(actor: Actor, collection_id: int) -> CollectionPage:
    """One collection with what is missing, by supplier and by name, and its files."""
    require(actor, Permission.SEE_COLLECTIONS, MAY_NOT)
    row = _collections().filter(pk=collection_id).first()
    if row is None:
        raise NotFound(f"There is no collection {collection_id}.")
    taking_part = participants(row.service, row.achievement_date).values()
    given = set(current_versions(collection_id))
    silent = [p for p in taking_part if p.provider_id not in given]
    suppliers = arrivals_of(taking_part, given)
    return CollectionPage(
        overview=_overview(row, suppliers),
        missing=tuple(silent[:SHOWN]),
        missing_count=len(silent),
        missing_by_supplier=tuple(
            sorted(
                (one.supplier or "Not known", one.expected - one.received, one.expected)
                for one in suppliers
            )
        ),
        files=_files(collection_id),
    )


def _files(collection_id: int) -> tuple[FileView, ...]:
    rows = (
        SourceFile.objects.filter(submission__collection=collection_id)
        .annotate(practices=Count("submission"))
        .order_by("-received_at")[:SHOWN]
    )
    return tuple(
        FileView(
            f.name, f.sha256, f.size_bytes, f.layout, f.received_at, f.received_by_name,
            f.practices,
        )
        for f in rows
    )  # fmt: skip
