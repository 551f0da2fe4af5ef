"""A what-if: supposed rules, counts, lists and national figures, laid over copies of the real ones.

A scenario is a list of changes and touches nothing that is stored. Rules are addressed by their
path in the YAML of the definition (indicators.DM020.thresholds.upper), so whatever a definition
can say can be supposed; what a definition may not say is refused with path and remedy.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from cqrs.calculation.kinds import FormulaError, facts_of, formulas
from cqrs.calculation.statement import Key, PracticeInputs, Reference
from cqrs.definitions.diff import PROSE
from cqrs.definitions.faults import Fault
from cqrs.definitions.load import DefinitionError, build
from cqrs.definitions.rules import RULES
from cqrs.definitions.schema import Definition, FieldKind, Indicator, canonical
from cqrs.values import canonical_json, digest, plain_text, round_half_up

EVERY = "*"
WHOLE_DIGITS, DECIMALS = 9, 4
"""The most digits of a change, before and after the point."""
LARGEST = 10**12
"""What no number in England comes to: beyond it a change is taken for a slip of the pen."""
SUPPOSED = "what-if"
"""The source that every supposed figure bears, so that no workings pass it off as real."""

NOT_ASKED = frozenset(("_source_names", "_names_are_used", "_law"))
"""Rules about where figures come from: a supposed point value follows no law, nor has a source."""


class ScenarioError(Exception):
    """A scenario can't be; each fault has the path of the change and what to do."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(f"{fault.path}: {fault.words}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Shift:
    """How a number changes: to a value, by so many, or by so many percent."""

    path: str
    """What changes, as it was asked."""
    how: Literal["to", "by", "percent"]
    number: Fraction

    @classmethod
    def parse(cls, path: str, text: str) -> "Shift":
        """Read "430", "+12", "-12", "+5%" or "-2.5%"; ScenarioError names the path."""
        found = re.fullmatch(r"([+\-\u2212]?)(\d+)((?:\.\d+)?)(%?)", text.strip(), re.ASCII)
        sign, whole, decimals, percent = found.groups() if found else ("", "", "", "")
        if not whole or (percent and not sign) or (decimals and not percent):
            words = f"'{text}' is no change. Write 430, +12, -12, +5% or -2.5%"
            raise ScenarioError([Fault(path, words)])
        if len(whole) > WHOLE_DIGITS or len(decimals) > 1 + DECIMALS:
            most = f"at most {WHOLE_DIGITS}, and {DECIMALS} decimals of a percentage"
            words = f"'{text}' has too many digits. Write {most}"
            raise ScenarioError([Fault(path, words)])
        number = Fraction(whole + decimals) * (1 if sign in ("", "+") else -1)
        return cls(path, "percent" if percent else "by" if sign else "to", number)

    def of(self, number: int) -> int:
        """The changed number, rounded half up to a whole one, never below nought.

        ScenarioError for one beyond LARGEST.
        """
        if self.how == "percent":
            changed = int(round_half_up(number * (100 + self.number) / 100, 0))
        else:
            changed = int(self.number) + (number if self.how == "by" else 0)
        if changed > LARGEST:
            words = f"{number:,} would become {changed:,}. Suppose no more than {LARGEST:,}"
            raise ScenarioError([Fault(self.path, words)])
        return max(changed, 0)

    def __str__(self) -> str:
        text = plain_text(self.number)
        signed = text if self.how == "to" or self.number < 0 else f"+{text}"
        return f"{signed}%" if self.how == "percent" else signed


@dataclass(frozen=True)
class RuleChange:
    """A figure of the definition, by its path in the YAML, and what it is supposed to be."""

    path: str
    value: str


@dataclass(frozen=True)
class CountChange:
    """A count by indicator (or * for every one) and field: CQRS's name of it, or what it is."""

    indicator: str
    field: str
    shift: Shift

    @property
    def path(self) -> str:
        """As it was asked: DM020.Numerator."""
        return f"{self.indicator}.{self.field}"


@dataclass(frozen=True)
class NationalChange:
    """England's people on a register: what a practice's own prevalence is compared with."""

    register: str
    shift: Shift


@dataclass(frozen=True)
class Scenario:
    """Everything that is supposed at once; rules first, then the numbers, in their order."""

    rules: tuple[RuleChange, ...] = ()
    counts: tuple[CountChange, ...] = ()
    lists: tuple[Shift, ...] = ()
    national: tuple[NationalChange, ...] = ()

    def __str__(self) -> str:
        told = [f"{change.path} = {change.value}" for change in self.rules]
        told += [f"{change.path} {change.shift}" for change in self.counts]
        told += [f"registered list {shift}" for shift in self.lists]
        told += [f"England’s {change.register} {change.shift}" for change in self.national]
        return "; ".join(told) or "nothing is supposed"


# Rules -------------------------------------------------------------------------------------------


def supposed_rules(definition: Definition, changes: Sequence[RuleChange]) -> Definition:
    """The definition with changed figures, checked like any other; the same one without changes.

    Totals of points are added up anew, unless they are among the changes. ScenarioError names
    each path that can't be.
    """
    if not changes:
        return definition
    raw = json.loads(definition.content)
    _mend_totals(raw, {_change(raw, change) for change in changes})
    raw["sources"][SUPPOSED] = "Supposed in a what-if: no rule that is in force"
    try:
        supposed = _rebuilt(raw, definition, [change.path.split(".") for change in changes])
        formulas(supposed)
    except DefinitionError as error:
        raise ScenarioError(_faults(str(error))) from error
    except FormulaError as error:
        raise ScenarioError([Fault(error.path, error.words)]) from error
    _refuse_other_facts(definition, supposed)
    asked = [rule for rule in RULES if rule.__name__ not in NOT_ASKED]
    if faults := [fault for rule in asked for fault in rule(supposed)]:
        raise ScenarioError(faults)
    return supposed


def _refuse_other_facts(definition: Definition, supposed: Definition) -> None:
    """Facts are whole numbers of their smallest part: of another part they'd be another amount."""
    known = facts_of(definition)
    for name, node in facts_of(supposed).items():
        was = known.get(name, node)
        if (was.unit, was.places) != (node.unit, node.places):
            words = f"this changes what {name} is told in. Suppose something else"
            raise ScenarioError([Fault(f"facts.{name}", words)])


def _rebuilt(
    raw: dict[str, Any], definition: Definition, paths: Sequence[Sequence[str]]
) -> Definition:
    """The definition with what lies on these paths read anew; the rest are the same parts.

    Reading all of it would take most of the time that somebody waits for an answer.
    """
    sections = {path[0] for path in paths} | {"sources", "money", "domains"}
    touched = {path[1] for path in paths if path[0] == "indicators"}
    parts = {
        field.alias or name: getattr(definition, name)
        for name, field in Definition.model_fields.items()
    }
    if not sections <= Definition.model_fields.keys():
        return build(raw, SUPPOSED)
    try:
        for section in sections & raw.keys():
            if section == "indicators":
                pairs = zip(definition.indicators, raw[section], strict=True)
                parts[section] = tuple(
                    _INDICATOR.validate_python(after) if known.id in touched else known
                    for known, after in pairs
                )
            else:
                parts[section] = _section(section).validate_python(raw[section])
    except ValidationError:
        return build(raw, SUPPOSED)  # which says what is wrong in words
    supposed = Definition.model_construct(**parts)
    supposed._content = canonical(raw)
    return supposed


_INDICATOR: TypeAdapter[Indicator] = TypeAdapter(Indicator)


@cache
def _section(name: str) -> TypeAdapter[Any]:
    annotation: Any = Definition.model_fields[name].annotation
    return TypeAdapter(annotation)


def _faults(told: str) -> list[Fault]:
    """The lines of a DefinitionError: "  path: what is wrong"."""
    lines = [line.strip().partition(": ") for line in told.splitlines() if line.startswith("  ")]
    return [Fault(path, words) for path, _, words in lines] or [Fault(SUPPOSED, told)]


def _change(raw: dict[str, Any], change: RuleChange) -> str:
    """Put a value at a path, mark its figure as supposed; returns the whole path of the value."""
    way: list[Any] = [raw]
    steps = change.path.split(".")
    for step in steps:
        way.append(_within(way[-1], step, change.path))
    while not isinstance(way[-1], str):
        steps.append(_only(way[-1], change.path))
        way.append(way[-1][steps[-1]])
    old, part, last = way[-1], way[-2], steps[-1]
    part[int(last) if isinstance(part, list) else last] = change.value
    figure = next((one for one in reversed(way) if isinstance(one, dict) and "source" in one), None)
    if figure is not None:
        was = figure.get("note", "") if figure["source"] == SUPPOSED else ""
        note = "; ".join(filter(None, [was, f"{last} was {old}"]))
        figure |= {"source": SUPPOSED, "confidence": "doubtful", "note": note}
    return ".".join(steps)


def _only(part: Any, path: str) -> str:
    """The one figure of a part: `points` is `points.value`. Several are refused."""
    keys = list(_items(part)) if isinstance(part, list) else [k for k in part if k not in PROSE]
    if len(keys) == 1 and isinstance(part, dict):
        return keys[0]
    words = f"this is several figures. Name one of: {', '.join(keys)}"
    raise ScenarioError([Fault(path, words)])


def _within(part: object, step: str, path: str) -> Any:
    if isinstance(part, dict) and step in part:
        return part[step]
    found = _items(part)
    if step in found:
        return found[step]
    known = list(part) if isinstance(part, dict) else list(found)
    words = f"there is no '{step}' here. Choose one of: {', '.join(known)}"
    raise ScenarioError([Fault(path, words if known else f"nothing lies under this: no '{step}'")])


def _items(part: object) -> dict[str, object]:
    """The items of a list by their id, or by their place where they have none."""
    if not isinstance(part, list):
        return {}
    return {_name(one, number): one for number, one in enumerate(part)}


def _name(one: object, number: int) -> str:
    return str(one["id"]) if isinstance(one, dict) and "id" in one else str(number)


def _mend_totals(raw: dict[str, Any], changed: set[str]) -> None:
    """Published totals follow supposed points: what they add up to is no rule of its own."""
    if not any(path.endswith(".points.value") for path in changed):
        return
    domains: dict[str, int] = {}
    for indicator in raw["indicators"]:
        points = str(indicator.get("points", {}).get("value", "0"))
        domain = raw["groups"].get(indicator["group"], {}).get("domain", "")
        domains[domain] = domains.get(domain, 0) + (int(points) if points.isdigit() else 0)
    totals = {"money.total_points.value": (raw.get("money"), sum(domains.values()))}
    for name, domain in raw.get("domains", {}).items():
        totals[f"domains.{name}.total_points.value"] = (domain, domains.get(name, 0))
    for path, (part, total) in totals.items():
        if part and path not in changed and part["total_points"]["value"] != str(total):
            part["total_points"] |= {"value": str(total), "source": SUPPOSED}


# Numbers -----------------------------------------------------------------------------------------


LIMITS: tuple[tuple[FieldKind, FieldKind], ...] = (
    ("numerator", "denominator"),
    ("count", "register"),
)
"""What can't be more than what."""


@dataclass(frozen=True)
class Supposed:
    """A provider's inputs under a scenario, and the counts that were held at what they can be."""

    inputs: PracticeInputs
    held: tuple[Key, ...]
    """Fields that a relative change would have put above their denominator or register."""


def supposed_inputs(definition: Definition, inputs: PracticeInputs, scenario: Scenario) -> Supposed:
    """The inputs with changed counts and list; England's figures change in `supposed_reference`.

    A count set to a number must fit (numerator <= denominator, number claimed <= register); one
    that is changed by a number or percent is held there. ScenarioError says which doesn't fit.
    """
    values = dict(inputs.values)
    fixed: set[Key] = set()
    for change in scenario.counts:
        keys = [key for key in _keys(definition, change) if key in values]
        for key in keys:
            values[key] = change.shift.of(values[key])
        fixed |= set(keys) if change.shift.how == "to" else set()
    held = tuple(_hold(definition, values, fixed, inputs)) if scenario.counts else ()
    people = inputs.registered_list
    for shift in scenario.lists:
        people = shift.of(people)
    if people < 1:
        words = f"{inputs.practice_code} would have no patients. Suppose at least 1"
        raise ScenarioError([Fault("list", words)])
    return Supposed(replace(inputs, values=values, registered_list=people), held)


def check_counts(definition: Definition, scenario: Scenario) -> None:
    """Refuse a change of counts that names no indicator or field of the definition."""
    for change in scenario.counts:
        if not _keys(definition, change):
            raise ScenarioError([Fault(change.path, _unknown(definition, change))])


def _unknown(definition: Definition, change: CountChange) -> str:
    if change.indicator != EVERY and change.indicator not in definition.by_id:
        return f"{definition.short_title} has no indicator '{change.indicator}'. Write one, or *"
    if change.indicator == EVERY:
        return "no indicator has such a field. Write numerator, denominator, register or count"
    known = ", ".join(definition.by_id[change.indicator].fields)
    return f"'{change.field}' is not a field of {change.indicator}. Use one of: {known}"


def _keys(definition: Definition, change: CountChange) -> list[Key]:
    every = change.indicator == EVERY
    wanted = definition.paid if every else [definition.by_id.get(change.indicator)]
    return [key for one in wanted if one is not None for key in _fields(one, change.field)]


def _fields(indicator: Indicator, field: str) -> Iterator[Key]:
    if field in indicator.fields:
        yield indicator.id, field
        return
    for name, known in indicator.fields.items():
        if known.kind == field:
            yield indicator.id, name


def _hold(
    definition: Definition, values: dict[Key, int], fixed: set[Key], inputs: PracticeInputs
) -> Iterator[Key]:
    for indicator in definition.paid:
        for part, whole in LIMITS:
            one, most = indicator.field_of(part), indicator.field_of(whole)
            key, limit = (indicator.id, one or ""), (indicator.id, most or "")
            if key not in values or limit not in values or values[key] <= values[limit]:
                continue
            if key in fixed:
                words = (
                    f"{values[key]:,} is more than {most}, which is {values[limit]:,} at "
                    f"{inputs.practice_code}. Suppose no more, or a change such as +5%"
                )
                raise ScenarioError([Fault(f"{indicator.id}.{one}", words)])
            values[key] = values[limit]
            yield key


def supposed_reference(reference: Reference, changes: Sequence[NationalChange]) -> Reference:
    """England's figures with changed registers; its digest says that they aren't the real ones."""
    if not changes:
        return reference
    national = dict(reference.national)
    for change in changes:
        if change.register not in national:
            known = ", ".join(sorted(national))
            words = f"there is no national figure of it. Choose one of: {known}"
            raise ScenarioError([Fault(f"national.{change.register}", words)])
        people, patients = national[change.register]
        moved = change.shift.of(people)
        if moved < 1:
            words = "nobody in England would be on this register. Suppose at least 1"
            raise ScenarioError([Fault(f"national.{change.register}", words)])
        national[change.register] = (moved, patients)
    content = {name: list(figures) for name, figures in national.items()}
    identity = canonical_json({"what-if": content, "of": reference.digest})
    return Reference(national, reference.status, digest(identity))
