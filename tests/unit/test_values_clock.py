"""The clock tells London's date wherever it runs, moves by whole dates, and digests are SHA-256."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from cqrs.values import LONDON, Clock, canonical_json, digest


@pytest.fixture
def in_new_york() -> Iterator[None]:
    """The machine stands in New York."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_new_york")
def test_the_last_half_hour_of_the_year_in_greenwich_is_the_next_year_in_london() -> None:
    clock = Clock()
    with clock.fixed(datetime(2026, 3, 31, 23, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 4, 1)


def test_a_clock_nobody_holds_runs_in_london(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CQRS_DATE", raising=False)
    before, now, after = datetime.now(UTC), Clock().now(), datetime.now(UTC)
    assert before <= now <= after
    assert now.tzinfo is LONDON


def test_a_moved_clock_keeps_the_time_of_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CQRS_DATE", "2019-02-28")
    before, moved, after = datetime.now(LONDON), Clock().now(), datetime.now(LONDON)
    assert moved.date() == date(2019, 2, 28)
    assert moved.tzinfo is LONDON
    assert before.date() != after.date() or before.time() <= moved.time() <= after.time()


def test_a_held_clock_runs_on_afterwards() -> None:
    clock = Clock()
    outer, inner = datetime(2026, 5, 12, 9, 41, tzinfo=LONDON), datetime(2026, 6, 1, tzinfo=LONDON)
    with clock.fixed(outer):
        with clock.fixed(inner):
            assert clock.now() == inner
        assert clock.now() == outer
    assert clock.now() != outer


def test_what_has_no_spelling_is_named() -> None:
    with pytest.raises(TypeError) as refused:
        canonical_json({"points": Fraction(1, 2)})
    assert str(refused.value) == "Fraction has no canonical spelling: Fraction(1, 2)"


def test_a_digest_is_sha_256_of_the_bytes() -> None:
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
