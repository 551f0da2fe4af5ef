"""Numbers as fractions of whole-number columns whose ranges are known.

A `Term` is factor x column x column / column. It stays in lowest form, so a list that multiplies
and divides falls out. A column under the line is never below 1: what could be nought there is
lifted to 1 (`arithmetic.divided`), and `guards` finds the rows where that would matter.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

NARROW = 2**63 - 1
"""The largest number of a BIGINT, which is several times as fast as a HUGEINT."""


@dataclass(frozen=True)
class Whole:
    """A whole number as SQL, the range it can't leave, and how many queries it lies deep."""

    sql: str
    least: int
    most: int
    level: int = 0

    @property
    def size(self) -> int:
        """The largest magnitude."""
        return max(-self.least, self.most)

    @property
    def kind(self) -> str:
        """The type that holds it."""
        return "HUGEINT" if self.size > NARROW else "BIGINT"


Wholes = tuple[Whole, ...]


@dataclass(frozen=True)
class Term:
    """factor x over / under, and the range of its value. Columns under the line are at least 1."""

    factor: Fraction
    over: Wholes
    under: Wholes
    least: Fraction
    most: Fraction


@dataclass(frozen=True)
class Shared:
    """Terms as `outside` x whole numbers: for each a factor and the columns it multiplies."""

    outside: Term
    inside: tuple[tuple[int, Wholes], ...]


def constant(number: Fraction | int) -> Term:
    """A number that is the same in every row."""
    value = Fraction(number)
    return Term(value, (), (), value, value)


NOUGHT, ONE = constant(0), constant(1)


def term(
    factor: Fraction | int,
    over: Iterable[Whole] = (),
    under: Iterable[Whole] = (),
    least: Fraction | None = None,
    most: Fraction | None = None,
) -> Term:
    """A term in lowest form. A tighter range than its columns tell may be given."""
    if factor == 0:
        return NOUGHT
    tops, bottoms = Counter(over), Counter(under)
    tops, bottoms = tops - bottoms, bottoms - tops
    low = high = Fraction(factor)
    for column in tops.elements():
        low, high = spread(low, high, column.least, column.most)
    for column in bottoms.elements():
        low, high = spread(low, high, Fraction(1, column.most), Fraction(1, column.least))
    low = low if least is None else max(low, least)
    high = high if most is None else min(high, most)
    return Term(Fraction(factor), ordered(tops), ordered(bottoms), low, high)


def times(terms: Iterable[Term]) -> Term:
    """The product; what stands above and below the line falls out."""
    factor = low = high = Fraction(1)
    over: list[Whole] = []
    under: list[Whole] = []
    for each in terms:
        factor *= each.factor
        low, high = spread(low, high, each.least, each.most)
        over += each.over
        under += each.under
    return term(factor, over, under, low, high)


def share(terms: Sequence[Term], *, keep_order: bool) -> Shared:
    """Put terms over one line. To keep their order, nothing negative is moved outside."""
    shown = [each for each in terms if each.factor]
    line: Counter[Whole] = Counter()
    for each in shown:
        line |= Counter(each.under)
    tops = [Counter(each.over) + (line - Counter(each.under)) for each in shown]
    common = in_all(tops)
    if keep_order:
        common = Counter({column: n for column, n in common.items() if column.least >= 0})
    factor = common_factor(shown)
    rest = iter(tops)
    inside = tuple(
        (int(each.factor / factor), ordered(next(rest) - common)) if each.factor else (0, ())
        for each in terms
    )
    return Shared(term(factor, common.elements(), line.elements()), inside)


def in_all(groups: Sequence[Counter[Whole]]) -> Counter[Whole]:
    """The columns that every group has."""
    common = Counter(groups[0]) if groups else Counter()
    for group in groups[1:]:
        common &= group
    return common


def common_factor(terms: Sequence[Term]) -> Fraction:
    """The largest number of which every factor is a whole multiple; it is above nought."""
    return Fraction(
        gcd(*(each.factor.numerator for each in terms)) or 1,
        lcm(*(each.factor.denominator for each in terms)),
    )


def ordered(columns: Counter[Whole]) -> Wholes:
    """The columns, small ones first: their product stays in the fast type for longer."""
    return tuple(sorted(columns.elements(), key=lambda column: (column.size, column.sql)))


Number = Fraction | int


def spread(low: Number, high: Number, least: Number, most: Number) -> tuple[Fraction, Fraction]:
    """The range of a product of two numbers with these ranges."""
    ends = (low * least, low * most, high * least, high * most)
    return Fraction(min(ends)), Fraction(max(ends))
