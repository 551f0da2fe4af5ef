"""What may be submitted: the format of counts, and the one validator built from the definition."""

from cqrs.definitions.counts.demands import Demands, demands
from cqrs.definitions.counts.form import (
    CountRow,
    Counts,
    Key,
    PracticeCounts,
    Problem,
    Value,
    shown,
)
from cqrs.definitions.counts.gather import Gathering, read_value
from cqrs.definitions.counts.validate import (
    Validator,
    day_fault,
    missing,
    validate,
    validate_all,
)

__all__ = [
    "CountRow",
    "Counts",
    "Demands",
    "Gathering",
    "Key",
    "PracticeCounts",
    "Problem",
    "Validator",
    "Value",
    "day_fault",
    "demands",
    "missing",
    "read_value",
    "shown",
    "validate",
    "validate_all",
]
