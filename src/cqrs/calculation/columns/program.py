"""Columns in the order in which they are computed, each in a type that is proven to hold it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cqrs.calculation.columns.terms import NARROW, Whole, spread

WIDE = 2**127 - 1
"""The largest number of a HUGEINT."""


class Overflow(ValueError):  # noqa: N818 - an OverflowError is something else in Python
    """A step can become larger than columns hold; says which, how large, and what to do."""

    def __init__(self, label: str, largest: int) -> None:
        self.label = label
        self.digits = len(str(largest))
        super().__init__(
            f"{label}: a number on the way to it can reach {self.digits} digits, and columns hold "
            "38: declare a smaller largest number under bounds"
        )


class Program:
    """What a formula computes: columns `v0`, `v1`, ... made of inputs and of one another."""

    def __init__(self) -> None:
        self.steps: list[tuple[Whole, str]] = []
        self.label = "the formula"
        self._known: dict[str, Whole] = {}

    @contextmanager
    def within(self, label: str) -> Iterator[None]:
        """Blame what overflows in here on this step."""
        before, self.label = self.label, label
        yield
        self.label = before

    def column(self, name: str, least: int, most: int) -> Whole:
        """A column of the inputs, which are BIGINT."""
        whole = Whole(name, least, most)
        if whole.size > NARROW:
            raise Overflow(self.label, whole.size)
        return whole

    def define(self, sql: str, least: int, most: int, *operands: Whole) -> Whole:
        """A column of its own for an expression; the same expression is computed once."""
        known = self._known.get(sql)
        if known is None:
            level = 1 + max((operand.level for operand in operands), default=0)
            known = self._fits(Whole(f"v{len(self.steps)}", least, most, level))
            self.steps.append((known, f"CAST({sql} AS {known.kind})"))
            self._known[sql] = known
        return known

    def named(self, whole: Whole) -> Whole:
        """The same number as a column of its own, or in full if it can be only one."""
        if whole.least == whole.most:
            return self.product(whole.least)
        if whole.sql.isalnum():
            return whole
        return self.define(whole.sql, whole.least, whole.most, whole)

    def product(self, factor: int, columns: Sequence[Whole] = ()) -> Whole:
        """The product, every product on the way in a type that holds it."""
        so_far = self._fits(Whole(_literal(factor), factor, factor))
        if factor == 0:
            return so_far
        if factor == 1 and columns:
            so_far, columns = columns[0], columns[1:]
        for column in columns:
            low, high = spread(so_far.least, so_far.most, column.least, column.most)
            so_far = self._joined(so_far, "*", column, int(low), int(high))
        return so_far

    def total(self, parts: Sequence[Whole]) -> Whole:
        """The sum of products, every sum on the way in a type that holds it."""
        so_far = parts[0]
        for part in parts[1:]:
            low, high = so_far.least + part.least, so_far.most + part.most
            so_far = self._joined(so_far, "+", part, low, high)
        return so_far

    def _joined(self, first: Whole, sign: str, second: Whole, least: int, most: int) -> Whole:
        outcome = self._fits(Whole("", least, most, max(first.level, second.level)))
        text = first.sql
        if outcome.kind == "HUGEINT" and first.kind == second.kind == "BIGINT":
            text = f"({text})::HUGEINT"
        return Whole(f"{text} {sign} {second.sql}", least, most, outcome.level)

    def _fits(self, whole: Whole) -> Whole:
        if whole.size > WIDE:
            raise Overflow(self.label, whole.size)
        return whole


def _literal(number: int) -> str:
    return f"({number})::{Whole('', number, number).kind}"
