"""One formula over columns: what `exact.value` gives for every row, computed at once."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from cqrs.calculation.columns.build import Builder
from cqrs.calculation.columns.guards import Guards
from cqrs.calculation.columns.query import (
    BoundsError,
    connect,
    outside,
    select,
    whole_numbers,
    wrong,
)
from cqrs.calculation.nodes import Node


def evaluate(node: Node, columns: Mapping[str, Sequence[int]]) -> list[Fraction]:
    """The value of a node in every row, exact.

    `columns` holds each input by its name as whole numbers of 10^-places of its unit, all of one
    length. Raises Overflow before anything is computed if a row within the declared bounds could
    leave 128 bits, BoundsError if a row lies outside them, and ZeroDivisionError or ValueError,
    naming the step and the row, where the exact reader would fail.
    """
    build = Builder()
    top, bottom = build.fraction(node)
    outputs = {"top": top, "bottom": bottom}
    guards = Guards(build)
    code = guards.code(node)
    if code is not None:
        outputs["code"] = code
    given = {name: whole_numbers(name, column) for name, column in columns.items()}
    if len({column.shape for column in given.values()}) != 1:
        raise BoundsError("hand in columns of one length: a number of each input in every row")
    for one in build.inputs:
        beyond = outside(one, given[one.name])
        if beyond is not None:
            raise BoundsError(f"row {beyond}: {wrong(one, given[one.name][beyond])}")
    with connect() as connection:
        table = {column: given[name] for name, column in build.columns.items()}
        # A formula without inputs still has a row for each row it is asked for.
        table["row_number"] = next(iter(given.values()))
        connection.register("given", table)
        rows = connection.execute(select(build.program, outputs)).fetchall()
    for number, row in enumerate(rows):
        if code is not None and row[2]:
            raise guards.dangers[row[2] - 1].error(number)
    return [Fraction(row[0], row[1]) for row in rows]
