"""A program as one query, and what may go into it: whole numbers within their declared bounds."""

from collections.abc import Iterable, Mapping
from itertools import groupby

import duckdb
import numpy as np
import numpy.typing as npt

from cqrs.calculation import nodes
from cqrs.calculation.columns.program import Program
from cqrs.calculation.columns.terms import Whole

Numbers = npt.NDArray[np.int64]


class BoundsError(ValueError):
    """An input isn't what the formula was proven for; says which, and what it holds where."""


def select(program: Program, outputs: Mapping[str, Whole]) -> str:
    """The query over the table `given`: each level is computed from the one inside it."""
    text = "given"
    steps = sorted(program.steps, key=lambda step: step[0].level)
    for _, level in groupby(steps, key=lambda step: step[0].level):
        columns = ", ".join(f"{sql} AS {whole.sql}" for whole, sql in level)
        text = f"(SELECT *, {columns} FROM {text})"
    shown = ", ".join(f"CAST({o.sql} AS {o.kind}) AS {name}" for name, o in outputs.items())
    return f"SELECT {shown} FROM {text}"


def connect() -> duckdb.DuckDBPyConnection:
    """A database of one's own, in memory, that keeps the rows in order."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET preserve_insertion_order = true")
    return connection


def whole_numbers(name: str, column: object) -> Numbers:
    """A column as 64-bit whole numbers. Raises BoundsError for anything else."""
    array = np.asarray(column)
    if array.size and array.dtype.kind not in "iub" or array.dtype == np.uint64:
        raise BoundsError(f"{name}: hand in whole numbers of at most 64 bits, not {array.dtype}")
    return array.astype(np.int64, copy=False)


def check_bounds(inputs: Iterable[nodes.Input], columns: Mapping[str, Numbers]) -> None:
    """Raises BoundsError for the first row of an input outside its smallest to largest number."""
    for node in inputs:
        column = columns[node.name]
        if column.size and not node.least <= int(column.min()) <= int(column.max()) <= node.most:
            row = int(np.flatnonzero((column < node.least) | (column > node.most))[0])
            raise BoundsError(
                f"{node.name}, row {row}: {column.flat[row]} does not lie between {node.least} and "
                f"{node.most}: correct it, or declare other bounds"
            )
