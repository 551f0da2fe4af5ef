"""numpy with binary floats, whole columns at once; its second argument says how it rounds.

`nearest` is numpy's own `round`, what most people write; `half_up` is what a careful person writes
who knows that it sends an exact half to the even digit; `nudged` is what somebody writes who was
bitten by that too. A nudge gets halves right and, now and then, what lies just below a half wrong.
"""

import sys
from collections.abc import Callable

import numpy as np
from peers.folder import Array, Year, answer, given, read, timed, whole

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
    """Points and pounds of every row."""
    indicators = year.column("indicator")
    kinds = np.array([i.kind for i in year.indicators])[indicators]
    available = year.of_rows("points").astype(np.float64)
    lower, upper = year.of_rows("lower"), year.of_rows("upper")
    denominator, register = year.column("denominator"), year.column("register")
    patients = year.list_of_rows

    with np.errstate(divide="ignore", invalid="ignore"):
        achieved = 100 * year.column("numerator") / denominator
        share = np.clip((achieved - lower) / (upper - lower), 0, 1)
        earned = np.where(denominator > 0, rounded(available * share), 0.0)
        prevalence = register / patients
        national = year.of_rows("national_register") / year.of_rows("national_list")
        factor = np.where(year.of_rows("national_register") > 0, prevalence / national, 1.0)
    kept = (register > 0) | (year.of_rows("paid_at_nil") > 0)
    points = np.select(
        [kinds == "fraction", kinds == "register"],
        [earned, available * kept],
        available * year.column("flag"),
    )
    pounds = points * (year.point_value / 100) * (patients / year.average_list) * factor
    return points, rounded(pounds)


def main() -> None:
    """Answer for the folder given."""
    ways = {"nearest": nearest, "half_up": half_up, "nudged": nudged}
    year, rounded = read(given()), ways[sys.argv[2]]
    points, pounds, seconds = timed(lambda: calculate(year, rounded))
    answer(given(), whole(points), whole(pounds), seconds, f"numpy {np.__version__}")


if __name__ == "__main__":
    main()
