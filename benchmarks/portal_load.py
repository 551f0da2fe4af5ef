"""Two hundred people sign in within a minute; a hundred read a work queue of 6,300 rows at once.

Loads the made-up England into a folder of its own, adds the people, serves it as `cqrs serve`
does (two gunicorn processes and the worker) and lets locust, installed in an environment of its
own, be the people. Everything runs on this machine, locust too, so the portal has less than it.
"""

import csv
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE / "peers"), str(HERE)]

from environments import NotHereError, python_with  # noqa: E402 (after the path is set)

PEOPLE = 200
READERS = 100
SIGN_IN_SECONDS = 60
READ_SECONDS = 60
GOAL_MS = 200
WAKE_SECONDS = 60

ADD_PEOPLE = """
from cqrs.portal.jobs.serve import set_up
set_up()
from django.contrib.auth.hashers import make_password
from cqrs.portal.accounts import actions
from cqrs.portal.accounts.models import User
from cqrs.portal.accounts.queries import command_actor
actor, hashed = command_actor(), make_password({password!r})
for n in range({people}):
    email = f"load{{n}}@portal.example"
    actions.create_user(actor=actor, email=email, full_name=f"Reader Number{{n}}")
    actions.grant(actor=actor, email=email, role="auditor", organisation_code="XNC")
User.objects.filter(email__startswith="load").update(password=hashed)
"""


def main() -> int:
    """Measure both and print a line for each."""
    try:
        locust = python_with("locust", ROOT)
    except NotHereError as error:
        print(f"portal_load      not measured: {error}")
        return 0
    password = secrets.token_urlsafe(12)
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "CQRS_DATA": f"{folder}/var",
            "CQRS_SECOND_FACTOR": "offered",
            "CQRS_DATE": "2026-05-12",
            "DJANGO_SETTINGS_MODULE": "cqrs.portal.config.settings",
        }
        environment.pop("DATABASE_URL", None)
        _run([sys.executable, "-m", "cqrs.cli", "demo", "--no-serve"], environment)
        _run(
            [sys.executable, "-c", ADD_PEOPLE.format(password=password, people=PEOPLE)], environment
        )
        port = _free_port()
        command = [sys.executable, "-m", "cqrs.cli", "serve", "--port", str(port)]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        ) as server:
            try:
                _wait(port)
                for what, people, seconds in (
                    ("sign_in", PEOPLE, SIGN_IN_SECONDS),
                    ("queue", READERS, READ_SECONDS),
                ):
                    asked = {
                        **environment,
                        "LOAD_PEOPLE": str(PEOPLE),
                        "LOAD_PASSWORD": password,
                        "LOAD_WHAT": what,
                    }
                    _say(what, people, _measure(locust, Path(folder), port, asked, people, seconds))
            finally:
                os.killpg(server.pid, signal.SIGTERM)
                server.wait(30)
    return 0


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(port: int) -> None:
    deadline = time.monotonic() + WAKE_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("the portal did not answer")


def _measure(
    locust: str, folder: Path, port: int, environment: dict[str, str], people: int, seconds: int
) -> dict[str, dict[str, str]]:
    """Rows of locust's statistics by name."""
    spread = seconds if environment["LOAD_WHAT"] == "sign_in" else 20
    last = seconds + (15 if environment["LOAD_WHAT"] == "sign_in" else spread)
    prefix = folder / environment["LOAD_WHAT"]
    command = [
        locust, "-m", "locust", "-f", str(HERE / "load" / "locustfile.py"), "--headless",
        "--host", f"http://127.0.0.1:{port}", "-u", str(people), "-r", str(people / spread),
        "--run-time", f"{last}s", "--csv", str(prefix), "--only-summary",
        "--exit-code-on-error", "0",
    ]  # fmt: skip
    if environment["LOAD_WHAT"] == "queue":
        command.append("--reset-stats")  # counts from when everybody is in
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=last + 60)
    with prefix.with_name(f"{prefix.name}_stats.csv").open() as file:
        return {row["Name"]: row for row in csv.DictReader(file)}


def _say(what: str, people: int, rows: dict[str, dict[str, str]]) -> None:
    watched = {
        "sign_in": (f"{people} people sign in within {SIGN_IN_SECONDS} s", ("sign in", "home")),
        "queue": (f"{people} people read a queue of 6,300 rows", ("work queue",)),
    }[what]
    for name in watched[1]:
        row = rows[name]
        p95 = float(row["95%"])
        met = "met" if p95 < GOAL_MS and row["Failure Count"] == "0" else "NOT met"
        print(
            f"{'portal_load':<16} {p95:>5.0f} ms p95 of “{name}”, {watched[0]}: median "
            f"{row['50%']} ms, {row['Request Count']} requests, {row['Failure Count']} failed; "
            f"goal < {GOAL_MS} ms: {met}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
