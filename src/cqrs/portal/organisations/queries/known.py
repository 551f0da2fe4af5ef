"""Who an organisation is, whom it belongs to on a day, and how many patients it has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from cqrs.portal.audit.permissions import NotFound
from cqrs.portal.organisations.models import ClusterMember, ListSize, Organisation, Relationship
from cqrs.values import clock

LONGEST_SUCCESSION = 20
"""Successors of successors that are followed; nothing real comes near it."""
ANSWERING = """
WITH RECURSIVE after (first, at, step) AS (
    SELECT child_id, parent_id, 1 FROM organisations_relationship
     WHERE child_id = ANY(%s) AND leads
       AND start_date <= %s AND (end_date IS NULL OR end_date >= %s)
    UNION ALL
    SELECT after.first, r.parent_id, after.step + 1 FROM after
      JOIN organisations_relationship r ON r.child_id = after.at
     WHERE r.leads AND r.start_date <= %s AND (r.end_date IS NULL OR r.end_date >= %s)
       AND after.step < %s
)
SELECT DISTINCT ON (after.first) o.*, after.first FROM after
  JOIN organisations_organisation o ON o.id = after.at
 ORDER BY after.first, after.step DESC
"""


@dataclass(frozen=True)
class OrganisationView:
    """An organisation as pages show it."""

    id: int
    code: str
    name: str
    kind: str
    supplier: str
    payee_reference: str
    close_date: date | None

    @property
    def is_closed(self) -> bool:
        """Whether its last day is past."""
        return self.close_date is not None and self.close_date < clock.today()


@dataclass(frozen=True)
class ListSizeView:
    """A list size with the source it came from."""

    registered: int
    on_date: date
    source_name: str
    source_digest: str


def _view(row: Organisation) -> OrganisationView:
    return OrganisationView(
        row.id,
        row.code,
        row.name,
        row.kind,
        row.supplier,
        row.payee_reference,
        row.close_date,
    )


def organisation(organisation_id: int) -> OrganisationView:
    """The organisation with this number. NotFound when there is none."""
    row = Organisation.objects.filter(pk=organisation_id).first()
    if row is None:
        raise NotFound(f"There is no organisation {organisation_id}.")
    return _view(row)


def by_code(code: str) -> OrganisationView:
    """The organisation with this code. NotFound when there is none."""
    # The database refuses to be asked for the sign that no code has.
    row = None if "\0" in code else Organisation.objects.filter(code=code).first()
    if row is None:
        raise NotFound(f"There is no organisation {code}.")
    return _view(row)


def on(day: date) -> Q:
    """Relationships that hold on the day, both ends included."""
    return Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gte=day))


def parent_of(organisation_id: int, kind: str, day: date | None = None) -> OrganisationView | None:
    """The parent of this kind on the day, today unless told."""
    row = (
        Relationship.objects.filter(on(day or clock.today()), child=organisation_id, kind=kind)
        .select_related("parent")
        .first()
    )
    return _view(row.parent) if row else None


def network_of(organisation_id: int, day: date | None = None) -> OrganisationView | None:
    """The network a practice is a member of."""
    return parent_of(organisation_id, "member_of", day)


def commissioner_of(organisation_id: int, day: date | None = None) -> OrganisationView | None:
    """The commissioner of a provider."""
    return parent_of(organisation_id, "commissioned_by", day)


def commissioned_by(commissioner_id: int, day: date | None = None) -> "QuerySet[Organisation]":
    """The providers a commissioner commissions on the day, today unless told."""
    held = Relationship.objects.filter(
        on(day or clock.today()), parent=commissioner_id, kind="commissioned_by"
    )
    return Organisation.objects.filter(pk__in=held.values("child"))


def beneath(organisation_id: int, day: date | None = None) -> "QuerySet[Organisation]":
    """Everything below an organisation on the day: what it commissions, and its parts' parts.

    The same SQL function is the measure of the second wall in the database.
    """
    below = RawSQL("SELECT organisations_beneath(%s, %s)", [organisation_id, day or clock.today()])
    return Organisation.objects.filter(pk__in=below)


def acted_for(organisation_id: int, day: date | None = None) -> "QuerySet[Organisation]":
    """The organisations this one answers for, as their lead successor, on the day."""
    before = RawSQL(
        "SELECT organisations_acted_for(%s, %s)", [organisation_id, day or clock.today()]
    )
    return Organisation.objects.filter(pk__in=before)


def answering_for(
    organisation_ids: Iterable[int], day: date | None = None
) -> dict[int, OrganisationView]:
    """Who answers today for organisations that have a lead successor; the others aren't named.

    A successor may have been succeeded itself: the last one answers. One query.
    """
    day = day or clock.today()
    given = [list(organisation_ids), day, day, day, day, LONGEST_SUCCESSION]
    return {vars(row)["first"]: _view(row) for row in Organisation.objects.raw(ANSWERING, given)}


def members_of(network_id: int, day: date | None = None) -> "QuerySet[Organisation]":
    """The members of a network or federation on the day, today unless told."""
    held = Relationship.objects.filter(
        on(day or clock.today()), parent=network_id, kind="member_of"
    )
    return Organisation.objects.filter(pk__in=held.values("child"))


def in_cluster(cluster_id: int, day: date | None = None) -> "QuerySet[Organisation]":
    """The providers in a cluster on the day, today unless told."""
    held = ClusterMember.objects.filter(on(day or clock.today()), cluster=cluster_id)
    return Organisation.objects.filter(pk__in=held.values("provider"))


def list_sizes(
    on_date: date, organisation_ids: Iterable[int] | None = None
) -> dict[int, ListSizeView]:
    """List sizes of exactly this day by organisation number, the newest record of each."""
    rows = ListSize.objects.filter(on_date=on_date)
    if organisation_ids is not None:
        rows = rows.filter(organisation__in=organisation_ids)
    newest = rows.order_by("organisation_id", "-recorded_at", "-id").distinct("organisation_id")
    return {
        row.organisation_id: ListSizeView(
            row.registered, row.on_date, row.source_name, row.source_digest
        )
        for row in newest
    }


def list_size(organisation_id: int, on_date: date) -> ListSizeView | None:
    """The list size of one organisation on exactly this day."""
    return list_sizes(on_date, [organisation_id]).get(organisation_id)


def totals() -> dict[str, int]:
    """How many organisations of each kind there are."""
    rows = Organisation.objects.values("kind").annotate(number=Count("id")).order_by()
    return {row["kind"]: row["number"] for row in rows}
