"""Opening the portal's database for `cqrs import`."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from cqrs.exchange.ods import OdsFile

if TYPE_CHECKING:
    from cqrs.portal.accounts.queries import Actor
    from cqrs.portal.organisations.difference import Difference


class CannotLoadError(Exception):
    """There is no portal, or it refuses; `remedy` says what to do."""

    def __init__(self, words: str, remedy: str) -> None:
        super().__init__(words)
        self.remedy = remedy


def difference(
    files: Sequence[OdsFile], effective_date: date, *, expect_fewer: bool
) -> "Difference":
    """What the files would change. Nothing is written."""
    with opened() as actor:
        from cqrs.portal.organisations import queries

        return queries.difference(actor, files, effective_date, expect_fewer=expect_fewer)


@contextmanager
def opened() -> "Iterator[Actor]":
    """The command line's person in the portal. Raises CannotLoadError where there is no portal."""
    _set_up()
    from django.db import OperationalError, ProgrammingError

    from cqrs.portal.accounts.queries import command_actor

    try:
        yield command_actor()
    except OperationalError as error:
        raise CannotLoadError(
            f"the portal's database does not answer: {error}", "Start it, or correct DATABASE_URL"
        ) from error
    except ProgrammingError as error:
        raise CannotLoadError(
            "the portal's database has no tables yet", "Run `cqrs serve` or `make demo` first"
        ) from error


def apply(
    sent: Sequence[tuple[str, bytes]], effective_date: date, shown: str, *, expect_fewer: bool
) -> None:
    """Keep the files and apply them in one transaction, as the digest says they were shown."""
    from django.db import transaction

    from cqrs.portal.accounts.permissions import Refused
    from cqrs.portal.accounts.queries import command_actor
    from cqrs.portal.organisations import actions

    actor = command_actor()
    try:
        with transaction.atomic():
            number = actions.receive_ods(
                actor=actor, files=sent, effective_date=effective_date, expect_fewer=expect_fewer
            )
            actions.apply_ods(actor=actor, upload_id=number, shown=shown)
    except Refused as refused:
        raise CannotLoadError(refused.sentence, "Run the command again") from refused


def _set_up() -> None:
    """Set Django up without touching the tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cqrs.portal.config.settings")
    import django

    from cqrs.portal.config.embedded import DatabaseUnavailableError

    try:
        django.setup()
    except DatabaseUnavailableError as error:
        raise CannotLoadError(str(error), "Start the database first") from error
