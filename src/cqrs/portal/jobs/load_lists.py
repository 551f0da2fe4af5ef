"""Opening the portal's database for `cqrs import lists`."""

from datetime import date
from typing import TYPE_CHECKING

from cqrs.exchange.list_sizes import ListFile
from cqrs.portal.jobs.load_organisations import CannotLoadError, opened

if TYPE_CHECKING:
    from cqrs.portal.organisations.queries import ListDifference


def difference(file: ListFile, on_date: date) -> "ListDifference":
    """What recording the file would change. Nothing is written."""
    with opened() as actor:
        from cqrs.portal.organisations import queries

        return queries.list_difference(actor, file, on_date)


def apply(found: "ListDifference") -> int:
    """Record what differs, all or nothing; answers how many list sizes that was.

    Refused when the same file was recorded for that day before: the newer record counts.
    """
    from django.db import transaction

    from cqrs.portal.accounts.queries import command_actor
    from cqrs.portal.organisations import actions

    wanted = {change.code for change in found.changes}
    with transaction.atomic():
        number = actions.record_list_sizes(
            actor=command_actor(),
            on_date=found.on_date,
            source_name=found.file.name,
            source_digest=found.file.digest,
            sizes=[
                actions.NewListSize(one.code, one.registered, one.weighted, one.age_bands)
                for one in found.file.sizes
                if one.code in wanted
            ],
        )
        if number != len(wanted):
            raise CannotLoadError(
                "this very file was recorded before, and a later one counts since; nothing was "
                "recorded",
                "To go back to it, send it with a change that says so, such as a last empty line",
            )
    return number
