"""A payment file comes back whole, always in the same bytes, and proves it when it doesn't."""

import csv
import io
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cqrs.exchange import payment_file
from cqrs.exchange.payment_file import PaymentLine, Unreadable

MADE_AT = datetime(2026, 6, 12, 9, 30, tzinfo=UTC)
LINES = [
    PaymentLine("PAY-001", "X10001", "CLM-1", "qof/2025-26", 1_105_608, "b" * 64),
    PaymentLine("PAY-002", "X10002", "CLM-2", "qof/2025-26", -5_000, "a" * 64),
]
references = some.text(some.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)


def written(lines: list[PaymentLine] = LINES) -> bytes:
    return payment_file.write(lines, run_reference="RUN-7", created_at=MADE_AT)


def test_what_is_written_is_read() -> None:
    file = payment_file.read(written())
    assert file.lines == tuple(sorted(LINES, key=lambda line: line.payment_identity))
    assert (file.run_reference, file.created_at, file.total_pence) == ("RUN-7", MADE_AT, 1_100_608)


def test_the_header_and_the_control_line() -> None:
    rows = list(csv.reader(io.StringIO(written().decode())))
    assert ",".join(rows[0]) == (
        "run,payee_reference,provider_code,claim,service,amount_pence,payment_identity"
    )
    assert rows[-1][:6] == ["CONTROL", "2", "", "", "2026-06-12T09:30:00+00:00", "1100608"]


def test_the_same_lines_give_the_same_bytes() -> None:
    summer = timezone(timedelta(hours=1))
    moved = payment_file.write(
        reversed(LINES), run_reference="RUN-7", created_at=MADE_AT.astimezone(summer)
    )
    assert moved == written()


lines = some.builds(
    PaymentLine,
    payee_reference=references,
    provider_code=references,
    claim=references,
    service=references,
    amount_pence=some.integers(-(10**12), 10**12),
    payment_identity=references,
)


@given(some.lists(lines, min_size=1, unique_by=lambda line: line.payment_identity), references)
def test_any_lines_come_back(made: list[PaymentLine], run: str) -> None:
    if run == payment_file.CONTROL:
        return
    content = payment_file.write(made, run_reference=run, created_at=MADE_AT)
    file = payment_file.read(content)
    assert set(file.lines) == set(made)
    assert file.run_reference == run


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "'"])
def test_no_text_starts_a_formula(start: str) -> None:
    line = PaymentLine(f"{start}cmd|x", "X10001", "CLM-1", "qof", 5, f"{start}1")
    content = written([line])
    for cells in csv.reader(io.StringIO(content.decode())):
        assert not [c for c in cells if c.startswith(("=", "+", "@")) or c[:2] in ("-c", "-1")]
    assert payment_file.read(content).lines == (line,)


@pytest.mark.parametrize("place", range(0, len(written()), 7))
def test_any_changed_byte_is_found(place: int) -> None:
    content = bytearray(written())
    content[place] ^= 1
    with pytest.raises(Unreadable):
        payment_file.read(bytes(content))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text[: text.rindex("CONTROL")], "the control line is missing"),
        (lambda text: text.replace("1105608", "1105609"), "the control total is 1100608 pence"),
        (lambda text: text.replace("CONTROL,2", "CONTROL,3"), "counts 3 lines, the file has 2"),
        (lambda text: text.replace("X10001", "X10009"), "their digest differs"),
        (lambda text: text + text.splitlines()[1] + "\r\n", "a line after the control line"),
        (lambda text: text.replace("-5000", "-50.00"), "is not an amount in whole pence"),
        (lambda text: text.replace("RUN-7", "RUN-8", 1), "the file holds 2 runs, not one"),
    ],
)
def test_a_file_that_is_not_whole(spoil, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        payment_file.read(spoil(written().decode()).encode())


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ([], "at least one line"),
        ([LINES[0], LINES[0]], "stands twice"),
        ([PaymentLine("P", "X", "C", "S", True, "i")], "whole pence"),
        ([PaymentLine("P", "X", "C\n", "S", 1, "i")], "can't stand"),
        ([PaymentLine("", "X", "C", "S", 1, "i")], "can't stand"),
    ],
)
def test_lines_that_are_not_written(made: list[PaymentLine], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        written(made)


def test_a_moment_without_a_time_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="time zone"):
        payment_file.write(LINES, run_reference="R", created_at=MADE_AT.replace(tzinfo=None))
