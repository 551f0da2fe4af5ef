"""Strike national prevalence: people on a register over registered patients, pooled.

Source: facts on QOF, section 2.2: the whole list, never an age band; whether England's figure is
pooled or a mean of practices is not settled, so the method is named in the result.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cqrs.calculation.kinds import formulas
from cqrs.calculation.statement import Reference, Values
from cqrs.definitions.schema import Definition
from cqrs.values import canonical_json, digest

METHOD = "pooled: sum of registers over sum of registered lists, whole lists"


def strike(
    definition: Definition,
    practices: Iterable[tuple[str, int, Values]],
    achievement_date: date | None = None,
) -> dict[str, Any]:
    """Pool practices given as (code, registered list, counts) into national prevalence.

    Both sums run over the practices that gave the register. Returns the JSON-able content of a
    reference set: {"service", "achievement_date", "method", "registers": {id: {"register", "list",
    "practices"}}}; the date of the counts stands in it when it is told.
    """
    wanted = registers_needed(definition)
    sums = {register_id: [0, 0, 0] for register_id in wanted}
    for _, registered_list, values in practices:
        for register_id, keys in wanted.items():
            given = next((values[key] for key in keys if key in values), None)
            if given is not None:
                total = sums[register_id]
                total[0] += given
                total[1] += registered_list
                total[2] += 1
    dated = {"achievement_date": achievement_date.isoformat()} if achievement_date else {}
    return {
        "service": definition.id,
        **dated,
        "method": METHOD,
        "registers": {
            register_id: {"register": people, "list": lists, "practices": count}
            for register_id, (people, lists, count) in sums.items()
        },
    }


def registers_needed(
    definition: Definition,
) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Each register that money needs, with the (indicator, field) pairs that may carry it.

    Management information counts something of its own under the name of the register. Where
    prevalence is drawn from denominators, each indicator has its own.
    """
    needed = {f.register_id for f in formulas(definition) if f.register_id}
    own = definition.prevalence_from == "denominator"
    return {
        register_id: tuple(
            (indicator.id, definition.registers[register_id].field)
            for indicator in definition.paid
            if definition.registers[register_id].field in indicator.fields
            and (not own or getattr(indicator, "register_id", None) == register_id)
        )
        for register_id in sorted(needed)
    }


def reference_of(content: Mapping[str, Any], status: str) -> Reference:
    """A reference set as calculations use it; its digest covers the content and the status."""
    national = {
        register_id: (figures["register"], figures["list"])
        for register_id, figures in content["registers"].items()
    }
    identity = canonical_json({"content": content, "status": status})
    return Reference(national, status, digest(identity))
