"""The columns' look at counts against the validator, and reading at once against reading with care.

CQRS_COUNT_FILES=5000 tries more of them than the fast suite has time for.
"""

import os
from pathlib import Path
from random import Random

import pytest

from cqrs.calculation.columns.counts import CountTable
from cqrs.cli import country
from cqrs.definitions import load
from cqrs.definitions.counts import PracticeCounts, Value, demands, validate
from cqrs.definitions.schema import Definition
from cqrs.exchange import counts_file, cqrs_csv, tidy_csv
from cqrs.exchange.cqrs_csv import IndicatorValue
from cqrs.exchange.sheet import Sheet, Unreadable

FILES = int(os.environ.get("CQRS_COUNT_FILES", "120"))
LD = load.load("learning_disability_health_check/2025-26")
CODES = ["A1", "B2"]
JUNK = (
    *(",", '"', "\r", "\n", "\r\n", " ", "\t", "0", "1", "A1", "'", "\ufeff", "é", "\\", '""', "#"),
    *("-", "+", ".", "e1", "_", "\u00a0", "\x0b", "\x1c", "\u2028", "NULL", "Y", ";", "|", ",\n"),
)


def draws(seed: object) -> Random:
    return Random(str(seed))  # noqa: S311 - draws of made-up counts


# Whether counts agree -------------------------------------------------------------------------


def agreeing(definition: Definition, draw: Random) -> dict[tuple[str, str], Value]:
    """Counts that agree with one another, now and then but for one of them."""
    register = draw.randint(0, 40)
    found: dict[tuple[str, str], Value] = {}
    for indicator in definition.indicators:
        if draw.random() < 0.4:
            continue
        left = register
        for name, field in indicator.fields.items():
            if field.kind in ("pca", "exclusion"):
                found[indicator.id, name] = removed = draw.randint(0, left // 2)
                left -= removed
        for name, field in indicator.fields.items():
            if field.kind == "yes_no":
                found[indicator.id, name] = draw.random() < 0.5
            elif field.kind == "denominator":
                found[indicator.id, name] = left
            elif field.kind == "register":
                found[indicator.id, name] = register
            elif field.kind in ("numerator", "count"):
                found[indicator.id, name] = draw.randint(0, left)
    known = list(demands(definition).kinds)
    for _ in range(draw.choice([0, 0, 1]) if known else 0):
        key = draw.choice(known)
        if draw.random() < 0.3:
            found.pop(key, None)
        else:
            found[key] = draw.choice([0, 1, register + 1, 10**6, 10**6 + 1, -1, True, False])
    return found


@pytest.mark.parametrize("service", load.all_services())
def test_a_table_is_in_order_where_the_validator_has_nothing_to_say(service: str) -> None:
    definition = load.load(service)
    answers = set()
    for seed in range(12):
        draw = draws(f"{service} {seed}")
        many = [agreeing(definition, draw) for _ in range(2)]
        sound = not any(
            validate(definition, PracticeCounts("A1", definition.year.end, values))
            for values in many
        )
        table = CountTable.of(demands(definition), CODES, many)
        assert table.in_order == sound, many
        answers.add(sound)
    if len(demands(definition).kinds) > 20:
        assert answers == {True, False}


# Reading at once ------------------------------------------------------------------------------


def spoilt(text: str, draw: Random) -> str:
    """The text with up to three little faults."""
    for _ in range(draw.choice([0, 1, 1, 1, 2, 3])):
        at, how = draw.randint(0, len(text)), draw.random()
        if how < 0.6:
            text = text[:at] + draw.choice(JUNK) + text[at:]
        elif how < 0.8:
            text = text[:at] + text[at + 1 :]
        else:
            start = draw.randint(0, len(text))
            text = text[:at] + text[start : start + draw.randint(1, 12)] + text[at:]
    return text


def ordinary(draw: Random) -> str:
    """A tidy file or one of INDICATOR_VALUES, as any of the systems might write it."""
    keys = [k for k, kind in demands(LD).kinds.items() if kind != "yes_no"]
    chosen = [
        (code, *key, draw.randint(0, 3))
        for code in draw.sample(CODES, draw.randint(1, 2))
        for key in draw.sample(keys, draw.randint(1, 3))
    ]
    end = draw.choice(["\n", "\r\n"])
    if draw.random() < 0.5:
        counts = [
            PracticeCounts(code, LD.year.end, {(indicator, field): value})
            for code, indicator, field, value in chosen
        ]
        text = b"".join(tidy_csv.write(counts)).decode().replace("\n", end)
    else:
        rows = [
            IndicatorValue(
                0,
                LD.quality_service,
                "Health checks, yearly",
                code,
                LD.year.end,
                indicator,
                field,
                str(value),
                "None",
                "",
                "02/04/2026",
                "11:19:50",
                True,
            )
            for code, indicator, field, value in chosen
        ]
        quoted = draw.random() < 0.5
        pieces = cqrs_csv.write_indicator_values(rows, quoted=quoted, end=end)
        text = b"".join(pieces).decode()
    return text if draw.random() < 0.7 else text.removesuffix(end)


def test_what_is_read_at_once_is_what_is_read_with_care(tmp_path: Path) -> None:
    path, at_once = tmp_path / "counts.csv", 0
    for seed in range(FILES):
        text = spoilt(ordinary(draws(seed)), draws(-seed))
        path.write_bytes(text.encode())
        try:
            sheet = Sheet.at(path)
            found = country.read(sheet, LD, CODES)
        except Unreadable:
            continue
        if found is None:
            continue
        quick, table = found
        at_once += 1
        careful = counts_file.read(sheet, LD)
        assert counts_file.problems_of(careful, LD) == [], text
        values = {one.practice_code: dict(one.values) for one in careful.counts}
        assert {one.practice_code: dict(one.values) for one in quick.counts} == values, text
        assert {c: table.values(row) for row, c in enumerate(table.codes)} == values
        assert (quick.layout, quick.digest, quick.achievement_date) == (
            careful.layout,
            careful.digest,
            careful.achievement_date,
        )
        assert careful.blank_practices == ()
        assert careful.replaced_rows == 0
    assert at_once > FILES // 20


def test_every_ordinary_file_that_is_sound_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    for seed in range(40):
        text = ordinary(draws(seed))
        path.write_text(text, encoding="utf-8", newline="")
        sheet = Sheet.at(path)
        careful = counts_file.read(sheet, LD)
        sound = counts_file.problems_of(careful, LD) == []
        assert (country.read(sheet, LD, CODES) is not None) == sound, text


@pytest.mark.parametrize(
    "row",
    [
        "A1,LDHC021,Register,5,",
        'A1,LDHC021,Register,5,""',
        "A1,LDHC021,Register",
        "A1,LDHC021,Register,",
        "A1,LDHC021,Register,05",
        "A1,LDHC021,Register,+5",
        "A1,LDHC021,Register,5.0",
        "A1,LDHC021,Register, 5",
        "A1,LDHC021,Register,1000001",
        "A1,LDHC021,Nonsense,5",
        "A1,XX,Register,5",
        "C3,LDHC021,Register,5",
        "A1,LDHC021,Number (Scaled),1",
    ],
)
def test_one_row_out_of_the_ordinary_sends_the_file_to_the_careful_reader(
    tmp_path: Path, row: str
) -> None:
    path = tmp_path / "counts.csv"
    sound = "practice_code,indicator,field,value\nA1,LDHC021,Number (Scaled),4\n"
    path.write_text(f"{sound}A1,LDHC021,Register,5\n", encoding="utf-8")
    assert country.read(Sheet.at(path), LD, CODES) is not None
    path.write_text(f"{sound}{row}\n", encoding="utf-8")
    assert country.read(Sheet.at(path), LD, CODES) is None
