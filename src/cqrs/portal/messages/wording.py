"""What a message may not carry: amounts, points and numbers of patients.

Email is read on telephones and forwarded, and the inbox is read by people who may see points
but not pounds. Dates, codes and references are what makes a message useful, and stay.
"""

import re

AMOUNT = re.compile(
    r"[\u2212-]?£\s?[\d,]+(?:\.\d+)?(?:\s?(?:million|thousand|m|k)\b)?"
    r"|\b[\d,]+(?:\.\d+)?\s?(?:pounds|pence|GBP)\b",
    re.IGNORECASE,
)
POINTS = re.compile(r"\b[\d,]+(?:\.\d+)?\s?(?:points?\b|per cent\b|percent\b|%)", re.IGNORECASE)
PATIENT = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
"""Ten digits, as an NHS number is written."""

LEFT_OUT = "(see the portal)"


def figures(text: str) -> tuple[str, ...]:
    """Every amount, number of points or NHS number in the text."""
    return tuple(
        found.group() for rule in (AMOUNT, POINTS, PATIENT) for found in rule.finditer(text)
    )


def without_figures(text: str) -> str:
    """The text with each of them replaced: somebody's reason may hold one, and must still go.

    "You were paid £1,000.00" becomes "You were paid (see the portal)".
    """
    for rule in (AMOUNT, POINTS, PATIENT):
        text = rule.sub(LEFT_OUT, text)
    return text
