"""The rules a definition must agree with: each yields the faults it finds, in the YAML's words."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from cqrs.definitions import limit_rules, payment_rules
from cqrs.definitions.faults import Fault, Faults
from cqrs.definitions.figures import figures
from cqrs.definitions.schema import (
    Definition,
    FieldKind,
    FractionIndicator,
    Indicator,
    ItemOfServiceIndicator,
    RegisterIndicator,
)
from cqrs.values import plain_text, pounds_text, round_half_up

LAW_STARTS_IN = 2014
BASE_PENCE, BASE_LIST = 15692, 7087
"""2014/15: £156.92 a point and 7,087 patients. Every published value since follows from these."""


def point_value_by_law(average_list: int) -> Fraction:
    """The value of a point in pence that an average list implies: 10,184 -> 22549 (£225.49).

    Arithmetic that reproduces every published value from 2014/15 to 2026/27. A year that truly
    departs from it ends the law there: give it an end beside LAW_STARTS_IN, with its source.
    """
    return round_half_up(Fraction(BASE_PENCE * average_list, BASE_LIST), 0)


def _ids(definition: Definition) -> Faults:
    counted = Counter(indicator.id for indicator in definition.indicators)
    for name, count in counted.items():
        if count > 1:
            yield Fault(
                f"indicators.{name}",
                f"the id stands {count} times. Remove or rename all but one",
            )


def _group_names(definition: Definition) -> Faults:
    for group_id, group in definition.groups.items():
        if group.domain is not None and group.domain not in definition.domains:
            yield _unknown(f"groups.{group_id}.domain", group.domain, "domains")
        register_id = group.zero_register_id
        if register_id is not None and register_id not in definition.registers:
            yield _unknown(f"groups.{group_id}.zero_register_id", register_id, "registers")


def _indicator_names(definition: Definition) -> Faults:
    for indicator in definition.indicators:
        at = f"indicators.{indicator.id}"
        if indicator.group not in definition.groups:
            yield _unknown(f"{at}.group", indicator.group, "groups")
        register_id = _register_id(indicator)
        if register_id is not None and register_id not in definition.registers:
            yield _unknown(f"{at}.register_id", register_id, "registers")
        for field in indicator.removed_fields:
            if indicator.fields[field].words is None and field not in definition.reasons:
                yield _unknown(f"{at}.fields.{field}", field, "reasons")
    scored = {indicator.id for indicator in definition.scored}
    for name in definition.protection.indicators if definition.protection else ():
        if name not in definition.by_id:
            yield _unknown("protection.indicators", name, "indicators")
        elif name not in scored:
            words = f"{name} earns no points, so there are none to protect. Remove it"
            yield Fault("protection.indicators", words)


def _source_names(definition: Definition) -> Faults:
    for figure in figures(definition):
        if figure.sourced.source not in definition.sources:
            yield _unknown(figure.path, figure.sourced.source, "sources")


def _unknown(path: str, name: str, where: str) -> Fault:
    words = f"'{name}' isn't one of the {where}. Add it under {where} or correct the spelling"
    return Fault(path, words)


def _names_are_used(definition: Definition) -> Faults:
    groups = definition.groups.values()
    zero = {group.zero_register_id for group in groups}
    used: dict[str, set[str | None]] = {
        "sources": {figure.sourced.source for figure in figures(definition)},
        "domains": {group.domain for group in groups},
        "groups": {indicator.group for indicator in definition.indicators},
        "registers": zero | {_register_id(indicator) for indicator in definition.indicators},
        "facts": set(payment_rules.facts_used(definition)),
        "reasons": {f for i in definition.indicators for f in i.removed_fields},
    }
    for section, names in used.items():
        for name in getattr(definition, section):
            if name not in names:
                yield Fault(
                    f"{section}.{name}", "nothing uses it. Remove it or correct what should"
                )


def _thresholds(definition: Definition) -> Faults:
    for indicator in definition.indicators:
        if isinstance(indicator, FractionIndicator):
            lower, upper = indicator.thresholds.lower, indicator.thresholds.upper
            if not lower < upper <= 100:
                yield Fault(
                    f"indicators.{indicator.id}.thresholds",
                    f"{plain_text(lower)} to {plain_text(upper)} can't be: "
                    "lower must be below upper, and upper at most 100",
                )


REMOVALS: dict[FieldKind, tuple[int, int | None]] = {"exclusion": (0, None), "pca": (0, None)}
SHARE: dict[FieldKind, tuple[int, int | None]] = {"numerator": (1, 1), "denominator": (1, 1)}
FIELDS_OF: dict[str, dict[FieldKind, tuple[int, int | None]]] = {
    "fraction": {**SHARE, "register": (0, 1), **REMOVALS},
    "register": {"register": (1, 1)},
    "yes_no": {"yes_no": (1, 1)},
    "item_of_service": {"count": (1, None), "register": (0, 1)},
    "threshold": {"numerator": (0, 1), "denominator": (0, 1), "count": (0, 1), **REMOVALS},
    "capitation": {"count": (0, 1)},
    "block": {},
    "retainer": {"count": (1, 1)},
    "claw_back": {**SHARE, **REMOVALS},
    "aspiration": {},
    "reconciliation": {},
    "participation": {},
    "composite": {},
    "management_information": {
        "numerator": (0, 1),
        "denominator": (0, 1),
        "register": (0, 1),
        "count": (0, 1),
        "yes_no": (0, 1),
        **REMOVALS,
    },
}
"""How many fields of each kind an indicator of a kind has: at least, at most."""


def _fields(definition: Definition) -> Faults:
    for indicator in definition.indicators:
        at = f"indicators.{indicator.id}.fields"
        allowed = FIELDS_OF[indicator.kind]
        counted = Counter(field.kind for field in indicator.fields.values())
        for kind in counted.keys() - allowed.keys():
            yield Fault(at, f"a {_kind_words(indicator)} has no {kind} field. Remove it")
        for kind, (least, most) in allowed.items():
            count = counted[kind]
            if count < least or (most is not None and count > most):
                wanted = "exactly one" if least else "at most one"
                yield Fault(
                    at, f"{wanted} {kind} field is wanted, there are {count}. Put that right"
                )
        if not indicator.fields and indicator.kind == "management_information":
            yield Fault(at, "nothing can be submitted. Name at least one field")
        if indicator.fields and indicator.fields_source is None:
            words = "the names of the fields have no source. Add where they come from"
            yield Fault(f"indicators.{indicator.id}.fields_source", words)
        yield from _field_settings(indicator, at)


def _field_settings(indicator: Indicator, at: str) -> Faults:
    for name, field in indicator.fields.items():
        if field.general is not None and field.kind != "pca":
            yield Fault(f"{at}.{name}.general", "only a PCA is general or specific. Remove general")
        if field.words is not None and field.kind not in ("pca", "exclusion"):
            yield Fault(f"{at}.{name}.words", "only a removal reason has words. Remove words")


def _kind_words(indicator: Indicator) -> str:
    return f"{indicator.kind.replace('_', ' ')} indicator"


def _registers(definition: Definition) -> Faults:
    carrier = definition.prevalence_from
    counted = Counter(register.field for register in definition.registers.values())
    for name, register in definition.registers.items():
        if counted[register.field] > 1 and carrier == "register":
            words = f"'{register.field}' is the field of another register too. Correct one of them"
            yield Fault(f"registers.{name}.field", words)
    for indicator in definition.indicators:
        at = f"indicators.{indicator.id}"
        register_id = _register_id(indicator)
        if isinstance(indicator, FractionIndicator) and register_id is None:
            if indicator.prevalence_adjusted.value:
                yield Fault(
                    f"{at}.prevalence_adjusted",
                    "prevalence needs a register. Add register_id or write value: no",
                )
            if indicator.base_population == "register":
                yield Fault(f"{at}.base_population", "there is no register_id. Add it or write own")
        if register_id is not None and register_id in definition.registers:
            field = definition.registers[register_id].field
            own = indicator.fields.get(field)
            if own is None or own.kind != carrier:
                yield Fault(
                    f"{at}.fields",
                    f"'{field}', the field of register {register_id}, isn't among its {carrier} "
                    "fields. Add it or correct register_id",
                )


def _register_id(indicator: Indicator) -> str | None:
    if isinstance(indicator, FractionIndicator | RegisterIndicator):
        return indicator.register_id
    return None


def points_of(indicator: Indicator) -> int:
    """The points an indicator can earn; 0 where it earns none."""
    points = getattr(indicator, "points", None)
    return points.value if points is not None else 0


def _totals(definition: Definition) -> Faults:
    total = sum(points_of(indicator) for indicator in definition.indicators)
    for indicator in definition.scored:
        if indicator.points.value == 0:
            yield Fault(f"indicators.{indicator.id}.points", "no points to earn. Write how many")
    if definition.money is None:
        if total:
            yield Fault(
                "money", f"{total} points can be earned, but not what a point is worth. Add money"
            )
        return
    published = definition.money.total_points.value
    if total != published:
        yield Fault(
            "money.total_points",
            f"{published} is published, but the indicators add up to {total}. Correct one of them",
        )
    for domain_id, domain in definition.domains.items():
        added = sum(
            points_of(indicator)
            for indicator in definition.indicators
            if indicator.group in definition.groups
            and definition.groups[indicator.group].domain == domain_id
        )
        if added != domain.total_points.value:
            yield Fault(
                f"domains.{domain_id}.total_points",
                f"{domain.total_points.value} is published, but its indicators add up to {added}. "
                "Correct one of them",
            )


def _law(definition: Definition) -> Faults:
    money = definition.money
    if money is None or definition.service != "qof":
        return
    if definition.year.starts_in < LAW_STARTS_IN:
        return
    if money.average_list is None:
        return
    wanted = date(definition.year.starts_in, 1, 1)
    if money.average_list_date != wanted:
        given = "no date" if money.average_list_date is None else str(money.average_list_date)
        yield Fault(
            "money.average_list_date",
            f"the average list of {definition.year} is of {wanted}, but this one has {given}: it "
            "may be of the wrong year. Use the list of that date",
        )
    implied = int(point_value_by_law(money.average_list.value))
    if implied != money.point_value.pence:
        yield Fault(
            "money.average_list",
            f"{money.average_list.value:,} patients imply {pounds_text(implied)} a point "
            f"({pounds_text(BASE_PENCE)} × list ÷ {BASE_LIST:,}), but point_value is "
            f"{pounds_text(money.point_value.pence)}. One of them is wrong or of another year",
        )


def _year(definition: Definition) -> Faults:
    year = definition.year
    money = definition.money
    if money is not None and money.list_date not in year:
        yield Fault(
            "money.list_date",
            f"{money.list_date.isoformat()} is outside {year}. Use a date from "
            f"{year.start.isoformat()} to {year.end.isoformat()}",
        )
    own, earliest = definition.list_date, year.start.replace(year=year.starts_in - 1)
    if own is not None and not earliest <= own <= year.end:
        yield Fault(
            "list_date",
            f"{own.isoformat()} is not of {year}. Use a date from {earliest.isoformat()} to "
            f"{year.end.isoformat()}",
        )
    if money is not None and definition.list_date is not None:
        yield Fault("list_date", "money.list_date names the date already. Remove one of the two")
    if definition.protection and not definition.protection.base_year < year:
        words = f"{definition.protection.base_year} isn't before {year}. Name an earlier year"
        yield Fault("protection.base_year", words)
    short = f"{year.starts_in % 100:02}{(year.starts_in + 1) % 100:02}"
    if not definition.quality_service.endswith(short):
        yield Fault(
            "quality_service",
            f"'{definition.quality_service}' doesn't end in {short}, so it isn't of {year}. "
            "Correct the code or the year",
        )
    for name in ("title", "short_title"):
        if str(year) not in getattr(definition, name):
            yield Fault(name, f"it doesn't name {year}. Correct the title or the year")


def _route(definition: Definition) -> Faults:
    steps = ("declare", "approve", "finance_approve")
    expected = tuple(step for step in steps if step in definition.route)
    if definition.route != expected:
        yield Fault(
            "route", f"steps come once each, in the order {', '.join(steps)}. Put them right"
        )


def _settings(definition: Definition) -> Faults:
    wanted = {"quality_service", "paycode", "collection", "route", "rounding"}
    if definition.list_size_date is not None:
        wanted.add("list_date")
    if any(group.zero_register_id for group in definition.groups.values()):
        wanted.add("group_rule")
    for indicator in definition.paid:
        if isinstance(indicator, RegisterIndicator) and indicator.paid_at_nil:
            wanted.add("paid_at_nil")
        if isinstance(indicator, ItemOfServiceIndicator) and indicator.field_of("register"):
            wanted.add("register_cap")
    for name in sorted(wanted - definition.settings.keys()):
        yield Fault(f"settings.{name}", "its source and confidence are missing. Add them")
    for name in sorted(definition.settings.keys() - wanted):
        yield Fault(f"settings.{name}", "this definition has no such setting. Remove it")


RULES: tuple[Callable[[Definition], Faults], ...] = (
    _ids,
    _group_names,
    _indicator_names,
    _source_names,
    _names_are_used,
    _thresholds,
    _fields,
    _registers,
    _totals,
    _law,
    _year,
    _route,
    _settings,
    *payment_rules.RULES,
    *limit_rules.RULES,
)
