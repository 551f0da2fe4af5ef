"""Stored counts, a JSON text for each practice, put side by side.

Practices send the same fields, so that their texts differ in the numbers only: the text between
the numbers is parsed once, and every further text with the same one is only cut up.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cqrs.calculation.columns.counts import CountTable
from cqrs.definitions.counts import Demands, Key, Value

DIGITS = b"0123456789"
YES, NO, ANSWER = b"#1", b"#0", b"#"
"""How an answer is written between the names, so that it is neither a count nor a name."""


@dataclass(frozen=True)
class _Cut:
    """A text of counts cut at its quotation marks: the names, and what stands between them."""

    names: list[str]
    between: bytes

    @classmethod
    def of(cls, text: str) -> "_Cut | None":
        """None where a name holds what would be taken for something else."""
        if "\\" in text or not text.isascii():
            return None
        parts = text.split('"')
        between = "".join(parts[::2]).encode().replace(b"true", YES).replace(b"false", NO)
        return cls(parts[1::2], between)

    @property
    def frame(self) -> bytes:
        """What stands between the names but for the numbers."""
        return self.between.translate(None, DIGITS)

    @property
    def plain(self) -> bytes:
        """The numbers with commas between them, in a text that has nothing else."""
        return self.between.translate(None, b" :{}#")


@dataclass(frozen=True)
class _Shape:
    """The names and the frame of a text, and the column of each of its numbers."""

    names: list[str]
    frame: bytes
    columns: npt.NDArray[np.intp]

    def fits(self, cut: _Cut) -> bool:
        """Whether another text differs from this one in the numbers only."""
        return cut.names == self.names and cut.frame == self.frame


def read(demands: Demands, codes: Sequence[str], texts: Iterable[tuple[int, str]]) -> CountTable:
    """The table of texts like {"AF001": {"Register": 12}}, each with the place of its practice.

    What can't be cut up is read as any JSON, and practices with anything odd are kept apart.
    """
    size = (len(codes), len(demands.kinds))
    numbers, given = np.zeros(size, np.int64), np.zeros(size, np.bool_)
    shapes: list[_Shape] = []
    apart: dict[int, Mapping[Key, Value]] = {}
    for row, text in texts:
        cut = _Cut.of(text)
        shape = _known(demands, shapes, cut, text) if cut else None
        if cut is None or shape is None:
            apart[row] = _parsed(text)
            continue
        # Ten times as fast as `int`; what is too large for it becomes the largest number there is.
        found = np.fromstring(cut.plain, dtype=np.int64, sep=",")
        if found.max() > demands.largest:
            apart[row] = _parsed(text)
        else:
            numbers[row, shape.columns] = found
            given[row, shape.columns] = True
    rows = list(apart)
    one_by_one = CountTable.of(demands, [codes[row] for row in rows], list(apart.values()))
    numbers[rows], given[rows] = one_by_one.numbers, one_by_one.given
    odd = {rows[place]: values for place, values in one_by_one.odd.items()}
    return CountTable(demands, tuple(codes), numbers, given, odd)


def _known(demands: Demands, shapes: list[_Shape], cut: _Cut, text: str) -> _Shape | None:
    """The shape of a text; None where cutting it up wouldn't find what a JSON reader finds."""
    for shape in shapes:
        if shape.fits(cut):
            return shape
    values = _parsed(text)
    table = CountTable.of(demands, [""], [values])
    spelt = ",".join(str(int(value)) for value in values.values()) if not table.odd else ""
    if not spelt or cut.plain.decode() != spelt or cut.between.count(ANSWER) != _answers(values):
        return None
    columns = np.array([table.places[key] for key in values], np.intp)
    shapes.append(_Shape(cut.names, cut.frame, columns))
    return shapes[-1]


def _answers(values: Mapping[Key, Value]) -> int:
    return sum(isinstance(value, bool) for value in values.values())


def _parsed(text: str) -> dict[Key, Value]:
    return {
        (indicator, name): value
        for indicator, fields in json.loads(text).items()
        for name, value in fields.items()
    }
