"""Divisions by nought: proven impossible where the tree shows it, else found by row.

A bottom is above nought if it is made of what is: inputs and figures of at least 1, what a
WhenPositive, When or Bands around it has asked for, and products, ratios, smallest of such.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cqrs.calculation import nodes
from cqrs.calculation.columns import arithmetic
from cqrs.calculation.columns.build import Builder
from cqrs.calculation.columns.terms import NARROW, Term, Whole
from cqrs.calculation.nodes import Node

Facts = frozenset[Whole]
"""Columns that are above nought where the node counts."""


@dataclass(frozen=True)
class Danger:
    """A step that can fail: where, what it does, and the error that the exact reader raises."""

    label: str
    words: str
    kind: type[ArithmeticError] | type[ValueError]
    """ZeroDivisionError, ValueError for a root, OverflowError for a result of over 18 digits."""

    def error(self, row: int) -> Exception:
        """The error for a row."""
        return self.kind(f"{self.label}, row {row}: {self.words}")


class Guards:
    """Looks for what may fail in a formula; `dangers` says what was found, in order."""

    def __init__(self, builder: Builder) -> None:
        self.dangers: list[Danger] = []
        self._build = builder
        self._seen: dict[tuple[int, Facts], Whole | None] = {}

    def code(self, node: Node, facts: Facts = frozenset()) -> Whole | None:
        """A column with 0 in every sound row, else 1 + the index of the danger; None if proven."""
        key = (id(node), facts)
        if key not in self._seen:
            with self._build.program.within(getattr(node, "label", self._build.program.label)):
                self._seen[key] = self._code(node, facts)
        return self._seen[key]

    def _code(self, node: Node, facts: Facts) -> Whole | None:
        build = self._build
        match node:
            case nodes.WhenPositive(test=test, then=then):
                inner = self.code(then, facts | self.shown_by(test))
                return self.first(self.code(test, facts), self._where(build.flag(node), inner))
            case nodes.When(left=left, right=right):
                flag = build.flag(node)
                asked = (
                    self.shown_by(left) if self.is_positive(right, facts) else frozenset[Whole]()
                )
                first = self._where(flag, self.code(node.then, facts | asked))
                second = self._where(flag, self.code(node.otherwise, facts), sign="= 0")
                return self.first(self.code(left, facts), self.code(right, facts), first, second)
            case nodes.Bands(part=part):
                return self.first(self.code(part, facts), *self._bands(node, facts))
        found = [self.code(part, facts) for part in node.parts]
        if isinstance(node, nodes.Ratio):
            found.append(self._bottom(node.bottom, facts))
        if isinstance(node, nodes.Root) and build.term(node.part).least < 0:
            found.append(self._below_nought(build.term(node.part)))
        return self.first(*found)

    def _bands(self, node: nodes.Bands, facts: Facts) -> Iterator[Whole | None]:
        program = self._build.program
        earlier: list[Whole] = []
        for reached, band in self._build.steps(node):
            shown = (
                self.shown_by(node.part)
                if self.is_positive(band.start, facts)
                else frozenset[Whole]()
            )
            text = " AND ".join([f"{reached.sql} = 1", *(f"{flag.sql} = 0" for flag in earlier)])
            chosen = arithmetic.flag(program, text, reached, *earlier)
            yield self._where(chosen, self.code(band.then, facts | shown))
            earlier.append(reached)

    def _bottom(self, bottom: Node, facts: Facts) -> Whole | None:
        amount = self._build.term(bottom)
        if amount.most < 0 or self.is_positive(bottom, facts):
            return None
        label = getattr(bottom, "label", "a number")
        danger = self._danger(f"it divides by {label}, which is nought", ZeroDivisionError)
        may = [column for column in dict.fromkeys(amount.over) if column.least <= 0]
        text = " OR ".join(f"{column.sql} = 0" for column in may) if amount.factor else "1 = 1"
        return self._mark(text, danger, *may)

    def _below_nought(self, part: Term) -> Whole:
        top = self._build.program.product(part.factor.numerator, part.over)
        danger = self._danger("it takes the square root of less than nought", ValueError)
        return self._mark(f"{top.sql} < 0", danger, top)

    def _danger(self, words: str, kind: type[ArithmeticError] | type[ValueError]) -> int:
        self.dangers.append(Danger(self._build.program.label, words, kind))
        return len(self.dangers)

    def _mark(self, condition: str, code: int, *operands: Whole) -> Whole:
        text = f"CASE WHEN {condition} THEN {code} ELSE 0 END"
        return self._build.program.define(text, 0, code, *operands)

    def _where(self, flag: Whole | None, code: Whole | None, sign: str = "= 1") -> Whole | None:
        if flag is None or code is None:
            return code
        text = f"CASE WHEN {flag.sql} {sign} THEN {code.sql} ELSE 0 END"
        return self._build.program.define(text, 0, code.most, flag, code)

    def fitting(self, whole: Whole) -> tuple[Whole, Whole | None]:
        """A result as a BIGINT, and a code for the rows where it is too large for one."""
        if whole.size <= NARROW:
            return whole, None
        program = self._build.program
        whole = program.named(whole)
        text = f"LEAST(GREATEST({whole.sql}, -{NARROW}), {NARROW})"
        cut = program.define(text, -NARROW, NARROW, whole)
        danger = self._danger("it comes to more than 18 digits", OverflowError)
        return cut, self._mark(f"{whole.sql} <> {cut.sql}", danger, whole, cut)

    def first(self, *codes: Whole | None) -> Whole | None:
        """One column for several codes: in each row the largest, None where there are none."""
        found = [code for code in dict.fromkeys(codes) if code is not None]
        if len(found) < 2:
            return found[0] if found else None
        text = f"GREATEST({', '.join(code.sql for code in found)})"
        return self._build.program.define(text, 0, max(code.most for code in found), *found)

    # What is above nought -------------------------------------------------------------------------

    def is_positive(self, node: Node, facts: Facts) -> bool:
        """True if the node is above nought wherever the columns of `facts` are."""
        amount = self._build.term(node)
        if amount.least > 0:
            return True
        if amount.factor > 0 and all(c.least >= 1 or c in facts for c in amount.over):
            return True
        match node:
            case nodes.Named(part=part) | nodes.Clamp(part=part):
                return self.is_positive(part, facts)
            case nodes.Product(parts=parts) | nodes.Minimum(parts=parts):
                return all(self.is_positive(part, facts) for part in parts)
            case nodes.Maximum(parts=parts):
                return any(self.is_positive(part, facts) for part in parts)
            case nodes.Sum(parts=parts):
                never_less = all(self._build.term(part).least >= 0 for part in parts)
                return never_less and any(self.is_positive(part, facts) for part in parts)
            case nodes.Ratio(top=top, bottom=bottom):
                return self.is_positive(top, facts) and self.is_positive(bottom, facts)
            case nodes.WhenPositive(test=test, then=then):
                return self.is_positive(test, facts) and self.is_positive(then, facts)
        return False

    def shown_by(self, node: Node) -> Facts:
        """The columns that are above nought wherever the node is."""
        amount = self._build.term(node)
        own = frozenset[Whole]()
        if amount.factor > 0 and (
            len(amount.over) == 1 or all(column.least >= 0 for column in amount.over)
        ):
            own = frozenset(amount.over)
        match node:
            case nodes.Named(part=part) | nodes.Clamp(part=part) | nodes.Round(part=part):
                return own | self.shown_by(part)
            case nodes.Minimum(parts=parts):
                return own.union(*(self.shown_by(part) for part in parts))
            case nodes.Product(parts=parts) if all(self._build.term(p).least >= 0 for p in parts):
                return own.union(*(self.shown_by(part) for part in parts))
            case nodes.WhenPositive(test=test, then=then):
                return own | self.shown_by(test) | self.shown_by(then)
        return own
