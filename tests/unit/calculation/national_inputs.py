"""A country's inputs as columns, drawn where it hurts: noughts, everybody, thresholds, ties."""

import numpy as np

from cqrs.calculation.columns.plan import Table


def national_inputs(formulas: int, providers: int, *, seed: int, missing: bool = False) -> Table:
    """Inputs of QOF's formulas for so many providers; with `missing` a tenth isn't there."""
    draw = np.random.default_rng(seed)
    size = (providers, formulas)
    denominator = draw.integers(0, 1500, size)
    # A quarter are small: nought, and the few patients whose shares fall on a tie.
    denominator = np.where(draw.random(size) < 0.25, draw.integers(0, 41, size), denominator)
    shares = draw.integers(0, 101, size)
    numerator = np.where(shares == 100, denominator, denominator * shares // 100)
    register = np.where(draw.random(size) < 0.1, 0, draw.integers(0, 3000, size))
    present = draw.random(size) > 0.1 if missing else np.ones(size, np.bool_)
    national = draw.integers(10**5, 10**7, formulas)
    national[:: max(2, formulas // 3)] = 0
    return Table(
        present,
        {
            "numerator": numerator,
            "denominator": denominator,
            "register": register,
            "flag": draw.integers(0, 2, size),
            "count": numerator,
        },
        {"list": draw.integers(1, 60_000, providers)},
        {
            "national_register": national,
            "national_list": np.full(formulas, 63_911_204),
        },
    )


def row_of(table: Table, provider: int, place: int) -> dict[str, int]:
    """The inputs of one figure as the exact reader takes them."""
    return {
        **{name: int(column[provider, place]) for name, column in table.counts.items()},
        **{name: int(column[provider]) for name, column in table.facts.items()},
        **{name: int(column[place]) for name, column in table.shared.items()},
    }
