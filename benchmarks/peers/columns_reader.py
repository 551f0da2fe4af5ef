"""Ours: the columns reader, every formula for all practices at once in whole numbers."""

from importlib.metadata import version

import numpy as np
from peers.folder import Array, answer, given, read, timed
from peers.years import SERVICE

from cqrs.calculation.columns.plan import Plan, Table
from cqrs.calculation.kinds import formulas
from cqrs.definitions.load import load


def main() -> None:
    """Answer for the folder given."""
    year = read(given())
    shape = len(year.lists), len(year.indicators)
    table = Table(
        present=np.ones(shape, np.bool_),
        counts={
            name: year.column(name).reshape(shape)
            for name in ("numerator", "denominator", "register", "flag")
        },
        facts={"list": np.array(year.lists)},
        # Where England's figures don't count they are 0, which no national list may be.
        shared={
            name: np.array([max(getattr(indicator, name), 1) for indicator in year.indicators])
            for name in ("national_register", "national_list")
        },
    )
    plan = Plan.of(formulas(load(SERVICE)))

    def calculate() -> tuple[Array, Array]:
        amounts = plan.run(table)
        return amounts.points.ravel(), amounts.pence.ravel()

    points, pence, seconds = timed(calculate)
    answer(given(), points, pence, seconds, f"duckdb {version('duckdb')}")


if __name__ == "__main__":
    main()
