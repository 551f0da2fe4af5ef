"""Random practices of any service: counts, lists, facts and national figures, sound and not."""

from datetime import date
from random import Random

from cqrs.calculation.kinds import formulas
from cqrs.calculation.statement import PracticeInputs, Reference
from cqrs.definitions.counts import Key, Value, demands
from cqrs.definitions.schema import Definition

ODD = (-1, 10**7, 2**70, True, False)
"""What may stand in the place of a count and isn't one."""


def country(definition: Definition, draw: Random, practices: int = 4) -> list[PracticeInputs]:
    """Some practices of one date and one set of national figures; at times one has a fault."""
    year = definition.year
    day = draw.choice([year.end, year.end, date(year.starts_in, 9, 30)])
    national = {
        name: (draw.choice([0, 1, 4_021_386]), draw.choice([1, 63_911_204]))
        for name in definition.registers
        if draw.random() > 0.01
    }
    reference = Reference(national, draw.choice(["final", "provisional"]), "e" * 64)
    wanted = definition.list_size_date or year.start
    return [
        PracticeInputs(
            practice_code=f"A{number:05}",
            achievement_date=day,
            values=counts(definition, draw),
            registered_list=draw.choice([1, 9_639, draw.randint(1, 30_000), 10**6]),
            list_date=wanted if draw.random() > 0.03 else date(2013, 1, 1),
            submission_digest=f"{draw.getrandbits(256):064x}",
            reference=reference,
            facts=facts(definition, draw),
        )
        for number in range(practices)
    ]


def counts(definition: Definition, draw: Random) -> dict[Key, Value]:
    """Counts of some indicators, now and then with a field too few or a value that is no count."""
    share, faults = draw.choice([0.05, 0.5, 1.0]), draw.random() < 0.1
    chosen = {one.id for one in definition.indicators if draw.random() < share}
    found: dict[Key, Value] = {}
    for key, kind in demands(definition).kinds.items():
        if key[0] not in chosen or (faults and draw.random() < 0.05):
            continue
        found[key] = draw.random() < 0.5 if kind == "yes_no" else _count(draw)
        if faults and draw.random() < 0.01:
            found[key] = draw.choice(ODD)
    if faults and draw.random() < 0.05:
        found["AF006", "Nonsense"] = 1
    return found


def _count(draw: Random) -> int:
    return draw.choice([0, 1, draw.randint(0, 41), draw.randint(0, 3_000)])


def facts(definition: Definition, draw: Random) -> dict[str, int]:
    """The facts that formulas ask for, or most of them."""
    nodes = {
        node.name: node
        for formula in formulas(definition)
        for each in (formula, formula.protected)
        if each is not None
        for node in each.inputs
        if node.origin == "fact"
    }
    keep = draw.choice([0.0, 0.5, 0.98, 1.0])
    found = {
        name: draw.choice([node.least, node.most, draw.randint(node.least, min(node.most, 10**6))])
        + (node.most if draw.random() < 0.01 else 0)
        for name, node in nodes.items()
        if draw.random() < keep
    }
    baselines = [formula.baselines for formula in formulas(definition) if formula.baselines]
    if draw.random() < 0.9:
        for names in baselines:
            found |= _baseline(names, draw)
    return found


def _baseline(years: tuple[tuple[str, str], ...], draw: Random) -> dict[str, int]:
    """Earlier years with no more done than there were patients."""
    found = {}
    for done, eligible in years:
        found[eligible] = _count(draw)
        found[done] = draw.randint(0, found[eligible])
    return found
