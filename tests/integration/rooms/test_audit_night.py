"""The nightly job: seals, verifies, publishes, and tells the auditors when the chain is broken."""

import json
from pathlib import Path

import pytest

from cqrs.cli import main
from cqrs.portal.audit import queries
from cqrs.portal.jobs import auditing
from cqrs.portal.messages.models import Notice
from tests.factories import Loaded, actor
from tests.integration.rooms.test_audit import tamper

WORLD = "qof"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CQRS_DATA", str(tmp_path))
    return tmp_path / auditing.PUBLISHED


def test_the_head_is_published_once_a_day(qof: Loaded, folder: Path) -> None:
    assert "events hold." in auditing.close_day()
    auditing.close_day()
    assert queries.published(folder) == (queries.head(),)


def test_a_broken_chain_is_told_to_the_auditors_and_not_published(
    qof: Loaded, folder: Path
) -> None:
    tamper("UPDATE audit_event SET sentence = 'Did nothing.' WHERE seq = 4")
    for _ in range(2):
        with pytest.raises(auditing.ChainBrokenError, match="breaks at event 4"):
            auditing.close_day()
    told = Notice.objects.filter(title="The audit trail does not hold")
    assert [notice.recipient_id for notice in told] == [actor("felix").user_id]
    assert queries.published(folder) == ()


def test_the_command_names_the_broken_event(
    qof: Loaded, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify"]) == 0
    assert "events hold." in capsys.readouterr().out
    tamper("UPDATE audit_event SET actor_name = 'Somebody else' WHERE seq = 4")
    assert main(["audit", "verify", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["holds"], found["broken"]) == (False, 4)
    assert main(["audit", "verify", "--from", "0"]) == 2


def test_the_command_checks_an_export(
    qof: Loaded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trail.jsonl"
    rows = list(queries.export(actor("felix"), queries.Search()))
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert main(["audit", "verify", "--file", str(path)]) == 0
    path.write_text("\n".join(json.dumps(row | {"actor_name": "X"}) for row in rows), "utf-8")
    assert main(["audit", "verify", "--file", str(path)]) == 1
    assert "Event 1 (line 1) is not as it was sealed." in capsys.readouterr().out
    assert main(["audit", "verify", "--file", str(tmp_path / "none")]) == 1
