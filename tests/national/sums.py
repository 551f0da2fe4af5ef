"""QOF's arithmetic a second time, in fractions, from the published definition's own JSON.

Written apart from the calculation that it checks, and simpler: no trees, no workings.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

Counts = Mapping[str, Mapping[str, int]]


def half_up(number: Fraction, places: int) -> Fraction:
    """Rounded to so many decimals, a half upwards; for numbers of at least 0."""
    scale = 10**places
    return Fraction(floor(number * scale + Fraction(1, 2)), scale)


@dataclass(frozen=True)
class Rule:
    """What one indicator pays for."""

    id: str
    points: int
    lower: Fraction
    upper: Fraction
    register_field: str | None
    """The register whose prevalence counts; None where prevalence doesn't."""


class Second:
    """The second calculation: the rules of a definition, and England's prevalence."""

    def __init__(self, content: bytes) -> None:
        raw: dict[str, Any] = json.loads(content)
        self.point_value = Fraction(raw["money"]["point_value"]["pounds"]) * 100
        self.average_list = int(raw["money"]["average_list"]["value"])
        fields = {name: register["field"] for name, register in raw["registers"].items()}
        self.rules = [
            Rule(
                i["id"],
                int(i["points"]["value"]),
                Fraction(i["thresholds"]["lower"]),
                Fraction(i["thresholds"]["upper"]),
                fields[i["register_id"]] if i["prevalence_adjusted"]["value"] == "yes" else None,
            )
            for i in raw["indicators"]
        ]
        self.people: dict[str, int] = {}
        self.patients = 0

    def add_to_england(self, counts: Counts, registered_list: int) -> None:
        """Pool a practice into England's prevalence."""
        self.patients += registered_list
        own = {
            rule.register_field: counts[rule.id][rule.register_field]
            for rule in self.rules
            if rule.register_field
        }
        for field, people in own.items():
            self.people[field] = self.people.get(field, 0) + people

    def line(self, rule: Rule, counts: Counts, registered_list: int) -> tuple[Fraction, int]:
        """Points and pence of one indicator of a practice."""
        own = counts[rule.id]
        if own["Denominator"] == 0:
            return Fraction(0), 0
        percent = Fraction(own["Numerator"], own["Denominator"]) * 100
        way = (percent - rule.lower) / (rule.upper - rule.lower)
        share = min(max(way, Fraction(0)), Fraction(1))
        points = half_up(rule.points * share, 2)
        pence = points * self.point_value * Fraction(registered_list, self.average_list)
        if rule.register_field:
            here = Fraction(own[rule.register_field], registered_list)
            pence *= here / Fraction(self.people[rule.register_field], self.patients)
        return points, int(half_up(pence, 0))
