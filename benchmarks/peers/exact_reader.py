"""Ours: the exact reader, each practice's formulas in rationals."""

from platform import python_version

import numpy as np
from peers.folder import Array, Year, answer, given, read, timed
from peers.years import SERVICE

from cqrs.calculation import exact
from cqrs.calculation.kinds import Formula, formulas
from cqrs.definitions.load import load


def calculate(rules: tuple[Formula, ...], year: Year) -> tuple[Array, Array]:
    """Hundredths of a point and pence of every row."""
    points, pence = [], []
    memos: dict[tuple[str | None, int], exact.Memo] = {}
    last = -1
    for practice, number, numerator, denominator, register, flag in year.counts.tolist():
        if practice != last:
            memos, last = {}, practice
        formula, indicator = rules[number], year.indicators[number]
        numbers = {
            "numerator": numerator,
            "denominator": denominator,
            "register": register,
            "flag": flag,
            "list": year.lists[practice],
            "national_register": indicator.national_register,
            "national_list": indicator.national_list,
        }
        memo = memos.setdefault((formula.register_id, register), {})
        assert formula.points is not None
        points.append(int(exact.value(formula.points, numbers, memo) * 100))
        pence.append(int(exact.value(formula.pence, numbers, memo)))
    return np.array(points), np.array(pence)


def main() -> None:
    """Answer for the folder given."""
    year, rules = read(given()), formulas(load(SERVICE))
    points, pence, seconds = timed(lambda: calculate(rules, year))
    answer(given(), points, pence, seconds, f"Python {python_version()}")


if __name__ == "__main__":
    main()
