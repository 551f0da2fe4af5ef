"""The page that explains one figure: workings by stage, calculator keys, and every source."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cqrs.calculation import words, workings
from cqrs.calculation.calculator import Keys
from cqrs.calculation.nodes import Stage
from cqrs.calculation.statement import PracticeInputs
from cqrs.calculation.workings import Explanation
from cqrs.definitions.schema import Definition, FieldKind, PaidIndicator
from cqrs.portal.web.shared.scale import Scale, scale
from cqrs.portal.web.shared.sources import Number, numbers, removed
from cqrs.values import decimal_text, plain_text, pounds_text

ORDER: tuple[Stage, ...] = ("patients", "points", "factors", "pounds")

HEADINGS: dict[tuple[Stage, str], str] = {
    ("patients", "fraction"): "Patients: what share had the right result?",
    ("patients", "item_of_service"): "Number: how many are paid for?",
    ("points", "fraction"): "Points: how far between the thresholds?",
    ("points", "register"): "Points: is anybody on the register?",
    ("points", "yes_no"): "Points: was the answer yes?",
}

FACTOR_WORDS = {
    "cpi": ("CPI", "contractor population index: your list compared with the average practice."),
    "prevalence": (
        "APDF",
        "adjusted practice disease factor: how common it is on your list, compared with England.",
    ),
}


@dataclass(frozen=True)
class Sum:
    """One named step: the formula in words, the same with numbers, and what it came to."""

    term: str
    about: str
    words: str
    numbers: str
    """What stands before the result: "426 ÷ 597 × 100 = "; empty where nothing is computed."""
    rounding: str
    """"rounded to the penny, half a penny up: ", on a line of its own before the result."""
    result: str


@dataclass(frozen=True)
class StageOfWork:
    """One numbered stage: a heading, what happens in words, its sums and a note on decimals."""

    stage: Stage
    heading: str
    intro: str
    sums: tuple[Sum, ...]
    note: str


@dataclass(frozen=True)
class Factor:
    """A number of the top line and what it is; the last is the answer."""

    number: str
    label: str


@dataclass(frozen=True)
class ExplainedFigure:
    """Everything the page shows besides the claim's own facts."""

    indicator: str
    title: str
    description: str
    group: str
    group_key: str
    answer: str
    """£4,034.06, or "15.45 points" to who sees no pounds."""
    factors: tuple[Factor, ...]
    stages: tuple[StageOfWork, ...]
    scale: Scale | None
    keys: Keys | None
    next: str
    inputs: tuple[Number, ...]
    order: tuple[str, ...]
    """All indicators of the statement, for the links to the neighbours."""


def present(
    definition: Definition, inputs: PracticeInputs, indicator_id: str, *, pounds: bool
) -> ExplainedFigure:
    """Explain one indicator. Without pounds the workings stop at the points."""
    indicator = workings.formula_of(definition, indicator_id).indicator
    made = workings.explain(definition, inputs, indicator_id)
    stages = ORDER if pounds else ("patients", "points")
    return ExplainedFigure(
        indicator=indicator.id,
        title=indicator.title,
        description=indicator.description,
        group=definition.groups[indicator.group].title,
        group_key=indicator.group,
        answer=_answer(made, pounds),
        factors=_factors(made) if pounds else (),
        stages=tuple(
            stage
            for name in stages
            if (stage := _stage(definition, inputs, indicator, made, name)) is not None
        ),
        scale=_scale(indicator, inputs),
        keys=made.keys if pounds else None,
        next=_next(definition, inputs, indicator, pounds),
        inputs=numbers(definition, inputs, indicator, made, pounds=pounds),
        order=tuple(i.id for i in definition.paid if i.id not in _missing(definition, inputs)),
    )


def _missing(definition: Definition, inputs: PracticeInputs) -> set[str]:
    given = {indicator for indicator, _ in inputs.values}
    return {i.id for i in definition.paid} - given


def _factors(made: Explanation) -> tuple[Factor, ...]:
    """The top line; points with both their decimals, as they stand everywhere else."""
    return tuple(
        Factor(decimal_text(made.points, 2), label)
        if label == "points" and made.points is not None
        else Factor(number, label)
        for number, label in made.factors
    )


def _answer(made: Explanation, pounds: bool) -> str:
    if pounds:
        return pounds_text(made.pence)
    if made.points is None:
        return made.factors[0][0]
    return f"{decimal_text(made.points, 2)} points"


# Stages ----------------------------------------------------------------------------------------


def _stage(
    definition: Definition,
    inputs: PracticeInputs,
    indicator: PaidIndicator,
    made: Explanation,
    stage: Stage,
) -> StageOfWork | None:
    sums = [_sum(step) for step in made.steps if step.stage == stage]
    intro = _intro(inputs, indicator, made, stage)
    if stage == "patients" and indicator.kind == "fraction":
        sums = [*_base_population(inputs, indicator), *sums]
    if not sums and not intro:
        return None
    heading = HEADINGS.get((stage, indicator.kind))
    return StageOfWork(
        stage=stage,
        heading=heading or {"factors": _factors_heading(sums)}.get(stage, "Pounds"),
        intro=intro,
        sums=tuple(sums),
        note=_note(stage, sums),
    )


def _factors_heading(sums: Sequence[Sum]) -> str:
    disease = any(sum_.term == "APDF" for sum_ in sums)
    return "Your list and your share of the disease" if disease else "Your list"


def _sum(step: words.Step) -> Sum:
    term, about = FACTOR_WORDS.get(step.name, ("", ""))
    numbers, rounding = f"{step.numbers} = ", ""
    if step.note.startswith("rounded"):
        numbers, rounding = step.numbers, f"{step.note}: "
    elif step.note:
        numbers = f"{step.numbers}, {step.note}: "
    elif step.numbers.endswith(": 0"):
        numbers = step.numbers.removesuffix("0")
    elif not any(sign in step.numbers for sign in "×÷−") and step.numbers[:3] != "the":
        numbers = ""
    said = step.words == step.label
    return Sum(
        term, about, "" if said else f"{step.label} = {step.words}", numbers, rounding, step.result
    )


def _base_population(inputs: PracticeInputs, indicator: PaidIndicator) -> list[Sum]:
    """The road from the register to the denominator, where the counts show all of it."""
    register = _value(inputs, indicator, "register")
    denominator = _value(inputs, indicator, "denominator")
    if not removed(inputs, indicator) or register is None or denominator is None:
        return []
    by_kind = _left_out(inputs, indicator)
    taken = sum(by_kind.values())
    if getattr(indicator, "base_population", "") != "register" or register - taken != denominator:
        return []
    return [
        Sum(
            term="",
            about="",
            words="denominator = register − exclusions − PCAs",
            numbers=" − ".join(f"{number:,}" for number in (register, *by_kind.values())) + " = ",
            rounding="",
            result=f"{denominator:,} patients",
        )
    ]


def _left_out(inputs: PracticeInputs, indicator: PaidIndicator) -> dict[str, int]:
    sums = {"exclusion": 0, "pca": 0}
    for name, number in removed(inputs, indicator):
        sums[indicator.fields[name].kind] += number
    return sums


def _value(inputs: PracticeInputs, indicator: PaidIndicator, kind: FieldKind) -> int | None:
    name = indicator.field_of(kind)
    return None if name is None else inputs.values.get((indicator.id, name))


def _intro(
    inputs: PracticeInputs,
    indicator: PaidIndicator,
    made: Explanation,
    stage: Stage,
) -> str:
    if stage == "patients" and indicator.kind == "fraction":
        return _patients_intro(inputs, indicator)
    if stage == "points" and indicator.kind == "fraction":
        return _points_intro(indicator, made)
    if stage == "points" and indicator.kind == "register":
        people = _value(inputs, indicator, "register") or 0
        if indicator.paid_at_nil:
            return f"{people:,} people are on the register. The points are paid even at nil."
        return f"{people:,} people are on the register. One is enough for all the points."
    if stage == "points" and indicator.kind == "yes_no":
        said = "yes" if _value(inputs, indicator, "yes_no") else "no"
        return f"The answer submitted is {said}. A yes earns all the points."
    if stage == "patients" and indicator.kind == "item_of_service":
        capped = indicator.field_of("register")
        return "No more are paid for than there are people on the register." if capped else ""
    return ""


def _patients_intro(inputs: PracticeInputs, indicator: PaidIndicator) -> str:
    numerator = _value(inputs, indicator, "numerator") or 0
    denominator = _value(inputs, indicator, "denominator") or 0
    if not denominator:
        return "No patients are in the denominator, so the indicator isn't counted."
    counted = f"{numerator:,} of the {denominator:,} patients who count had the right result."
    left_out = _left_out(inputs, indicator)
    if not sum(left_out.values()):
        return counted
    return (
        f"{counted} Left out before: {left_out['exclusion']:,} by exclusions and "
        f"{left_out['pca']:,} by personalised care adjustments (PCAs). The table below has the "
        "reasons."
    )


def _points_intro(indicator: PaidIndicator, made: Explanation) -> str:
    if indicator.kind != "fraction":
        return ""
    low, high = plain_text(indicator.thresholds.lower), plain_text(indicator.thresholds.upper)
    text = (
        f"{indicator.id} has {indicator.points.value} points. None are earned up to {low}%, "
        f"all from {high}%."
    )
    progress = next((step for step in made.steps if step.name == "progress"), None)
    if progress is None:
        return text
    return f"{text} You are {decimal_text(Fraction(progress.result) * 100, 4)}% of the way."


def _note(stage: Stage, sums: Sequence[Sum]) -> str:
    if stage == "patients" and any("%" in sum_.result for sum_ in sums):
        return "The percentage is shown to 4 decimals. It is not rounded before the next step."
    if stage == "factors":
        return "Shown to 6 decimals. They are kept as exact fractions, not rounded."
    return ""


def _scale(indicator: PaidIndicator, inputs: PracticeInputs) -> Scale | None:
    if indicator.kind != "fraction":
        return None
    numerator = _value(inputs, indicator, "numerator") or 0
    denominator = _value(inputs, indicator, "denominator") or 0
    achieved = Fraction(numerator * 100, denominator) if denominator else None
    return scale(achieved, indicator.thresholds.lower, indicator.thresholds.upper)


def _next(
    definition: Definition, inputs: PracticeInputs, indicator: PaidIndicator, pounds: bool
) -> str:
    more = workings.next_point(definition, inputs, indicator.id)
    if more is None:
        return ""
    patients = "1 more patient" if more.patients == 1 else f"{more.patients:,} more patients"
    reached = f"would have taken you to {decimal_text(more.points, 2)} points"
    if not pounds:
        return f"{patients} with the right result {reached}."
    made = workings.explain(definition, inputs, indicator.id)
    worth = pounds_text(more.pence - made.pence)
    return f"{patients} with the right result {reached}, {worth} more."
