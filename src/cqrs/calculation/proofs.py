"""What can be proven about a formula from its bounds alone, before anybody hands in a number."""

from cqrs.calculation.columns.build import Builder
from cqrs.calculation.columns.guards import Guards
from cqrs.calculation.columns.program import Overflow
from cqrs.calculation.nodes import Node

__all__ = ["Overflow", "UnguardedError", "prove"]


class UnguardedError(ValueError):
    """A step may divide by nought or take the root of less; says which, and what to do."""


def prove(node: Node) -> None:
    """Prove that a formula can be computed for every input within its declared bounds.

    Raises Overflow if a step could leave 128 bits, and UnguardedError if one could divide by
    nought or take the root of a number below nought.
    """
    build = Builder()
    build.fraction(node)
    guards = Guards(build)
    guards.code(node)
    for danger in guards.dangers:
        raise UnguardedError(
            f"{danger.label}: in some rows {danger.words}: put it under a WhenPositive of that "
            "number, or declare a smallest number of 1"
        )
