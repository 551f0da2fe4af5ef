"""Who has sent counts, by supplier; and how many may be missing when figures become final."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from fractions import Fraction

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from cqrs.calculation.completeness import (
    Arrivals,
    Completeness,
    Expected,
    Received,
    completeness,
)
from cqrs.calculation.statement import Values
from cqrs.definitions.schema import Definition
from cqrs.portal.catalogue.queries import Participant

BY_SUPPLIER = """
SELECT wanted.id, provider.supplier, count(*), count(submission.id)
  FROM collection_collection AS wanted
  JOIN catalogue_participation AS participation
    ON participation.service = wanted.service
   AND participation.start_date <= wanted.achievement_date
   AND (participation.end_date IS NULL OR participation.end_date >= wanted.achievement_date)
  JOIN organisations_organisation AS provider ON provider.id = participation.provider_id
  LEFT JOIN collection_submission AS submission
    ON submission.collection_id = wanted.id AND submission.provider_id = provider.id
   AND submission.version = 1
 GROUP BY wanted.id, provider.supplier
 ORDER BY wanted.id, provider.supplier
"""


def agreed_share() -> Fraction:
    """The share of practices that may be missing: the setting NATIONAL_MISSING_SHARE."""
    given = settings.NATIONAL_MISSING_SHARE
    try:
        share = Fraction(given)
        if 0 <= share < 1:
            return share
    except (ValueError, ZeroDivisionError):
        pass
    raise ImproperlyConfigured(
        f"NATIONAL_MISSING_SHARE is '{given}': write 0, or a part of all practices such as 1/200"
    )


def arrived(
    rules: Definition,
    achievement_date: date,
    taking_part: Iterable[Participant],
    given: Mapping[int, Values],
) -> Completeness:
    """Who takes part held against the counts of a collection, by provider number.

    A collection takes in counts of its own day only, so none are of another.
    """
    everybody = list(taking_part)
    return completeness(
        rules,
        achievement_date,
        [Expected(p.provider_code, p.provider_name, p.supplier) for p in everybody],
        {
            p.provider_code: Received(achievement_date, given[p.provider_id])
            for p in everybody
            if p.provider_id in given
        },
        agreed_share(),
    )


def arrivals_of(taking_part: Iterable[Participant], given: Collection[int]) -> tuple[Arrivals, ...]:
    """How many practices of each supplier are among the providers that have sent counts."""
    suppliers: dict[str, list[bool]] = {}
    for practice in taking_part:
        suppliers.setdefault(practice.supplier, []).append(practice.provider_id in given)
    return tuple(Arrivals(s, len(here), sum(here)) for s, here in sorted(suppliers.items()))


def arrivals() -> dict[int, tuple[Arrivals, ...]]:
    """How many practices of each supplier have sent counts, by collection. One query for all."""
    found: dict[int, list[Arrivals]] = {}
    with connection.cursor() as cursor:
        cursor.execute(BY_SUPPLIER)
        for collection_id, supplier, expected, received in cursor.fetchall():
            found.setdefault(collection_id, []).append(Arrivals(supplier, expected, received))
    return {collection_id: tuple(many) for collection_id, many in found.items()}
