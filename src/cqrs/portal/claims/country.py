"""A collection's newest counts, read and calculated for the whole country at once."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from cqrs.calculation.columns import counts_json
from cqrs.calculation.columns.country import Country
from cqrs.calculation.nation import Nation as Results
from cqrs.definitions.counts import demands
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.claims.inputs import Nation
from cqrs.portal.collection.queries import newest
from cqrs.portal.words import day_text

COUNTS = "SELECT id, counts::text FROM collection_submission WHERE id = ANY(%s)"


@dataclass(frozen=True)
class Sent:
    """The newest submission of a provider who takes part, without its counts."""

    submission_id: int
    provider_id: int
    digest: str
    source: str
    warnings: int


def sent(nation: Nation) -> list[Sent]:
    """The newest submission of everybody who takes part."""
    rows = newest(nation.collection.pk).values_list(
        "id", "provider_id", "digest", "source", "warnings"
    )
    return [Sent(*row[:4], len(row[4])) for row in rows if row[1] in nation.providers]


def calculated(nation: Nation, many: list[Sent]) -> Results:
    """Every submission's statement. Refused without a list size; CalculationError as it says."""
    rules, providers = nation.definition, nation.providers
    for one in many:
        if one.provider_id not in nation.lists:
            provider = providers[one.provider_id]
            raise Refused(
                f"{provider.provider_name} ({provider.provider_code}) has no list size of "
                f"{day_text(nation.list_date)}. Record it first. Nothing was calculated."
            )
    codes = [providers[one.provider_id].provider_code for one in many]
    return Results(
        Country(
            definition=rules,
            achievement_date=nation.collection.achievement_date,
            reference=nation.reference,
            counts=counts_json.read(demands(rules), codes, _texts(many)),
            lists=[nation.lists[one.provider_id].registered for one in many],
            list_dates=[nation.list_date] * len(many),
            submissions=[one.digest for one in many],
        )
    )


def _texts(many: list[Sent]) -> Iterator[tuple[int, str]]:
    """The counts as text, each with its place; the server writes them while we read."""
    places = {one.submission_id: place for place, one in enumerate(many)}
    with connection.cursor() as cursor:
        for number, text in cursor.stream(COUNTS, [list(places)]):
            yield places[number], text
