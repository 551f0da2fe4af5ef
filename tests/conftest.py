"""What every test may use: a fixed clock, and a database whose tables refuse to be emptied."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from cqrs.values import LONDON, clock

TUESDAY = datetime(2026, 5, 12, 9, 0, tzinfo=LONDON)
"""The day of the prototypes and of the demonstration."""


@pytest.fixture
def fixed_clock() -> Iterator[datetime]:
    """Hold the clock at 9am on Tuesday 12 May 2026."""
    with clock.fixed(TUESDAY):
        yield TUESDAY
