"""Serving: a taken port, a worker that dies, and an end that leaves nothing behind."""

import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped] # it brings no types
import pytest

from .running import finished, start, stop_database


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _until(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)


def _workers(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    children = psutil.Process(process.pid).children()
    living = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in living if "serve_worker" in " ".join(child.cmdline())]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A database without England is enough to serve."""
    folder = tmp_path_factory.mktemp("serve")
    yield folder
    stop_database(folder)


@pytest.fixture
def served(data: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A served portal and its address; killed at the end if the test hasn't ended it."""
    port = _free_port()
    process = start(data, "serve", "--port", str(port))
    assert process.stdout is not None
    line = next((line for line in process.stdout if line.startswith("Serving on")), "")
    assert f"http://127.0.0.1:{port}/" in line
    yield process, f"http://127.0.0.1:{port}/"
    if process.poll() is None:
        process.kill()
    process.wait(30)
    process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_everything(
    served: tuple["subprocess.Popen[str]", str], number: signal.Signals
) -> None:
    process, address = served
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.status == 200
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 3
    process.send_signal(number)
    assert process.wait(40) == 0
    _until(lambda: not any(child.is_running() for child in family))


def test_a_worker_that_dies_is_started_again(
    served: tuple["subprocess.Popen[str]", str],
) -> None:
    process, _ = served
    [first] = _workers(process)
    first.kill()
    _until(lambda: [worker for worker in _workers(process) if worker.pid != first.pid])


def test_children_end_when_the_parent_is_killed(
    served: tuple["subprocess.Popen[str]", str],
) -> None:
    process, _ = served
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    _until(lambda: not any(child.is_running() for child in family))


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_taken_port_is_said_before_any_work(tmp_path: Path, command: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        code, printed = finished(tmp_path, command, "--port", str(port))
    assert code == 1
    assert f"Port {port} on 127.0.0.1 can't be used" in printed
    assert f"make {command} ARGS='--port {port + 1}'" in printed
    assert list(tmp_path.iterdir()) == []


def test_a_demonstration_never_mixes_with_other_organisations(tmp_path: Path) -> None:
    code, printed = finished(tmp_path, "demo", "--no-serve", "--practices", "20")
    assert code == 0, printed
    code, printed = finished(tmp_path, "demo", "--no-serve", "--practices", "21")
    assert code == 1
    assert "holds a demonstration of 20 practices, not of 21" in printed
    assert "--practices 20" in printed


def test_too_few_practices_are_wrong_usage(tmp_path: Path) -> None:
    code, printed = finished(tmp_path, "demo", "--no-serve", "--practices", "19")
    assert code == 2
    assert "take 20 practices or more, not 19" in printed
