"""Sums that others published, and which of their sections a test works out."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cqrs.definitions import load

FILE = Path(__file__).parent / "published_worked_examples.yaml"
PUBLISHED: Any = load.read_yaml(FILE.read_text(encoding="utf-8"), FILE.name)
WORKED_OUT: set[tuple[str, str]] = set()
"""Section and id of the entries that a test works out."""


def cases(section: str) -> list[Any]:
    """Every entry of a section, as parameters of a test."""
    return [pytest.param(case(section, one["id"]), id=one["id"]) for one in PUBLISHED[section]]


def case(section: str, name: str) -> Any:
    """One entry; ask for it where a module is read, so that it is known to be worked out."""
    WORKED_OUT.add((section, name))
    (found,) = [one for one in PUBLISHED[section] if one["id"] == name]
    return found


def number(case: dict[str, str], name: str) -> Fraction:
    """A figure of an entry, exact."""
    return Fraction(case[name])
