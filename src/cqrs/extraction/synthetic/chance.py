"""Drawing numbers that come out the same on every machine: only + - * / and square roots."""

from collections.abc import Sequence
from math import sqrt
from random import Random


class Chance:
    """A stream of chance that belongs to a name: the same seed and name give the same draws."""

    def __init__(self, seed: int, name: str) -> None:
        self._random = Random(f"{seed}:{name}")
        self._next = self._random.random

    def share(self) -> float:
        """A number from 0 up to 1, evenly."""
        return self._next()

    def normal(self) -> float:
        """A bell-shaped number of mean 0 and deviation 1, never beyond 3 either way."""
        draw = self._next
        return (draw() + draw() + draw() - 1.5) * 2

    def pick(self, choices: Sequence[str]) -> str:
        """One of the choices, evenly."""
        return choices[self._random.randrange(len(choices))]

    def some_of(self, people: int, probability: float) -> int:
        """How many of so many people, when each is one with this probability."""
        if people <= 0 or probability <= 0:
            return 0
        if probability >= 1:
            return people
        draw = self._next
        if people <= 16:
            return sum(draw() < probability for _ in range(people))
        mean = people * probability
        noise = (draw() + draw() + draw() - 1.5) * 2 * sqrt(mean * (1 - probability))
        return min(max(int(mean + noise + 0.5), 0), people)

    def around(self, mean: float) -> int:
        """A count around a mean, spread like arrivals: a mean of 100 gives 90 to 110 mostly."""
        return max(int(mean + self.normal() * sqrt(mean) + 0.5), 0)
