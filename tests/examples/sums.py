"""Work out a printed sum, "(39 ÷ 41 × 100 − 81) ÷ 15 × 18 = 16.95", with its own arithmetic."""

import ast
from collections.abc import Callable
from fractions import Fraction

from cqrs.values import round_half_up

SIGNS = str.maketrans({"×": "*", "÷": "/", "\u2212": "-"})
OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def holds(printed: str) -> bool:
    """True when the left side, rounded half up to the decimals shown, is the right side."""
    left, _, right = printed.replace(",", "").partition("=")
    shown = right.translate(SIGNS).strip()
    places = len(shown.partition(".")[2])
    return round_half_up(work_out(left), places) == Fraction(shown)


def work_out(expression: str) -> Fraction:
    """The exact value of a sum of plain numbers, + − × ÷ and brackets; anything else is refused."""
    text = expression.translate(SIGNS).strip()
    return _value(ast.parse(text, mode="eval").body, text)


def _value(node: ast.expr, text: str) -> Fraction:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.left, text), _value(node.right, text))
    number = ast.get_source_segment(text, node)
    if isinstance(node, ast.Constant) and number is not None:
        return Fraction(number)
    raise ValueError(f"'{text}' is more than a sum")
