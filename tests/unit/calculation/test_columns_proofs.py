"""What is proven of a formula before anybody hands in a number."""

import subprocess
import sys

import pytest

from cqrs.calculation import nodes
from cqrs.calculation.kinds import formulas
from cqrs.calculation.nodes import PEOPLE, RATIO, Band, Constant, Input, Named, Node
from cqrs.calculation.proofs import Overflow, UnguardedError, prove
from cqrs.definitions.load import load

ONE, NOUGHT = Constant(1, PEOPLE, "1"), Constant(0, PEOPLE, "0")
A, B = (Input(name, PEOPLE, f"the {name}", "submission", 1000) for name in "ab")
SOME = Input("some", PEOPLE, "some", "submission", 1000, 1)
SIGNED = Input("signed", PEOPLE, "signed", "submission", 10, -10)
NAMED = Named("step", "step", "patients", A)


def guarded(test: Node, bottom: Node) -> Node:
    return nodes.WhenPositive(test, nodes.Ratio(ONE, bottom), "nothing")


def ratio_of(node: Node) -> Node:
    return nodes.Ratio(node, SOME)


SAFE: tuple[Node, ...] = (
    nodes.Ratio(A, SOME),
    nodes.Ratio(A, ONE),
    nodes.Ratio(A, Constant(-3, PEOPLE, "-3")),
    guarded(A, A),
    guarded(NAMED, A),
    guarded(A, NAMED),
    guarded(ratio_of(A), A),
    guarded(A, nodes.Product((A, SOME))),
    guarded(A, nodes.Sum((A, B))),
    guarded(A, nodes.Maximum((A, B))),
    guarded(A, nodes.Minimum((A, SOME))),
    guarded(A, nodes.Clamp(ratio_of(A))),
    guarded(A, nodes.Ratio(SOME, A)),
    guarded(nodes.Minimum((A, B)), nodes.Product((A, B))),
    guarded(nodes.Product((A, B)), nodes.Minimum((A, B))),
    guarded(nodes.Clamp(ratio_of(A)), A),
    guarded(nodes.Round(ratio_of(A), 1), A),
    guarded(nodes.WhenPositive(A, B, "nothing"), nodes.Product((A, B))),
    guarded(SIGNED, SIGNED),
    nodes.WhenPositive(A, guarded(B, nodes.Product((A, B))), "nothing"),
    nodes.When(A, ONE, nodes.Ratio(ONE, A), Constant(0, RATIO, "0")),
    nodes.Bands(A, (Band(ONE, nodes.Ratio(ONE, A)),), "bands"),
    nodes.Root(ratio_of(A), 2),
)
UNSAFE: tuple[Node, ...] = (
    nodes.Ratio(SOME, A),
    nodes.Ratio(SOME, NOUGHT),
    nodes.Ratio(SOME, SIGNED),
    guarded(A, B),
    guarded(A, nodes.Product((A, B))),
    guarded(A, nodes.Minimum((A, B))),
    guarded(A, nodes.Sum((A, SIGNED))),
    guarded(A, nodes.Difference(A, ONE)),
    guarded(A, nodes.Round(ratio_of(A), 0)),
    guarded(nodes.Maximum((A, B)), A),
    guarded(nodes.Sum((A, B)), A),
    guarded(nodes.Product((SIGNED, A)), SIGNED),
    guarded(nodes.Ratio(SOME, B), A),
    nodes.When(A, NOUGHT, nodes.Ratio(ONE, A), Constant(0, RATIO, "0")),
    nodes.When(A, ONE, Constant(0, RATIO, "0"), nodes.Ratio(ONE, A)),
    nodes.Bands(A, (Band(NOUGHT, nodes.Ratio(ONE, A)),), "bands"),
    nodes.Root(nodes.Ratio(SIGNED, SOME), 2),
)


@pytest.mark.parametrize("node", SAFE)
def test_a_bottom_that_is_above_nought_is_proven(node: Node) -> None:
    prove(node)


@pytest.mark.parametrize("node", UNSAFE)
def test_a_bottom_that_may_be_nought_is_refused(node: Node) -> None:
    with pytest.raises(UnguardedError, match="put it under a WhenPositive"):
        prove(node)


def test_the_refusal_names_the_step_and_what_it_divides_by() -> None:
    step = Named("rate", "the rate", "factors", nodes.Ratio(A, B))
    with pytest.raises(UnguardedError, match=r"^the rate: in some rows it divides by the b, which"):
        prove(nodes.Round(step, 0))


def test_bounds_that_are_too_wide_are_refused_by_step_and_digits() -> None:
    many = tuple(Input(n, RATIO, n, "fact", 10**12) for n in "abcd")
    with pytest.raises(Overflow, match=r"^the sum: .* can reach 49 digits"):
        prove(Named("sum", "the sum", "pounds", nodes.Product(many)))


@pytest.mark.parametrize("service", ["qof/2014-15", "qof/2023-24", "qof/2025-26"])
def test_every_formula_of_a_definition_is_proven(service: str) -> None:
    for formula in formulas(load(service)):
        prove(formula.pence)


def test_proving_needs_no_database_and_no_numpy() -> None:
    code = "import sys, cqrs.calculation.proofs; print({'duckdb', 'numpy'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
