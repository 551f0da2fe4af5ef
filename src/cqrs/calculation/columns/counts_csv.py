"""A country's file of counts, read at once where all of it is ordinary.

What is ordinary is narrow on purpose: every cell spelt in the one usual way. Anything else is
None, and the whole file goes to the careful reader, which finds every fault and has the words.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from cqrs.calculation.columns.counts import CountTable
from cqrs.definitions.counts import Demands

SETTINGS: dict[str, Any] = {
    "preserve_insertion_order": "false",
    # The short tables are what is looked up, not the file: else it is held in memory, 900 MB of it.
    "disabled_optimizers": "build_side_probe_side,join_order",
}
LONGEST_ROW = 100_000
"""In bytes. The careful reader takes longer ones, up to its own limits."""
ORDINARY_PATH = re.compile(r"[\w /.,()+=@-]+")
"""DuckDB takes others, such as counts*.csv, for a pattern, and reads files that nobody named."""


@dataclass(frozen=True)
class Layout:
    """Which column of a file holds what, by name."""

    columns: tuple[str, ...]
    """In the order of the file."""
    practice: str
    indicator: str
    field: str
    value: str
    fixed: Mapping[str, str]
    """Columns that hold the same text in every row, such as the service."""


def read(path: Path, layout: Layout, demands: Demands, codes: Sequence[str]) -> CountTable | None:
    """The counts of a file; None unless every row is an ordinary one of one of these practices.

    Ordinary: a known field of a known practice, once, with a plain whole number within bounds, or
    Y or N; sound CSV, in the one file of that very name. Whether the counts agree with one
    another is `CountTable.in_order`.
    """
    # Only a whole path is never an address (file:, s3:) nor somebody's home (~).
    place = str(path.absolute())
    if not ORDINARY_PATH.fullmatch(place):
        return None
    try:
        with _database(os.getpid()).cursor() as connection:
            _tell(connection, demands, codes)
            parameters = [*layout.fixed.values(), place]
            found = connection.execute(_query(layout), parameters).fetchnumpy()
    except duckdb.Error:
        return None
    number = found["number"]
    if not number.size or np.ma.is_masked(number):
        return None
    size = (len(codes), len(demands.kinds))
    numbers, given = np.zeros(size, np.int64), np.zeros(size, np.bool_)
    cells = found["practice"], found["field"]
    given[cells] = True
    if np.count_nonzero(given) != number.size:
        return None
    numbers[cells] = number
    rows = np.flatnonzero(given.any(axis=1))
    return CountTable(
        demands,
        tuple(codes[row] for row in rows.tolist()),
        numbers[rows],
        given[rows],
        {},
    )


@cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    # Opening one takes 50 ms. A process that was forked can't use the threads of its parent's.
    return duckdb.connect(":memory:", config=SETTINGS)


def _tell(connection: duckdb.DuckDBPyConnection, demands: Demands, codes: Sequence[str]) -> None:
    """Put the practices and fields that may stand in the file beside it."""
    connection.register(
        "practices",
        {"place": np.arange(len(codes), dtype=np.int32), "code": np.array(codes, object)},
    )
    keys = list(demands.kinds)
    connection.register(
        "fields",
        {
            "place": np.arange(len(keys), dtype=np.int32),
            "indicator": np.array([indicator for indicator, _ in keys], object),
            "name": np.array([name for _, name in keys], object),
            "answers": np.array([kind == "yes_no" for kind in demands.kinds.values()]),
            "largest": np.full(len(keys), demands.largest, np.int64),
        },
    )


def _query(layout: Layout) -> str:
    width = len(layout.columns)
    # A column too many, so that a row of another width shows: cells that aren't there are NULL.
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width + 1))
    name = {column: f"c{place}" for place, column in enumerate(layout.columns)}
    value = name[layout.value]
    fixed = "".join(f" AND {name[column]} = ?" for column in layout.fixed)
    # What holds is asked for, so that an empty cell, which neither is nor isn't, doesn't pass.
    return f"""
        SELECT coalesce(practices.place, 0) AS practice, coalesce(fields.place, 0) AS field,
               CASE WHEN practices.place IS NOT NULL{fixed}
                         AND c{width - 1} IS NOT NULL AND c{width} IS NULL
                    THEN CASE WHEN answers
                              THEN CASE {value} WHEN 'Y' THEN 1 WHEN 'N' THEN 0 END
                              WHEN CAST(whole AS VARCHAR) = {value}
                                   AND whole BETWEEN 0 AND largest
                              THEN whole END END AS number
          FROM (SELECT *, TRY_CAST({value} AS BIGINT) AS whole
                  FROM read_csv(?, auto_detect = false, header = true, delim = ',', quote = '"',
                                escape = '"', strict_mode = true, null_padding = true,
                                nullstr = '\x01', max_line_size = {LONGEST_ROW},
                                compression = 'none', hive_partitioning = false,
                                columns = {{{columns}}}))
          LEFT JOIN practices ON practices.code = {name[layout.practice]}
          LEFT JOIN fields ON fields.indicator = {name[layout.indicator]}
                          AND fields.name = {name[layout.field]}"""
