"""What-if for one provider: the same figures under supposed rules and numbers, with workings.

Nothing is stored: before and after are calculated from the inputs that are handed in and from
copies of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cqrs.calculation import exact
from cqrs.calculation.difference import NOTHING, Amount, worth_of
from cqrs.calculation.scenario import (
    Scenario,
    check_counts,
    supposed_inputs,
    supposed_reference,
    supposed_rules,
)
from cqrs.calculation.statement import (
    Key,
    PracticeInputs,
    Statement,
    calculate,
    chosen,
    numbers_of,
)
from cqrs.definitions.schema import Definition


@dataclass(frozen=True)
class Moved:
    """One indicator before and after; None where it has no line on that side."""

    indicator: str
    before: Amount | None
    after: Amount | None

    @property
    def change(self) -> Amount:
        """After less before."""
        return (self.after or NOTHING) - (self.before or NOTHING)


@dataclass(frozen=True)
class Outcome:
    """A provider's figures before and after, and what the after was made of."""

    definition: Definition
    """The supposed rules."""
    inputs: PracticeInputs
    """The supposed numbers."""
    before: Statement
    after: Statement
    workings: Mapping[str, exact.Working]
    """Every step of each indicator's pounds after, by indicator."""
    held: tuple[Key, ...]
    """Counts that couldn't rise as far as supposed, since they had reached what they can be."""

    @property
    def indicators(self) -> tuple[Moved, ...]:
        """Every indicator, before and after, in the order of the supposed rules."""
        before, after = worth_of(self.before), worth_of(self.after)
        return tuple(Moved(name, before.get(name), after.get(name)) for name in {**after, **before})


def what_if(
    definition: Definition,
    inputs: PracticeInputs,
    scenario: Scenario,
    before: Statement | None = None,
) -> Outcome:
    """Calculate a provider as it is and as the scenario supposes.

    `before` is its statement, where there is one already. Raises ScenarioError for a scenario
    that can't be, CalculationError for inputs that don't suffice.
    """
    supposed = supposed_rules(definition, scenario.rules)
    check_counts(supposed, scenario)
    reference = supposed_reference(inputs.reference, scenario.national)
    numbers = supposed_inputs(supposed, replace(inputs, reference=reference), scenario)
    after = calculate(supposed, numbers.inputs)
    by_id = {line.indicator for line in after.lines}
    return Outcome(
        definition=supposed,
        inputs=numbers.inputs,
        before=before or calculate(definition, inputs),
        after=after,
        workings={
            formula.indicator.id: exact.work(
                formula.pence, numbers_of(formula, numbers.inputs, after.lines)
            )
            for formula in chosen(supposed, numbers.inputs)
            if formula.indicator.id in by_id
        },
        held=numbers.held,
    )
