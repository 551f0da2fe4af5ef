"""What changes between two years of a service: which indicators, which figures, in words.

Only the rules are compared here. What the change is worth for given counts is the calculation's
to say, which starts from the same lineage.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pydantic import BaseModel

from cqrs.definitions.schema import (
    Definition,
    Indicator,
    MoneyFigure,
    Sourced,
    Thresholds,
    WholeFigure,
)
from cqrs.values import plain_text, pounds_text

PROSE = frozenset(
    ("source", "confidence", "note", "words", "title", "description", "summary", "fields_source")
)
"""What explains a figure and isn't one."""

NOT_RULES = PROSE | {
    *(
        "base_population",
        "bounds",
        "follows",
        "id",
        "owner",
        "quality_service",
        "reasons",
        "reference",
        "reviewed",
    ),
    *("schema_", "service", "settings", "short_title", "sources", "version", "year"),
}
"""What a year says of itself and its sources, and how counts are checked."""

LABELS = {
    "average_list": "average list",
    "cap": "cap",
    "kind": "kind of payment",
    "list_date": "date of the list size",
    "lump": "points at the lower threshold",
    "pays": "which collections pay",
    "point_value": "value of a point",
    "prevalence_adjusted": "prevalence factor",
    "register_id": "register",
    "total_points": "total points",
    "zero_register_id": "register that takes the group out of the maximum",
}
"""Keys of the YAML in words, where they aren't words already."""


@dataclass(frozen=True)
class Lineage:
    """How the indicators of two years belong together."""

    pairs: tuple[tuple[str, str], ...]
    """(old id, new id): the same indicator, kept or renamed."""
    merged: tuple[tuple[str, tuple[str, ...]], ...]
    """(new id, old ids) where several became one: its counts aren't comparable."""
    retired: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        """The pairs whose id changed."""
        return tuple((old, new) for old, new in self.pairs if old != new)


@dataclass(frozen=True)
class Change:
    """One change of the rules: where it stands, both sides as people read them, a sentence."""

    path: str
    what: str
    """retired, new, renamed, merged, or the key that changed, such as thresholds."""
    before: str
    after: str
    sentence: str
    indicator: str = ""
    """The indicator it is about, by its new id where it has one."""


@dataclass(frozen=True)
class Totals:
    """A year in two numbers."""

    indicators: int
    points: int


@dataclass(frozen=True)
class Difference:
    """Everything that changes from one definition to another."""

    lineage: Lineage
    changes: tuple[Change, ...]
    before: Totals
    after: Totals


def difference(old: Definition, new: Definition, between: Iterable[Definition] = ()) -> Difference:
    """What changes from `old` to `new`: money, then indicators, then groups and registers.

    `between` are the definitions of the years in between, whose `follows` carry the lineage on.
    """
    found = lineage(old, new, between)
    indicators = (*_comings(old, new, found), *_indicators(old, new, found))
    changes = (*_service(old, new), *indicators, *_named(old, new))
    return Difference(found, changes, _totals(old), _totals(new))


def lineage(old: Definition, new: Definition, between: Iterable[Definition] = ()) -> Lineage:
    """Match paid indicators: by their id, else by what they follow, through the years between."""
    steps = {i.id: i.follows for one in (*between, new) for i in one.indicators if i.follows}
    known = {indicator.id for indicator in old.paid}
    kept = {indicator.id for indicator in new.paid} & known
    pairs, merged, fresh = [], [], []
    for indicator in new.paid:
        name = indicator.id
        before = (name,) if name in known else tuple(_ancestors(name, steps, known - kept))
        if len(before) == 1:
            pairs.append((before[0], name))
        elif before:
            merged.append((name, before))
        else:
            fresh.append(name)
    gone = known - {a for a, _ in pairs} - {a for _, olds in merged for a in olds}
    retired = tuple(indicator.id for indicator in old.paid if indicator.id in gone)
    return Lineage(tuple(pairs), tuple(merged), retired, tuple(fresh))


def _ancestors(name: str, steps: Mapping[str, tuple[str, ...]], known: set[str]) -> Iterator[str]:
    """The indicators of the old year that one follows, however many years it takes."""
    seen, waiting = {name}, list(steps.get(name, ()))
    while waiting:
        one = waiting.pop(0)
        if one in seen:
            continue
        seen.add(one)
        if one in known:
            yield one
        else:
            waiting += steps.get(one, ())


def _totals(definition: Definition) -> Totals:
    points = sum(indicator.points.value for indicator in definition.scored)
    return Totals(len(definition.paid), points)


# The service -------------------------------------------------------------------------------------


def _service(old: Definition, new: Definition) -> Iterator[Change]:
    before, after = _rules(old, new), _rules(new, old)
    for path in (*before, *(path for path in after if path not in before)):
        one, other = before.get(path, ""), after.get(path, "")
        if one != other:
            told = _sentence(_place(path, new), path, one, other)
            yield Change(path, path.rpartition(".")[2], one, other, told)


NAMED = {"domains": "domain", "groups": "group", "registers": "register", "facts": "fact"}
"""Sections of named parts: one that comes or goes is one change, whatever it says."""


def _named(old: Definition, new: Definition) -> Iterator[Change]:
    for section, what in NAMED.items():
        before, after = getattr(old, section), getattr(new, section)
        for name in (name for name in before if name not in after):
            title = before[name].title
            told = f"{title}: this {what} is gone."
            yield Change(f"{section}.{name}", "retired", title, "", told)
        for name in (name for name in after if name not in before):
            title = after[name].title
            told = f"{title}: this {what} is new."
            yield Change(f"{section}.{name}", "new", "", title, told)


def _rules(definition: Definition, other: Definition) -> dict[str, str]:
    """The figures outside the indicators, without the named parts that only this year has."""
    found = {}
    for path, text in _figures(definition):
        section, _, rest = path.partition(".")
        alone = section in NAMED and rest.partition(".")[0] not in getattr(other, section)
        if section != "indicators" and not alone:
            found[path] = text
    return found


def _place(path: str, new: Definition) -> str:
    section, _, rest = path.partition(".")
    if section not in NAMED:
        return "The service"
    return str(getattr(new, section)[rest.partition(".")[0]].title)


# Indicators --------------------------------------------------------------------------------------


def _comings(old: Definition, new: Definition, found: Lineage) -> Iterator[Change]:
    for name in found.retired:
        brief, path = _brief(old.by_id[name]), f"indicators.{name}"
        yield Change(path, "retired", brief, "", f"{name} is retired: {brief}.", name)
    for name in found.new:
        brief, path = _brief(new.by_id[name]), f"indicators.{name}"
        yield Change(path, "new", "", brief, f"{name} is new: {brief}.", name)
    for one, name in found.renamed:
        brief, path = new.by_id[name].title, f"indicators.{name}"
        yield Change(path, "renamed", one, name, f"{one} is now {name}: {brief}.", name)
    for name, several in found.merged:
        told, path = " and ".join(several), f"indicators.{name}"
        brief = _brief(new.by_id[name])
        yield Change(path, "merged", told, name, f"{told} become one, {name}: {brief}.", name)


def _brief(indicator: Indicator) -> str:
    points = getattr(indicator, "points", None)
    if isinstance(points, WholeFigure):
        return f"{indicator.title}, {_points(points.value)}"
    return indicator.title


def _points(number: int) -> str:
    return f"{number} point" if number == 1 else f"{number} points"


def _indicators(old: Definition, new: Definition, found: Lineage) -> Iterator[Change]:
    for one, name in found.pairs:
        yield from _indicator(old.by_id[one], new.by_id[name])


def _indicator(old: Indicator, new: Indicator) -> Iterator[Change]:
    before, after = dict(_figures(old)), dict(_figures(new))
    for path in (*before, *(path for path in after if path not in before)):
        one, other = before.get(path, ""), after.get(path, "")
        if one == other:
            continue
        what = path.partition(".")[0]
        told = _sentence(new.id, path, one, other)
        yield Change(f"indicators.{new.id}.{path}", what, one, other, told, new.id)
    added = [name for name in new.fields if name not in old.fields]
    dropped = [name for name in old.fields if name not in new.fields]
    if added or dropped:
        parts = [f"no longer {', '.join(dropped)}"] if dropped else []
        parts += [f"now {', '.join(added)}"] if added else []
        told = f"{new.id} counts {'; '.join(parts)}."
        path = f"indicators.{new.id}.fields"
        yield Change(path, "fields", ", ".join(dropped), ", ".join(added), told, new.id)


def _sentence(place: str, path: str, before: str, after: str) -> str:
    key = next((key for key in path.split(".")[::-1] if key in LABELS), path.rpartition(".")[2])
    label = LABELS.get(key, key.replace("_", " "))
    if path == "points":
        return f"{place}: {_points(int(before))} become {after}."
    if not before:
        return f"{place}: {label} is new: {after}."
    if not after:
        return f"{place}: {label} no longer applies (it was {before})."
    verb = "become" if label.endswith("s") else "becomes"
    return f"{place}: {label} {before} {verb} {after}."


# Figures as text ---------------------------------------------------------------------------------


def _figures(part: BaseModel) -> Iterator[tuple[str, str]]:
    """Every figure and setting under a part: its path and how people read it."""
    for name in type(part).model_fields:
        if name not in NOT_RULES and name != "fields":
            yield from _walk(name.rstrip("_"), getattr(part, name))


def _walk(path: str, value: object) -> Iterator[tuple[str, str]]:
    if value is None or value == ():
        return
    if isinstance(value, Sourced):
        yield path, _shown(value)
    elif isinstance(value, BaseModel):
        for inner, text in _figures(value):
            yield f"{path}.{inner}", text
    elif isinstance(value, Mapping):
        for key, inner_value in value.items():
            yield from _walk(f"{path}.{key}", inner_value)
    else:
        yield path, _text(value)


def _shown(sourced: Sourced) -> str:
    match sourced:
        case WholeFigure():
            return f"{sourced.value:,}"
        case MoneyFigure():
            return pounds_text(sourced.pence)
        case Thresholds():
            return f"{plain_text(sourced.lower)}% to {plain_text(sourced.upper)}%"
    told = dict(_figures(sourced))
    return (
        next(iter(told.values()))
        if len(told) == 1
        else ", ".join(f"{path.replace('_', ' ')} {text}" for path, text in told.items())
    )


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Fraction():
            return plain_text(value)
        case date():
            return value.isoformat()
        case tuple():
            return ", ".join(_part(one) for one in value)
    return str(value)


def _part(one: object) -> str:
    if isinstance(one, BaseModel):
        return " ".join(text for _, text in _figures(one))
    return _text(one)
