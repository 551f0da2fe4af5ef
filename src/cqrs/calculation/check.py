"""Check a definition's formulas: units fit, nothing divides by nought, nothing can overflow.

What the definition says of itself is checked by `cqrs.definitions.check`; here it is put together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cqrs.calculation.kinds import REMEMBERED, Formula, FormulaError, formulas
from cqrs.calculation.proofs import Overflow, UnguardedError, prove
from cqrs.definitions import check as definitions
from cqrs.definitions import load
from cqrs.definitions.check import Checked, Finding
from cqrs.definitions.schema import Definition


_PROVEN: dict[str, tuple[Finding, ...]] = {}


def formula_faults(definition: Definition) -> list[Finding]:
    """What is wrong with the formulas of a definition that agrees with itself; proven once."""
    try:
        built = formulas(definition)
    except FormulaError as error:
        return [Finding("error", error.path, error.words)]
    if definition.digest not in _PROVEN:
        if len(_PROVEN) >= REMEMBERED:
            _PROVEN.clear()
        _PROVEN[definition.digest] = tuple(_unproven(built))
    return list(_PROVEN[definition.digest])


def _unproven(built: Iterable[Formula]) -> Iterator[Finding]:
    for formula in built:
        for one in filter(None, (formula, formula.protected)):
            try:
                prove(one.pence)
            except (Overflow, UnguardedError) as error:
                yield Finding("error", f"indicators.{formula.indicator.id}", str(error))


def check_all() -> list[Checked]:
    """Check every definition of this installation, formulas too."""
    return [check_service(service_id) for service_id in load.all_services()]


def check_service(service_id: str) -> Checked:
    """Check one service and year, such as "qof/2025-26", with its formulas."""
    checked = definitions.check_service(service_id)
    definition = checked.definition
    if definition is None or any(f.severity == "error" for f in definitions.check(definition)):
        return checked
    faults = formula_faults(definition)
    return replace(checked, findings=(*faults, *checked.findings))
