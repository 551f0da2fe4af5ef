"""Definitions by digest, and who takes part in a service on a day."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cqrs.definitions.load import parse
from cqrs.definitions.schema import Definition
from cqrs.portal.accounts.permissions import NotFound
from cqrs.portal.catalogue.models import Participation, PublishedDefinition
from cqrs.portal.organisations.queries import on


@dataclass(frozen=True)
class Participant:
    """A provider that takes part, and who pays it."""

    provider_id: int
    provider_code: str
    provider_name: str
    supplier: str
    commissioner_id: int
    commissioner_name: str


def services() -> tuple[tuple[str, str], ...]:
    """Services of which rules are published, as "qof/2025-26" and its title, the newest first."""
    rows = PublishedDefinition.objects.order_by("service", "-version").distinct("service")
    found = rows.values_list("service", "short_title")
    return tuple(sorted(found, key=lambda row: (row[0].rpartition("/")[2], row[0]), reverse=True))


@lru_cache(maxsize=64)
def definition(digest: str) -> Definition:
    """The published definition with this digest, read from its stored bytes."""
    row = PublishedDefinition.objects.filter(digest=digest).only("content").first()
    if row is None:
        raise NotFound(f"No definition with the digest {digest} is published.")
    return parse(bytes(row.content))


def participants(service: str, day: date) -> dict[str, Participant]:
    """Who takes part in the service on the day, by provider code."""
    rows = (
        Participation.objects.filter(on(day), service=service)
        .order_by("provider__code")
        .values_list(
            "provider_id", "provider__code", "provider__name", "provider__supplier",
            "commissioner_id", "commissioner__name",
        )
    )  # fmt: skip
    return {row[1]: Participant(*row) for row in rows}
