"""Check a definition's formulas: units fit, nothing divides by nought, nothing can overflow.

What the definition says of itself is checked by `cqrs.definitions.check`; here it is put together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cqrs.calculation.kinds import Formula, FormulaError, formulas
from cqrs.calculation.proofs import Overflow, UnguardedError, prove
from cqrs.definitions import check as definitions
from cqrs.definitions import load
from cqrs.definitions.check import Checked, Finding
from cqrs.definitions.remember import ByDigest
from cqrs.definitions.schema import Definition


@ByDigest
def formula_faults(definition: Definition) -> tuple[Finding, ...]:
    """What is wrong with the formulas of a definition that agrees with itself; proven once."""
    try:
        return tuple(_unproven(formulas(definition)))
    except FormulaError as error:
        return (Finding("error", error.path, error.words),)


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
    if definition is None or definitions.errors(definition):
        return checked
    faults = formula_faults(definition)
    return replace(checked, findings=(*faults, *checked.findings))
