"""Claim: what-if for one practice, every step of all 44 indicators kept, takes less than 20 ms.

Each run supposes other rules (a threshold and the value of a point, read and checked anew) and
other counts (every numerator), so nothing can be reused; the statement of today is in hand, as it
is wherever somebody asks. The peer is the exact reader: that statement, calculated.
"""

import statistics
import time

from _line import say

from cqrs.calculation.prevalence import reference_of, strike
from cqrs.calculation.scenario import CountChange, RuleChange, Scenario, Shift
from cqrs.calculation.statement import PracticeInputs, calculate
from cqrs.calculation.what_if import what_if
from cqrs.definitions.load import load
from cqrs.extraction.synthetic import counts, england

GOAL_SECONDS = 0.020
RUNS = 101


def main() -> None:
    """Ask a hundred times, each time something else, and print the median."""
    definition, country = load("qof/2025-26"), england(practices=20)
    given = [(p, c) for p, c in zip(country.practices, counts(definition, country), strict=True)]
    pool = ((p.code, p.registered_list, c.values) for p, c in given)
    reference = reference_of(strike(definition, pool), "final")
    practice, submitted = given[0]
    money = definition.money
    assert money is not None
    inputs = PracticeInputs(
        practice.code,
        submitted.achievement_date,
        submitted.values,
        practice.registered_list,
        money.list_date,
        "",
        reference,
    )
    took, plain, used = [], [], []
    for run in range(RUNS):
        started = time.perf_counter()
        before = calculate(definition, inputs)
        calculated = time.perf_counter()
        cpu = time.process_time()
        outcome = what_if(definition, inputs, scenario(run), before)
        took.append(time.perf_counter() - calculated)
        used.append(time.process_time() - cpu)
        plain.append(calculated - started)
        assert sum(int(told.value) for told in outcome.workings.values()) == outcome.after.pence
    seconds = statistics.median(took)
    what = f"for 1 x {len(outcome.workings)} with workings"
    say(seconds, what, seconds / statistics.median(plain), "one plain calculation", GOAL_SECONDS)
    print(
        f"{'':<16} median {seconds * 1000:.1f} ms, best {min(took) * 1000:.1f} ms of {RUNS}; "
        f"processor {statistics.median(used) * 1000:.1f} ms"
    )


def scenario(run: int) -> Scenario:
    """Another scenario for every run."""
    return Scenario(
        rules=(
            RuleChange("indicators.DM020.thresholds.upper", f"80.{run:03}"),
            RuleChange("money.point_value", f"230.{run % 100:02}"),
        ),
        counts=(CountChange("*", "numerator", Shift.parse("", f"+{run % 9}%")),),
    )


if __name__ == "__main__":
    main()
