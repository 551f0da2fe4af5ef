"""Opening the portal's database for `cqrs import lists`."""

from datetime import date
from typing import TYPE_CHECKING

from cqrs.exchange.list_sizes import ListFile
from cqrs.portal.jobs.load_organisations import CannotLoadError, opened

if TYPE_CHECKING:
    from cqrs.portal.organisations.queries import ListDifference


def difference(file: ListFile, on_date: date, *, leave_out_unknown: bool) -> "ListDifference":
    """What recording the file would change. Nothing is written."""
    with opened() as actor:
        from cqrs.portal.organisations import queries

        return queries.list_difference(actor, file, on_date, leave_out_unknown=leave_out_unknown)


def apply(
    name: str, content: bytes, on_date: date, shown: str, *, leave_out_unknown: bool
) -> dict[str, int]:
    """Keep the file and record it in one transaction, as the digest says it was shown.

    Answers the counts. Raises CannotLoadError with the portal's refusal.
    """
    from django.db import transaction

    from cqrs.portal.accounts.permissions import Refused
    from cqrs.portal.accounts.queries import command_actor
    from cqrs.portal.organisations import actions

    actor = command_actor()
    try:
        with transaction.atomic():
            number = actions.receive_list(
                actor=actor, name=name, content=content, on_date=on_date,
                leave_out_unknown=leave_out_unknown,
            )  # fmt: skip
            return actions.apply_list(actor=actor, upload_id=number, shown=shown)
    except Refused as refused:
        raise CannotLoadError(refused.sentence, "Run the command again to see it now") from refused
