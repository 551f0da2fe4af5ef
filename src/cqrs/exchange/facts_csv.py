"""Facts about providers, a row for each: practice_code,fact,value (points and pounds as written).

Facts are numbers that aren't counts: a weighted list, beds, last year's points or payment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cqrs.definitions.counts import Problem, shown
from cqrs.exchange.cqrs_csv import CODE_AS, PRACTICE_CODE
from cqrs.exchange.sheet import Sheet
from cqrs.values import plain_text

COLUMNS = ("practice_code", "fact", "value")
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


@dataclass(frozen=True)
class Known:
    """A fact that a service may use: with how many decimals it is kept, and how large it can be."""

    places: int
    least: int
    most: int


Facts = dict[str, dict[str, int]]
"""Whole numbers of 10^-places of the fact's unit, by provider and fact."""


def read(sheet: Sheet, known: Mapping[str, Known], problems: list[Problem]) -> Facts:
    """Read the facts that a service knows, by name.

    Pounds are 2 places: 1234.50 is kept as 123450 pence. Raises Unreadable; row faults go to
    `problems`: an unknown fact, a value that is none or out of bounds, a fact given twice.
    """
    found: Facts = {}
    for row, (code, name, value) in sheet.rows(COLUMNS):
        fault = _fault(code, name, value, known, found)
        if fault is None:
            number = int(Fraction(value) * 10 ** known[name].places)
            found.setdefault(code, {})[name] = number
        else:
            field, words, remedy = fault
            who = code if field != "practice_code" else ""
            problems.append(sheet.problem(words, remedy, row=row, field=field, practice_code=who))
    return found


def _fault(
    code: str, name: str, value: str, known: Mapping[str, Known], found: Facts
) -> tuple[str, str, str] | None:
    """The field, what is wrong with it and what to do; None where the row says a fact."""
    if not PRACTICE_CODE.fullmatch(code):
        return "practice_code", f"'{shown(code)}' is not an organisation's code", CODE_AS
    fact = known.get(name)
    if fact is None:
        words = f"'{shown(name)}' is not a fact of this service"
        return "fact", words, f"Its facts are: {', '.join(sorted(known)) or 'none'}"
    if name in found.get(code, {}):
        return "fact", f"{name} is given twice", "Keep one of the two rows"
    if not value:
        return "value", f"the value of {name} is missing", "Write it, or leave the row out"
    if not NUMBER.fullmatch(value):
        words = f"'{shown(value)}' is not a number"
        return "value", words, "Write it plainly, such as 1234.50"
    scaled = Fraction(value) * 10**fact.places
    if scaled.denominator != 1:
        remedy = f"Write at most {fact.places} decimals" if fact.places else "Write a whole number"
        return "value", f"{value} has more decimals than {name} is kept with", remedy
    if not fact.least <= scaled <= fact.most:
        least, most = (_text(bound, fact.places) for bound in (fact.least, fact.most))
        return "value", f"{name} is {value}, not from {least} to {most}", "Correct it"
    return None


def _text(bound: int, places: int) -> str:
    return f"{plain_text(Fraction(bound, 10**places))}"
