"""A stage says what came of it and how long it took; a long one shows that it lives."""

import time
from io import StringIO

import pytest

from cqrs.portal.jobs import demo_progress
from cqrs.portal.jobs.demo_progress import Progress


def test_each_stage_is_one_line_with_its_time() -> None:
    out = StringIO()
    progress = Progress(out)
    with progress.stage("Counts") as stage:
        stage.done("6,300 practices")
    with progress.stage("People") as stage:
        stage.already()
    first, second = out.getvalue().splitlines()
    assert first.split() == ["Counts", "0.0", "s", "6,300", "practices"]
    assert second.endswith("already there")
    assert [stage.title for stage in progress.stages] == ["Counts", "People"]


def test_a_long_stage_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_progress, "TICK", 0.01)
    out = StringIO()
    with Progress(out).stage("Counts") as stage:
        stage.count(500, 6300)
        time.sleep(0.25)
    assert "500 of 6,300" in out.getvalue()


def test_a_stage_that_fails_is_not_reported_as_done() -> None:
    out = StringIO()
    progress = Progress(out)
    with pytest.raises(ZeroDivisionError), progress.stage("Counts"):
        raise ZeroDivisionError
    assert progress.stages == []
    assert "s  " not in out.getvalue()
