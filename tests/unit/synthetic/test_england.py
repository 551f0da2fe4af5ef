"""The made-up England has England's shape, belongs to nobody, and never varies."""

import csv
import gzip
import io
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from cqrs.extraction.synthetic import England, england

REFERENCE = Path(__file__).parents[4] / "shared" / "data" / "reference"


@pytest.fixture(scope="module")
def country() -> England:
    return england()


def test_has_the_size_of_england(country: England) -> None:
    assert len(country.practices) == 6300
    assert len(country.icbs) == 42
    assert len(country.regions) == 7
    assert 1250 <= len(country.networks) <= 1290


def test_lists_are_skewed_around_the_mean_of_england(country: England) -> None:
    lists = sorted(practice.registered_list for practice in country.practices)
    assert abs(country.registered_patients / 6300 - 63_766_671 / 6188) < 30
    assert 8500 < median(lists) < 9700
    assert lists[0] < 1500
    assert lists[-1] > 60_000
    assert min(lists) >= 1000


def test_the_practice_of_the_documents_is_there(country: England) -> None:
    [larkfield] = [p for p in country.practices if p.code == "A99001"]
    icbs = {icb.code: icb.name for icb in country.icbs}
    networks = {network.code: network for network in country.networks}
    assert larkfield.name == "Larkfield Road Surgery"
    assert larkfield.registered_list == 9842
    assert icbs[larkfield.icb_code] == "NHS Westmere ICB"
    assert networks[larkfield.pcn_code].name == "Harbour and Vale PCN"
    assert sum(p.icb_code == larkfield.icb_code for p in country.practices) == 152


def test_everything_belongs_together(country: England) -> None:
    icbs = {icb.code for icb in country.icbs}
    networks = {network.code: network.icb_code for network in country.networks}
    assert {icb.region_code for icb in country.icbs} == {r.code for r in country.regions}
    assert {p.icb_code for p in country.practices} == icbs
    assert {p.pcn_code for p in country.practices} == set(networks)
    assert all(networks[p.pcn_code] == p.icb_code for p in country.practices)
    assert max(Counter(p.pcn_code for p in country.practices).values()) <= 8


def test_codes_and_names_tell_organisations_apart(country: England) -> None:
    groups = (country.regions, country.icbs, country.networks, country.practices)
    codes = [organisation.code for group in groups for organisation in group]
    assert len(codes) == len(set(codes))
    assert len({icb.name for icb in country.icbs}) == 42
    assert len({network.name for network in country.networks}) == len(country.networks)
    assert len({(p.icb_code, p.name) for p in country.practices}) == 6300
    assert len({p.payee_reference for p in country.practices}) == 6300


def test_suppliers_share_the_country_unevenly(country: England) -> None:
    shares = Counter(practice.supplier for practice in country.practices)
    assert len(shares) == 4
    assert 0.5 < shares.most_common(1)[0][1] / 6300 < 0.6


def test_the_same_seed_gives_the_same_england_and_another_does_not() -> None:
    assert england(practices=100) == england(practices=100)
    assert england(practices=100) != england(practices=100, seed=1)


@pytest.mark.parametrize("practices", [20, 21, 100, 607, 608, 1000])
def test_a_small_england_has_a_commissioner_with_work(practices: int) -> None:
    small = england(practices=practices)
    assert len(small.practices) == practices
    assert small.practices[0].icb_code == "QZ9" or practices > 20
    westmere = sum(practice.icb_code == "QZ9" for practice in small.practices)
    assert westmere == min(152, practices // 4)


def test_too_small_an_england_is_refused() -> None:
    with pytest.raises(ValueError, match="19 practices is too small: take 20 or more"):
        england(practices=19)


def _rows(name: str) -> list[list[str]]:
    with gzip.open(REFERENCE / name) as file:
        return list(csv.reader(io.TextIOWrapper(file, encoding="utf-8")))


@pytest.mark.skipif(
    not REFERENCE.exists(), reason="the published reference data isn't beside this checkout"
)
def test_no_code_or_commissioner_is_a_real_one(country: England) -> None:
    everybody = {row[0]: row[25] for row in _rows("epraccur_2025_05.csv.gz")}
    hierarchy = _rows("practice_to_pcn_icb_region_2023_24.csv.gz")
    header = hierarchy[0]
    real = {
        name: {row[header.index(name)] for row in hierarchy[1:]}
        for name in ("REGION_ODS_CODE", "ICB_ODS_CODE", "PCN_ODS_CODE", "PRACTICE_CODE")
    }
    names = {
        row[header.index("ICB_NAME")].removesuffix(" Integrated Care Board").strip()
        for row in hierarchy[1:]
    }
    assert not {r.code for r in country.regions} & real["REGION_ODS_CODE"]
    assert not {i.code for i in country.icbs} & real["ICB_ODS_CODE"]
    assert not {n.code for n in country.networks} & real["PCN_ODS_CODE"]
    assert not {p.code for p in country.practices} & real["PRACTICE_CODE"]
    assert not {i.name.removesuffix(" ICB") for i in country.icbs} & names
    shared = {p.code for p in country.practices} & set(everybody)
    assert shared <= {"A99001"}
    assert all(everybody[code] == "0" for code in shared), "setting 4 would be a practice"
