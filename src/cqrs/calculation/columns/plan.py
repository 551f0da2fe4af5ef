"""All formulas for all providers: a query for each shape of formula, in blocks of providers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import duckdb
import numpy as np
import numpy.typing as npt

from cqrs.calculation.columns.query import (
    BoundsError,
    Numbers,
    connect,
    outside,
    whole_numbers,
    wrong,
)
from cqrs.calculation.columns.shapes import Shape, shapes
from cqrs.calculation.kinds import Formula
from cqrs.calculation.kinds.amounts import line_name

BLOCK = 400_000
"""Rows computed at once: enough for both cores, and some 50 MB however large the country."""


@dataclass(frozen=True)
class Table:
    """What the formulas read, by the name of the input, as 64-bit whole numbers.

    `present` tells, providers x formulas, what is to be calculated; what isn't may hold anything.
    """

    present: npt.NDArray[np.bool_]
    counts: Mapping[str, Numbers] = field(default_factory=dict)
    """Providers x formulas: what a provider submitted for an indicator."""
    facts: Mapping[str, Numbers] = field(default_factory=dict)
    """One for each provider: its list, its facts."""
    shared: Mapping[str, Numbers] = field(default_factory=dict)
    """One for each formula: England's figures."""

    def column(self, name: str, block: slice, index: int) -> Numbers | None:
        """An input of one formula for some providers; None where the table hasn't got it."""
        if name in self.counts:
            return self.counts[name][block, index]
        if name in self.facts:
            return self.facts[name][block]
        if name in self.shared:
            return np.broadcast_to(self.shared[name][index], len(self.present[block]))
        return None


@dataclass(frozen=True)
class Amounts:
    """Providers x formulas: points in 10^-points_places, and pence; 0 where not present."""

    points: Numbers
    pence: Numbers


@dataclass(frozen=True)
class Plan:
    """Formulas made ready to run over any number of providers, as often as wanted.

    Changed formulas (another threshold, another fee) need a plan of their own, which takes
    milliseconds, and can read the same table.
    """

    formulas: tuple[Formula, ...]
    shapes: tuple[Shape, ...]

    @classmethod
    def of(cls, formulas: Sequence[Formula], points_places: int = 2) -> "Plan":
        """Prove and compile formulas. Raises Overflow, naming the step, if bounds are too wide."""
        return cls(tuple(formulas), tuple(shapes(formulas, points_places)))

    def run(self, table: Table) -> Amounts:
        """Calculate. Raises BoundsError for an input outside its bounds.

        A division by nought raises ZeroDivisionError; both name the indicator and the provider's
        row.
        """
        providers, formulas = table.present.shape
        if formulas != len(self.formulas):
            raise BoundsError(f"the table has {formulas} formulas, the plan {len(self.formulas)}")
        points = np.zeros((providers, formulas), np.int64)
        amounts = Amounts(points, np.zeros_like(points))
        with connect() as connection:
            for shape in self._in_order():
                step = max(1, BLOCK // len(shape.indexes))
                for start in range(0, providers, step):
                    block = slice(start, min(start + step, providers))
                    _Block(self, shape, table, block).calculate(connection, amounts)
        return amounts

    def _in_order(self) -> Iterator[Shape]:
        """Each shape after those whose results it reads."""
        waiting = list(self.shapes)
        while waiting:
            later = {index for shape in waiting for index in shape.indexes}
            ready = [
                s
                for s in waiting
                if not later & {i for n in s.reads for i in self.lines.get(n, ())}
            ]
            if not ready:
                names = sorted(self.formulas[index].indicator.id for index in later)
                raise ValueError(f"{', '.join(names)} are made of one another: one must come first")
            yield from ready
            waiting = [shape for shape in waiting if shape not in ready]

    @cached_property
    def lines(self) -> dict[str, list[int]]:
        """The formulas whose pence an input is, by the name of the input."""
        found: dict[str, list[int]] = {}
        for index, formula in enumerate(self.formulas):
            found.setdefault(line_name(formula.indicator.id), []).append(index)
        return found


class _Block:
    """The rows of one shape for some providers: provider after provider, formula after formula."""

    def __init__(self, plan: Plan, shape: Shape, table: Table, block: slice) -> None:
        self._plan, self._shape, self._table, self._block = plan, shape, table, block
        self._indexes = np.array(shape.indexes)
        self._present = table.present[block][:, self._indexes]
        self._rows = np.flatnonzero(self._present)

    def calculate(self, connection: duckdb.DuckDBPyConnection, amounts: Amounts) -> None:
        """Put the results of these rows in their places."""
        columns = dict(self._columns(amounts))
        self._check(columns)
        columns["row_number"] = self._rows
        connection.register("given", columns)
        found = connection.execute(self._shape.sql).fetchnumpy()
        connection.unregister("given")
        failed = np.flatnonzero(found["code"])
        if failed.size:
            danger = self._shape.guards.dangers[int(found["code"][failed[0]]) - 1]
            raise danger.kind(f"{self._where(failed[0])}: {danger.label}: {danger.words}")
        self._put(amounts.points, found["points"])
        self._put(amounts.pence, found["pence"])

    def _columns(self, amounts: Amounts) -> Iterator[tuple[str, Numbers]]:
        providers = len(self._present)
        for column, names in self._shape.names.items():
            if len(set(names)) == 1:
                values = self._of_all(names[0], amounts)
            else:
                values = np.column_stack(
                    [self._of_one(*each) for each in zip(names, self._indexes)]
                )
            yield column, self._shown(whole_numbers(names[0], values.reshape(-1)))
        for column, figures in self._shape.figures.items():
            yield column, self._shown(np.tile(figures, providers))

    def _of_all(self, name: str, amounts: Amounts) -> Numbers:
        """An input that every formula calls the same."""
        table, block, indexes = self._table, self._block, self._indexes
        lines = self._plan.lines.get(name)
        if name in table.counts:
            return table.counts[name][block][:, indexes]
        if name in table.shared:
            return np.tile(table.shared[name][indexes], len(self._present))
        if lines:
            return np.repeat(amounts.pence[block, lines].sum(axis=1), len(indexes))
        return np.repeat(self._of_one(name, indexes[0]), len(indexes))

    def _of_one(self, name: str, index: int) -> Numbers:
        column = self._table.column(name, self._block, index)
        if column is None:
            ident = self._plan.formulas[index].indicator.id
            raise BoundsError(f"{ident} needs the {name}: put it in the table")
        return column

    def _shown(self, values: Numbers) -> Numbers:
        return values if self._rows.size == values.size else values[self._rows]

    def _put(self, whole: Numbers, found: Numbers) -> None:
        part = np.zeros(self._present.size, np.int64)
        part[self._rows] = found
        whole[self._block, self._indexes] = part.reshape(self._present.shape)

    def _check(self, columns: Mapping[str, Numbers]) -> None:
        for node, name in self._shape.inputs:
            column = columns[name]
            row = outside(node, column)
            if row is not None:
                raise BoundsError(f"{self._where(row)}: {wrong(node, column[row])}")

    def _where(self, row: int) -> str:
        provider, place = divmod(int(self._rows[row]), len(self._indexes))
        indicator = self._plan.formulas[self._indexes[place]].indicator.id
        return f"{indicator}, provider in row {self._block.start + provider}"
