"""Made-up counts agree with each other as real ones must, and with England on the whole."""

from collections import defaultdict
from datetime import date

import pytest

from cqrs.definitions.counts import Key, PracticeCounts, Validator, missing, validate
from cqrs.definitions.load import load
from cqrs.definitions.schema import FractionIndicator
from cqrs.extraction.synthetic import CountMaker, England, counts, england
from cqrs.extraction.synthetic.rates import rates

QOF = load("qof/2025-26")
FRACTIONS = [i for i in QOF.indicators if isinstance(i, FractionIndicator)]


@pytest.fixture(scope="module")
def country() -> England:
    return england(practices=3000)


@pytest.fixture(scope="module")
def drawn(country: England) -> list[PracticeCounts]:
    return list(counts(QOF, country))


@pytest.fixture(scope="module")
def sums(drawn: list[PracticeCounts]) -> dict[Key, int]:
    total: dict[Key, int] = defaultdict(int)
    for practice in drawn:
        for key, value in practice.values.items():
            total[key] += value
    return total


def test_the_one_validator_finds_nothing(drawn: list[PracticeCounts]) -> None:
    validator = Validator(QOF)
    assert [p.text() for c in drawn for p in validator.problems(c)] == []
    assert all(missing(QOF, c) == () for c in drawn)


def test_every_field_of_every_indicator_is_given(drawn: list[PracticeCounts]) -> None:
    wanted = {(i.id, name) for i in QOF.indicators for name in i.fields}
    assert all(set(practice.values) == wanted for practice in drawn)


@pytest.mark.parametrize("indicator", FRACTIONS, ids=lambda i: i.id)
def test_england_comes_out(
    indicator: FractionIndicator, sums: dict[Key, int], country: England
) -> None:
    """Success rates within two points of England's, denominators and PCAs within 8%."""
    published = rates().totals(indicator.id)
    scale = country.registered_patients / rates().registered_patients
    numerator = sums[indicator.id, "Numerator"]
    denominator = sums[indicator.id, "Denominator"]
    pcas = sum(sums[indicator.id, name] for name in indicator.pca_fields)
    assert abs(numerator / denominator - published.achieved) < 0.02
    assert 0.92 < denominator / (published.denominator * scale) < 1.08
    assert 0.92 < pcas / (published.pcas * scale) < 1.08


def test_registers_come_out(sums: dict[Key, int], country: England) -> None:
    for name, register in QOF.registers.items():
        carrier = next(i for i in QOF.indicators if register.field in i.fields)
        prevalence = sums[carrier.id, register.field] / country.registered_patients
        assert 0.94 < prevalence / rates().registers[name] < 1.06, name


def test_the_young_and_the_old_make_the_register(drawn: list[PracticeCounts]) -> None:
    register = QOF.registers["HYP"].field
    for practice in drawn[:200]:
        values = practice.values
        out = {
            ident: sum(values[ident, name] for name in QOF.by_id[ident].pca_fields)
            for ident in ("HYP008", "HYP009")
        }
        scope = sum(values[ident, "Denominator"] + out[ident] for ident in out)
        assert scope == values["HYP008", register]


def test_small_practices_have_empty_denominators_and_some_are_extreme(
    drawn: list[PracticeCounts],
) -> None:
    empty = [c for c in drawn if c.values["HF008", "Denominator"] == 0]
    assert 0 < len(empty) < 100
    shares = [c.values["DM020", "Numerator"] / c.values["DM020", "Denominator"] for c in drawn]
    assert min(shares) < 0.45
    assert max(shares) > 0.85


def test_a_practice_has_the_same_counts_whoever_else_is_there(country: England) -> None:
    practice = country.practices[17]
    maker = CountMaker(QOF, seed=country.seed)
    alone = maker.of(practice)
    assert alone.digest == CountMaker(QOF, seed=country.seed).of(practice).digest
    [among] = [c for c in counts(QOF, country) if c.practice_code == practice.code]
    assert among.digest == alone.digest


def test_the_figures_of_the_documents_never_move() -> None:
    """Larkfield Road Surgery's counts, as every machine draws them."""
    [larkfield] = [p for p in england(practices=20).practices if p.code == "A99001"]
    drawn = CountMaker(QOF, seed=2026).of(larkfield)
    figures = [drawn.values["DM020", name] for name in ("Numerator", "Denominator")]
    assert figures == [390, 599]
    assert drawn.digest.startswith("60ed8e10618f4c8a")


def test_fewer_patients_have_been_seen_before_the_year_ends(country: England) -> None:
    practice = country.practices[5]
    autumn = CountMaker(QOF, seed=1, achievement_date=date(2025, 9, 30)).of(practice)
    spring = CountMaker(QOF, seed=1).of(practice)
    assert autumn.achievement_date == date(2025, 9, 30)
    assert spring.achievement_date == date(2026, 3, 31)
    assert validate(QOF, autumn) == []
    assert sum(autumn.values[i.id, "Numerator"] for i in FRACTIONS) < sum(
        spring.values[i.id, "Numerator"] for i in FRACTIONS
    )
    register = ("AF006", QOF.registers["AF"].field)
    assert autumn.values[register] == spring.values[register]


def test_a_service_paid_per_item_has_no_more_items_than_people(country: England) -> None:
    checks = load("learning_disability_health_check/2025-26")
    drawn = list(counts(checks, country))
    assert all(validate(checks, practice) == [] for practice in drawn)
    items, people = ("LDHC021", "Number (Scaled)"), ("LDHC021", "Register")
    total = {key: sum(practice.values[key] for practice in drawn) for key in (items, people)}
    assert 0.1 < total[items] / total[people] < 0.14
