"""What a rule finds wrong with a definition."""

from collections.abc import Iterator
from typing import NamedTuple


class Fault(NamedTuple):
    """Where something is wrong, and what is wrong and what to do."""

    path: str
    words: str


Faults = Iterator[Fault]
