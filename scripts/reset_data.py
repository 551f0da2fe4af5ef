"""Delete the data folder: the embedded database, secret key, payment files and static copies."""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

MARKS = {"postgres", "secret-key", "static", "outbox", "test", "peers"}
PATIENCE = 20


def main() -> int:
    """Stop the folder's database, then delete the folder; refuse a folder that isn't ours."""
    folder = Path(sys.argv[1]).resolve()
    if not folder.exists():
        print(f"Nothing to delete: there is no {folder}.")
        return 0
    if not MARKS & {entry.name for entry in folder.iterdir()} and any(folder.iterdir()):
        print(f"{folder} doesn't look like our data, so it stays. Delete it by hand if it is.")
        return 1
    for lock in folder.glob("**/postmaster.pid"):
        _stop(lock)
    shutil.rmtree(folder)
    print(f"Deleted {folder}. make demo starts again from nothing.")
    return 0


def _stop(lock: Path) -> None:
    """Ask the database server of this folder to end, and wait until it has."""
    try:
        os.kill(int(lock.read_text().split()[0]), signal.SIGINT)
    except (ValueError, IndexError, ProcessLookupError):
        return
    deadline = time.monotonic() + PATIENCE
    while lock.exists() and time.monotonic() < deadline:
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
