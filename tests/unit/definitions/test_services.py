"""Every definition of this installation loads, agrees with itself and has its published totals."""

import csv
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

from cqrs.definitions import check, load, schema
from cqrs.definitions.rules import points_of
from cqrs.definitions.schema import (
    FractionIndicator,
    ItemOfServiceIndicator,
    ManagementInformation,
    RegisterIndicator,
)
from cqrs.values import FinancialYear

SERVICES = load.all_services()
PROMISED = {
    "qof": range(2014, 2027),
    "network_contract": (2023, 2024),
    "learning_disability_health_check": (2013, *range(2017, 2026)),
    "seasonal_influenza": (2018, *range(2020, 2026)),
    "childhood_immunisations": range(2021, 2026),
    "routine_vaccinations": range(2021, 2026),
    "investment_and_impact_fund": (2021, 2023, 2024),
    "rotavirus": (2013,),
    "alcohol_risk_reduction": (2013,),
    "minor_surgery": (2024, 2025),
    "weight_management": (2022, 2023, 2024),
    "covid_vaccination": (2022, 2023, 2024),
    "qof_aspiration": (2019, 2024, 2025),
    "local_admission_avoidance": (2025,),
    "local_anticoagulation": (2025,),
    "local_blood_tests": (2025,),
    "local_care_homes": (2025,),
    "local_diabetes": (2025,),
    "local_minor_injuries": (2025,),
}
"""The services that must never go missing, and the years each is there for."""
FACTS = Path(__file__).parents[4] / "shared" / "facts" / "qof"


def test_every_promised_service_and_year_is_here() -> None:
    wanted = {
        f"{service}/{FinancialYear(starts).slug}"
        for service, years in PROMISED.items()
        for starts in years
    }
    assert wanted - set(SERVICES) == set()


def test_local_services_use_every_kind_of_payment_between_them() -> None:
    local = [load.load(service) for service in SERVICES if service.startswith("local_")]
    used = {type(one) for definition in local for one in definition.indicators}
    national = {schema.AspirationPayment, schema.ReconciliationPayment, schema.ClawBackPayment}
    assert set(get_args(schema.Payment)) - used <= national
    fees = {type(one.fees) for d in local for one in d.indicators if hasattr(one, "fees")}
    assert schema.TieredFees in fees


@pytest.mark.parametrize("service", SERVICES)
def test_a_definition_agrees_with_itself(service: str) -> None:
    assert check.check_service(service).errors == ()


@pytest.mark.parametrize("service", SERVICES)
def test_a_stored_definition_is_the_same_with_the_same_digest(service: str) -> None:
    definition = load.load(service)
    again = load.parse(definition.content)
    assert again == definition
    assert again.digest == definition.digest
    assert [g for g, _ in again.grouped] == [g for g, _ in definition.grouped]


@pytest.mark.parametrize(
    ("service", "indicators", "points", "kinds"),
    [
        (
            "qof/2023-24",
            76,
            635,
            {"fraction": 51, "register": 19, "yes_no": 6, "management_information": 3},
        ),
        ("qof/2025-26", 44, 564, {"fraction": 44}),
    ],
)
def test_points_add_up(service: str, indicators: int, points: int, kinds: dict[str, int]) -> None:
    definition = load.load(service)
    assert len(definition.paid) == indicators
    assert sum(points_of(i) for i in definition.paid) == points
    assert Counter(i.kind for i in definition.indicators) == kinds


def test_the_year_has_its_own_value_and_average_list() -> None:
    money = {s: load.load(s).money for s in ("qof/2023-24", "qof/2025-26")}
    found = {s: (m.point_value.pence, m.average_list) for s, m in money.items() if m}
    figures = {s: (pence, average.value) for s, (pence, average) in found.items() if average}
    assert figures == {"qof/2023-24": (21343, 9639), "qof/2025-26": (22549, 10184)}
    sure = [average.confidence for _, average in found.values() if average]
    assert sure == ["verified", "derived"]


def test_income_protection_names_the_81_points_for_registers() -> None:
    definition = load.load("qof/2023-24")
    assert definition.protection is not None
    protected = [definition.by_id[name] for name in definition.protection.indicators]
    assert all(isinstance(one, RegisterIndicator) for one in protected)
    assert sum(points_of(one) for one in protected) == 81


def test_only_palliative_care_is_paid_at_nil() -> None:
    registers = [i for i in load.load("qof/2023-24").paid if isinstance(i, RegisterIndicator)]
    assert [i.id for i in registers if i.paid_at_nil] == ["PC001"]


@pytest.mark.parametrize("service", ["qof/2023-24", "qof/2025-26"])
def test_denominators_that_reach_beyond_the_register_are_not_held_to_it(service: str) -> None:
    own = {
        indicator.id
        for indicator in load.load(service).paid
        if isinstance(indicator, FractionIndicator) and indicator.base_population == "own"
    }
    lipids = {"CHOL001", "CHOL002"} if service == "qof/2023-24" else {"CHOL003", "CHOL004"}
    vaccines = {"VI001", "VI002", "VI003", "VI004"}
    assert own == lipids | vaccines | {"BP002", "CS005", "CS006", "SMOK002", "SMOK004"}


def test_the_learning_disability_check_pays_140_pounds_and_keeps_the_rest_as_information() -> None:
    definition = load.load("learning_disability_health_check/2025-26")
    (paid,) = definition.paid
    assert paid.id == "LDHC021"
    assert isinstance(paid, ItemOfServiceIndicator)
    assert paid.fee is not None
    assert paid.fee.pence == 14000
    assert [i.id for i in definition.indicators if isinstance(i, ManagementInformation)] == [
        "LDHCMI034",
        "LDHCMI035",
        "LDHCMI036",
        "LDHCMI037",
    ]


def test_field_names_carried_over_from_an_earlier_year_say_so() -> None:
    before, after = load.load("qof/2023-24"), load.load("qof/2025-26")
    followed = {
        "DM036": "DM033",
        "CHOL003": "CHOL001",
        "CHOL004": "CHOL002",
        "AST012": "AST011",
        "DM034": "DM022",
        "DM035": "DM023",
    }
    for one in after.indicators:
        source = followed.get(one.id, one.id)
        assert list(one.fields) == list(before.by_id[source].fields), one.id
        assert one.fields_source is not None
        assert one.fields_source.confidence == "inferred"
        assert (source in one.fields_source.note) == (source != one.id), one.id


@pytest.mark.parametrize("service", SERVICES)
def test_dates_and_codes_are_of_the_year(service: str) -> None:
    definition = load.load(service)
    assert definition.year == FinancialYear.parse(service.rpartition("/")[2])
    assert definition.id == service
    assert definition.route == ("declare", "approve", "finance_approve")


def test_a_code_that_means_something_else_here_has_its_own_words() -> None:
    definition = load.load("qof/2025-26")
    assert definition.reason("DM020", "MDSEVFRAIL") == "frailty is moderate or severe"
    assert definition.reason("DM021", "MDSEVFRAIL") == "frailty is not moderate or severe"
    assert definition.reason("AST012", "DIAG_DAT23") == "diagnosed before 1 April 2025"


def test_the_figures_of_england_carry_their_source() -> None:
    tables = {}
    for name in ("england_2024_25", "england_prevalence_2024_25"):
        with (load.SERVICES / "facts" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    assert {name: len(rows) for name, rows in tables.items()} == {
        "england_2024_25": 76,
        "england_prevalence_2024_25": 21,
    }
    assert all("OGL v3" in row["source"] for rows in tables.values() for row in rows)


# Against the facts these were written from, where they are beside the repository ------------------


def facts(name: str) -> list[dict[str, str]]:
    path = FACTS / name
    if not path.is_file():
        pytest.skip(f"the facts ({name}) are not beside the repository")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_field_of_2023_24_is_here_and_no_other() -> None:
    rows = facts("cqrs_indicator_fields_2023_24.csv")
    assert len(rows) == 552
    general = {"General": True, "Specific": False, "": None}
    expected = {
        (r["indicator_id"], r["field_name"]): (r["kind"], general[r["pca_general_or_specific"]])
        for r in rows
    }
    definition = load.load("qof/2023-24")
    found = {
        (i.id, name): (field.kind, field.general)
        for i in definition.indicators
        for name, field in i.fields.items()
    }
    assert found == expected


@pytest.mark.parametrize("year", ["2023_24", "2025_26"])
def test_points_thresholds_and_factors_are_the_facts(year: str) -> None:
    rows = facts(f"indicators_{year}.csv")
    definition = load.load(f"qof/{year.replace('_', '-')}")
    assert {r["indicator_id"] for r in rows} == {i.id for i in definition.paid}
    for row in rows:
        one = definition.by_id[row["indicator_id"]]
        assert points_of(one) == int(row["points"]), one.id
        if isinstance(one, FractionIndicator):
            limits = (one.thresholds.lower, one.thresholds.upper)
            assert limits == (Fraction(row["lower"]), Fraction(row["upper"])), one.id
        if isinstance(one, FractionIndicator | RegisterIndicator):
            adjusted = "yes" if one.prevalence_adjusted.value else "no"
            assert adjusted == row["prevalence_adjusted"], one.id
            assert (one.register_id or "") == row["prevalence_register"], one.id
