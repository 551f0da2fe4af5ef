"""Made-up counts of QOF 2023/24, 6,300 x 76, with every field: removals, registers, answers."""

from collections.abc import Iterator
from dataclasses import replace

from peers.years import NEXT_YEAR, _as_published

from cqrs.definitions.counts import Key, PracticeCounts, Value
from cqrs.definitions.schema import Definition
from cqrs.extraction.synthetic import counts
from cqrs.extraction.synthetic.england import England

NOW = {later: earlier for earlier, later in NEXT_YEAR.items()}


def drawn(definition: Definition, country: England) -> Iterator[PracticeCounts]:
    """Every practice's counts, in order with the definition's demands."""
    for one in counts(_as_published(definition), country):
        values = {
            (NOW.get(name, name), field): value for (name, field), value in one.values.items()
        }
        _agree(definition, values)
        yield replace(one, values=values)


def _agree(definition: Definition, values: dict[Key, Value]) -> None:
    """Fill what England's figures of another year don't know: two registers.

    The smoking register is whoever SMOK002 finds in scope; those diagnosed within the year are
    whoever DEP004 looks at.
    """
    smoking = definition.by_id["SMOK002"].field_of("register")
    register = values["SMOK002", smoking or ""]
    for indicator in definition.indicators:
        if smoking in indicator.fields:
            values[indicator.id, smoking] = register
    for name, whole in (("SMOK005", register), ("DEP004", None)):
        indicator = definition.by_id[name]
        removed = sum(values[name, field] for field in indicator.removed_fields)
        denominator = (name, indicator.field_of("denominator") or "")
        if whole is None:
            values[name, indicator.field_of("register") or ""] = values[denominator] + removed
        else:
            values[denominator] = whole - removed
