"""A country's counts of QOF as columns, made up but of the right size, and the same row by row."""

from collections.abc import Iterator, Sequence

import numpy as np

from cqrs.calculation.columns.plan import Table
from cqrs.calculation.kinds import Formula, formulas
from cqrs.definitions.load import load

PRACTICES = 6300


def country(service: str) -> tuple[Sequence[Formula], Table]:
    """The formulas of a year of QOF, and what 6,300 practices bring to them.

    Lists of 1,500 to 30,000, registers of up to a fifth of the list, shares from none to all.
    """
    draw = np.random.default_rng(2324)
    made = formulas(load(service))
    size = (PRACTICES, len(made))
    lists = draw.integers(1_500, 30_000, PRACTICES)
    registers = lists[:, None] * draw.integers(0, 200, size) // 1000
    first: dict[str | None, int] = {}
    # Indicators of one register count the same people.
    registers = registers[:, [first.setdefault(f.register_id, i) for i, f in enumerate(made)]]
    denominators = registers * draw.integers(0, 101, size) // 100
    counts = {
        "register": registers,
        "denominator": denominators,
        "numerator": denominators * draw.integers(0, 101, size) // 100,
        "flag": draw.integers(0, 2, size),
    }
    shared = {
        "national_register": registers.sum(axis=0),
        "national_list": np.full(len(made), lists.sum()),
    }
    return made, Table(np.ones(size, np.bool_), counts, {"list": lists}, shared)


def rows(made: Sequence[Formula], table: Table) -> Iterator[list[dict[str, int]]]:
    """For each practice, the inputs of every formula as the exact reader takes them."""
    counted = {name: column.tolist() for name, column in table.counts.items()}
    lists = table.facts["list"].tolist()
    shared = {name: column.tolist() for name, column in table.shared.items()}
    for provider, registered in enumerate(lists):
        yield [
            {
                "list": registered,
                **{name: column[provider][place] for name, column in counted.items()},
                **{name: column[place] for name, column in shared.items()},
            }
            for place in range(len(made))
        ]
