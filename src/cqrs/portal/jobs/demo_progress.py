"""Telling how a long command goes: one line a stage, its time, and a sign of life while it runs."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

TICK = 1.0
"""Seconds between signs of life on a terminal; a log gets one every tenth."""
WIDTH = 49


class StoppedError(Exception):
    """The command can't go on; says why and what to do."""


@dataclass
class Stage:
    """A piece of work as it goes: what it is, how far it is, and what came of it."""

    title: str
    started: float = field(default_factory=time.perf_counter)
    words: str = ""
    seconds: float = 0.0
    _far: str = ""

    def count(self, done: int, total: int) -> None:
        """So many of so many are done."""
        self._far = f"{done:,} of {total:,}"

    def tell(self, words: str) -> None:
        """What it is doing now."""
        self._far = words

    def done(self, words: str) -> None:
        """What came of it, in a few words."""
        self.words = words

    def already(self, words: str = "") -> None:
        """It was done before; nothing was changed."""
        self.words = f"already there{': ' if words else ''}{words}"

    @property
    def sign_of_life(self) -> str:
        """How far it is and how long it has taken."""
        return f"{self._far}  {time.perf_counter() - self.started:.0f} s".strip()


class Progress:
    """Prints the stages as they pass and remembers their times."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._terminal = self._out.isatty()
        self.stages: list[Stage] = []

    @contextmanager
    def stage(self, title: str) -> Iterator[Stage]:
        """A stage of the command: printed with its time when it ends well."""
        stage = Stage(title)
        ended = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(stage, ended), daemon=True)
        self._begin(stage)
        ticker.start()
        try:
            yield stage
        except BaseException:
            self._write("\n")
            raise
        finally:
            stage.seconds = time.perf_counter() - stage.started
            ended.set()
            ticker.join()
        self.stages.append(stage)
        self._end(stage)

    @property
    def seconds(self) -> float:
        """All stages together."""
        return sum(stage.seconds for stage in self.stages)

    def _begin(self, stage: Stage) -> None:
        if self._terminal:
            self._write(f"{stage.title:<{WIDTH}}")

    def _tick(self, stage: Stage, ended: threading.Event) -> None:
        pause = TICK if self._terminal else TICK * 10
        while not ended.wait(pause):
            line = f"{stage.title:<{WIDTH}}{stage.sign_of_life}"
            self._write(f"\r{line:<78}" if self._terminal else f"{line}\n")

    def _end(self, stage: Stage) -> None:
        line = f"{stage.title:<{WIDTH}}{stage.seconds:>6.1f} s  {stage.words}"
        self._write(f"\r{line:<78}\n" if self._terminal else f"{line}\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
