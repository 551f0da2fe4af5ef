"""Facts about providers, a row for each: practice_code,fact,value (points and pounds as written).

Facts are numbers that aren't counts: a weighted list, beds, last year's points or payment.
"""

import re
from collections.abc import Mapping
from fractions import Fraction

from cqrs.definitions.counts import Problem, shown
from cqrs.exchange.cqrs_csv import CODE_AS, PRACTICE_CODE
from cqrs.exchange.sheet import Sheet

COLUMNS = ("practice_code", "fact", "value")
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
Facts = dict[str, dict[str, int]]
"""Whole numbers of 10^-places of the fact's unit, by provider and fact."""


def read(sheet: Sheet, places: Mapping[str, int], problems: list[Problem]) -> Facts:
    """Read facts; `places` says with how many decimals each known fact is kept.

    Pounds are 2 places: 1234.50 is kept as 123450 pence. Raises Unreadable; row faults go to
    `problems`: an unknown fact, a value with too many decimals, a fact given twice.
    """
    found: Facts = {}
    for row, (code, fact, value) in sheet.rows(COLUMNS):
        if not PRACTICE_CODE.fullmatch(code):
            words = f"'{shown(code)}' is not an organisation's code"
            problems.append(sheet.problem(words, CODE_AS, row=row, field="practice_code"))
            continue
        if fact not in places:
            known = ", ".join(sorted(places)) or "none"
            words = f"'{shown(fact)}' is not a fact of this service"
            remedy = f"Its facts are: {known}"
        elif not NUMBER.fullmatch(value):
            words, remedy = f"'{shown(value)}' is not a number", "Write it plainly, such as 1234.50"
        elif (Fraction(value) * 10 ** places[fact]).denominator != 1:
            words = f"{value} has more than {places[fact]} decimals"
            remedy = "Write it with as many decimals as it is kept with"
        elif fact in found.get(code, {}):
            words, remedy = f"{fact} is given twice", "Keep one of the two rows"
        else:
            found.setdefault(code, {})[fact] = int(Fraction(value) * 10 ** places[fact])
            continue
        problem = sheet.problem(words, remedy, row=row, field="value", practice_code=code)
        problems.append(problem)
    return found
