"""Whom to tell: numbers and addresses of people, for jobs that no person asks for."""

from collections.abc import Collection, Iterable

from cqrs.portal.accounts.models import Grant, User
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.organisations.queries import in_cluster, on
from cqrs.values import clock


def holders(
    permission: Permission,
    organisation_ids: Collection[int] | None = None,
    *,
    codes: Collection[str] | None = None,
    provider_id: int = 0,
    service: str = "",
) -> dict[int, tuple[int, ...]]:
    """Numbers of the people with the permission by a role at each organisation, today.

    Without organisations or their codes, at all of them. A grant limited to a cluster counts
    only for a provider in it, one limited to services only for these.
    """
    roles = [role.code for role in ROLES.values() if permission in role.reach]
    grants = Grant.objects.filter(on(clock.today()), role__in=roles, user__is_active=True)
    if organisation_ids is not None:
        grants = grants.filter(organisation_id__in=organisation_ids)
    if codes is not None:
        grants = grants.filter(organisation__code__in=codes)
    found: dict[int, set[int]] = {}
    inside: dict[int, bool] = {}
    for user_id, place, cluster, services in grants.values_list(
        "user_id", "organisation_id", "cluster_id", "services"
    ):
        if services is not None and service and service not in services:
            continue
        if cluster is not None and provider_id:
            if cluster not in inside:
                inside[cluster] = in_cluster(cluster).filter(pk=provider_id).exists()
            if not inside[cluster]:
                continue
        found.setdefault(place, set()).add(user_id)
    return {place: tuple(sorted(people)) for place, people in found.items()}


def people_of_kinds(kinds: Iterable[str]) -> tuple[int, ...]:
    """Numbers of everybody who works today at an organisation of these kinds."""
    rows = Grant.objects.filter(
        on(clock.today()), organisation__kind__in=list(kinds), user__is_active=True
    )
    return tuple(rows.values_list("user_id", flat=True).distinct().order_by("user_id"))


def address_of(user_id: int) -> str:
    """Where the person gets email; empty when they are disabled or unknown."""
    found = User.objects.filter(pk=user_id, is_active=True).values_list("email", flat=True).first()
    return found or ""


def addresses_of(user_ids: Collection[int]) -> dict[int, str]:
    """The addresses of these people, disabled ones too, by number. One query."""
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "email"))
