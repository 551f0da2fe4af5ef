"""Claim: a what-if of the nation, 6,300 x 76, takes less than 250 ms; 1,000 less than 5 minutes.

    what_if_national.py [SCENARIOS]

The single scenario moves every indicator of every practice: another value of a point, all
numerators 5 % up, all lists 1 % up. The 1,000 are drawn from thresholds, points, values, counts and
lists; the run stops by itself at the limit and says how far it came. The peer is the exact reader:
some practices are calculated one by one, must come to the same pennies, and stand for the rest.
"""

import random
import statistics
import sys
import time

from _country import country
from _line import say

from cqrs.calculation.columns.basis import Basis
from cqrs.calculation.columns.what_if import what_if_nation
from cqrs.calculation.scenario import CountChange, RuleChange, Scenario, Shift
from cqrs.calculation.statement import PracticeInputs, Reference
from cqrs.calculation.what_if import what_if
from cqrs.definitions.load import load
from cqrs.definitions.schema import FractionIndicator

SERVICE = "qof/2023-24"
GOAL_SECONDS, GOAL_OF_ALL = 0.25, 300
RUNS = 7
SAMPLE = 60


def main() -> None:
    """Ask the nation once, several times over, then a thousand other things."""
    scenarios = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    many = inputs()
    started = time.perf_counter()
    nation = Basis.of(load(SERVICE), many)
    nation.amounts.pence.sum()
    ready = time.perf_counter() - started
    exactly = _exactly(nation, many)
    took, used = [], []
    for run in range(RUNS):
        started, cpu = time.perf_counter(), time.process_time()
        what_if_nation(nation, everything(run))
        took.append(time.perf_counter() - started)
        used.append(time.process_time() - cpu)
    seconds = statistics.median(took)
    size = f"{len(nation.codes):,} x {len(nation.live)}"
    peer = f"the exact reader ({exactly / seconds:.0f} x as fast)"
    say(seconds, f"for {size}, all of it moved", seconds / exactly, peer, GOAL_SECONDS)
    print(
        f"{'':<16} best {min(took):.2f} s of {RUNS}, processor {statistics.median(used):.2f} s; "
        f"the country is made ready in {ready:.1f} s"
    )
    _thousand(nation, scenarios, exactly)


def _thousand(nation: Basis, scenarios: int, exactly: float) -> None:
    draw = random.Random(1000)  # noqa: S311 - made-up scenarios, the same every time
    started = time.perf_counter()
    done = 0
    while done < scenarios and time.perf_counter() - started < GOAL_OF_ALL:
        what_if_nation(nation, drawn(draw))
        done += 1
        if done % 100 == 0:
            passed = time.perf_counter() - started
            print(f"… {done:,} scenarios in {passed:.0f} s", file=sys.stderr, flush=True)
    seconds = time.perf_counter() - started
    what = f"for {done:,} of {scenarios:,} scenarios"
    if done < scenarios:
        seconds = seconds / done * scenarios
        what += ", projected"
    say(seconds, what, seconds / scenarios / exactly, "the exact reader, each", GOAL_OF_ALL)


def inputs() -> list[PracticeInputs]:
    """The country as the exact reader takes it, practice by practice."""
    definition = load(SERVICE)
    made, table = country(SERVICE)
    national = {
        formula.register_id: (
            int(table.shared["national_register"][place]),
            int(table.shared["national_list"][place]),
        )
        for place, formula in enumerate(made)
        if formula.register_id
    }
    reference = Reference(national, "final", "made up")
    counts = {name: column.tolist() for name, column in table.counts.items()}
    assert definition.money is not None
    return [
        PracticeInputs(
            f"P{row:05}",
            definition.year.end,
            {
                key: counts[name][row][place]
                for place, formula in enumerate(made)
                for key, name in formula.given
            },
            registered,
            definition.money.list_date,
            "",
            reference,
        )
        for row, registered in enumerate(table.facts["list"].tolist())
    ]


def everything(run: int) -> Scenario:
    """A scenario that moves every figure of every practice."""
    return Scenario(
        rules=(RuleChange("money.point_value", f"230.{run:02}"),),
        counts=(CountChange("*", "numerator", Shift.parse("", "+5%")),),
        lists=(Shift.parse("", "+1%"),),
    )


def drawn(draw: random.Random) -> Scenario:
    """One of five kinds of scenario, alike often."""
    definition = load(SERVICE)
    scored = [i for i in definition.paid if isinstance(i, FractionIndicator)]
    one = draw.choice(scored)
    match draw.randrange(5):
        case 0:
            upper = f"{draw.randint(int(one.thresholds.lower) + 1, 99)}.{draw.randint(0, 99):02}"
            return Scenario(rules=(RuleChange(f"indicators.{one.id}.thresholds.upper", upper),))
        case 1:
            points = str(draw.randint(1, 60))
            return Scenario(rules=(RuleChange(f"indicators.{one.id}.points", points),))
        case 2:
            value = f"{draw.randint(180, 260)}.{draw.randint(0, 99):02}"
            return Scenario(rules=(RuleChange("money.point_value", value),))
        case 3:
            more = Shift.parse("", f"{draw.choice('+-')}{draw.randint(1, 20)}%")
            return Scenario(counts=(CountChange("*", "numerator", more),))
    return Scenario(lists=(Shift.parse("", f"{draw.choice('+-')}{draw.randint(1, 9)}%"),))


def _exactly(nation: Basis, many: list[PracticeInputs]) -> float:
    """Seconds the exact reader takes for the country, from a sample that must agree."""
    definition, scenario = load(SERVICE), everything(99)
    found = what_if_nation(nation, scenario)
    changes = dict(zip(found.codes, found.changes, strict=True))
    sample = many[:: len(many) // SAMPLE][:SAMPLE]
    seconds = 0.0
    for one in sample:
        started = time.perf_counter()
        outcome = what_if(definition, one, scenario)
        seconds += time.perf_counter() - started
        change = outcome.after.pence - outcome.before.pence
        assert change == changes[one.practice_code], one.practice_code
    return seconds / len(sample) * len(many)


if __name__ == "__main__":
    main()
