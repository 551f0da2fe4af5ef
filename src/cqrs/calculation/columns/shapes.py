"""Formulas of one shape, alike but for their figures: one query, with figures as columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from cqrs.calculation import nodes
from cqrs.calculation.columns.build import Builder, fixed
from cqrs.calculation.columns.guards import Guards
from cqrs.calculation.columns.program import Overflow
from cqrs.calculation.columns.query import Numbers, select, whole_numbers
from cqrs.calculation.columns.terms import Whole, term
from cqrs.calculation.kinds import Formula
from cqrs.calculation.kinds.amounts import line_name
from cqrs.calculation.nodes import Node

Outline = tuple[Any, ...]


@dataclass
class Sketch:
    """A formula's tree without its figures, and the figures in the order in which they stand."""

    index: int
    formula: Formula
    names: list[str] = field(default_factory=list)
    """The inputs in the order in which they are first read."""
    figures: list[Node] = field(default_factory=list)
    values: list[Fraction | int] = field(default_factory=list)
    _seen: dict[int, int] = field(default_factory=dict)

    def outline(self, node: Node) -> Outline:
        """What must be alike in formulas that are computed by one query."""
        known = self._seen.get(id(node))
        if known is not None:
            return ("again", known)
        self._seen[id(node)] = len(self._seen)
        value = fixed(node)
        if value is not None:
            self.figures.append(node)
            self.values.append(value)
            return ("figure",)
        match node:
            case nodes.Input(name=name):
                return (self._place(name), node.least, node.most, node.places)
            case nodes.Round(places=places, mode=mode):
                return (mode, places, self.outline(node.part))
            case nodes.Root(places=places):
                return ("root", places, self.outline(node.part))
        return (type(node).__name__, *(self.outline(part) for part in node.parts))

    def _place(self, name: str) -> int | str:
        """Inputs may have other names in formulas of one shape, unless they are other lines."""
        if name not in self.names:
            self.names.append(name)
        return name if name.startswith(line_name("")) else self.names.index(name)


@dataclass(frozen=True)
class Shape:
    """Some formulas as one query: which they are, what they read, and their figures as columns."""

    indexes: tuple[int, ...]
    sql: str
    inputs: tuple[tuple[nodes.Input, str], ...]
    """What the first of the formulas reads, each with the name of its column."""
    names: dict[str, tuple[str, ...]]
    """For each column of an input, what it is called in each of the formulas."""
    figures: dict[str, Numbers]
    """For each column of figures, one whole number a formula."""
    guards: Guards

    @property
    def reads(self) -> set[str]:
        """The names of everything that any of the formulas reads."""
        return {name for names in self.names.values() for name in names}


def shapes(formulas: Iterable[Formula], points_places: int) -> list[Shape]:
    """Group formulas and compile each group. Raises Overflow."""
    groups: dict[Outline, list[Sketch]] = {}
    for index, formula in enumerate(formulas):
        sketch = Sketch(index, formula)
        points = () if formula.points is None else sketch.outline(formula.points)
        groups.setdefault((points, sketch.outline(formula.pence)), []).append(sketch)
    return [shape for group in groups.values() for shape in _compiled(group, points_places)]


def _compiled(group: Sequence[Sketch], points_places: int) -> list[Shape]:
    try:
        return [_shape(group, points_places)]
    except Overflow:
        if len(group) == 1:
            raise
        # The largest figures of different formulas needn't ever meet in one.
        return [_shape([sketch], points_places) for sketch in group]


def _shape(group: Sequence[Sketch], points_places: int) -> Shape:
    build, formula = Builder(), group[0].formula
    figures: dict[str, Numbers] = {}
    for place, node in enumerate(group[0].figures):
        values = [one.values[place] for one in group]
        if len(set(values)) == 1:
            continue
        scale = lcm(*(value.denominator for value in values))
        column = [int(value * scale) for value in values]
        whole = build.program.column(f"c{place}", min(column), max(column))
        build.take(node, term(Fraction(1, scale), (whole,)))
        figures[whole.sql] = whole_numbers(whole.sql, column)
    guards, nought = Guards(build), build.program.product(0)
    pence, many_pence = _counted(build, guards, formula.pence, 0)
    points, codes = nought, [guards.code(formula.pence), many_pence]
    if formula.points is not None:
        points, many_points = _counted(build, guards, formula.points, points_places)
        codes += [guards.code(formula.points), many_points]
    code = guards.first(*codes) or nought
    sql = select(build.program, {"points": points, "pence": pence, "code": code})
    inputs = tuple((one, build.columns[one.name]) for one in build.inputs)
    names = {
        column: tuple(one.names[place] for one in group)
        for place, column in enumerate(build.columns[name] for name in group[0].names)
    }
    return Shape(tuple(one.index for one in group), sql, inputs, names, figures, guards)


def _counted(
    build: Builder, guards: Guards, node: nodes.Named, places: int
) -> tuple[Whole, Whole | None]:
    """A result as a whole number of 10^-places, and where it is too large for 64 bits."""
    result = build.term(node)
    factor = result.factor * 10**places
    if factor.denominator != 1 or result.under:
        raise ValueError(f"{node.label} isn't rounded to {places} places: put it under a Round")
    with build.program.within(node.label):
        return guards.fitting(build.program.product(factor.numerator, result.over))
