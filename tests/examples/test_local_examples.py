"""The made-up local schemes: every shape of payment, and what holds for any numbers."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from cqrs.definitions import check, load, schema
from cqrs.definitions.figures import figures
from cqrs.values import round_half_up
from tests.examples.worth import lines

LOCAL = [service for service in load.all_services() if service.startswith("local_")]
MADE_UP = "made up for this example"


def test_six_schemes_are_here_one_of_them_in_a_leap_year_too() -> None:
    assert LOCAL == [
        "local_admission_avoidance/2025-26",
        "local_anticoagulation/2025-26",
        "local_blood_tests/2025-26",
        "local_care_homes/2025-26",
        "local_diabetes/2025-26",
        "local_minor_injuries/2023-24",
        "local_minor_injuries/2025-26",
    ]


@pytest.mark.parametrize("service", LOCAL)
def test_a_scheme_agrees_with_itself_and_says_that_it_is_made_up(service: str) -> None:
    definition = load.load(service)
    assert check.check_service(service).errors == ()
    assert "made up" in definition.owner
    honest = {
        (figure.sourced.source, figure.sourced.confidence)
        for figure in figures(definition)
        if figure.path != "indicators.SERVICE.instalments"
    }
    assert honest == {(MADE_UP, "doubtful")}


def test_only_the_split_of_unplanned_admissions_is_sourced() -> None:
    service = load.load("local_admission_avoidance/2025-26").by_id["SERVICE"]
    assert isinstance(service, schema.BlockPayment)
    assert service.instalments is not None
    assert [part.percent for part in service.instalments.parts] == [46, 27, 27]
    assert service.instalments.confidence == "verified"


# Every shape of payment that commissioners compose ------------------------------------------------

Shape = Callable[[Any], object]
SHAPES: dict[str, tuple[str, str, Shape]] = {
    "item of service": ("blood_tests", "TRACING", lambda i: i.fee),
    "item of service by tier": ("blood_tests", "BLOOD", lambda i: i.fees.by == "tier"),
    "item of service by age band": ("blood_tests", "CHILDREN", lambda i: i.fees.by == "field"),
    "cap at a sum": ("blood_tests", "BLOOD", lambda i: i.cap.pounds),
    "cap at a number of items": ("blood_tests", "TRACING", lambda i: i.cap.items),
    "floor": ("blood_tests", "BLOOD", lambda i: i.floor),
    "threshold, all or nothing": ("diabetes", "FEET", lambda i: len(i.bands.steps) == 1),
    "threshold, bands": ("diabetes", "CHECKS", lambda i: len(i.bands.steps) > 1),
    "threshold, sliding": ("diabetes", "CONTROL", lambda i: i.sliding),
    "threshold, by a number": ("diabetes", "COURSES", lambda i: i.of == "count"),
    "for each of a register": ("diabetes", "CONTROL", lambda i: i.for_each == "diabetes_register"),
    "per registered patient": ("care_homes", "REGISTERED", lambda i: i.of == "registered_list"),
    "per weighted patient": ("care_homes", "WEIGHTED", lambda i: i.of == "weighted_list"),
    "per bed": ("care_homes", "BEDS", lambda i: i.rate.per == "bed"),
    "per patient counted": ("admission_avoidance", "CASELOAD", lambda i: i.of == "count"),
    "points times value": ("admission_avoidance", "PLANS", lambda i: i.points),
    "block in quarters": ("minor_injuries", "UNIT", lambda i: i.instalments.every == "quarter"),
    "block in named parts": ("admission_avoidance", "SERVICE", lambda i: i.instalments.parts),
    "part of a year": ("minor_injuries", "UNIT", lambda i: i.part_year),
    "retainer and activity": ("anticoagulation", "MONITORED", lambda i: i.retainer and i.fee),
    "true-up": ("anticoagulation", "MONITORED", lambda i: i.paid),
    "claw-back": ("anticoagulation", "RANGE", lambda i: i.kind == "claw_back"),
    "participation only": ("care_homes", "TAKINGPART", lambda i: i.kind == "participation"),
    "overall cap and floor": ("care_homes", "LIMITS", lambda i: i.of and i.cap and i.floor),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_of_payment_has_its_example(shape: str) -> None:
    scheme, indicator, is_so = SHAPES[shape]
    assert is_so(load.load(f"local_{scheme}/2025-26").by_id[indicator])


# What holds for any numbers -----------------------------------------------------------------------


def blood(samples: int) -> int:
    counts = {"BLOOD": {"Samples": samples}}
    return lines("local_blood_tests/2025-26", counts=counts)["BLOOD"]


@pytest.mark.parametrize(
    ("samples", "fee"),
    [(97, 260), (499, 260), (500, 310), (501, 310), (1499, 310), (1500, 340), (1501, 340)],
)
def test_one_sample_more_earns_the_fee_of_its_tier(samples: int, fee: int) -> None:
    assert blood(samples + 1) - blood(samples) == fee


def test_samples_never_pay_less_than_the_floor_nor_more_than_the_cap() -> None:
    assert [blood(n) for n in (0, 1, 96)] == [25000] * 3
    assert [blood(n) for n in (1970, 1971, 1000000)] == [599800, 600000, 600000]


@pytest.mark.parametrize("beds", [0, 1, 16, 25, 180, 9999])
@pytest.mark.parametrize("days", [0, 1, 122, 364, 365])
def test_care_homes_stay_within_their_overall_limits(beds: int, days: int) -> None:
    told = {"care_home_beds": beds, "weighted_list": 1005217, "days_held": days}
    got = lines("local_care_homes/2025-26", registered_list=9842, facts=told)

    assert got["BEDS"] == round_half_up(Fraction(beds * 9600 * days, 365), 0)
    alone = got["BEDS"] + got["REGISTERED"] + got["WEIGHTED"]
    least, most = Fraction(400000 * days, 365), Fraction(3000000 * days, 365)
    within = min(max(Fraction(alone), least), most)
    assert got["LIMITS"] == round_half_up(within - alone, 0)
    assert got["TAKINGPART"] == 150000


@pytest.mark.parametrize(
    "service", ["local_minor_injuries/2023-24", "local_minor_injuries/2025-26"]
)
@pytest.mark.parametrize("held", [0, 1, 59, 182, 335, 365])
def test_four_quarters_of_a_block_come_to_the_days_it_was_held(service: str, held: int) -> None:
    definition = load.load(service)
    unit = definition.by_id["UNIT"]
    assert isinstance(unit, schema.BlockPayment)
    days = (definition.year.end - definition.year.start).days + 1
    year = definition.year.starts_in
    ends = (f"{year}-06-30", f"{year}-09-30", f"{year}-12-31", f"{year + 1}-03-31")

    got: list[int] = []
    for end in ends:
        facts = {"days_held": held, "paid_so_far": sum(got)}
        got.append(lines(service, achievement_date=end, facts=facts)["UNIT"])

    assert sum(got) == round_half_up(Fraction(unit.amount.pence * held, days), 0)
    assert max(got) - min(got) <= 1


def test_a_leap_year_has_a_day_more_to_share_the_amount() -> None:
    of_365_days = {"days_held": 365, "paid_so_far": 0}
    whole = {
        service: lines(service, facts=of_365_days, achievement_date=f"{end}-03-31")["UNIT"]
        for service, end in (
            ("local_minor_injuries/2023-24", 2024),
            ("local_minor_injuries/2025-26", 2026),
        )
    }
    full = lines("local_minor_injuries/2023-24", facts={**of_365_days, "days_held": 366})["UNIT"]
    assert whole["local_minor_injuries/2023-24"] < full
    untold = lines("local_minor_injuries/2025-26", facts={"paid_so_far": 0})["UNIT"]
    assert whole["local_minor_injuries/2025-26"] == untold


@pytest.mark.parametrize("patients", [0, 39, 40, 41, 62, 500])
@pytest.mark.parametrize("on_account", [0, 100000, 120000, 9999999])
def test_what_was_paid_and_the_true_up_make_what_is_due(patients: int, on_account: int) -> None:
    got = lines(
        "local_anticoagulation/2025-26",
        counts={"MONITORED": {"Patients monitored": patients}},
        facts={"paid_on_account": on_account},
    )
    assert got["MONITORED"] + on_account == 120000 + max(patients - 40, 0) * 1250


@pytest.mark.parametrize(
    ("done", "level"), [(0, 0), (59, 0), (60, 50000), (69, 50000), (70, 100000), (80, 180000)]
)
def test_a_band_holds_from_its_level_up_to_the_next(done: int, level: int) -> None:
    counts = {"CHECKS": {"Done": done, "Patients": 100}}
    assert lines("local_diabetes/2025-26", counts=counts) == {"CHECKS": level}


def test_the_sliding_scale_rises_evenly_between_its_ends() -> None:
    def control(done: int) -> int:
        counts = {"CONTROL": {"Done": done, "Patients": 100}}
        told = {"diabetes_register": 100}
        return lines("local_diabetes/2025-26", counts=counts, facts=told)["CONTROL"]

    assert [control(done) for done in (49, 50, 51, 60, 75, 76)] == [0, 0, 800, 8000, 20000, 20000]


def test_three_named_parts_come_to_the_year() -> None:
    year = [f"2025-{m:02}-{d}" for m, d in ((4, 30), (5, 31), (8, 31), (9, 30), (12, 31))]
    got = [
        lines("local_admission_avoidance/2025-26", achievement_date=day)["SERVICE"]
        for day in [*year, "2026-03-31"]
    ]
    assert got == [460000, 0, 0, 269999, 0, 270000]
    assert sum(got) == 999999
