"""What a recalculation changed: each provider's newest statement beside the one before it."""

from collections.abc import Iterator
from itertools import groupby, islice
from operator import attrgetter

from cqrs.calculation.difference import ORDER, Calculated, Difference, difference
from cqrs.calculation.replay import read_statement
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, everywhere
from cqrs.portal.claims.inputs import inputs_of
from cqrs.portal.claims.models import Statement
from cqrs.portal.collection.models import Collection
from cqrs.values import decimal_text, plain_pounds

CHUNK = 200
HEADER = (
    "practice_code", "indicator", "points_before", "points_after", "pounds_before",
    "pounds_after", *(f"points_by_{reason}" for reason in ORDER),
    *(f"pounds_by_{reason}" for reason in ORDER),
)  # fmt: skip


def changes(actor: Actor, collection_id: int) -> Difference:
    """The newest statement of every provider of a collection against the one before it.

    A provider with one statement so far is in no comparison. Only for who sees all and pounds.
    """
    require(actor, Permission.SEE_COLLECTIONS, "Only national roles see what a calculation did.")
    if not everywhere(actor, Permission.SEE_POUNDS):
        raise Refused("Your role does not see pounds of the whole nation.")
    if not Collection.objects.filter(pk=collection_id).exists():
        raise NotFound(f"There is no collection {collection_id}.")
    pairs = list(_pairs(collection_id))
    return difference((before for before, _ in pairs), (after for _, after in pairs))


def change_rows(found: Difference) -> Iterator[tuple[str, ...]]:
    """The change report as rows of text under HEADER, a row for each indicator that changed."""
    for practice in found.practices:
        for change in practice.indicators:
            sides = (change.before, change.after)
            parts = [change.parts.get(reason) for reason in ORDER]
            yield (
                practice.practice_code,
                change.indicator,
                *("" if side is None else decimal_text(side.points, 2) for side in sides),
                *("" if side is None else plain_pounds(side.pence) for side in sides),
                *("" if part is None else decimal_text(part.points, 2) for part in parts),
                *("" if part is None else plain_pounds(part.pence) for part in parts),
            )


def _pairs(collection_id: int) -> Iterator[tuple[Calculated, Calculated]]:
    rows = (
        Statement.objects.filter(collection=collection_id)
        .select_related("submission", "reference", "definition")
        .defer("definition__content")
        .order_by("provider_id", "-number")
    )
    for _, statements in groupby(rows.iterator(chunk_size=CHUNK), key=attrgetter("provider_id")):
        newest_two = list(islice(statements, 2))
        if len(newest_two) == 2:
            newest, before = newest_two
            yield _calculated(before), _calculated(newest)


def _calculated(statement: Statement) -> Calculated:
    return Calculated(*inputs_of(statement), read_statement(bytes(statement.content)))
