"""Where each number of a figure comes from: the file, the list, the national figures, the rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from cqrs.calculation.nodes import Origin
from cqrs.calculation.statement import PracticeInputs
from cqrs.calculation.workings import Explanation, Used
from cqrs.definitions.schema import Definition, PaidIndicator
from cqrs.portal.claims.queries import ClaimPage
from cqrs.portal.config.pages import day, moment

FIELD_KINDS: Mapping[str, str] = {"flag": "yes_no"}
ORDER = get_args(Origin)
COUNTS: Mapping[str, int] = {"numerator": 1, "count": 1, "denominator": 2, "register": 3}
POINTS_LABELS = ("points available", "lower threshold", "upper threshold")


@dataclass(frozen=True)
class Number:
    """A number that the workings start from."""

    label: str
    about: str
    value: str
    origin: str
    source: str
    """For a figure of the definition: its source and how sure it is."""


@dataclass(frozen=True)
class SourceRow:
    """A number with the place it was read from, for the table and the download."""

    label: str
    about: str
    value: str
    where: str
    more: str
    digest: str


def numbers(
    definition: Definition,
    inputs: PracticeInputs,
    indicator: PaidIndicator,
    made: Explanation,
    *,
    pounds: bool,
) -> tuple[Number, ...]:
    """Counts first, then everybody left out with the reason, then list, England and rules."""
    used = [
        Number(u.label, _about(definition, indicator, u), u.value, u.origin, u.source)
        for u in sorted(made.used, key=lambda u: (ORDER.index(u.origin), COUNTS.get(u.name, 9)))
        if pounds or u.origin == "submission" or u.label in POINTS_LABELS
    ]
    counts = [number for number in used if number.origin == "submission"]
    rest = [number for number in used if number.origin != "submission"]
    return (*counts, *_left_out(definition, inputs, indicator), *rest)


def _left_out(
    definition: Definition, inputs: PracticeInputs, indicator: PaidIndicator
) -> Iterator[Number]:
    """How many were left out of the denominator, and for which reasons."""
    for kind, label in (("exclusion", "exclusions"), ("pca", "personalised care adjustments")):
        found = [
            (number, definition.reason(indicator.id, name))
            for name, number in removed(inputs, indicator)
            if number and indicator.fields[name].kind == kind
        ]
        if found:
            reasons = "; ".join(f"{number:,} {words}" for number, words in sorted(found)[::-1])
            total = sum(number for number, _ in found)
            yield Number(label, reasons, f"{total:,}", "submission", "")


def removed(inputs: PracticeInputs, indicator: PaidIndicator) -> list[tuple[str, int]]:
    """Every removal reason with its number; empty unless all of them were submitted."""
    found = []
    for name in indicator.removed_fields:
        number = inputs.values.get((indicator.id, name))
        if number is None:
            return []
        found.append((name, number))
    return found


def _about(definition: Definition, indicator: PaidIndicator, used: Used) -> str:
    if used.origin == "submission":
        kind = FIELD_KINDS.get(used.name, used.name)
        name = next((name for name, field in indicator.fields.items() if field.kind == kind), "")
        return "" if name.lower() == used.label else name
    register_id = getattr(indicator, "register_id", None)
    if used.origin == "reference" and register_id:
        return definition.registers[register_id].title
    return indicator.id if used.label in POINTS_LABELS else ""


def rows(found: tuple[Number, ...], page: ClaimPage) -> tuple[SourceRow, ...]:
    """The numbers with file names, dates and digests."""
    places = {
        "submission": _counts(page),
        "list": _list(page),
        "reference": _england(page),
        "fact": _fact(page),
        "calculation": ("Another line", "of this statement", ""),
    }
    return tuple(
        SourceRow(
            _capital(number.label),
            number.about,
            number.value,
            *(places.get(number.origin) or _rules(page, number)),
        )
        for number in found
    )


def _fact(page: ClaimPage) -> tuple[str, str, str]:
    return ("A fact about the provider", "kept in this statement", "")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _counts(page: ClaimPage) -> tuple[str, str, str]:
    sources = page.sources
    received = moment(sources.received_at)
    how = f"{sources.submission_source} {received}, submission {sources.submission_version}"
    at = f"counts at {day(page.card.achievement_date)}"
    if sources.file_name:
        return sources.file_name, f"{how}, {at}", sources.file_sha256
    return how, f"by {sources.received_by}, {at}", sources.submission_digest


def _list(page: ClaimPage) -> tuple[str, str, str]:
    sources = page.sources
    more = f"registered patients at {day(sources.list_date)}"
    return sources.list_source or "List size", more, sources.list_source_digest


def _england(page: ClaimPage) -> tuple[str, str, str]:
    sources = page.sources
    struck = sources.reference_struck_at
    more = f"struck {day(struck)} from what practices submitted" if struck else ""
    return f"National figures, {sources.reference_status}", more, sources.reference_digest


def _rules(page: ClaimPage, number: Number) -> tuple[str, str, str]:
    sources = page.sources
    return (
        f"{page.definition.short_title} definition, version {sources.definition_version}",
        number.source,
        sources.definition_digest,
    )
