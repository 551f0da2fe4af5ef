"""Replay: calculate a stored result again from its stored inputs, and say where it differs.

A result that can be declared and paid must come out the same for ever, byte for byte.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cqrs.calculation.statement import (
    CalculationError,
    PracticeInputs,
    Statement,
    calculate,
    lines_of,
)
from cqrs.definitions.counts import PracticeCounts
from cqrs.definitions.schema import Definition
from cqrs.values import digest, short_digest

TOLD = 5


@dataclass(frozen=True)
class Replayed:
    """What a replay found: by whose name, and in words what differs; nothing when identical."""

    name: str
    differences: tuple[str, ...]
    is_statement: bool = True
    """No for what concerns the set as a whole, such as a file it was not made of."""


def replay(definition: Definition, inputs: PracticeInputs, stored: bytes) -> tuple[str, ...]:
    """Calculate again and compare with the stored bytes; empty when they are identical.

    Also checks that the counts are those that the submission's digest names. Each difference is
    words for a person: "DM020: pence is 123 in what is stored, 125 when calculated again".
    """
    found = []
    counts = PracticeCounts(inputs.practice_code, inputs.achievement_date, inputs.values)
    if counts.digest != inputs.submission_digest:
        now, then = short_digest(counts.digest), short_digest(inputs.submission_digest)
        found.append(
            f"the counts are not those that were submitted: their digest is {now}, not {then}"
        )
    try:
        again = calculate(definition, inputs).content
    except (CalculationError, TypeError, ValueError, ArithmeticError) as error:
        # Damaged inputs can hold anything, such as text where a count was.
        return (*found, f"it can't be calculated again: {error}")
    if again != stored:
        found += _told(stored, again)
    return tuple(found)


def unlike(stored: bytes, stored_digest: str) -> tuple[str, ...]:
    """Why bytes are not those that a digest names; empty when they are."""
    now = digest(stored)
    if now == stored_digest:
        return ()
    return (
        f"the stored bytes have the digest {short_digest(now)}, but stand under "
        f"{short_digest(stored_digest)}: they were changed after they were stored",
    )


def read_statement(content: bytes) -> Statement:
    """A stored statement as `calculate` gave it; ValueError when the bytes are no statement."""
    try:
        stored = json.loads(content)
        return Statement(
            content=content,
            lines=tuple(lines_of(stored)),
            missing=tuple(stored["missing"]),
            points=Fraction(stored["points"]),
            attainable_points=stored["attainable_points"],
            attainable_points_group_rule=stored["attainable_points_group_rule"],
            pence=stored["pence"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"these bytes are no statement: {error}") from error


def _told(stored: bytes, again: bytes) -> list[str]:
    try:
        before, after = json.loads(stored), json.loads(again)
    except ValueError:
        return ["the stored bytes can't be read as a statement"]
    if not isinstance(before, dict):
        return ["the stored bytes are not a statement"]
    told = list(_parts(before, after))
    if not told:
        return ["the same values, but spelled with other bytes"]
    more = len(told) - TOLD
    return told[:TOLD] + ([f"and {more} more differences"] if more > 0 else [])


def _parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    lines = before.get("lines")
    if isinstance(lines, list) and all(isinstance(line, dict) for line in lines):
        yield from _lines(lines, after["lines"])
        before, after = ({k: v for k, v in one.items() if k != "lines"} for one in (before, after))
    yield from _keys("", before, after)


def _lines(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[str]:
    old = {str(line.get("indicator")): line for line in before}
    new = {str(line["indicator"]): line for line in after}
    for indicator in {**old, **new}:
        if indicator not in new:
            yield f"{indicator}: a line that isn't there when calculated again"
        elif indicator not in old:
            yield f"{indicator}: its line is missing from what is stored"
        else:
            yield from _keys(f"{indicator}: ", old[indicator], new[indicator])
    if len(old) != len(before):
        yield "an indicator has two lines in what is stored"


def _keys(start: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for key in {**after, **before}:
        old, new = before.get(key), after.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _keys(f"{start}{key} ", old, new)
        elif type(old) is not type(new) or old != new:
            was, now = _shown(old), _shown(new)
            yield f"{start}{key} is {was} in what is stored, {now} when calculated again"


def _shown(value: object) -> str:
    text = "missing" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
