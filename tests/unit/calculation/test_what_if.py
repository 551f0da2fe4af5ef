"""What-if: supposed rules and numbers give what real ones would, and leave nothing behind."""

from fractions import Fraction

import pytest

from cqrs.calculation import scenario as supposing
from cqrs.calculation.scenario import (
    CountChange,
    NationalChange,
    RuleChange,
    Scenario,
    ScenarioError,
    Shift,
    supposed_rules,
)
from cqrs.calculation.statement import PracticeInputs, calculate
from cqrs.calculation.what_if import what_if
from cqrs.definitions.load import load
from cqrs.definitions.rules import RULES
from cqrs.definitions.schema import Definition, FractionIndicator

from .conftest import NATIONAL, make_inputs, one

DM020 = {"numerator": 426, "denominator": 597, "register": 742}


@pytest.fixture
def dm020(qof: Definition) -> PracticeInputs:
    return make_inputs(qof, one(qof, "DM020", **DM020))


def rules(**changes: str) -> Scenario:
    """Rules by path, where __ stands for a dot."""
    return Scenario(rules=tuple(RuleChange(k.replace("__", "."), v) for k, v in changes.items()))


def count(path: str, change: str) -> Scenario:
    indicator, _, field = path.partition(".")
    return Scenario(counts=(CountChange(indicator, field, Shift.parse(path, change)),))


# Rules -------------------------------------------------------------------------------------------


def test_another_threshold_by_hand(qof: Definition, dm020: PracticeInputs) -> None:
    """426 / 597 on 35-80 instead of 35-75: (71.3568 - 35) / 45 x 17 = 13.73."""
    outcome = what_if(qof, dm020, rules(indicators__DM020__thresholds__upper="80"))
    assert (outcome.before.points, outcome.after.points) == (Fraction("15.45"), Fraction("13.73"))
    (moved,) = outcome.indicators
    assert moved.indicator == "DM020"
    assert moved.change.pence == outcome.after.pence - outcome.before.pence < 0


def test_another_point_value_by_hand(qof: Definition, dm020: PracticeInputs) -> None:
    """15.45 points at £230.00, on the same list and prevalence."""
    outcome = what_if(qof, dm020, rules(money__point_value__pounds="230"))
    factors = Fraction(9842, 10184) * Fraction(742, 9842) / Fraction(*NATIONAL)
    assert outcome.after.pence == int(Fraction("15.45") * 23000 * factors + Fraction(1, 2))
    assert outcome.after.points == outcome.before.points


def test_another_average_list_by_hand(qof: Definition, dm020: PracticeInputs) -> None:
    outcome = what_if(qof, dm020, rules(money__average_list__value="10000"))
    factors = Fraction(9842, 10000) * Fraction(742, 9842) / Fraction(*NATIONAL)
    assert outcome.after.pence == int(Fraction("15.45") * 22549 * factors + Fraction(1, 2))


def test_other_points_move_the_published_totals_along(
    qof: Definition, dm020: PracticeInputs
) -> None:
    supposed = what_if(qof, dm020, rules(indicators__DM020__points__value="34")).definition
    assert supposed.money is not None
    assert supposed.money.total_points.value == 564 + 17
    assert supposed.domains["CL"].total_points.value == 437 + 17
    assert supposed.domains["PH"].total_points.value == 127


def test_a_figure_with_one_value_needs_only_its_name(qof: Definition) -> None:
    short = supposed_rules(qof, rules(indicators__DM020__points="34").rules)
    long = supposed_rules(qof, rules(indicators__DM020__points__value="34").rules)
    assert short.content == long.content


def test_another_fee() -> None:
    service = load("learning_disability_health_check/2025-26")
    inputs = make_inputs(service, one(service, "LDHC021", count=12, register=15))
    outcome = what_if(service, inputs, rules(indicators__LDHC021__fee__pounds="150.50"))
    assert (outcome.before.pence, outcome.after.pence) == (168_000, 180_600)


def test_another_prevalence_flag(qof: Definition, dm020: PracticeInputs) -> None:
    outcome = what_if(qof, dm020, rules(indicators__DM020__prevalence_adjusted__value="no"))
    expected = Fraction("15.45") * 22549 * Fraction(9842, 10184)
    assert outcome.after.pence == int(expected + Fraction(1, 2))


def test_a_partly_rebuilt_definition_is_the_one_a_full_reading_gives(qof: Definition) -> None:
    from cqrs.definitions.load import parse

    changes = rules(indicators__DM020__points__value="34", money__point_value__pounds="230").rules
    supposed = supposed_rules(qof, changes)
    read = parse(supposed.content)
    assert read == supposed
    assert read.digest == supposed.digest != qof.digest
    assert read.by_id["DM020"] == supposed.by_id["DM020"]


def test_a_supposed_figure_never_passes_for_a_real_one(qof: Definition) -> None:
    supposed = supposed_rules(qof, rules(indicators__DM020__thresholds__upper="80").rules)
    indicator = supposed.by_id["DM020"]
    assert isinstance(indicator, FractionIndicator)
    figure = indicator.thresholds
    assert (figure.source, figure.confidence, figure.note) == (
        "what-if",
        "doubtful",
        "upper was 75",
    )


def test_the_real_definition_is_untouched(qof: Definition, dm020: PracticeInputs) -> None:
    content, before = qof.content, calculate(qof, dm020).content
    what_if(qof, dm020, rules(indicators__DM020__thresholds__upper="80"))
    assert (qof.content, calculate(qof, dm020).content) == (content, before)
    assert load("qof/2025-26").content == content


def test_nothing_supposed_changes_nothing(qof: Definition, dm020: PracticeInputs) -> None:
    outcome = what_if(qof, dm020, Scenario())
    assert outcome.after.content == outcome.before.content
    assert str(Scenario()) == "nothing is supposed"


@pytest.mark.parametrize(
    ("path", "value", "where", "told"),
    [
        ("indicators.DM999.points.value", "5", "indicators.DM999.points.value", "there is no"),
        ("indicators.DM020.thresholds", "5", "indicators.DM020.thresholds", "one of: lower, upper"),
        ("indicators.DM020", "5", "indicators.DM020", "one of: base_population, fields"),
        ("indicators", "5", "indicators", "one of: AF006, AF008"),
        ("indicators.DM020.ceiling", "5", "indicators.DM020.ceiling", "there is no 'ceiling'"),
        ("indicators.DM020.points.value.x", "5", "indicators.DM020.points.value.x", "nothing lies"),
        ("indicators.DM020.thresholds.upper", "30", "indicators.DM020.thresholds", "35 to 30"),
        ("indicators.DM020.thresholds.upper", "101", "indicators.DM020.thresholds", "at most 100"),
        ("indicators.DM020.thresholds.upper", "lots", "indicators.DM020.thresholds.upper", "plain"),
        ("indicators.DM020.points.value", "0", "indicators.DM020.points", "Write how many"),
        ("indicators.DM020.points.value", "4.5", "indicators.DM020.points.value", "whole number"),
        ("money.total_points.value", "600", "money.total_points", "add up to 564"),
        ("money.point_value.pounds", "225.499", "money.point_value.pounds", "two decimals"),
        ("indicators.DM020.kind", "bonus", "indicators.DM020", "bonus"),
        ("schema", "cqrs/definition/2", "schema", "cqrs/definition/1"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_path_and_remedy(
    qof: Definition, path: str, value: str, where: str, told: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        supposed_rules(qof, (RuleChange(path, value),))
    assert where in [fault.path for fault in refused.value.faults]
    assert told in str(refused.value)


def test_a_total_that_is_supposed_itself_is_held_to_the_points(qof: Definition) -> None:
    changes = rules(indicators__DM020__points="30", money__total_points="564").rules
    with pytest.raises(ScenarioError, match=r"money.total_points: 564 is published, but .* 577"):
        supposed_rules(qof, changes)


def test_the_rules_that_a_scenario_need_not_keep_exist() -> None:
    assert {rule.__name__ for rule in RULES} > supposing.NOT_ASKED


# Numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "shifted"),
    [("430", 100, 430), ("+12", 100, 112), ("-12", 100, 88), ("\u221212", 100, 88),
     ("-120", 100, 0), ("+5%", 150, 158), ("-2.5%", 100, 98), ("+0%", 7, 7), ("0", 7, 0)],
)  # fmt: skip
def test_a_shift(text: str, number: int, shifted: int) -> None:
    assert Shift.parse("x", text).of(number) == shifted


@pytest.mark.parametrize("text", ["", "5%", "1.5", "+1.5", "x", "++3", "1e3", "5 %%"])
def test_a_shift_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"DM020.Numerator: .* is no change. Write 430"):
        Shift.parse("DM020.Numerator", text)


@pytest.mark.parametrize(
    "text",
    [
        "1234567890",
        "+1234567890",
        "-99999999999999999999%",
        "+5.12345678901%",
        "999999999999999999",
    ],
)
def test_a_shift_of_too_many_digits_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"DM020.Numerator: .* Write at most 9, and 4 decimals"):
        Shift.parse("DM020.Numerator", text)


@pytest.mark.parametrize("text", ["999999999", "+999999999", "-999999999.9999%", "+5.1234%"])
def test_a_shift_of_so_many_digits_is_taken(text: str) -> None:
    assert str(Shift.parse("x", text)) == text


def test_a_number_beyond_anything_in_england_is_refused() -> None:
    assert Shift.parse("list", "+9999900%").of(10**7) == 10**12
    with pytest.raises(ScenarioError, match=r"list: 10,000,001 would become 1,000,000,100,000"):
        Shift.parse("list", "+9999900%").of(10**7 + 1)


def test_a_shift_reads_as_it_was_written() -> None:
    texts = ["430", "+12", "-12", "+5%", "-2.5%"]
    assert [str(Shift.parse("x", text)) for text in texts] == texts


@pytest.mark.parametrize("path", ["DM020.Numerator", "DM020.numerator", "*.numerator"])
def test_other_counts_give_what_they_would_give(
    qof: Definition, dm020: PracticeInputs, path: str
) -> None:
    outcome = what_if(qof, dm020, count(path, "+14"))
    real = make_inputs(qof, one(qof, "DM020", **DM020 | {"numerator": 440}))
    assert outcome.after.content == calculate(qof, real).content
    assert outcome.inputs.values["DM020", "Numerator"] == 440
    assert dm020.values["DM020", "Numerator"] == 426


def test_a_numerator_is_held_at_the_denominator(qof: Definition, dm020: PracticeInputs) -> None:
    outcome = what_if(qof, dm020, count("DM020.Numerator", "+50%"))
    assert outcome.inputs.values["DM020", "Numerator"] == 597
    assert outcome.held == (("DM020", "Numerator"),)
    assert outcome.after.points == 17


def test_a_count_set_above_its_limit_is_refused(qof: Definition, dm020: PracticeInputs) -> None:
    with pytest.raises(ScenarioError, match=r"DM020.Numerator: 600 is more than Denominator"):
        what_if(qof, dm020, count("DM020.Numerator", "600"))


def test_a_smaller_denominator_takes_the_numerator_down(
    qof: Definition, dm020: PracticeInputs
) -> None:
    outcome = what_if(qof, dm020, count("DM020.Denominator", "400"))
    assert outcome.inputs.values["DM020", "Numerator"] == 400
    assert outcome.held == (("DM020", "Numerator"),)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("DM999.Numerator", "has no indicator 'DM999'"),
        ("DM020.Nominator", "Use one of: Numerator, Denominator"),
        ("*.nominator", "Write numerator, denominator"),
    ],
)
def test_a_count_that_does_not_exist_is_refused(
    qof: Definition, dm020: PracticeInputs, path: str, told: str
) -> None:
    with pytest.raises(ScenarioError, match=path.replace("*", r"\*")) as refused:
        what_if(qof, dm020, count(path, "+1"))
    assert told in str(refused.value)


def test_another_list(qof: Definition, dm020: PracticeInputs) -> None:
    """With prevalence the list cancels out; without it, pounds rise with the list."""
    outcome = what_if(qof, dm020, Scenario(lists=(Shift.parse("list", "+10%"),)))
    assert outcome.inputs.registered_list == 10_826
    assert outcome.after.pence == outcome.before.pence
    vi = make_inputs(qof, one(qof, "VI003", numerator=39, denominator=41))
    more = what_if(qof, vi, Scenario(lists=(Shift.parse("list", "10184"),)))
    assert more.after.pence == 382_206


def test_nobody_on_the_list_is_refused(qof: Definition, dm020: PracticeInputs) -> None:
    with pytest.raises(ScenarioError, match="A99001 would have no patients"):
        what_if(qof, dm020, Scenario(lists=(Shift.parse("list", "-100%"),)))


def test_other_national_figures(qof: Definition, dm020: PracticeInputs) -> None:
    """Twice as many in England with diabetes: half the factor."""
    change = NationalChange("DM", Shift.parse("national.DM", "+100%"))
    outcome = what_if(qof, dm020, Scenario(national=(change,)))
    assert abs(2 * outcome.after.pence - outcome.before.pence) <= 1
    assert outcome.inputs.reference.digest != dm020.reference.digest
    assert dm020.reference.national["DM"] == NATIONAL


@pytest.mark.parametrize(("register", "shift"), [("XX", "+1"), ("DM", "-100%")])
def test_national_figures_that_cannot_be(
    qof: Definition, dm020: PracticeInputs, register: str, shift: str
) -> None:
    change = NationalChange(register, Shift.parse("x", shift))
    with pytest.raises(ScenarioError, match=f"national.{register}"):
        what_if(qof, dm020, Scenario(national=(change,)))


# The outcome -------------------------------------------------------------------------------------


def test_the_workings_come_to_the_pounds_after(qof: Definition) -> None:
    values = one(qof, "DM020", **DM020) | one(qof, "VI003", numerator=39, denominator=41)
    outcome = what_if(qof, make_inputs(qof, values), count("*.numerator", "-3"))
    assert {name: int(told.value) for name, told in outcome.workings.items()} == {
        line.indicator: line.pence for line in outcome.after.lines
    }
    assert len(outcome.workings) == 2


def test_a_statement_in_hand_is_not_calculated_again(
    qof: Definition, dm020: PracticeInputs
) -> None:
    before = calculate(qof, dm020)
    assert what_if(qof, dm020, Scenario(), before).before is before


def test_a_scenario_says_what_it_supposes() -> None:
    told = str(
        Scenario(
            rules=(RuleChange("money.point_value.pounds", "230"),),
            counts=count("DM020.Numerator", "+5%").counts,
            lists=(Shift.parse("list", "-12"),),
            national=(NationalChange("DM", Shift.parse("x", "+1%")),),
        )
    )
    assert told == (
        "money.point_value.pounds = 230; DM020.Numerator +5%; registered list -12; England’s DM +1%"
    )
