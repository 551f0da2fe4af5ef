"""The threshold scale: where a percentage stands between two thresholds, as text for an SVG.

Both thresholds stand at the same x in every row, so the eye runs down two straight lines. The
scale has three linear pieces; between the thresholds the distance is the share of the points.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cqrs.values import decimal_text, plain_text

START, LOWER, UPPER, END = 6, 36, 120, 150

State = Literal["empty", "below", "between", "above"]

WORDS: dict[State, str] = {
    "empty": "no patients, not counted",
    "below": "at or below the lower threshold, so no points",
    "between": "between the thresholds",
    "above": "at or above the upper threshold, so all points",
}


@dataclass(frozen=True)
class Scale:
    """What the macro draws; positions and widths are decimals as text."""

    state: State
    x: str
    fill: str
    lower: str
    upper: str
    words: str


def scale(achieved: Fraction | None, lower: Fraction, upper: Fraction) -> Scale:
    """The scale of a percentage (0 to 100); None where there are no patients to count."""
    state = state_of(achieved, lower, upper)
    x = Fraction(START) if achieved is None else _position(achieved, lower, upper)
    fill = min(max(x, Fraction(LOWER)), Fraction(UPPER)) - LOWER
    low, high = plain_text(lower) + "%", plain_text(upper) + "%"
    return Scale(
        state=state,
        x=decimal_text(x, 1),
        fill=decimal_text(fill, 1),
        lower=low,
        upper=high,
        words=f"Thresholds {low} to {high}: {WORDS[state]}",
    )


def state_of(achieved: Fraction | None, lower: Fraction, upper: Fraction) -> State:
    """Which mark to draw: a ring, a dot or a diamond."""
    if achieved is None:
        return "empty"
    if achieved <= lower:
        return "below"
    return "above" if achieved >= upper else "between"


def _position(achieved: Fraction, lower: Fraction, upper: Fraction) -> Fraction:
    if achieved < lower:
        return START + (LOWER - START) * achieved / lower
    if achieved < upper:
        return LOWER + (UPPER - LOWER) * (achieved - lower) / (upper - lower)
    if upper >= 100:
        return Fraction(UPPER)
    return UPPER + (END - UPPER) * (achieved - upper) / (100 - upper)


@dataclass(frozen=True)
class Example:
    """A mark of the scale and what it means, for the key above the table."""

    scale: Scale
    words: str


def _example(achieved: int, words: str) -> Example:
    return Example(scale(Fraction(achieved), Fraction(40), Fraction(90)), words)


KEY = (
    _example(30, "Below the lower threshold: no points"),
    _example(70, "Between: part of the points"),
    _example(95, "Upper threshold reached: all points"),
)
