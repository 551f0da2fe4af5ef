"""QOF from one year to the next: what followed what, which points moved, and which were kept."""

import pytest

from cqrs.definitions.schema import (
    ManagementInformation,
    RegisterIndicator,
    YesNoIndicator,
)
from tests.examples.qof import FIRST, PUBLISHED, before, counted, of_kind, points, qof, worth

# From one year to the next -----------------------------------------------------------------------


@pytest.mark.parametrize("year", [y for y in PUBLISHED if y != FIRST])
def test_what_an_indicator_follows_is_of_the_year_before(year: str) -> None:
    earlier = before(year).by_id
    for one in qof(year).indicators:
        assert set(one.follows) <= set(earlier), one.id
        assert not (one.follows and one.id in earlier), f"{one.id} is an old id and follows another"
    # Two that followed the same one would both be given its patients.
    followed = [name for one in qof(year).indicators for name in one.follows]
    assert len(followed) == len(set(followed))


def test_dementia_and_atrial_fibrillation_were_given_the_retired_points_in_2015_16() -> None:
    old, new = points("2014-15"), points("2015-16")
    retired = {"AF004": 6, "AF005": 6, "CHD006": 10, "DEM002": 15}
    assert {name: old[name] for name in retired} == retired
    assert old["CKD002"] + old["CKD003"] + old["CKD004"] == 26
    assert [new["AF006"], new["AF007"], new["DEM004"]] == [12, 12, 39]
    assert not set(new) & {*retired, "CKD002", "CKD003", "CKD004"}
    assert sum(retired.values()) + 26 == 12 + 12 + 39


def test_nothing_changed_from_2015_16_to_2018_19() -> None:
    assert points("2015-16") == points("2016-17") == points("2017-18") == points("2018-19")


def test_flu_and_screening_counted_double_in_2020_21_with_points_of_two_others() -> None:
    doubled = {"CHD007", "COPD007", "DM018", "STIA009", "CS005", "CS006"}
    usual, covid, later = points("2019-20"), points("2020-21"), points("2022-23")
    assert {n: covid[n] for n in doubled} == {n: 2 * usual[n] for n in doubled}
    assert later["AST006"] - covid["AST006"] == 11
    assert later["NDH001"] - covid["NDH001"] == 18
    assert sum(usual[n] for n in doubled) == 11 + 18


def test_46_points_moved_in_december_2021_and_came_back() -> None:
    lost = counted("CAN004 6, CAN005 2, MH007 4, MH011 8, MH012 8, NDH001 18")
    won = counted("AF007 13, CHD005 8, DM006 3, DM022 4, DM023 2, HF003 6, HF006 6, STIA007 4")
    that, after = points("2021-22"), points("2022-23")
    usual = {name: n for name, n in after.items() if not name.startswith("QI")}
    changed = {n: that[n] - usual[n] for n in usual if that[n] != usual[n]}
    assert changed == won | {name: -n for name, n in lost.items()}
    assert sum(lost.values()) == sum(won.values()) == 46


@pytest.mark.parametrize(
    ("year", "unpaid"),
    [
        ("2020-21", ["NDH001"]),
        ("2021-22", ["CAN004", "CAN005", "MH007", "MH011", "MH012", "NDH001"]),
    ],
)
def test_indicators_whose_points_moved_are_counted_and_not_paid(
    year: str, unpaid: list[str]
) -> None:
    kept = [i for i in qof(year).indicators if isinstance(i, ManagementInformation)]
    assert sorted(i.id for i in kept) == unpaid
    for one in kept:
        assert one.field_of("numerator")
        assert "nothing is paid" in one.description


def test_2024_25_has_the_points_of_2023_24() -> None:
    old, new = points("2023-24"), points("2024-25")
    follows = {"CHOL003": "CHOL001", "CHOL004": "CHOL002"}
    assert {name: old[follows.get(name, name)] for name in new} == new


def test_the_protected_indicators_of_2024_25_went_and_gave_141_points_to_nine() -> None:
    old, new = points("2024-25"), points("2025-26")
    followed = {n for i in qof("2025-26").indicators for n in i.follows}
    gone = set(old) - set(new) - followed
    assert gone == protected("2024-25")
    grown = {
        i.id: new[i.id] - old[i.follows[0] if i.follows else i.id] for i in qof("2025-26").paid
    }
    assert {n: more for n, more in grown.items() if more} == counted(
        "CHOL003 24, CHOL004 28, CHD015 21, CHD016 9, STIA014 5, STIA015 4, HYP008 24, HYP009 9, "
        "DM036 17"
    )
    assert sum(old[n] for n in gone) - sum(grown.values()) == 71


def test_merged_indicators_of_2026_27_have_the_points_of_both() -> None:
    old, new = points("2025-26"), points("2026-27")
    merged = {i.id: i.follows for i in qof("2026-27").indicators if len(i.follows) > 1}
    assert merged == {
        "CD001": ("CHD015", "STIA014"),
        "CD002": ("CHD016", "STIA015"),
        "HF009": ("HF003", "HF006"),
    }
    assert {n: sum(old[o] for o in olds) for n, olds in merged.items()} == {
        n: new[n] for n in merged
    }


# Income protection -------------------------------------------------------------------------------


def protected(year: str) -> set[str]:
    protection = qof(year).protection
    assert protection is not None
    return set(protection.indicators)


def test_only_these_years_protect_points() -> None:
    years = [(y, str(p.base_year)) for y in PUBLISHED if (p := qof(y).protection)]
    assert years == [
        ("2020-21", "2018/19"),
        ("2021-22", "2018/19"),
        ("2023-24", "2022/23"),
        ("2024-25", "2023/24"),
    ]


def test_2020_21_paid_139_points_on_counts_74_in_full_and_354_as_in_2018_19() -> None:
    kept = protected("2020-21")
    registers, answers = of_kind("2020-21", RegisterIndicator), of_kind("2020-21", YesNoIndicator)
    screening = {"CS005", "CS006"}
    flu = {"CHD007", "COPD007", "DM018", "STIA009"}
    parts = [worth("2020-21", part) for part in (registers, screening, flu, answers, kept)]
    assert parts == [81, 22, 36, 74, 354]
    assert not kept & (registers | answers | screening | flu)


def test_2021_22_paid_on_counts_what_it_named_and_protected_the_rest() -> None:
    kept = protected("2021-22")
    drugs = {"AF007", "CHD005", "DM006", "DM022", "DM023", "HF003", "HF006", "STIA007"}
    named = {"CS005", "CS006", "VI001", "VI002", "VI003", "VI004"}
    others = of_kind("2021-22", RegisterIndicator) | of_kind("2021-22", YesNoIndicator)
    assert {i.id for i in qof("2021-22").paid} - kept == drugs | named | others


def test_2024_25_protected_212_points_of_32_indicators_and_paid_423_on_counts() -> None:
    kept = protected("2024-25")
    registers, answers = of_kind("2024-25", RegisterIndicator), of_kind("2024-25", YesNoIndicator)
    assert len(kept) == 32
    assert [worth("2024-25", part) for part in (registers, answers, kept)] == [81, 74, 212]
    assert worth("2024-25", set(points("2024-25")) - kept) == 423
