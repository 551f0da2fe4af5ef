"""Closing a provider and handing it over: dates end, successors begin, nothing is deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from cqrs.portal.audit.permissions import ActingPerson, require
from cqrs.portal.organisations.models import Organisation, Relationship, RelationshipKind

AGREE_CHANGE = "organisations.agree"
MAY_NOT = "Only who agrees mergers, splits and closures may close a provider."


@dataclass(frozen=True)
class Successor:
    """An organisation that comes after, and whether it answers for what is still open."""

    organisation_id: int
    leads: bool


def succeed(
    *,
    actor: ActingPerson,
    organisation_id: int,
    successors: Sequence[Successor],
    on_date: date,
) -> None:
    """Name the successors from the day on, and close the organisation the day before.

    Call it inside the transaction of the change that was agreed, which records the deed.
    """
    require(actor, AGREE_CHANGE, MAY_NOT)
    last = on_date - timedelta(days=1)
    Organisation.objects.filter(pk=organisation_id).update(close_date=last)
    held = Relationship.objects.filter(child=organisation_id, start_date__lte=last).exclude(
        kind=RelationshipKind.SUCCEEDED_BY
    )
    held.filter(Q(end_date__isnull=True) | Q(end_date__gt=last)).update(end_date=last)
    kinds = dict(
        Organisation.objects.filter(pk__in=[s.organisation_id for s in successors]).values_list(
            "id", "kind"
        )
    )
    Relationship.objects.bulk_create(
        Relationship(
            child_id=organisation_id,
            parent_id=successor.organisation_id,
            parent_kind=kinds[successor.organisation_id],
            kind=RelationshipKind.SUCCEEDED_BY,
            leads=successor.leads,
            start_date=on_date,
        )
        for successor in successors
    )
