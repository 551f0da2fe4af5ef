"""What England's practices do on average: the published totals made-up counts are drawn around.

Source: NHS England, QOF 2024/25 (Open Government Licence v3.0), England by indicator and register.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cqrs.definitions.load import SERVICES

FACTS = SERVICES / "facts"
PREDECESSORS = {"DM036": "DM033", "DM034": "DM022", "DM035": "DM023", "AST012": "AST011"}
"""Indicators of 2025/26 that England's 2024/25 figures know by the id before."""


@dataclass(frozen=True)
class IndicatorTotals:
    """England's sums over all practices of one fraction indicator."""

    numerator: int
    denominator: int
    pcas: int

    @property
    def in_scope(self) -> int:
        """Everybody who is counted or removed by a PCA."""
        return self.denominator + self.pcas

    @property
    def achieved(self) -> float:
        """The share of patients achieved."""
        return self.numerator / self.denominator

    @property
    def pca_share(self) -> float:
        """PCAs among those in scope."""
        return self.pcas / self.in_scope


@dataclass(frozen=True)
class Rates:
    """England's totals by indicator, and people on each register per registered patient."""

    indicators: Mapping[str, IndicatorTotals]
    registers: Mapping[str, float]
    registered_patients: int

    def totals(self, indicator_id: str) -> IndicatorTotals:
        """The totals of the indicator or of its predecessor. KeyError names an unknown one."""
        return self.indicators[PREDECESSORS.get(indicator_id, indicator_id)]


@cache
def rates() -> Rates:
    """Read the published totals; two registers that they lack are derived from indicators.

    The LVSD register is HF003's denominator and PCAs (everybody on it is one or the other); the
    smoking register is SMOK002's, each patient with any listed condition once.
    """
    with (FACTS / "england_2024_25.csv").open(encoding="utf-8", newline="") as file:
        indicators = {
            row["indicator_id"]: IndicatorTotals(
                int(row["numerator"]), int(row["denominator"]), int(row["pcas"])
            )
            for row in csv.DictReader(file)
        }
    with (FACTS / "england_prevalence_2024_25.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    people = {row["group"]: int(row["register"]) for row in rows}
    people["HF_LVSD"] = indicators["HF003"].in_scope
    people["SMOK"] = indicators["SMOK002"].in_scope
    whole = max(int(row["list_size"]) for row in rows)
    return Rates(indicators, {name: count / whole for name, count in people.items()}, whole)
