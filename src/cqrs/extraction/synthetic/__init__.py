"""A made-up England: organisations and counts that look real, belong to nobody, and never vary.

The same seed gives the same England on every machine, so that figures in documents, tests and
the demonstration agree.
"""

from cqrs.extraction.synthetic.counts import CountMaker, counts
from cqrs.extraction.synthetic.england import England, england
from cqrs.extraction.synthetic.organisations import Icb, Network, Practice, Region

__all__ = [
    "CountMaker",
    "England",
    "Icb",
    "Network",
    "Practice",
    "Region",
    "counts",
    "england",
]
