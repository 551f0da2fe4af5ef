"""The worker is killed at each step of an email: none is sent twice, none is lost in silence."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.mail_worker import STEPS
from tests.faults.running import stop_database
from tests.house.sources import ROOT
from tests.mailing import notify, smtp


class Worker:
    """Runs the worker against data of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environment = {
            **os.environ,
            "CQRS_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "cqrs.portal.config.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        }
        self.environment.pop("DATABASE_URL", None)

    def run(self, *arguments: str) -> tuple[int, Counter[str]]:
        """The exit code, and how many emails stand in each state."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.mail_worker", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("mail ")]
        if done.returncode > 0:
            raise AssertionError(done.stderr)
        return done.returncode, Counter(line.split(": ")[1] for line in lines)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """One, with a database that the tests of this module share."""
    found = Worker(tmp_path_factory.mktemp("mail"))
    assert found.run("migrate") == (0, {})
    yield found
    stop_database(found.data)


def killed_and_started_again(worker: Worker, way: str, step: str) -> Counter[str]:
    """Where five emails stand after a worker was killed at the step and another took over."""
    worker.environment["CQRS_MAIL"] = way
    batch = f"{way}-{step.replace(' ', '-')}"
    assert worker.run("queue", batch, step) == (-9, {"queued": 5})
    return worker.run("later", batch, "3", "6")[1]


@pytest.mark.parametrize("step", STEPS)
def test_notify_sends_each_exactly_once(worker: Worker, step: str) -> None:
    with notify.serving() as service:
        worker.environment |= {
            "CQRS_NOTIFY_KEY": notify.KEY,
            "CQRS_NOTIFY_TEMPLATE": "template",
            "CQRS_NOTIFY_ADDRESS": service.address,
        }
        assert killed_and_started_again(worker, "notify", step) == {"sent": 5}
        assert len(service.references) == len(set(service.references)) == 5


@pytest.mark.parametrize("step", STEPS)
def test_smtp_sends_none_twice_and_lists_what_it_cannot_know(worker: Worker, step: str) -> None:
    with smtp.serving() as server:
        worker.environment |= {
            "CQRS_SMTP_HOST": "127.0.0.1",
            "CQRS_SMTP_PORT": str(server.port),
            "CQRS_SMTP_TLS": "0",
        }
        states = killed_and_started_again(worker, "smtp", step)
        assert len(server.ids) == len(set(server.ids))
        doubtful = 1 if step in ("handed over", "sent") else 0
        assert states == Counter({"sent": 5 - doubtful}) + Counter({"uncertain": doubtful})
        assert len(server.ids) == (4 if step == "handed over" else 5)


@pytest.mark.parametrize("step", STEPS)
def test_a_folder_has_each_exactly_once(worker: Worker, step: str) -> None:
    folder = worker.data / "mail"
    before = len(list(folder.glob("*.eml")))
    assert killed_and_started_again(worker, "files", step) == {"sent": 5}
    assert len(list(folder.glob("*.eml"))) == before + 5
