"""The national services beside QOF: their years, their published amounts, every kind of payment."""

import csv
from calendar import monthrange
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from cqrs.definitions import check, load, schema
from cqrs.definitions.schema import Definition, ManagementInformation, PaidIndicator
from cqrs.values import pounds_text, round_half_up
from tests.examples.worth import lines

YEARS = {
    "alcohol_risk_reduction": "2013-14",
    "childhood_immunisations": "2021-22 2022-23 2023-24 2024-25 2025-26",
    "covid_vaccination": "2022-23 2023-24 2024-25",
    "investment_and_impact_fund": "2021-22 2023-24 2024-25",
    "learning_disability_health_check": (
        "2013-14 2017-18 2018-19 2019-20 2020-21 2021-22 2022-23 2023-24 2024-25 2025-26"
    ),
    "minor_surgery": "2024-25 2025-26",
    "network_contract": "2023-24 2024-25",
    "network_participation": "2023-24 2024-25",
    "qof_aspiration": "2019-20 2024-25 2025-26",
    "rotavirus": "2013-14",
    "routine_vaccinations": "2021-22 2022-23 2023-24 2024-25 2025-26",
    "seasonal_influenza": "2018-19 2020-21 2021-22 2022-23 2023-24 2024-25 2025-26",
    "weight_management": "2022-23 2023-24 2024-25",
}
"""The years whose amounts are sourced or at least remembered; other years are left out."""

NATIONAL = [f"{service}/{year}" for service, years in YEARS.items() for year in years.split()]
EVERY = load.all_services()
FACTS = Path(__file__).parents[3] / "shared" / "facts" / "qof"


def test_these_services_are_here_and_no_other() -> None:
    found = [s for s in EVERY if not s.startswith(("qof/", "local_"))]
    assert found == sorted(NATIONAL)


@pytest.mark.parametrize("service", NATIONAL)
def test_a_definition_agrees_with_itself(service: str) -> None:
    assert check.check_service(service).errors == ()


def facts(name: str) -> list[dict[str, str]]:
    path = FACTS / name
    if not path.is_file():
        pytest.skip(f"the facts ({name}) are not beside the repository")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# The amounts, carried from the facts --------------------------------------------------------------

AMOUNTS = (
    # service, years, indicator, amounts in pounds, how the facts call the service
    ("alcohol_risk_reduction", "2013-14", "SCREENED", "2.38", "Alcohol risk reduction"),
    (
        "childhood_immunisations",
        "2021-22 2022-23 2023-24 2024-25",
        "ROUTINE HEPB MMR6",
        "10.06",
        "V&I",
    ),
    ("childhood_immunisations", "2021-22 2022-23", "REPAYMENT", "10.06", "V&I"),
    ("childhood_immunisations", "2025-26", "ROUTINE HEPB MMR6", "12.06", "V&I"),
    ("covid_vaccination", "2022-23", "DOSE", "12.58 10.06", "COVID-19 vaccination ES"),
    ("covid_vaccination", "2023-24", "DOSE", "10.06 7.54", "COVID-19 vaccination ES"),
    ("covid_vaccination", "2024-25", "DOSE", "7.54", "COVID-19 vaccination ES"),
    ("learning_disability_health_check", "2013-14", "LD001", "102.16", "Learning disability"),
    (
        "learning_disability_health_check",
        "2017-18 2018-19 2019-20 2020-21 2021-22 2022-23 2023-24 2024-25",
        "LD001",
        "140.00",
        "Learning disability",
    ),
    ("learning_disability_health_check", "2025-26", "LDHC021", "140.00", "Learning disability"),
    ("minor_surgery", "2024-25 2025-26", "INJECTION", "43.54", "Minor surgery DES"),
    ("minor_surgery", "2024-25 2025-26", "EXCISION", "87.08", "Minor surgery DES"),
    ("rotavirus", "2013-14", "ROTAVIRUS", "7.63", "Rotavirus"),
    ("routine_vaccinations", YEARS["routine_vaccinations"], "SHINGLES PNEUMO", "10.06", "V&I"),
    (
        "routine_vaccinations",
        YEARS["routine_vaccinations"],
        "PERTUSSIS MENACWY HPV",
        "10.06",
        "V&I",
    ),
    ("seasonal_influenza", "2018-19", "FLUADULT FLUCHILD", "9.80", "V&I"),
    (
        "seasonal_influenza",
        "2020-21 2021-22 2022-23 2023-24 2024-25 2025-26",
        "FLUADULT FLUCHILD",
        "10.06",
        "V&I",
    ),
    ("weight_management", YEARS["weight_management"], "REFERRED", "11.50", "Weight management ES"),
    ("network_contract", "2023-24", "CORE", "1.5", "core PCN funding"),
    ("network_contract", "2023-24", "DIRECTOR", "0.729", "clinical director"),
    ("network_contract", "2023-24", "ACCESS", "7.578", "enhanced access"),
    ("network_contract", "2023-24", "LEADERSHIP", "0.684", "leadership and management"),
    ("network_contract", "2023-24", "CAPACITY", "2.765", "capacity and access support"),
    ("network_contract", "2024-25", "CORE", "2.218", "core PCN funding (registered part)"),
    ("network_contract", "2024-25", "COREADJUSTED", "0.698", "core PCN funding (adjusted part)"),
    ("network_contract", "2024-25", "ACCESS", "7.674", "enhanced access"),
    ("network_contract", "2023-24 2024-25", "CAREHOME", "120", "care home premium"),
    ("network_participation", "2023-24 2024-25", "PARTICIPATION", "1.761", "network participation"),
)
NEWER = {
    ("network_contract/2024-25", "CAPACITY"): "3.248",  # Pulse PCN on 2024/25, not in the facts
    ("covid_vaccination/2022-23", "HOUSEBOUND"): "10.00",  # "plus 10 per housebound visit"
    ("covid_vaccination/2023-24", "HOUSEBOUND"): "10.00",
    ("covid_vaccination/2024-25", "HOUSEBOUND"): "10.00",
}
"""Amounts that the facts don't have as a figure of their own."""

POINTS = ("investment_and_impact_fund", "qof_aspiration")
EXPECTED = {
    (f"{service}/{year}", indicator): [Fraction(one) for one in amounts.split()]
    for service, years, indicators, amounts, _ in AMOUNTS
    for year in years.split()
    for indicator in indicators.split()
} | {key: [Fraction(amount)] for key, amount in NEWER.items()}


def amounts(indicator: PaidIndicator) -> list[Fraction]:
    """Fees and rates in pounds; a fee of nothing before a service begins isn't one."""
    match indicator:
        case schema.ItemOfServiceIndicator(fees=None, fee=fee) if fee:
            return [Fraction(fee.pence, 100)]
        case schema.ItemOfServiceIndicator(fees=fees) if fees:
            return [Fraction(step.pounds, 100) for step in fees.steps if step.pounds]
        case schema.CapitationPayment(rate=rate):
            return [rate.pounds]
        case schema.ClawBackPayment(fee=fee):
            return [Fraction(fee.pence, 100)]
    raise AssertionError(f"{indicator.id} has another kind of amount")


def test_the_amounts_are_those_of_the_table_and_each_is_in_it() -> None:
    found = {
        (service, indicator.id): amounts(indicator)
        for service in NATIONAL
        if not service.startswith(POINTS)
        for indicator in load.load(service).paid
    }
    assert found == EXPECTED


@pytest.mark.parametrize("row", AMOUNTS, ids=lambda row: f"{row[0]} {row[2]} {row[3]}")
def test_the_table_is_carried_from_the_facts(row: tuple[str, ...]) -> None:
    tariffs = [(f["service"], f["amount_gbp"]) for f in facts("tariffs.csv")]
    rates = [(f["payment"], f["rate_gbp"]) for f in facts("pcn_payments.csv")]
    known = {
        Fraction(amount) for name, amount in tariffs + rates if amount and name.startswith(row[4])
    }
    assert {Fraction(amount) for amount in row[3].split()} <= known


@pytest.mark.parametrize(("year", "percent"), [("2022-23", 20), ("2023-24", 12), ("2024-25", 12)])
def test_the_cap_on_referrals(year: str, percent: int) -> None:
    (one,) = load.load(f"weight_management/{year}").paid
    assert isinstance(one, schema.ItemOfServiceIndicator)
    assert one.cap
    assert one.cap.register_percent
    assert one.cap.register_percent.value == percent


def test_the_claw_back_of_childhood_immunisations_ended_in_april_2023() -> None:
    def kinds(year: str) -> set[str]:
        return {one.kind for one in load.load(f"childhood_immunisations/{year}").paid}

    assert ["claw_back" in kinds(y) for y in ("2021-22", "2022-23", "2023-24")] == [
        True,
        True,
        False,
    ]
    repayment = load.load("childhood_immunisations/2022-23").by_id["REPAYMENT"]
    assert isinstance(repayment, schema.ClawBackPayment)
    assert (repayment.below.value, repayment.share.value) == (80, 50)


# The impact fund ----------------------------------------------------------------------------------

FUND = {"2021-22": ("200.00", 178), "2023-24": ("198.00", 262), "2024-25": ("198.00", 58)}


@pytest.mark.parametrize("year", FUND)
def test_the_points_of_the_impact_fund(year: str) -> None:
    definition = load.load(f"investment_and_impact_fund/{year}")
    money = definition.money
    assert money is not None
    told = (pounds_text(money.point_value.pence), money.total_points.value)
    assert told == (f"£{FUND[year][0]}", FUND[year][1])
    assert sum(one.points.value for one in definition.scored) == FUND[year][1]


@pytest.mark.parametrize("year", FUND)
def test_points_and_thresholds_of_the_fund_are_the_facts(year: str) -> None:
    rows = [r for r in facts("iif_indicators.csv") if r["year"] == year.replace("-", "/")]
    expected = {
        r["indicator"].replace("-", ""): tuple(int(r[k]) for k in ("points", "lower", "upper"))
        for r in rows
    }
    found = {
        one.id: (one.points.value, one.thresholds.lower, one.thresholds.upper)
        for one in load.load(f"investment_and_impact_fund/{year}").scored
        if isinstance(one, schema.FractionIndicator)
    }
    assert found == expected


# Aspiration and instalments -----------------------------------------------------------------------

ASPIRATION = [("2019-20", "2018-19", 70), ("2024-25", "2023-24", 80), ("2025-26", "2024-25", 80)]


@pytest.mark.parametrize(("year", "before", "percent"), ASPIRATION)
def test_aspiration_is_uprated_by_the_point_values_of_qof(
    year: str, before: str, percent: int
) -> None:
    one = load.load(f"qof_aspiration/{year}").by_id["ASPIRATION"]
    assert isinstance(one, schema.AspirationPayment)
    now, then = load.load(f"qof/{year}").money, load.load(f"qof/{before}").money
    assert now is not None
    assert then is not None
    assert one.percent.value == percent
    assert (one.point_value.pence, one.previous_point_value.pence) == (
        now.point_value.pence,
        then.point_value.pence,
    )


def months(service: str) -> list[str]:
    """The month ends of a service's year, April to March."""
    start = load.load(service).year.starts_in
    named = [(start + (month > 12), (month - 1) % 12 + 1) for month in range(4, 16)]
    return [f"{year}-{month:02}-{monthrange(year, month)[1]}" for year, month in named]


def penny(pence: Fraction) -> int:
    """To the penny, a half up."""
    return int(round_half_up(pence, 0))


@pytest.mark.parametrize("people", [1, 7, 41237, 999999])
def test_twelve_parts_of_a_network_come_to_the_year(people: int) -> None:
    told = {"adjusted_population": people, "care_home_beds": people % 1000}
    parts = [
        lines("network_contract/2023-24", achievement_date=day, registered_list=people, facts=told)
        for day in months("network_contract/2023-24")
    ]
    rates = {"CORE": "150", "DIRECTOR": "72.9", "ACCESS": "7.578", "LEADERSHIP": "0.684"}
    rates["CAPACITY"] = "2.765"
    for name, rate in rates.items():
        # An adjusted population is given in hundredths, so pence a hundredth are pounds a head.
        assert sum(part[name] for part in parts) == penny(people * Fraction(rate)), name
        assert max(part[name] for part in parts) - min(part[name] for part in parts) <= 1, name
    assert [part["CAREHOME"] for part in parts] == [told["care_home_beds"] * 1000] * 12


@pytest.mark.parametrize("pence", [0, 1, 14356789, 9999999999])
def test_aspiration_of_a_year_and_its_settlement_make_the_achievement(pence: int) -> None:
    service = "qof_aspiration/2025-26"
    due = penny(pence * Fraction(80, 100) * Fraction(22549, 22062))
    parts = [
        lines(service, achievement_date=day, facts={"previous_achievement": pence})
        for day in months(service)[:11]
    ]
    told = {"previous_achievement": pence, "achievement": 12345678, "aspiration_paid": due}
    parts.append(lines(service, achievement_date=months(service)[11], facts=told))

    assert sum(part["ASPIRATION"] for part in parts) == due
    settled = [part.get("SETTLEMENT") for part in parts]
    assert settled == [None] * 11 + [12345678 - due], "nothing to settle until it is known"


def test_every_instalment_falls_due_when_something_is_collected() -> None:
    """A part due between two collections would never be asked for."""
    collected = {"monthly": set(range(1, 13)), "quarterly": {3, 6, 9, 12}, "yearly": {3}}
    due = {"month": set(range(1, 13)), "quarter": {3, 6, 9, 12}}
    lost = [
        (service, indicator.id)
        for service in EVERY
        for indicator in load.load(service).paid
        if isinstance(indicator, schema.PaymentBase) and (plan := indicator.instalments)
        for months_due in [due[plan.every] if plan.every else {p.due.month for p in plan.parts}]
        if not months_due <= collected[load.load(service).collection.frequency]
    ]
    assert lost == []


# Every kind of payment, every variant -------------------------------------------------------------


def parts_of(part: object) -> Iterator[BaseModel]:
    """A definition and every piece of it."""
    if isinstance(part, BaseModel):
        yield part
        for name in type(part).model_fields:
            yield from parts_of(getattr(part, name))
    elif isinstance(part, dict):
        for inner in part.values():
            yield from parts_of(inner)
    elif isinstance(part, tuple):
        for inner in part:
            yield from parts_of(inner)


def all_definitions() -> list[Definition]:
    return [load.load(service) for service in EVERY]


def test_every_kind_of_the_schema_is_used_by_some_definition() -> None:
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(PaidIndicator)}
    kinds |= set(get_args(ManagementInformation.model_fields["kind"].annotation))
    used = {one.kind for definition in all_definitions() for one in definition.indicators}
    assert len(kinds) == 14
    assert used == kinds


OPTIONS: tuple[tuple[type[BaseModel], tuple[str, ...]], ...] = (
    (schema.Cap, ("items", "register_percent", "pounds")),
    (schema.PaymentBase, ("cap", "floor", "part_year", "instalments")),
    (schema.Schedule, ("every", "parts")),
    (schema.ItemOfServiceIndicator, ("fee", "fees")),
    (schema.ThresholdPayment, ("bands", "sliding", "for_each")),
    (schema.RetainerPayment, ("included", "paid")),
    (schema.PointsMoney, ("average_list", "average_list_fact")),
    (schema.Definition, ("money", "list_date", "facts", "protection")),
    (schema.FactOf, ("default",)),
)
VARIANTS: tuple[tuple[type[BaseModel], str, set[Any]], ...] = (
    (schema.DatedFees, "by", {"date"}),
    (schema.FieldFees, "by", {"field"}),
    (schema.TieredFees, "by", {"tier"}),
    (schema.Schedule, "every", {"month", "quarter", None}),
    (schema.ThresholdPayment, "of", {"percentage", "count"}),
    (schema.PointsMoney, "prevalence_from", {"register", "denominator"}),
    (schema.Collection, "frequency", {"monthly", "quarterly", "yearly"}),
    (schema.Collection, "pays", {"year_end", "each"}),
)


def test_every_option_of_a_payment_is_used_and_left_out_by_some_definition() -> None:
    pieces = [piece for definition in all_definitions() for piece in parts_of(definition)]
    for kind, names in OPTIONS:
        for name in names:
            used = {bool(getattr(p, name)) for p in pieces if isinstance(p, kind)}
            assert used == {True, False}, f"{kind.__name__}.{name}"
    for kind, name, values in VARIANTS:
        assert {getattr(p, name) for p in pieces if isinstance(p, kind)} == values, (kind, name)


def test_rates_are_paid_for_registered_weighted_and_counted_people_and_for_beds() -> None:
    heads = {
        (one.of, one.rate.per)
        for definition in all_definitions()
        for one in definition.paid
        if isinstance(one, schema.CapitationPayment)
    }
    assert heads == {
        ("registered_list", "person"),
        ("adjusted_population", "person"),
        ("weighted_list", "person"),
        ("count", "person"),
        ("care_home_beds", "bed"),
    }
