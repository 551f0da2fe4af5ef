"""How much of something is in, as a sentence and as the numbers of a bar."""

from dataclasses import dataclass

from cqrs.portal.collection.queries import CollectionOverview


@dataclass(frozen=True)
class Progress:
    """So many of so many. The bar is a drawing; the words carry the meaning."""

    done: int
    of: int

    @property
    def left(self) -> int:
        """How many are still to come."""
        return self.of - self.done

    @property
    def whole_percent(self) -> int:
        """For the bar and the words, rounded down: 100 only when nothing is missing."""
        return 100 * self.done // self.of if self.of else 0

    @property
    def words(self) -> str:
        """ "6,287 of 6,300"."""
        return f"{self.done:,} of {self.of:,}"


def progress(row: CollectionOverview) -> Progress:
    """How many of the expected practices have sent counts."""
    return Progress(row.received, row.expected)
