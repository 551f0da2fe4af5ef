"""The table of security requirements names tests that exist, and says something in every row."""

import re

from tests.house.sources import ROOT

TABLE = ROOT / "docs" / "reference" / "security-asvs.md"
STATES = {"tested", "evidence", "not yet, or in part", "deployment", "not applicable"}


def rows() -> list[list[str]]:
    found = re.findall(r"^\| \d+\.\d+\.\d+ \|.*$", TABLE.read_text("utf-8"), re.M)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in found]


def test_every_named_test_exists() -> None:
    text = TABLE.read_text("utf-8")
    gone = []
    for path, _, test in (
        name.partition("::") for name in re.findall(r"tests/[\w/.]+(?:::\w+)?", text)
    ):
        file = ROOT / path.rstrip(".")
        if not file.exists() or (test and f"def {test}(" not in file.read_text("utf-8")):
            gone.append(f"{path}::{test}")
    assert not gone, "\n".join(["docs/reference/security-asvs.md names what isn't there:", *gone])


def test_every_row_has_a_state_and_a_reason() -> None:
    assert len(rows()) > 200
    for number, _, words, state, test, why in rows():
        assert state in STATES, number
        assert words, number
        assert test if state == "tested" else why, number


def test_no_requirement_stands_twice() -> None:
    numbers = [row[0] for row in rows()]
    assert len(numbers) == len(set(numbers))
