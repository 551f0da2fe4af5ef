"""Kinds that earn points: between two thresholds, for a register, for a yes; and their pounds.

Sources: the shape of points and of pounds is the Statement of Financial Entitlements as
practices are told it (points between two thresholds; points x value x APDF x CPI). Rounding is a
setting of the definition, since no source publishes it.
"""

from cqrs.calculation.kinds.numbers import (
    Numbers,
    figure,
    named_share,
    percentage,
)
from cqrs.calculation.nodes import (
    PENCE,
    PEOPLE,
    PERCENT,
    POINTS,
    RATIO,
    Clamp,
    Constant,
    Difference,
    Input,
    Maximum,
    Minimum,
    Named,
    Node,
    Product,
    Ratio,
    Round,
    Sum,
    When,
    WhenPositive,
)
from cqrs.definitions.schema import (
    FractionIndicator,
    Improvement,
    PointsIndicator,
    PointsMoney,
    RegisterIndicator,
    Rounding,
    Thresholds,
    WholeFigure,
    YesNoIndicator,
)

NO_POINTS = Constant(0, POINTS, "no points")
MOST_POINTS = 1050
"""All of QOF in its first years: no indicator was ever worth more."""


def fraction_points(indicator: FractionIndicator, numbers: Numbers) -> Named:
    """Points between two thresholds: (D - E) / (F - E) x G, 0 to G; 39/41 of 18 on 81-96: 16.95.

    With a lump, so much is earned at the lower threshold itself and the rest on the way up; with
    improvement, the better of the scale and of the way above the own baseline counts.
    """
    achieved = named_share(numbers)
    lower = threshold(indicator.thresholds, "lower")
    way: Node = Clamp(_way(achieved, lower, threshold(indicator.thresholds, "upper")))
    if indicator.improvement is not None:
        better = _improvement(indicator, indicator.improvement, achieved, numbers)
        way = Maximum((Named("scale", "way between the thresholds", "points", way), better))
    progress = Named("progress", "share of the points", "points", way)
    earned: Node = Product((available(indicator.points), progress))
    if indicator.lump is not None:
        earned = _lump(indicator.points, indicator.lump, achieved, lower, progress)
    rounded = _rounded_points(earned, numbers.definition.rounding)
    no_patients = "no patients in the denominator, so no points"
    guarded = WhenPositive(numbers.denominator, rounded, no_patients)
    return Named("points", "points", "points", guarded)


def _rounded_points(earned: Node, rounding: Rounding) -> Round:
    return Round(earned, rounding.points_places, rounding.mode)


def threshold(thresholds: Thresholds, which: str) -> Constant:
    """The lower or upper threshold in percent."""
    value = thresholds.lower if which == "lower" else thresholds.upper
    return figure(value, PERCENT, f"{which} threshold", thresholds)


def _way(reached: Node, lower: Node, upper: Node) -> Ratio:
    return Ratio(Difference(reached, lower), Difference(upper, lower))


def _lump(
    points: WholeFigure, lump: WholeFigure, achieved: Node, lower: Node, progress: Node
) -> When:
    """Points at the lower threshold itself, the rest in proportion: VI001 2021/22, 3 + 15."""
    first = figure(lump.value, POINTS, "points at the lower threshold", lump)
    rest = figure(points.value - lump.value, POINTS, "points on the way up", points)
    return When(achieved, lower, Sum((first, Product((rest, progress)))), NO_POINTS)


def _improvement(
    indicator: FractionIndicator, rule: Improvement, achieved: Node, numbers: Numbers
) -> Named:
    """The way above the mean of the percentages of earlier years, where there are such."""
    pairs = [baseline_names(indicator.id, year.slug) for year in rule.years]
    most = numbers.definition.bounds.counts
    inputs = [
        tuple(
            Input(name, PEOPLE, f"{what} of {year}", "fact", most, default=0)
            for name, what in zip(pair, ("numerator", "denominator"), strict=True)
        )
        for pair, year in zip(pairs, rule.years, strict=True)
    ]
    shares = tuple(percentage(part, whole) for part, whole in inputs)
    count = Constant(len(shares), RATIO, str(len(shares)))
    mean = Named("baseline", "your baseline", "patients", Ratio(Sum(shares), count))
    gain = Named("improvement", "improvement on the baseline", "points", Difference(achieved, mean))
    lower = figure(rule.lower, PERCENT, "least improvement", rule)
    upper = figure(rule.upper, PERCENT, "improvement for all points", rule)
    guarded: Node = Clamp(_way(gain, lower, upper))
    for _, whole in reversed(inputs):
        guarded = WhenPositive(whole, guarded, "no baseline was given")
    return Named("better", "way above your baseline", "points", guarded)


def baseline_names(indicator_id: str, slug: str) -> tuple[str, str]:
    """The facts of a baseline year: VI001.numerator_2024_25 and VI001.denominator_2024_25."""
    year = slug.replace("-", "_")
    return f"{indicator_id}.numerator_{year}", f"{indicator_id}.denominator_{year}"


def register_points(indicator: RegisterIndicator, numbers: Numbers) -> Named:
    """All points for a register with anybody on it; some may be paid at nil (palliative care)."""
    earned: Node = available(indicator.points)
    if not indicator.paid_at_nil:
        nobody = "nobody on the register, so no points"
        earned = WhenPositive(numbers.register, earned, nobody)
    return Named("points", "points", "points", earned)


def yes_no_points(indicator: YesNoIndicator, numbers: Numbers) -> Named:
    """All points for a yes, none for a no."""
    return Named("points", "points", "points", Product((available(indicator.points), numbers.flag)))


def protected_points(indicator: PointsIndicator, year: str, places: int) -> Named:
    """Income protection: the points of an earlier year, never more than there are now."""
    name = protected_name(indicator.id)
    most = MOST_POINTS * 10**places
    kept = Input(name, POINTS, f"your protected points of {year}", "fact", most, 0, places)
    return Named("points", "points", "points", Minimum((kept, available(indicator.points))))


def protected_name(indicator_id: str) -> str:
    """The fact that holds an indicator's protected points."""
    return f"{indicator_id}.protected_points"


def pounds_of_points(
    points: Named, money: PointsMoney, numbers: Numbers, *, adjusted: bool
) -> Named:
    """Points x value of a point x CPI x APDF, rounded to the penny once."""
    value = figure(
        money.point_value.pence, PENCE.per(POINTS), "value of a point", money.point_value
    )
    factors: list[Node] = [points, value, _cpi(money, numbers)]
    if adjusted:
        factors.append(_apdf(money, numbers))
    mode = numbers.definition.rounding.mode
    return Named("pence", "pounds", "pounds", Round(Product(tuple(factors)), 0, mode))


def _cpi(money: PointsMoney, numbers: Numbers) -> Named:
    if "cpi" not in numbers.shared:
        own = numbers.registered_list
        if money.average_list is not None:
            figure_ = money.average_list
            average: Node = figure(figure_.value, PEOPLE, "average list", figure_)
            share: Node = Ratio(own, average)
        else:
            average = numbers.fact(money.average_list_fact or "")
            share = WhenPositive(average, Ratio(own, average), "no average list was given")
        numbers.shared["cpi"] = Named("cpi", "list size (CPI)", "factors", share)
    return numbers.shared["cpi"]


def _apdf(money: PointsMoney, numbers: Numbers) -> Named:
    # What is shared is remembered by the register: denominators differ between its indicators.
    if money.prevalence_from == "denominator":
        return _apdf_of(numbers.denominator, numbers)
    if "apdf" not in numbers.shared:
        numbers.shared["apdf"] = _apdf_of(numbers.register, numbers)
    return numbers.shared["apdf"]


def _apdf_of(people: Input, numbers: Numbers) -> Named:
    """The provider's prevalence over England's; nought where either has nobody."""
    own = percentage(people, numbers.registered_list)
    share = percentage(numbers.national_register, numbers.national_list)
    ratio = Ratio(
        Named("prevalence", "your prevalence", "factors", own),
        Named("national_prevalence", "England’s prevalence", "factors", share),
    )
    nobody = "nobody in England on the register"
    guarded = WhenPositive(numbers.national_register, ratio, nobody)
    return Named(
        "apdf", "disease (APDF)", "factors", WhenPositive(people, guarded, "nobody on the register")
    )


def available(points: WholeFigure) -> Constant:
    """The most points there are to earn."""
    return figure(points.value, POINTS, "points available", points)
