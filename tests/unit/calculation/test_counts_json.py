"""Stored counts side by side: what cutting texts up finds is what a JSON reader finds."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cqrs.calculation.columns import counts_json
from cqrs.calculation.columns.country import Country
from cqrs.calculation.columns.counts import CountTable
from cqrs.calculation.nation import Nation
from cqrs.calculation.statement import Reference
from cqrs.definitions.counts import demands
from cqrs.definitions.load import load

QOF = load("qof/2023-24")
DEMANDS = demands(QOF)
AF = "Atrial Fibrillation Register"
SOUND = {"AF001": {AF: 200}, "QI013": {"Yes/No Flag": True}}


def read(*many: object) -> CountTable:
    texts = [one if isinstance(one, str) else json.dumps(one) for one in many]
    codes = [f"A{number:05}" for number in range(len(texts))]
    return counts_json.read(DEMANDS, codes, enumerate(texts))


def values(table: CountTable) -> list[dict]:
    return [table.values(row) for row in range(len(table.codes))]


def flat(counts: dict) -> dict:
    return {(i, f): value for i, fields in counts.items() for f, value in fields.items()}


def test_practices_of_one_shape_are_cut_up_alike() -> None:
    other = {"AF001": {AF: 31}, "QI013": {"Yes/No Flag": False}}
    table = read(SOUND, other)
    assert values(table) == [flat(SOUND), flat(other)]
    assert not table.odd


def test_texts_may_come_in_any_order() -> None:
    texts = [(1, json.dumps({"AF001": {AF: 2}})), (0, json.dumps({"AF001": {AF: 1}}))]
    table = counts_json.read(DEMANDS, ["A", "B"], texts)
    assert values(table) == [{("AF001", AF): 1}, {("AF001", AF): 2}]


@pytest.mark.parametrize(
    "odd",
    [
        {"AF001": {AF: True}},
        {"AF001": {AF: -1}},
        {"AF001": {AF: 1.5}},
        {"AF001": {AF: "12"}},
        {"AF001": {AF: None}},
        {"AF001": {AF: 10**30}},
        {"AF001": {AF: 1_000_001}},
        {"QI013": {"Yes/No Flag": 1}},
        {"AF001": {"Nonsense": 1}},
        {"XX": {AF: 1}},
    ],
)
def test_whatever_is_no_count_is_kept_apart_as_it_is(odd: dict) -> None:
    for sound in ({"AF001": {AF: 1}}, {"QI013": {"Yes/No Flag": True}}):
        table = read(sound, odd, sound)
        assert values(table) == [flat(sound), flat(odd), flat(sound)]
        assert list(table.odd) == [1]
        assert not table.given[1].any()


def test_names_with_anything_unusual_are_read_all_the_same() -> None:
    for name in ('a": 5, "b', "a\\b", "Größe", "x: 7", "#1", "true"):
        table = read({"AF001": {name: 3}}, SOUND)
        assert values(table) == [{("AF001", name): 3}, flat(SOUND)]
        assert list(table.odd) == [0]


def test_nothing_submitted_is_nothing() -> None:
    assert values(read({}, SOUND)) == [{}, flat(SOUND)]
    assert read().codes == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["AF001", "AF006", "QI013", "XX"]),
            st.dictionaries(
                st.sampled_from([AF, "Numerator", "Yes/No Flag", "Denominator"]),
                st.one_of(st.integers(-1, 9), st.booleans(), st.just(2**80)),
                max_size=3,
            ),
            max_size=3,
        ),
        max_size=5,
    )
)
def test_any_texts_are_read_as_json_would_be(many: list[dict]) -> None:
    table = read(*many)
    whole = CountTable.of(DEMANDS, table.codes, [flat(one) for one in many])
    assert (table.numbers == whole.numbers).all()
    assert (table.given == whole.given).all()
    assert table.odd == whole.odd


def test_a_country_without_practices_has_no_statements() -> None:
    nobody = Country(QOF, QOF.year.end, Reference({}, "final", "0" * 64), read(), [], [], [])
    assert list(Nation(nobody).outcomes()) == []
