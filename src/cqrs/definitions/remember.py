"""Work out once what follows from a definition alone, and remember it by its digest."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Generic, TypeVar

from cqrs.definitions.schema import Definition

MOST = 256
"""So many definitions are remembered; then all are forgotten, so that a server never fills up."""

T = TypeVar("T")


class ByDigest(Generic[T]):
    """A function of a definition that remembers its answers. An error is not remembered."""

    def __init__(self, work: Callable[[Definition], T]) -> None:
        update_wrapper(self, work)
        self._work = work
        self.known: dict[str, T] = {}

    def __call__(self, definition: Definition) -> T:
        """The answer for this definition, worked out when it is asked for the first time."""
        if definition.digest not in self.known:
            answer = self._work(definition)
            if len(self.known) >= MOST:
                self.known.clear()
            self.known[definition.digest] = answer
        return self.known[definition.digest]

    def forget(self) -> None:
        """Work everything out anew from here on."""
        self.known.clear()
