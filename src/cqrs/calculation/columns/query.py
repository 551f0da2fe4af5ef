"""A program as one query, and what may go into it: whole numbers within their declared bounds."""

import os
from collections.abc import Mapping
from functools import cache
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
    """A connection of one's own to this process's database, which is in memory and empty."""
    return _database(os.getpid()).cursor()


@cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    # Opening one takes 50 ms. A process that was forked can't use the threads of its parent's.
    return duckdb.connect(":memory:", config={"preserve_insertion_order": "true"})


def whole_numbers(name: str, column: object) -> Numbers:
    """A column as 64-bit whole numbers. Raises BoundsError for anything else."""
    array = np.asarray(column)
    if (array.size and array.dtype.kind not in "iub") or array.dtype == np.uint64:
        raise BoundsError(f"{name}: hand in whole numbers of at most 64 bits, not {array.dtype}")
    return array.astype(np.int64, copy=False)


def outside(node: nodes.Input, column: Numbers) -> int | None:
    """The first row of an input outside its smallest to largest number."""
    if not column.size or node.least <= int(column.min()) <= int(column.max()) <= node.most:
        return None
    return int(np.flatnonzero((column < node.least) | (column > node.most))[0])


def wrong(node: nodes.Input, number: int) -> str:
    """What is wrong with a number of an input, and what to do."""
    return (
        f"{node.name} is {number}, which does not lie between {node.least} and {node.most}: "
        "correct it, or declare other bounds"
    )
