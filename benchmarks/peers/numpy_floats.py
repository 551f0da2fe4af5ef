"""numpy with binary floats, whole columns at once; its second argument says how it rounds.

`nearest` is numpy's own `round`, what most people write; `half_up` is what a careful person writes
who knows that it sends an exact half to the even digit; `nudged` is what somebody writes who was
bitten by that too. A nudge gets halves right and, now and then, what lies just below a half wrong.
"""

import sys
from collections.abc import Callable

import numpy as np
from peers.folder import COUNTS, Array, Year, answer, given, read, timed, whole

NUDGE = 1e-7


def half_up(amounts: Array) -> Array:
    """Two decimals; a half goes up."""
    return np.floor(amounts * 100 + 0.5) / 100


def nudged(amounts: Array) -> Array:
    """Two decimals; a half goes up, and so does what is nearly one."""
    return np.floor(amounts * 100 + 0.5 + NUDGE) / 100


def nearest(amounts: Array) -> Array:
    """Two decimals, as numpy rounds."""
    return np.round(amounts, 2)


def calculate(year: Year, rounded: Callable[[Array], Array]) -> tuple[Array, Array]:
    """Points and pounds, practices x indicators."""
    shape = len(year.lists), len(year.indicators)
    numerator, denominator, register, flag = (
        year.column(name).reshape(shape) for name in COUNTS[2:]
    )
    patients = np.array(year.lists)[:, None]
    kinds = np.array([indicator.kind for indicator in year.indicators])
    fractions, registers, answers = (kinds == k for k in ("fraction", "register", "yes_no"))
    available = year.figures("points").astype(np.float64)
    lower, upper = year.figures("lower"), year.figures("upper")

    points = np.empty(shape)
    treated, of = numerator[:, fractions], denominator[:, fractions]
    achieved = 100 * treated / np.maximum(of, 1)
    span = upper[fractions] - lower[fractions]
    share = np.clip((achieved - lower[fractions]) / span, 0, 1)
    points[:, fractions] = rounded(available[fractions] * share) * (of > 0)
    kept = (register[:, registers] > 0) | (year.figures("paid_at_nil")[registers] > 0)
    points[:, registers] = available[registers] * kept
    points[:, answers] = available[answers] * flag[:, answers]

    national = year.figures("national_register") / np.maximum(year.figures("national_list"), 1)
    adjusted = national > 0
    factor = np.ones(shape)
    factor[:, adjusted] = register[:, adjusted] / patients / national[adjusted]
    pounds = points * (year.point_value / 100) * (patients / year.average_list) * factor
    return points.ravel(), rounded(pounds).ravel()


def main() -> None:
    """Answer for the folder given."""
    ways = {"nearest": nearest, "half_up": half_up, "nudged": nudged}
    year, rounded = read(given()), ways[sys.argv[2]]
    points, pounds, seconds = timed(lambda: calculate(year, rounded))
    answer(given(), whole(points), whole(pounds), seconds, f"numpy {np.__version__}")


if __name__ == "__main__":
    main()
