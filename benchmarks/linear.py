"""Claim: the cost of calculating grows as the country does: 1, 4 and 16 times England.

The slope is how many times as long four times the country takes; 4 is linear. The peer is the
country itself, 16 times.
"""

import resource
import time
from itertools import pairwise

import numpy as np
from _country import country
from _line import say

from cqrs.calculation.columns.plan import Plan, Table

SIZES = (1, 4, 16)
RUNS = 3
GOAL_GROWTH = 1.25
"""16 countries may take this much longer than 16 times one."""


def main() -> None:
    """Calculate each size, and print the line."""
    made, table = country("qof/2023-24")
    plan = Plan.of(made)
    plan.run(table)
    took = {}
    for size in SIZES:
        larger = several(table, size)
        times = []
        for _ in range(RUNS):
            started = time.perf_counter()
            plan.run(larger)
            times.append(time.perf_counter() - started)
        took[size] = min(times)
    slopes = [took[b] / took[a] for a, b in pairwise(SIZES)]
    goal = GOAL_GROWTH * SIZES[-1] * took[1]
    what = "for " + ", ".join(f"{size} x: {took[size]:.2f}" for size in SIZES)
    peer = f"16 x one country (4 x: {slopes[0]:.1f}, 4 x again: {slopes[1]:.1f})"
    say(took[16], what, took[16] / (16 * took[1]), peer, round(goal, 2))
    rows = table.present.size * SIZES[-1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{'':<16} {rows / took[16] / 1e6:.1f} million figures/s; peak {peak:,.0f} MB with inputs"
    )


def several(table: Table, times: int) -> Table:
    """The same country so many times, as practices of one larger country."""
    return Table(
        np.tile(table.present, (times, 1)),
        {name: np.tile(column, (times, 1)) for name, column in table.counts.items()},
        {name: np.tile(column, times) for name, column in table.facts.items()},
        table.shared,
    )


if __name__ == "__main__":
    main()
