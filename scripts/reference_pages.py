"""The reference pages of services and payment kinds, as Markdown made from definitions."""

import contextlib
import io
import os
import textwrap
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from cqrs.calculation.kinds import formulas
from cqrs.calculation.words import rule
from cqrs.cli import main
from cqrs.definitions.figures import CONFIDENCE, figures
from cqrs.definitions.load import SERVICES, all_services, load, read_yaml
from cqrs.definitions.schema import Definition, Indicator, PaidIndicator, Payment
from cqrs.definitions.words import describe_indicator
from cqrs.values import plain_text, pounds_text

WIDTH = 100
SHOWN = 3
"""How many indicators a page of a payment kind shows in full."""


def services() -> dict[str, str]:
    """A page for each service and year: what `cqrs describe` says, and its worked examples."""
    made = {}
    for service in all_services():
        definition = load(service)
        parts = [f"# {definition.title}", block(said("describe", service))]
        parts += ["## Worked examples", *worked(service)]
        for indicator in definition.indicators:
            parts += [f"## {indicator.id}", block(said("describe", service, indicator.id))]
        made[page_of(service)] = "\n\n".join(parts)
    return made


def overview() -> dict[str, str]:
    """The list of all services: what each can pay for, and how sure its figures are."""
    head = " | ".join(CONFIDENCE.values())
    rows = [
        f"| service | paid indicators | points | {head} |",
        "|---|--:|--:|" + "--:|" * len(CONFIDENCE),
    ]
    for service in all_services():
        definition = load(service)
        counted = Counter(figure.sourced.confidence for figure in figures(definition))
        points = definition.money.total_points.value if definition.money else ""
        sure = " | ".join(str(counted[one] or "") for one in CONFIDENCE)
        link = f"[{definition.short_title}]({page_of(service)})"
        rows.append(f"| {link} | {len(definition.paid)} | {points} | {sure} |")
    intro = (
        "Every service and year that is carried, with how many of its figures are how sure. What "
        "the words mean is told under [Facts and their sources](../explanation/facts.md); "
        "`cqrs check --doubts` lists each figure that isn't verified, with its path."
    )
    return {"services.md": "\n\n".join(["# Services", intro, "\n".join(rows)])}


def page_of(service: str) -> str:
    """The file of a service's page."""
    return f"{service.replace('/', '-')}.md"


def worked(service: str) -> Iterator[str]:
    """The stories of a service: what was sent, the sums by hand, what it comes to."""
    definition = load(service)
    path = SERVICES / service / "examples.yaml"
    raw: Any = read_yaml(path.read_text(encoding="utf-8"), str(path))
    for story in raw["stories"]:
        lines = [f"### {story['story']}"]
        given = []
        if "registered_list" in story:
            given.append(f"- registered list: {story['registered_list']}")
        for name, value in story.get("facts", {}).items():
            given.append(f"- fact `{name}`: {_fact(definition, name, int(value))}")
        for name, fields in story.get("counts", {}).items():
            told = ", ".join(f"{field} {value}" for field, value in fields.items())
            given.append(f"- {name}: {told}")
        lines.append("\n".join(given))
        if "refused" in story:
            lines.append(f"Refused: {story['refused']}.")
        if story.get("by_hand"):
            lines.append(block("\n".join(story["by_hand"])))
        if "total" in story:
            total = story["total"]
            points = f"{total['points']} points, " if "points" in total else ""
            lines.append(f"Together: {points}{pounds_text(int(Fraction(total['pounds']) * 100))}.")
        yield "\n\n".join(line for line in lines if line)


def _fact(definition: Definition, name: str, value: int) -> str:
    """A fact as people write it: 1005217 hundredths are 10052.17, pence are pounds."""
    fact = definition.facts.get(name)
    if fact is not None and fact.unit == "pence":
        return pounds_text(value)
    places = fact.places if fact is not None else 2 * name.endswith(".protected_points")
    return plain_text(Fraction(value, 10**places))


def kinds() -> dict[str, str]:
    """A page for each kind of payment: what it is, and how definitions use it."""
    found: dict[str, list[tuple[Definition, Indicator]]] = {}
    about: dict[str, str] = {}
    for service in all_services():
        definition = load(service)
        for indicator in definition.paid:
            found.setdefault(indicator.kind, []).append((definition, indicator))
            about[indicator.kind] = (type(indicator).__doc__ or "").split("\n\n")[0]
    return {
        f"kind-{kind.replace('_', '-')}.md": _kind(kind, about[kind], used)
        for kind, used in found.items()
    }


def kinds_of_schema() -> set[str]:
    """Every kind that a definition may use and that is paid."""
    named = set()
    for one in (*PaidIndicator.__args__, *Payment.__args__):
        named.add(one.model_fields["kind"].annotation.__args__[0])
    return named


def _kind(kind: str, about: str, used: list[tuple[Definition, Indicator]]) -> str:
    title = kind.replace("_", " ").capitalize()
    parts = [f"# {title}", about, f"In a definition: `kind: {kind}`."]
    for definition, indicator in _different(used):
        formula = [
            line
            for one in formulas(definition)
            if one.indicator.id == indicator.id
            for line in rule(one.pence).values()
        ]
        lines = describe_indicator(definition, indicator.id, formula)
        told = "\n".join(wrapped(line) for line in lines)
        parts += [f"## {indicator.title}", block(told)]
    by_service: dict[str, list[str]] = {}
    for definition, indicator in used:
        by_service.setdefault(definition.id, []).append(indicator.id)
    lines = [
        f"- [{service}]({page_of(service)}): {', '.join(names)}"
        for service, names in sorted(by_service.items())
    ]
    return "\n\n".join([*parts, "## Where it is used", "\n".join(lines)])


def _different(used: list[tuple[Definition, Indicator]]) -> list[tuple[Definition, Indicator]]:
    """A few indicators that use the kind in different ways: other keys are set."""
    chosen: dict[tuple[str, ...], tuple[Definition, Indicator]] = {}
    for definition, indicator in sorted(used, key=lambda one: one[0].year, reverse=True):
        chosen.setdefault(_variant(indicator), (definition, indicator))
    return list(chosen.values())[: max(SHOWN, len(chosen))]


def _variant(indicator: Indicator) -> tuple[str, ...]:
    plain = {"id", "title", "description", "group", "fields", "fields_source", "follows", "entry"}
    told = []
    for name in sorted(indicator.model_fields_set - plain):
        value = getattr(indicator, name)
        told.append(f"{name}={getattr(value, 'by', '') or getattr(value, 'every', '') or ''}")
    return tuple(told)


def said(*arguments: str) -> str:
    """What a command prints on a terminal of 100 columns."""
    os.environ["COLUMNS"] = "100"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        main(arguments)
    return printed.getvalue().rstrip()


def wrapped(line: str) -> str:
    """A line within the width of a page, its rest indented as `cqrs describe` does."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(line, WIDTH, subsequent_indent=indent + "  " * bool(indent))


def block(text: str) -> str:
    """Text as it stands."""
    return f"```text\n{text}\n```"
