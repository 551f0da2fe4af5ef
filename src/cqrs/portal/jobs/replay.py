"""Opening the portal's database for `cqrs replay`: nothing is written, no table is changed."""

import os
from collections.abc import Iterator
from datetime import date

from cqrs.calculation.replay import Replayed


class NothingToReplayError(Exception):
    """There is no portal, or no such statement in it; `remedy` says what to do."""

    def __init__(self, words: str, remedy: str) -> None:
        super().__init__(words)
        self.remedy = remedy


def open_replay(
    *, service: str, achievement_date: date | None, digest: str
) -> tuple[int, Iterator[Replayed]]:
    """How many stored statements are asked for, and each of them calculated again."""
    set_up_untouched()
    from django.db import OperationalError, ProgrammingError

    from cqrs.portal.accounts.permissions import NotFound
    from cqrs.portal.accounts.queries import command_actor
    from cqrs.portal.claims.queries.replays import Wanted, replayed

    try:
        return replayed(command_actor(), Wanted(service, achievement_date, digest))
    except OperationalError as error:
        raise NothingToReplayError(
            f"the portal's database does not answer: {error}", "Start it, or correct DATABASE_URL"
        ) from error
    except ProgrammingError as error:
        raise NothingToReplayError(
            "the portal's database holds no statements yet", "Run `make demo` first"
        ) from error
    except NotFound as error:
        raise NothingToReplayError(
            str(error).rstrip("."), "Look up the service, date or digest on the claim's page"
        ) from error


def set_up_untouched() -> None:
    """Set Django up without touching the tables, unlike `demo` and `serve`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cqrs.portal.config.settings")
    import django

    from cqrs.portal.config.embedded import DatabaseUnavailableError

    try:
        django.setup()
    except DatabaseUnavailableError as error:
        raise NothingToReplayError(str(error), "Start the database first") from error
