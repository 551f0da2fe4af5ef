"""Whose a claim is, for the job that tells people of it: no figures, so no question who asks."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cqrs.portal.claims.models import Claim, ClaimState


@dataclass(frozen=True)
class Parties:
    """A claim's provider and commissioner, and where it stands."""

    reference: str
    service: str
    """As grants name it: "qof/2025-26"."""
    service_title: str
    provider_id: int
    provider: str
    commissioner_id: int
    commissioner: str
    state: str
    statement_digest: str


def parties(references: Collection[str]) -> tuple[Parties, ...]:
    """The parties of these claims, by reference. One query; unknown references are left out."""
    return _rows(reference__in=list(references))


def awaiting_provider(collection_id: int) -> tuple[Parties, ...]:
    """Those of a collection's claims that wait to be declared. One query."""
    return _rows(collection_id=collection_id, state=ClaimState.AWAITING_PROVIDER)


def of_run(run_reference: str) -> tuple[Parties, ...]:
    """Those of the claims that a payment run pays. One query."""
    return _rows(instructions__run__reference=run_reference)


def _rows(**wanted: Any) -> tuple[Parties, ...]:
    rows = Claim.objects.filter(**wanted).select_related("provider", "commissioner", "definition")
    rows = rows.defer("definition__content").order_by("reference")
    return tuple(
        Parties(
            row.reference,
            row.definition.service,
            row.definition.short_title,
            row.provider_id,
            row.provider.name,
            row.commissioner_id,
            row.commissioner.name,
            row.state,
            row.statement_digest,
        )
        for row in rows
    )
