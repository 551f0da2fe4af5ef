"""The achievement page: a stored statement as rows by area, each figure as the text to show.

Points and pounds are those of the statement. What one more patient is worth comes from the
workings of the same inputs, so it can't follow another rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from cqrs.calculation import workings
from cqrs.calculation.statement import PracticeInputs
from cqrs.definitions import payment_words
from cqrs.definitions.schema import Definition, PaidIndicator, PointsIndicator
from cqrs.portal.web.shared.scale import Scale, scale
from cqrs.values import clock, decimal_text, pounds_text

State = Literal["max", "below", "uncounted", "missing", "item"]
Show = Literal["all", "below", "max"]
SHOW: tuple[Show, ...] = ("all", "below", "max")


def asked(show: str) -> Show:
    """Which rows an address asks for: all unless it names another filter."""
    return next((known for known in SHOW if known == show), "all")


Line = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One indicator; an empty text is a cell that does not apply to its kind."""

    indicator: str
    name: str
    state: State
    patients: str
    of: str
    pcas: str
    achieved: str
    """The percentage; the number paid for an item of service."""
    scale: Scale | None
    basis: str
    """What is scored where there is no scale: "At least 1 on the register"."""
    points: str
    available: str
    pounds: str
    next: str


@dataclass(frozen=True)
class Group:
    """An area with its rows and its own totals."""

    key: str
    title: str
    rows: tuple[Row, ...]
    """The rows that the filter shows."""
    at_maximum: int
    counted: int
    points: str
    attainable: int
    share: str
    """Points as a percentage of the attainable, for the bar."""
    pounds: str
    missed_points: Fraction
    missed: str
    """Pounds missed; points where this person sees no pounds."""


@dataclass(frozen=True)
class Filter:
    """One way to look at the rows and how many it shows."""

    show: Show
    label: str
    number: int


@dataclass(frozen=True)
class Achievement:
    """Everything the page shows besides the claim's own facts."""

    has_points: bool
    has_pcas: bool
    groups: tuple[Group, ...]
    filters: tuple[Filter, ...]
    show: Show
    indicators: int
    counted: int
    at_maximum: int
    points: str
    attainable: int
    total: int
    """All points of the definition."""
    group_rule: int | None
    """NHS England's attainable points, where they differ."""
    missed_points: str
    missed_pounds: str
    pounds: str
    missing: tuple[str, ...]
    uncounted: tuple[str, ...]
    items: tuple[Row, ...]
    """Rows that are paid by the item."""
    year_closed: bool

    @property
    def shown(self) -> int:
        """How many rows the filter leaves."""
        return sum(len(group.rows) for group in self.groups)


def present(
    definition: Definition,
    inputs: PracticeInputs,
    content: Mapping[str, Any],
    *,
    pounds: bool,
    show: Show = "all",
) -> Achievement:
    """The page of one statement. `pounds` is whether this person may see them."""
    lines = {line["indicator"]: line for line in content["lines"]}
    missed = {i: workings.missed(definition, inputs, i) for i in lines} if pounds else {}
    rows = {i.id: _row(definition, inputs, i, lines.get(i.id), pounds) for i in definition.paid}
    # The stored definition sorts its keys; its indicators stand in the order people know.
    groups = tuple(
        group
        for key in dict.fromkeys(indicator.group for indicator in definition.paid)
        if (group := _group(definition, key, rows, lines, missed, show)) is not None
    )
    states = [row.state for row in rows.values()]
    attainable = int(content["attainable_points"])
    points = Fraction(content["points"])
    group_rule = int(content["attainable_points_group_rule"])
    below = states.count("below") + states.count("missing")
    return Achievement(
        has_points=any(_available(i) is not None for i in definition.paid),
        has_pcas=any(line["pcas"] is not None for line in lines.values()),
        groups=groups,
        filters=(
            Filter("all", "All", len(rows)),
            Filter("below", "Below maximum", below),
            Filter("max", "At maximum", states.count("max")),
        ),
        show=show,
        indicators=len(rows),
        counted=states.count("max") + below,
        at_maximum=states.count("max"),
        points=decimal_text(points, definition.rounding.points_places),
        attainable=attainable,
        total=sum(_available(i) or 0 for i in definition.paid),
        group_rule=None if group_rule == attainable else group_rule,
        missed_points=decimal_text(attainable - points, definition.rounding.points_places),
        missed_pounds=pounds_text(sum(missed.values())) if pounds else "",
        pounds=pounds_text(content["pence"]) if pounds else "",
        missing=tuple(content["missing"]),
        uncounted=tuple(key for key, row in rows.items() if row.state == "uncounted"),
        items=tuple(row for row in rows.values() if row.state == "item"),
        year_closed=clock.today() > definition.year.end,
    )


def _available(indicator: PaidIndicator) -> int | None:
    return indicator.points.value if isinstance(indicator, PointsIndicator) else None


def _group(
    definition: Definition,
    key: str,
    rows: Mapping[str, Row],
    lines: Mapping[str, Line],
    missed: Mapping[str, int],
    show: Show,
) -> Group | None:
    """`missed` is the pence missed by indicator, empty where this person sees no pounds."""
    members = [i.id for i in definition.paid if i.group == key]
    if not members:
        return None
    own = [lines[i] for i in members if i in lines]
    points = sum((Fraction(line["points"]) for line in own if line["points"]), Fraction(0))
    attainable = sum(line["available"] or 0 for line in own if line["attainable"])
    pounds = bool(missed)
    states = [rows[i].state for i in members]
    return Group(
        key=key,
        title=definition.groups[key].title,
        rows=tuple(rows[i] for i in members if _is_shown(rows[i].state, show)),
        at_maximum=states.count("max"),
        counted=len(states) - states.count("uncounted") - states.count("item"),
        points=decimal_text(points, definition.rounding.points_places),
        attainable=attainable,
        share=decimal_text(points * 100 / attainable, 1) if attainable else "0",
        pounds=pounds_text(sum(line["pence"] for line in own)) if pounds else "",
        missed_points=attainable - points,
        missed=_missed_text(sum(missed.get(i, 0) for i in members), attainable - points, pounds),
    )


def _missed_text(pence: int, points: Fraction, pounds: bool) -> str:
    if pounds:
        return pounds_text(pence) if pence else ""
    return f"{decimal_text(points, 2)} points" if points else ""


def _is_shown(state: State, show: Show) -> bool:
    if show == "below":
        return state in ("below", "missing")
    return show == "all" or state == "max"


# One row ---------------------------------------------------------------------------------------


def _row(
    definition: Definition,
    inputs: PracticeInputs,
    indicator: PaidIndicator,
    line: Line | None,
    pounds: bool,
) -> Row:
    if line is None:
        return _blank(indicator)
    state = _state(indicator, line)
    patients, of = _patients(inputs, indicator, line)
    achieved = _achieved(line)
    return Row(
        indicator=indicator.id,
        name=indicator.title,
        state=state,
        patients=patients,
        of=of,
        pcas="" if line["pcas"] is None else f"{line['pcas']:,}",
        achieved=_result(definition, inputs, indicator, achieved),
        scale=scale(achieved, indicator.thresholds.lower, indicator.thresholds.upper)
        if indicator.kind == "fraction"
        else None,
        basis=_basis(indicator, pounds),
        points=line["points"] or "",
        available="" if line["available"] is None else str(line["available"]),
        pounds=pounds_text(line["pence"]) if pounds else "",
        next=_next(definition, inputs, indicator, state),
    )


def _blank(indicator: PaidIndicator) -> Row:
    available = _available(indicator)
    return Row(
        indicator=indicator.id,
        name=indicator.title,
        state="missing",
        patients="",
        of="",
        pcas="",
        achieved="",
        scale=None,
        basis="No counts were submitted",
        points="",
        available="" if available is None else str(available),
        pounds="",
        next="Not scored",
    )


def _state(indicator: PaidIndicator, line: Line) -> State:
    if not isinstance(indicator, PointsIndicator):
        return "item"
    if not line["attainable"]:
        return "uncounted"
    return "max" if Fraction(line["points"]) == line["available"] else "below"


def _patients(inputs: PracticeInputs, indicator: PaidIndicator, line: Line) -> tuple[str, str]:
    match indicator.kind:
        case "fraction":
            return f"{line['numerator']:,}", f"of {line['denominator']:,}"
        case "register":
            return f"{line['register']:,}", "on register"
        case "yes_no":
            answered = _value(inputs, indicator, "yes_no")
            return ("Yes" if answered else "No"), ""
    if line["denominator"] is not None:
        return f"{line['numerator']:,}", f"of {line['denominator']:,}"
    if line["count"] is None:
        return "", ""
    on_register = "" if line["register"] is None else f"of {line['register']:,} on register"
    return f"{line['count']:,}", on_register


def _value(inputs: PracticeInputs, indicator: PaidIndicator, kind: Any) -> int:
    return inputs.values[indicator.id, indicator.field_of(kind) or ""]


def _achieved(line: Line) -> Fraction | None:
    if not line["denominator"] or line["numerator"] is None:
        return None
    return Fraction(line["numerator"] * 100, line["denominator"])


def _result(
    definition: Definition,
    inputs: PracticeInputs,
    indicator: PaidIndicator,
    achieved: Fraction | None,
) -> str:
    """The percentage; for items of service the number that is paid."""
    if indicator.kind == "item_of_service":
        return workings.explain(definition, inputs, indicator.id).factors[0][0]
    return "" if achieved is None else decimal_text(achieved, 2) + "%"


def _basis(indicator: PaidIndicator, pounds: bool) -> str:
    match indicator.kind:
        case "register":
            return "All points at nil" if indicator.paid_at_nil else "At least 1 on the register"
        case "yes_no":
            return "All points for a yes"
        case "fraction":
            return ""
        case "item_of_service" if not pounds:
            return "A fee for each"
        case _:
            return payment_words.brief(indicator) if pounds else "An amount in pounds"


def _next(
    definition: Definition, inputs: PracticeInputs, indicator: PaidIndicator, state: State
) -> str:
    if state in ("max", "item"):
        return ""
    if state == "uncounted":
        return "Not counted"
    if indicator.kind == "yes_no":
        return "A yes"
    more = workings.next_point(definition, inputs, indicator.id)
    return f"{more.patients:,} more" if more else ""
