"""What both children of `cqrs serve` do first: end when the parent does."""

import os
import signal
import threading


def end_with_parent() -> None:
    """Ask this process to stop when its input closes, which happens when the parent is gone."""
    threading.Thread(target=_wait, args=(os.getpid(),), daemon=True).start()


def _wait(process: int) -> None:
    # Not through sys.stdin: its lock would be held, here and in forked processes, for ever.
    while os.read(0, 1):
        pass
    os.kill(process, signal.SIGTERM)
