"""Opening the portal's database for `cqrs audit verify`: nothing is written."""

from cqrs.portal.jobs.replay import NothingToReplayError, set_up_untouched

__all__ = ["NothingToReplayError", "verify"]


def verify(first: int) -> dict[str, object]:
    """The outcome of walking the chain from an event on, as JSON can say it.

    NothingToReplayError when there is no portal, or its heads can't be read.
    """
    set_up_untouched()
    from django.db import OperationalError, ProgrammingError

    from cqrs.portal.audit import queries
    from cqrs.portal.config.embedded import data_folder

    try:
        found = queries.verify(first=first, heads=queries.published(data_folder() / "published"))
    except OperationalError as error:
        raise NothingToReplayError(
            f"the portal's database does not answer: {error}", "Start it, or correct DATABASE_URL"
        ) from error
    except ProgrammingError as error:
        raise NothingToReplayError(
            "the portal's database holds no events yet", "Run `make demo` first"
        ) from error
    except ValueError as error:
        raise NothingToReplayError(str(error), "Restore the file from a copy") from error
    return {
        "holds": found.holds,
        "events": found.count,
        "broken": found.broken_seq,
        "sentence": found.sentence,
    }
