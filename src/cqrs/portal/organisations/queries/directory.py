"""The list of organisations and the page of one, of those that a person may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q, QuerySet

from cqrs.portal.audit.permissions import NotFound
from cqrs.portal.organisations.models import (
    ClusterMember,
    ListSize,
    Organisation,
    OrganisationKind,
    Relationship,
    RelationshipKind,
)
from cqrs.portal.organisations.queries.known import on
from cqrs.values import clock

KINDS: Mapping[str, str] = dict(OrganisationKind.choices)
"""Every kind with its name for people."""
SORTS = {"name": "name", "code": "code", "kind": "kind"}
MOST_LIST_SIZES = 40
PROVIDERS = ("practice", "pcn", "federation", "pharmacy")
TOWARDS_PARENT: Mapping[str, str] = dict(RelationshipKind.choices)
TOWARDS_CHILD = {
    "member_of": "has as members",
    "commissioned_by": "commissions",
    "part_of": "has as parts",
    "hosted_by": "hosts",
    "succeeded_by": "comes after",
}

ANSWERED_BY, ANSWERS_FOR = "is succeeded and answered for by", "answers for"
"""Of the lead successor: it declares the open claims of who closed, and is paid for them."""


@dataclass(frozen=True)
class Sought:
    """What the list is asked for; empty values ask for everything."""

    text: str = ""
    """Part of a name, or the beginning of a code."""
    kind: str = ""
    standing: str = ""
    """"open" or "closed" today."""
    under: str = ""
    """The code of the commissioner, network or body that they belong to today."""
    sort: str = "name"


@dataclass(frozen=True)
class Listed:
    """An organisation as the list shows it."""

    id: int
    code: str
    name: str
    kind: str
    supplier: str
    close_date: date | None
    commissioner: str
    network: str
    registered: int | None
    list_date: date | None


@dataclass(frozen=True)
class Tie:
    """A relationship of one organisation, from its own side."""

    words: str
    """ "is commissioned by", "comes after"."""
    other_id: int
    other_code: str
    other_name: str
    start_date: date
    end_date: date | None
    visible: bool
    """Whether this person may open the other organisation's page."""


@dataclass(frozen=True)
class Size:
    """A list size with its source; age bands where the source gives them."""

    on_date: date
    registered: int
    weighted: str
    source_name: str
    source_digest: str
    recorded_at: datetime
    age_bands: Mapping[str, int]
    counts: bool
    """Whether it is the newest of its day, which is the one that counts."""


@dataclass(frozen=True)
class InCluster:
    """A cluster that an organisation is or was in."""

    id: int
    name: str
    owner: str
    start_date: date
    end_date: date | None


@dataclass(frozen=True)
class Profile:
    """Everything the page of one organisation shows."""

    id: int
    code: str
    name: str
    kind: str
    supplier: str
    payee_reference: str
    provider_steps: int
    open_date: date | None
    close_date: date | None
    ties: tuple[Tie, ...]
    """Whom it belongs to and who comes after, the newest first."""
    beneath: Mapping[str, int] = field(default_factory=dict)
    """How many organisations belong to it today, by "commissions", "has as members" …"""
    list_sizes: tuple[Size, ...] = ()
    clusters: tuple[InCluster, ...] = ()
    provides: bool = False
    """Whether it is a provider: it declares claims, and may merge, split or close."""


def listed(seen: "QuerySet[Organisation]", sought: Sought) -> "QuerySet[Organisation]":
    """The organisations among those a person may see, in the order asked for."""
    rows = seen
    if sought.text:
        text = sought.text.strip()
        rows = rows.filter(Q(name__icontains=text) | Q(code__istartswith=text))
    if sought.kind:
        rows = rows.filter(kind=sought.kind)
    closed = Q(close_date__lt=clock.today())
    if sought.standing == "closed":
        rows = rows.filter(closed)
    elif sought.standing == "open":
        rows = rows.exclude(closed)
    if sought.under:
        held = Relationship.objects.filter(
            on(clock.today()), parent__code=sought.under.strip().upper()
        )
        rows = rows.filter(pk__in=held.exclude(kind=RelationshipKind.SUCCEEDED_BY).values("child"))
    by = SORTS.get(sought.sort.removeprefix("-"), "name")
    sign = "-" if sought.sort.startswith("-") else ""
    return rows.order_by(f"{sign}{by}", f"{sign}code")


def in_full(rows: "QuerySet[Organisation]") -> tuple[Listed, ...]:
    """The organisations of one page with commissioner, network and newest list size. 3 queries."""
    here = list(rows)
    ids = [row.pk for row in here]
    held = (
        Relationship.objects.filter(on(clock.today()), child__in=ids)
        .filter(Q(kind="commissioned_by") | Q(kind="member_of", parent_kind="pcn"))
        .select_related("parent")
    )
    parents = {(tie.child_id, tie.kind): tie.parent.name for tie in held}
    newest = (
        ListSize.objects.filter(organisation__in=ids, on_date__lte=clock.today())
        .order_by("organisation_id", "-on_date", "-recorded_at", "-id")
        .distinct("organisation_id")
    )
    sizes = {size.organisation_id: size for size in newest}
    return tuple(
        Listed(
            row.pk, row.code, row.name, KINDS[row.kind], row.supplier, row.close_date,
            parents.get((row.pk, "commissioned_by"), ""), parents.get((row.pk, "member_of"), ""),
            sizes[row.pk].registered if row.pk in sizes else None,
            sizes[row.pk].on_date if row.pk in sizes else None,
        )
        for row in here
    )  # fmt: skip


def profile(
    seen: "QuerySet[Organisation]", organisation_id: int, *, clusters_of: int | None = None
) -> Profile:
    """One organisation. NotFound when there is none, or the person may not see it.

    Clusters are those of one owner, since they are its own business; 0 shows every owner's.
    """
    row = seen.filter(pk=organisation_id).first()
    if row is None:
        raise NotFound(f"There is no organisation {organisation_id}.")
    return Profile(
        row.pk,
        row.code,
        row.name,
        KINDS[row.kind],
        row.supplier,
        row.payee_reference,
        row.provider_steps,
        row.open_date,
        row.close_date,
        _ties(seen, row),
        _beneath(row),
        _sizes(row),
        _clusters(row, clusters_of) if clusters_of is not None else (),
        provides=row.kind in PROVIDERS,
    )


def _ties(seen: "QuerySet[Organisation]", row: Organisation) -> tuple[Tie, ...]:
    upwards = list(Relationship.objects.filter(child=row).select_related("parent"))
    before = list(
        Relationship.objects.filter(parent=row, kind=RelationshipKind.SUCCEEDED_BY).select_related(
            "child"
        )
    )
    others = {tie.parent_id for tie in upwards} | {tie.child_id for tie in before}
    visible = set(seen.filter(pk__in=others).values_list("pk", flat=True))
    found = [
        Tie(
            ANSWERED_BY if tie.leads else TOWARDS_PARENT[tie.kind],
            tie.parent_id, tie.parent.code, tie.parent.name,
            tie.start_date, tie.end_date, tie.parent_id in visible,
        )
        for tie in upwards
    ] + [
        Tie(
            ANSWERS_FOR if tie.leads else TOWARDS_CHILD[tie.kind],
            tie.child_id, tie.child.code, tie.child.name,
            tie.start_date, tie.end_date, tie.child_id in visible,
        )
        for tie in before
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda tie: (tie.start_date, tie.words), reverse=True))


def _beneath(row: Organisation) -> dict[str, int]:
    held = Relationship.objects.filter(on(clock.today()), parent=row)
    kinds = held.exclude(kind=RelationshipKind.SUCCEEDED_BY).values_list("kind", flat=True)
    found: dict[str, int] = {}
    for kind in kinds:
        words = TOWARDS_CHILD[kind]
        found[words] = found.get(words, 0) + 1
    return found


def _sizes(row: Organisation) -> tuple[Size, ...]:
    rows = ListSize.objects.filter(organisation=row).order_by("-on_date", "-recorded_at", "-id")
    seen: set[date] = set()
    found: list[Size] = []
    for size in rows[:MOST_LIST_SIZES]:
        weighted = "" if size.weighted is None else f"{size.weighted:,}"
        found.append(
            Size(
                size.on_date, size.registered, weighted, size.source_name, size.source_digest,
                size.recorded_at, size.age_bands or {}, size.on_date not in seen,
            )
        )  # fmt: skip
        seen.add(size.on_date)
    return tuple(found)


def _clusters(row: Organisation, owner: int) -> tuple[InCluster, ...]:
    held = ClusterMember.objects.filter(provider=row).select_related("cluster__owner")
    if owner:
        held = held.filter(cluster__owner=owner)
    return tuple(
        InCluster(
            one.cluster_id, one.cluster.name, one.cluster.owner.name, one.start_date, one.end_date
        )
        for one in held.order_by("cluster__name", "-start_date")
    )
