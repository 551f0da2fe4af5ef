"""The one line that every benchmark prints: name, figure, ratio, goal, met or not."""

import sys
from pathlib import Path


def say(seconds: float, what: str, ratio: float, peer: str, goal_seconds: float) -> None:
    """Print the line of the benchmark that runs; a goal is a number of seconds to stay under."""
    name = Path(sys.argv[0]).stem
    met = "met" if seconds < goal_seconds else "NOT met"
    print(
        f"{name:<16} {seconds:>6.2f} s {what:<34} {ratio:>5.2f} x {peer:<40} "
        f"goal < {goal_seconds:g} s: {met}",
        flush=True,
    )
