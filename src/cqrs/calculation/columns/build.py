"""Nodes made into terms: the meaning of each node is `exact`'s, its SQL is `arithmetic`'s."""

from fractions import Fraction

from cqrs.calculation import exact, nodes
from cqrs.calculation.columns import arithmetic
from cqrs.calculation.columns.program import Program
from cqrs.calculation.columns.terms import NOUGHT, Term, Whole, constant, term, times
from cqrs.calculation.nodes import Node


def fixed(node: Node) -> Fraction | int | None:
    """What a node without inputs comes to; None with inputs, or if it divides by nought."""
    if isinstance(node, nodes.Constant):
        return node.value
    if has_inputs(node):
        return None
    try:
        return exact.value(node, {}, {})
    except (ZeroDivisionError, ValueError):
        return None


def has_inputs(node: Node) -> bool:
    """True if the node differs between providers."""
    if isinstance(node, nodes.Constant):
        return False
    return isinstance(node, nodes.Input) or any(has_inputs(part) for part in node.parts)


class Builder:
    """Makes terms of one formula's nodes, each node once."""

    def __init__(self) -> None:
        self.program = Program()
        self.inputs: dict[nodes.Input, Whole] = {}
        self._names: dict[str, str] = {}
        self._terms: dict[int, Term] = {}

    def take(self, node: Node, as_term: Term) -> None:
        """Take a figure from a column, where formulas of one shape differ in it."""
        self._terms[id(node)] = as_term

    def term(self, node: Node) -> Term:
        """The term of a node. Raises Overflow."""
        known = self._terms.get(id(node))
        if known is None:
            number = fixed(node)
            known = self._compute(node) if number is None else constant(number)
            self._terms[id(node)] = known
        return known

    def fraction(self, node: Node) -> tuple[Whole, Whole]:
        """A node as one whole number over another. Raises Overflow."""
        found = self.term(node)
        with self.program.within(getattr(node, "label", self.program.label)):
            return (
                self.program.product(found.factor.numerator, found.over),
                self.program.product(found.factor.denominator, found.under),
            )

    def flag(self, node: nodes.WhenPositive | nodes.When) -> Whole | None:
        """1 where `then` is taken, else 0; None where it always is."""
        if isinstance(node, nodes.WhenPositive):
            return arithmetic.positive(self.program, self.term(node.test))
        return arithmetic.reached(self.program, self.term(node.left), self.term(node.right))

    def steps(self, node: nodes.Bands) -> list[tuple[Whole, nodes.Band]]:
        """The bands from the last to the first, each with 1 where its start is reached."""
        part = self.term(node.part)
        return [
            (arithmetic.reached(self.program, part, self.term(band.start)), band)
            for band in reversed(node.bands)
        ]

    @property
    def columns(self) -> dict[str, str]:
        """The name of each input, with the name of its column."""
        return self._names

    def _compute(self, node: Node) -> Term:
        program = self.program
        match node:
            case nodes.Input():
                return self._input(node)
            case nodes.Constant(value=value):
                return constant(value)
            case nodes.Named(label=label, part=part):
                with program.within(label):
                    return self.term(part)
            case nodes.Sum(parts=parts):
                return arithmetic.plus(program, self._all(parts))
            case nodes.Difference(left=left, right=right):
                return arithmetic.minus(program, self.term(left), self.term(right))
            case nodes.Product(parts=parts):
                return times(self._all(parts))
            case nodes.Ratio(top=top, bottom=bottom):
                return arithmetic.divided(program, self.term(top), self.term(bottom))
            case nodes.Minimum(parts=parts):
                return arithmetic.smallest(program, self._all(parts))
            case nodes.Maximum(parts=parts):
                return arithmetic.largest(program, self._all(parts))
            case nodes.Clamp(part=part):
                return arithmetic.clamped(program, self.term(part))
            case nodes.Round(part=part, places=places, mode=mode):
                return arithmetic.round_term(program, self.term(part), places, mode)
            case nodes.Root(part=part, places=places):
                return arithmetic.root(program, self.term(part), places)
            case nodes.WhenPositive(test=test, then=then):
                return arithmetic.when_positive(program, self.term(test), self.term(then))
            case nodes.When(then=then, otherwise=otherwise):
                flag = arithmetic.reached(program, self.term(node.left), self.term(node.right))
                cases = ((flag, self.term(then)),)
                return arithmetic.chosen(program, cases, self.term(otherwise))
            case nodes.Bands():
                found = [(flag, self.term(band.then)) for flag, band in self.steps(node)]
                return arithmetic.chosen(program, found, NOUGHT)

    def _all(self, parts: tuple[Node, ...]) -> list[Term]:
        return [self.term(part) for part in parts]

    def _input(self, node: nodes.Input) -> Term:
        column = self.inputs.get(node)
        if column is None:
            name = self._names.setdefault(node.name, f"i{len(self._names)}")
            with self.program.within(node.label):
                column = self.program.column(name, node.least, node.most)
            self.inputs[node] = column
        return term(Fraction(1, 10**node.places), (column,))
