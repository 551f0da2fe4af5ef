"""How the command line shows what things are worth: texts, tables, JSON; and how it refuses."""

from collections.abc import Sequence
from fractions import Fraction

from cqrs.calculation.difference import Amount
from cqrs.calculation.scenario import ScenarioError
from cqrs.calculation.statement import CalculationError
from cqrs.cli.output import Refused
from cqrs.definitions.counts import Problem
from cqrs.values import MINUS, Pence, decimal_text, pounds_text

Row = Sequence[str]


def points_text(points: Fraction) -> str:
    """Points as people read them: 15.45; below nought with the real minus sign."""
    return decimal_text(points, 2, grouping=True).replace("-", MINUS)


def signed_points(points: Fraction) -> str:
    """A change of points: +1.20, −0.35, 0.00."""
    return f"+{points_text(points)}" if points > 0 else points_text(points)


def signed_pounds(pence: Pence) -> str:
    """A change of pounds: +£12.00, −£3.50, £0.00."""
    return f"+{pounds_text(pence)}" if pence > 0 else pounds_text(pence)


def json_of(amount: Amount | None) -> dict[str, object] | None:
    """An amount for a machine."""
    if amount is None:
        return None
    return {"points": decimal_text(amount.points, 2), "pence": amount.pence}


def table(head: Row, rows: Sequence[Row], indent: str = "  ") -> list[str]:
    """Rows as lines: the first column to the left, the others to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    lines = []
    for row in (head, *rows):
        first = f"{row[0]:<{widths[0]}}"
        rest = (f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append((indent + "  ".join((first, *rest))).rstrip())
    return lines


def refused(error: Exception, file: str = "") -> Refused:
    """The answer to inputs or a scenario that can't be calculated: what, where, what to do."""
    if isinstance(error, ScenarioError):
        return Refused([_problem(fault.words, fault.path) for fault in error.faults])
    words, remedy = str(error), "Correct the counts and send them again"
    if isinstance(error, CalculationError) and "; " in words:
        words, _, remedy = words.rpartition("; ")
        remedy = remedy[:1].upper() + remedy[1:]
    return Refused([Problem(words=words, remedy=remedy, file=file)])


def _problem(words: str, path: str) -> Problem:
    told, _, remedy = words.rpartition(". ")
    if not told:
        told, remedy = words, "Suppose something else"
    return Problem(words=told, remedy=remedy.rstrip("."), field=path)
