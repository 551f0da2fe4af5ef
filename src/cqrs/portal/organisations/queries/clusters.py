"""The clusters of a commissioner and who is in them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from cqrs.portal.audit.permissions import NotFound, require
from cqrs.portal.organisations.models import Cluster, ClusterMember
from cqrs.portal.organisations.permissions import MANAGE_CLUSTERS, MAY_NOT_CLUSTER, Administrator
from cqrs.values import clock


@dataclass(frozen=True)
class ClusterRow:
    """A cluster with how many providers it has today."""

    id: int
    name: str
    providers: int


@dataclass(frozen=True)
class Inside:
    """A provider's time in a cluster."""

    provider_id: int
    code: str
    name: str
    start_date: date
    end_date: date | None


@dataclass(frozen=True)
class ClusterPage:
    """A cluster, who is in it today or later, and who was."""

    id: int
    name: str
    inside: tuple[Inside, ...]
    before: tuple[Inside, ...]


def clusters(actor: Administrator) -> tuple[ClusterRow, ...]:
    """The clusters of the actor's organisation, by name."""
    require(actor, MANAGE_CLUSTERS, MAY_NOT_CLUSTER)
    day = clock.today()
    today = Q(members__start_date__lte=day) & (
        Q(members__end_date__isnull=True) | Q(members__end_date__gte=day)
    )
    rows = Cluster.objects.filter(owner=actor.organisation_id).annotate(
        number=Count("members", filter=today)
    )
    return tuple(ClusterRow(row.pk, row.name, row.number) for row in rows.order_by("name"))


def cluster(actor: Administrator, cluster_id: int) -> ClusterPage:
    """One of them. NotFound when there is none, or it is another organisation's."""
    require(actor, MANAGE_CLUSTERS, MAY_NOT_CLUSTER)
    row = Cluster.objects.filter(pk=cluster_id, owner=actor.organisation_id).first()
    if row is None:
        raise NotFound(f"There is no cluster {cluster_id}.")
    members = ClusterMember.objects.filter(cluster=row).select_related("provider")
    all_time = [
        Inside(one.provider_id, one.provider.code, one.provider.name, one.start_date, one.end_date)
        for one in members.order_by("provider__name", "provider__code", "-start_date")
    ]
    day = clock.today()
    gone = tuple(one for one in all_time if one.end_date is not None and one.end_date < day)
    inside = tuple(one for one in all_time if one.end_date is None or one.end_date >= day)
    return ClusterPage(row.pk, row.name, inside, gone)
