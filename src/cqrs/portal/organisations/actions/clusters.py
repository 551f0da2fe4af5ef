"""Clusters: named sets of providers that a commissioner keeps, for grants and reports."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q

from cqrs.portal.audit import actions as audit
from cqrs.portal.audit.permissions import NotFound, Refused, require
from cqrs.portal.organisations.models import Cluster, ClusterMember, Organisation
from cqrs.portal.organisations.permissions import MANAGE_CLUSTERS, MAY_NOT_CLUSTER, Administrator
from cqrs.portal.organisations.queries.known import beneath
from cqrs.portal.words import day_text
from cqrs.values import clock

LONGEST_NAME = 80
COMMISSIONERS = ("icb", "sub_icb", "region")


@transaction.atomic
def make_cluster(*, actor: Administrator, name: str) -> int:
    """Make an empty cluster of the actor's own organisation; answers its number."""
    require(actor, MANAGE_CLUSTERS, MAY_NOT_CLUSTER)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"Give the cluster a name of {LONGEST_NAME} letters or fewer.")
    same = Cluster.objects.filter(owner=actor.organisation_id, name__iexact=name)
    if same.exists():
        raise Refused(f"{actor.organisation_name} already has a cluster called {name}.")
    cluster = Cluster.objects.create(owner_id=actor.organisation_id, name=name, made_at=clock.now())
    audit.record(
        actor=actor,
        action="organisations.make_cluster",
        subject_kind="cluster",
        subject_reference=str(cluster.pk),
        sentence=f"{actor.name} made the cluster {name}.",
    )
    return cluster.pk


@transaction.atomic
def add_to_cluster(
    *, actor: Administrator, cluster_id: int, codes: Iterable[str], start_date: date
) -> int:
    """Put providers of the area into a cluster from a day on; answers how many were added.

    All or nothing: a code that is unknown, outside the area or already inside is named.
    """
    cluster = _own(actor, cluster_id)
    wanted = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    if not wanted:
        raise Refused("Enter the code of at least one provider. Nobody was added.")
    area = beneath(actor.organisation_id).exclude(kind__in=COMMISSIONERS)
    known = dict(area.filter(code__in=wanted).values_list("code", "id"))
    missing = [code for code in wanted if code not in known]
    if missing:
        raise Refused(
            f"{', '.join(missing[:5])}{' and others' if len(missing) > 5 else ''}: not a provider "
            f"of {actor.organisation_name} today. Correct the codes. Nobody was added."
        )
    running = Q(end_date__isnull=True) | Q(end_date__gte=start_date)
    inside = ClusterMember.objects.filter(running, cluster=cluster, provider__in=known.values())
    first = inside.select_related("provider").order_by("provider__code").first()
    if first is not None:
        raise Refused(
            f"{first.provider.code} is in the cluster already, from {day_text(first.start_date)}. "
            "Take it out first, or leave out its code. Nobody was added."
        )
    ClusterMember.objects.bulk_create(
        ClusterMember(cluster=cluster, provider_id=known[code], start_date=start_date)
        for code in wanted
    )
    audit.record(
        actor=actor,
        action="organisations.add_to_cluster",
        subject_kind="cluster",
        subject_reference=str(cluster.pk),
        sentence=f"{actor.name} put {len(wanted):,} into the cluster {cluster.name} from "
        f"{day_text(start_date)}.",
        concerns=wanted,
        details={"providers": list(wanted), "start_date": start_date.isoformat()},
    )
    return len(wanted)


@transaction.atomic
def take_out_of_cluster(
    *, actor: Administrator, cluster_id: int, provider_id: int, last_date: date
) -> None:
    """End a provider's time in a cluster; the day given is its last one inside."""
    cluster = _own(actor, cluster_id)
    provider = Organisation.objects.filter(pk=provider_id).first()
    running = Q(end_date__isnull=True) | Q(end_date__gt=last_date)
    row = (
        ClusterMember.objects.select_for_update()
        .filter(running, cluster=cluster, provider=provider_id)
        .order_by("start_date")
        .first()
    )
    if row is None or provider is None:
        raise NotFound("It is not in this cluster.")
    if last_date < row.start_date:
        raise Refused(
            f"{provider.code} is in the cluster from {day_text(row.start_date)}: its last day "
            "can't be before that. Nothing was changed."
        )
    row.end_date = last_date
    row.save(update_fields=["end_date"])
    audit.record(
        actor=actor,
        action="organisations.take_out_of_cluster",
        subject_kind="cluster",
        subject_reference=str(cluster.pk),
        sentence=f"{actor.name} took {provider.code} out of the cluster {cluster.name} after "
        f"{day_text(last_date)}.",
        concerns=[provider.code],
    )


def _own(actor: Administrator, cluster_id: int) -> Cluster:
    """The actor's own cluster; another's looks as if there were none."""
    require(actor, MANAGE_CLUSTERS, MAY_NOT_CLUSTER)
    cluster = Cluster.objects.filter(pk=cluster_id, owner=actor.organisation_id).first()
    if cluster is None:
        raise NotFound(f"There is no cluster {cluster_id}.")
    return cluster
