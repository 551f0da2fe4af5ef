"""Sums, comparisons, choices, divisions and rounding of terms, as columns of a program.

Nothing here can fail or overflow in any row, guarded or not, whatever order a database computes
in: there is always something to divide by, and every range is measured before it is written down.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

from cqrs.calculation.columns.program import Overflow, Program
from cqrs.calculation.columns.terms import (
    NOUGHT,
    ONE,
    Shared,
    Term,
    Whole,
    common_factor,
    constant,
    in_all,
    ordered,
    share,
    term,
    times,
)
from cqrs.values import RoundingMode, rounded

ROOT_LIMIT = 2**126
"""What a root is taken of stays below this, so that the square of 1 more still fits."""


def plus(program: Program, terms: Sequence[Term]) -> Term:
    """The sum."""
    shared = share(terms, keep_order=False)
    if not any(columns for _, columns in shared.inside):
        return times((shared.outside, constant(sum(factor for factor, _ in shared.inside))))
    total = program.total([program.product(*each) for each in shared.inside if each[0]])
    least = sum((each.least for each in terms), Fraction(0))
    most = sum((each.most for each in terms), Fraction(0))
    return _back(shared, program.named(total), least, most)


def minus(program: Program, left: Term, right: Term) -> Term:
    """What is left of `left` without `right`."""
    return plus(program, (left, times((constant(-1), right))))


def smallest(program: Program, terms: Sequence[Term]) -> Term:
    """The smallest of the terms."""
    shared = share(terms, keep_order=True)
    parts = [program.product(*each) for each in shared.inside]
    text = f"LEAST({', '.join(part.sql for part in parts)})"
    low, high = min(part.least for part in parts), min(part.most for part in parts)
    least, most = min(each.least for each in terms), min(each.most for each in terms)
    return _back(shared, program.define(text, low, high, *parts), least, most)


def largest(program: Program, terms: Sequence[Term]) -> Term:
    """The largest of the terms."""
    shared = share(terms, keep_order=True)
    parts = [program.product(*each) for each in shared.inside]
    text = f"GREATEST({', '.join(part.sql for part in parts)})"
    low, high = max(part.least for part in parts), max(part.most for part in parts)
    least, most = max(each.least for each in terms), max(each.most for each in terms)
    return _back(shared, program.define(text, low, high, *parts), least, most)


def clamped(program: Program, part: Term) -> Term:
    """The term kept between 0 and 1."""
    return largest(program, (NOUGHT, smallest(program, (part, ONE))))


def _back(shared: Shared, whole: Whole, least: Fraction, most: Fraction) -> Term:
    outside = shared.outside
    return term(outside.factor, (*outside.over, whole), outside.under, least, most)


def divided(program: Program, top: Term, bottom: Term) -> Term:
    """The ratio. A bottom of nought counts as 1: `guards` tells the rows that is wrong for."""
    over: list[Whole] = list(bottom.under)
    under: list[Whole] = []
    for column in bottom.over:
        name = column.sql
        if column.least >= 1:
            under.append(column)
        elif column.least >= 0:
            most = max(column.most, 1)
            under.append(program.define(f"GREATEST({name}, 1)", 1, most, column))
        else:
            size = max(column.size, 1)
            under.append(program.define(f"GREATEST({name}, -{name}, 1)", 1, size, column))
            sign = f"CASE WHEN {name} < 0 THEN -1 ELSE 1 END"
            over.append(program.define(sign, -1, 1, column))
    factor = 1 / bottom.factor if bottom.factor else Fraction(1)
    return times((top, term(factor, over, under)))


# Flags: columns of 1 and 0 ------------------------------------------------------------------------


def reached(program: Program, left: Term, right: Term) -> Whole:
    """1 where left >= right."""
    shared = share((left, right), keep_order=True)
    first, second = (program.product(*each) for each in shared.inside)
    # What was moved outside may be nought, and nought has reached nought.
    noughts = [column for column in shared.outside.over if column.least <= 0]
    text = " OR ".join([f"{first.sql} >= {second.sql}", *(f"{c.sql} = 0" for c in noughts)])
    return flag(program, text, first, second, *noughts)


def positive(program: Program, test: Term, given: Sequence[Whole] = ()) -> Whole | None:
    """1 where the test is above nought, None where that is certain if all `given` columns are."""
    if test.least > 0:
        return None
    if test.factor > 0 and all(column.least >= 0 for column in test.over):
        asked = [c for c in dict.fromkeys(test.over) if c.least < 1 and c not in given]
        text = " AND ".join(f"{column.sql} > 0" for column in asked)
        return flag(program, text, *asked) if asked else None
    top = program.product(test.factor.numerator, test.over)
    return flag(program, f"{top.sql} > 0", top)


def flag(program: Program, condition: str, *operands: Whole) -> Whole:
    """1 where the condition holds, else 0."""
    return program.define(f"CASE WHEN {condition} THEN 1 ELSE 0 END", 0, 1, *operands)


def when_positive(program: Program, test: Term, then: Term) -> Term:
    """`then` where the test is above nought, else nought."""
    # A `then` that multiplies by the test itself is nought without being told.
    held = positive(program, test, then.over)
    return then if held is None else times((term(1, (held,)), then))


def chosen(program: Program, cases: Sequence[tuple[Whole, Term]], otherwise: Term) -> Term:
    """The term of the first flag that is 1, else `otherwise`; each keeps its own line below."""
    terms = [*(each for _, each in cases), otherwise]
    shown = [each for each in terms if each.factor]
    if not shown:
        return NOUGHT
    factor = common_factor(shown)
    over = in_all([Counter(each.over) for each in shown])
    under = in_all([Counter(each.under) for each in shown])
    tops = [
        program.product(int(each.factor / factor), ordered(Counter(each.over) - over))
        if each.factor
        else program.product(0)
        for each in terms
    ]
    bottoms = [program.product(1, ordered(Counter(each.under) - under)) for each in terms]
    flags = [each for each, _ in cases]
    own_lines = any(bottom.most > 1 for bottom in bottoms)
    return term(
        factor,
        (*over.elements(), _case(program, flags, tops)),
        (*under.elements(), *([_case(program, flags, bottoms)] if own_lines else [])),
        min(each.least for each in terms),
        max(each.most for each in terms),
    )


def _case(program: Program, flags: Sequence[Whole], outcomes: Sequence[Whole]) -> Whole:
    whens = " ".join(f"WHEN {flag.sql} = 1 THEN {o.sql}" for flag, o in zip(flags, outcomes))
    least, most = min(o.least for o in outcomes), max(o.most for o in outcomes)
    text = f"CASE {whens} ELSE {outcomes[-1].sql} END"
    return program.define(text, least, most, *flags, *outcomes)


# Rounding -----------------------------------------------------------------------------------------


def round_term(program: Program, part: Term, places: int, mode: RoundingMode) -> Term:
    """Rounded to `places` decimals, in every row what `values.rounded` gives."""
    scale = 10**places
    factor = part.factor * scale
    if factor.denominator == 1 and not part.under:
        return part
    if not part.over and not part.under:
        return constant(rounded(part.factor, places, mode))
    least, most = (int(rounded(end, places, mode) * scale) for end in (part.least, part.most))
    if mode == "half_up":
        whole = _half_up(program, factor, part, least, most)
    else:
        top = program.named(program.product(factor.numerator, part.over))
        bottom = program.named(program.product(factor.denominator, part.under))
        low, high = (int(rounded(end, places, "down") * scale) for end in (part.least, part.most))
        whole = program.define(f"{top.sql} // {bottom.sql}", low, high, top, bottom)
        if mode == "half_even":
            whole = _even(program, top, bottom, whole, least, most)
    return term(Fraction(1, scale), (whole,))


def _half_up(program: Program, factor: Fraction, part: Term, least: int, most: int) -> Whole:
    """(2 top + bottom) // 2 bottom, or -bottom below nought: the division cuts towards nought."""
    # An even bottom can be halved instead, which keeps the numbers smaller.
    twice = 1 if factor.denominator % 2 == 0 else 2
    top = program.product(twice * factor.numerator, part.over)
    half = program.product(twice * factor.denominator // 2, part.under)
    bottom = program.product(twice * factor.denominator, part.under)
    if top.least < 0:
        top, half = program.named(top), program.named(half)
        text = f"CASE WHEN {top.sql} < 0 THEN -{half.sql} ELSE {half.sql} END"
        half = program.define(text, -half.most, half.most, top, half)
    total = program.total((top, half))
    return program.define(f"({total.sql}) // ({bottom.sql})", least, most, total, bottom)


def _even(program: Program, top: Whole, bottom: Whole, cut: Whole, least: int, most: int) -> Whole:
    """`cut` one further from nought where the rest is over a half, or a half of an odd one."""
    rest = bottom.most
    left = program.define(f"abs({top.sql} % {bottom.sql})", 0, rest, top, bottom)
    more = f"{left.sql} > {bottom.sql} - {left.sql}"
    tie = f"{left.sql} = {bottom.sql} - {left.sql} AND {cut.sql} % 2 <> 0"
    step = f"CASE WHEN {top.sql} < 0 THEN -1 ELSE 1 END"
    text = f"{cut.sql} + CASE WHEN {more} OR ({tie}) THEN {step} ELSE 0 END"
    return program.define(text, least, most, top, bottom, cut, left)


def root(program: Program, part: Term, places: int) -> Term:
    """The square root, rounded half up to `places` decimals; below nought it counts as nought.

    With s = the root of 4r x 10^(2 places) cut to a whole number, (s + 1) // 2 is the answer.
    A double gives the first guess. A step of Newton's brings it to the answer or to 1 more, never
    to less, which whole numbers decide.
    """
    scale = 10**places
    factor = 4 * scale * scale * part.factor
    top = program.product(factor.numerator, part.over)
    bottom = program.product(factor.denominator, part.under)
    most = max(int(4 * scale * scale * part.most), 0)
    if most >= ROOT_LIMIT:
        raise Overflow(program.label, most)
    square = program.define(f"GREATEST(({top.sql}) // ({bottom.sql}), 0)", 0, most, top, bottom)
    high = isqrt(most) + 2
    guess = f"CAST(floor(sqrt(CAST({square.sql} AS DOUBLE))) AS HUGEINT)"
    first = program.define(f"GREATEST({guess}, 1)", 1, 2 * high, square)
    text = f"({first.sql} + {square.sql} // {first.sql}) // 2"
    second = program.define(text, 0, 2 * high, first, square)
    s = second.sql
    text = f"CASE WHEN {s}::HUGEINT * {s} > {square.sql} THEN {s} - 1 ELSE {s} END"
    exact = program.define(text, 0, isqrt(most), second, square)
    whole = program.define(f"({exact.sql} + 1) // 2", 0, (isqrt(most) + 1) // 2, exact)
    return term(Fraction(1, scale), (whole,))
