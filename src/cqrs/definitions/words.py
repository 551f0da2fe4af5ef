"""A definition in plain English, for the people it pays; every figure is read from it.

How points become pounds isn't told here: the calculation's own formula says it, and whoever asks
hands its lines in.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from cqrs.definitions import payment_words
from cqrs.definitions.figures import CONFIDENCE, figures, figures_of
from cqrs.definitions.payment_words import listed
from cqrs.definitions.schema import (
    Definition,
    FractionIndicator,
    Improvement,
    Indicator,
    ManagementInformation,
    PointsIndicator,
    Protection,
    RegisterIndicator,
    YesNoIndicator,
)
from cqrs.values import day_words, plain_text, pounds_text

STEPS = {
    "declare": "the practice declares",
    "approve": "its commissioner approves",
    "finance_approve": "a second commissioner officer finance-approves",
}
ROUNDED = {
    "half_up": "to the nearest, a half up",
    "half_even": "to the nearest, a half to the even digit",
    "down": "cut off",
}
PLACE = {"per_indicator": "once for each indicator"}
NO_PATIENTS = (
    "Without patients in the denominator there are no points, and these points leave the "
    "attainable maximum."
)
FIGURES = {
    "points": "Points",
    "thresholds": "Thresholds",
    "lump": "Points at the lower threshold",
    "improvement": "Improvement scale",
    "prevalence_adjusted": "Prevalence factor",
    "fee": "Fee",
    "fees": "Fees",
    "cap.items": "Most items",
    "cap.register_percent": "Most items, % of the register",
    "cap.pounds": "Most paid",
    "floor": "Least paid",
    "instalments": "Instalments",
    "bands": "Amounts by level",
    "sliding": "Sliding scale",
    "rate": "Rate",
    "amount": "Amount",
    "retainer": "Retainer",
    "included": "Items included",
    "below": "Uptake wanted, %",
    "share": "Share repaid, %",
    "percent": "Share of last year, %",
    "point_value": "Value of a point",
    "previous_point_value": "Value of a point the year before",
    "fields_source": "Fields",
}


def describe(definition: Definition, formula: Sequence[str] = ()) -> list[str]:
    """A whole service: what it pays for, when, the `formula` of the pounds, and every indicator."""
    lines = [
        f"{definition.title}, version {definition.version}",
        definition.summary,
        "",
        (
            f"It runs from {day_words(definition.year.start)} to {day_words(definition.year.end)}. "
            f"Counts are collected {definition.collection.frequency}, "
            f"{_entry(definition.collection.entry)}."
        ),
        f"Before money is paid, {listed([STEPS[step] for step in definition.route])}.",
    ]
    lines += [*_worth(definition), *_indented("How pounds are calculated", formula)]
    lines.append(_rounding(definition))
    if definition.protection is not None:
        lines.append(_protected(definition.protection))
    for group_id, members in definition.grouped:
        lines += ["", _group_line(definition, group_id, members)]
        lines += [f"  {indicator.id}  {_brief(indicator)}" for indicator in members]
    facts = _facts(definition)
    lines += ["", "Facts that are given beside the counts", *facts] if facts else []
    return [*lines, "", *_sureness(definition)]


def describe_indicator(
    definition: Definition, indicator_id: str, formula: Sequence[str] = ()
) -> list[str]:
    """One indicator: who counts, who is removed, points, `formula`, how sure each figure is.

    Raises KeyError when the definition has no such indicator.
    """
    indicator = definition.by_id[indicator_id]
    group = definition.groups[indicator.group].title
    lines = [
        f"{indicator.id}: {indicator.title} ({group}, {definition.short_title})",
        indicator.description,
    ]
    if indicator.entry is not None:
        lines.append(f"It is entered {_entry(indicator.entry)}.")
    lines += ["", *_counted(definition, indicator), *_removed(definition, indicator)]
    earned = [*_earned(definition, indicator), *_indented("How it is calculated", formula)]
    lines += ["", *earned] if earned else []
    if definition.protection is not None and indicator_id in definition.protection.indicators:
        lines.append(_protected(definition.protection))
    return [*lines, "", "How sure each figure is", *_sure_lines(definition, indicator_id)]


def _protected(protection: Protection) -> str:
    return (
        f"Income protection: {protection.words} The points of {protection.base_year} count where "
        "they are given; the value of a point, list and prevalence are this year’s."
    )


def _facts(definition: Definition) -> list[str]:
    """Numbers that nobody counts: each by its name, with its unit and what holds without it."""
    lines = []
    for name, fact in definition.facts.items():
        unit = "pounds" if fact.unit == "pence" else fact.unit
        places = 2 if fact.unit == "pence" else fact.places
        default = ""
        if fact.default is not None:
            default = f", {plain_text(Fraction(fact.default, 10**places))} where it isn't given"
        lines.append(f"  {name}: {fact.title}, in {unit}{default}")
    if definition.protection is not None:
        first = definition.protection.indicators[0]
        year = definition.protection.base_year
        lines.append(f"  {first}.protected_points and so on: points of {year}, where they are kept")
    for indicator in definition.scored:
        if isinstance(indicator, FractionIndicator) and indicator.improvement is not None:
            slug = indicator.improvement.years[0].slug.replace("-", "_")
            lines.append(
                f"  {indicator.id}.numerator_{slug}, {indicator.id}.denominator_{slug} and so on: "
                f"its counts of {listed([str(year) for year in indicator.improvement.years])}"
            )
    return lines


def _indented(head: str, lines: Sequence[str]) -> list[str]:
    return [head, *(f"  {line}" for line in lines)] if lines else []


def _entry(entry: str) -> str:
    return "by hand" if entry == "manual" else "automatically"


# A whole service ---------------------------------------------------------------------------------


def _worth(definition: Definition) -> list[str]:
    money = definition.money
    if money is None:
        return []
    domains = [f"{d.total_points.value} {d.title.lower()}" for d in definition.domains.values()]
    parts = f": {listed(domains)}" if domains else ""
    value = pounds_text(money.point_value.pence)
    average = f", {money.average_list.value:,} patients" if money.average_list else ""
    if money.average_list_date is not None:
        average += f" at {day_words(money.average_list_date)}"
    return [
        f"{_number(len(definition.scored))} can earn {money.total_points.value} points{parts}.",
        f"A point is worth {value} to a provider of the national average list{average}.",
        *(["These figures are provisional: they may still change."] * (money.status != "final")),
        "CPI is the contractor population index, drawn from the registered list at "
        f"{day_words(money.list_date)}.",
        "APDF is the adjusted practice disease factor. It applies only where an indicator says so.",
    ]


def _rounding(definition: Definition) -> str:
    rule = definition.rounding
    mode, place = ROUNDED[rule.mode], PLACE[rule.money]
    if definition.money is None:
        return f"Pounds are rounded to the penny, {mode}, {place}; a total adds its indicators."
    points = f"Points are rounded to {rule.points_places} decimals, {mode}"
    pounds = f"pounds to the penny in the same way, {place}"
    return f"{points}; {pounds}. Nothing else is rounded, and a total adds its indicators."


def _group_line(definition: Definition, group_id: str, members: Iterable[Indicator]) -> str:
    group = definition.groups[group_id]
    points = sum(_points(indicator) for indicator in members)
    line = f"{group.title}, {_points_text(points)}" if points else group.title
    if group.zero_register_id is None:
        return line
    register = definition.registers[group.zero_register_id].title
    return f"{line} (left out of the maximum by NHS England when the {_small(register)} is empty)"


def _number(indicators: int) -> str:
    return "1 indicator" if indicators == 1 else f"{indicators} indicators"


def _points(indicator: Indicator) -> int:
    return indicator.points.value if isinstance(indicator, PointsIndicator) else 0


def _brief(indicator: Indicator) -> str:
    match indicator:
        case FractionIndicator():
            earned = f"{_points_text(indicator.points.value)}, {_scale(indicator)}"
        case RegisterIndicator() | YesNoIndicator():
            earned = f"{_points_text(indicator.points.value)}, all or nothing"
        case ManagementInformation():
            earned = "not paid"
        case _:
            earned = payment_words.brief(indicator)
    return f"{indicator.title}, {earned}"


def _points_text(points: int) -> str:
    return f"{points} point" if points == 1 else f"{points} points"


def _scale(indicator: FractionIndicator) -> str:
    thresholds = indicator.thresholds
    return f"{plain_text(thresholds.lower)}% to {plain_text(thresholds.upper)}%"


def _sureness(definition: Definition) -> list[str]:
    counted = Counter(figure.sourced.confidence for figure in figures(definition))
    parts = [f"{counted[sure]} {words}" for sure, words in CONFIDENCE.items() if counted[sure]]
    return [f"How sure the figures are: {listed(parts)}."]


# One indicator -----------------------------------------------------------------------------------


def _counted(definition: Definition, indicator: Indicator) -> list[str]:
    match indicator:
        case FractionIndicator():
            share = f"{indicator.field_of('numerator')} ÷ {indicator.field_of('denominator')}"
            lead = f"What counts: {share}, the share of patients for whom it was done."
            return [lead, *_base(definition, indicator)]
        case RegisterIndicator():
            return [f"What counts: the {_register(definition, indicator.register_id)}."]
        case YesNoIndicator():
            return [f"What counts: yes or no ({indicator.field_of('yes_no')})."]
        case ManagementInformation():
            return [f"What is kept: {listed(list(indicator.fields))}. It is never paid."]
        case _:
            return [payment_words.counted(definition, indicator)]


def _base(definition: Definition, indicator: FractionIndicator) -> list[str]:
    if indicator.register_id is None:
        return []
    register = _register(definition, indicator.register_id)
    if indicator.base_population == "register":
        return [f"It starts from everybody on the {register}."]
    return [f"It carries the {register}, but patients who aren't on it may count too."]


def _register(definition: Definition, register_id: str) -> str:
    register = definition.registers[register_id]
    return f"{_small(register.title)} (in CQRS: {register.field})"


def _small(title: str) -> str:
    """A title within a sentence: "Diabetes register" -> "diabetes register"; COPD stays COPD."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _removed(definition: Definition, indicator: Indicator) -> list[str]:
    heads = (
        ("Out of scope, so not in the denominator:", "exclusion", None),
        ("Removed for a reason any indicator may use (PCAs):", "pca", True),
        ("Removed for a reason of this indicator (PCAs):", "pca", False),
        ("Removed (PCAs):", "pca", None),
    )
    lines: list[str] = []
    for head, kind, general in heads:
        named = [
            f"  {name}: {definition.reason(indicator.id, name)}"
            for name, field in indicator.fields.items()
            if field.kind == kind and field.general is general
        ]
        lines += [head, *named] if named else []
    return lines


def _earned(definition: Definition, indicator: Indicator) -> list[str]:
    match indicator:
        case FractionIndicator():
            lower, upper = indicator.thresholds.lower, indicator.thresholds.upper
            scale = f"none up to {plain_text(lower)}%, all from {plain_text(upper)}%"
            if indicator.lump is not None:
                lump = indicator.lump.value
                scale = f"{lump} at {plain_text(lower)}%, none below, all from {plain_text(upper)}%"
            lead = f"Up to {_points_text(indicator.points.value)}: {scale}, in proportion between."
            better = [_better(indicator.improvement)] if indicator.improvement else []
            return [lead, *better, NO_PATIENTS, _factor(definition, indicator)]
        case RegisterIndicator():
            nil = (
                "They can be earned with nobody on the register."
                if indicator.paid_at_nil
                else "With nobody on it there are none, and they leave the attainable maximum."
            )
            lead = f"All {_points_text(indicator.points.value)} for keeping the register."
            return [f"{lead} {nil}", _factor(definition, indicator)]
        case YesNoIndicator():
            return [f"All {_points_text(indicator.points.value)} for a yes, none for a no."]
        case ManagementInformation():
            return []
        case _:
            return payment_words.earned(definition, indicator)


def _better(rule: Improvement) -> str:
    lower, upper = plain_text(rule.lower), plain_text(rule.upper)
    years = listed([str(year) for year in rule.years])
    return (
        f"Or, where that is more, by improvement on the practice’s own mean of {years}: none up to "
        f"{lower} percentage points above it, all from {upper}."
    )


def _factor(definition: Definition, indicator: FractionIndicator | RegisterIndicator) -> str:
    if not indicator.prevalence_adjusted.value or indicator.register_id is None:
        return "There is no prevalence factor."
    register = _small(definition.registers[indicator.register_id].title)
    return f"The prevalence factor (APDF) is drawn from the {register}."


def _sure_lines(definition: Definition, indicator_id: str) -> list[str]:
    lines = []
    for figure in figures_of(definition, indicator_id):
        note = f" ({figure.sourced.note})" if figure.sourced.note else ""
        sure = CONFIDENCE[figure.sourced.confidence]
        name = FIGURES[figure.path]
        shown = name if figure.path == "fields_source" else f"{name}, {figure.shown}"
        lines.append(f"  {shown}: {sure}, {figure.sourced.source}{note}")
    return lines
