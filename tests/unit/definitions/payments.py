"""Payments to spoil, and what `cqrs check` finds wrong with a definition of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cqrs.calculation.check import check_service
from cqrs.definitions import load
from cqrs.definitions.check import Finding
from tests.unit.calculation.small import Raw, fact, fig, payment, pounds

SHARE = {"Done": "numerator", "Eligible": "denominator"}
ITEMS = {"Items": "count"}
HELD = {"Items": "count", "Register": "register"}
HELD_DAYS = {"days_held": {"title": "days held", "unit": "days", "most": "365"}}
YEARLY = {"frequency": "yearly", "entry": "manual", "pays": "each"}
QUARTERLY = {"frequency": "quarterly", "entry": "manual", "pays": "each"}
AT_YEAR_END = {"frequency": "monthly", "entry": "manual", "pays": "year_end"}
LAST = {"last": fact("pence")}
SETTLED = {"due": fact("pence"), **LAST}
LIST = {"list_date": "2026-01-01"}

Errors = Callable[[str], list[Finding]]
"""From the text of a definition to what is wrong with it."""


def checker(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Errors:
    """The way of `cqrs check`: an installation with one definition, of the text handed in."""
    monkeypatch.setattr(load, "SERVICES", folder)

    def found(text: str) -> list[Finding]:
        load.load.cache_clear()
        own = folder / "small" / "2025-26"
        own.mkdir(parents=True)
        (own / "service.yaml").write_text(text, encoding="utf-8")
        (own / "examples.yaml").write_text("stories: []\n", encoding="utf-8")
        checked = check_service("small/2025-26")
        load.load.cache_clear()
        return list(checked.errors)

    return found


def item(**own: Any) -> Raw:
    told: dict[str, Any] = {"fields": ITEMS, "fee": pounds("1.00")} | own
    return payment("item_of_service", **{k: v for k, v in told.items() if v is not None})


def dated(*starts: str) -> Raw:
    return fig(by="date", steps=[{"from": start, "pounds": "1.00"} for start in starts])


def tiers(*starts: str) -> Raw:
    return fig(by="tier", steps=[{"above": start, "pounds": "1.00"} for start in starts])


def by_field(*fields: str) -> Raw:
    return fig(by="field", steps=[{"field": field, "pounds": "1.00"} for field in fields])


def bands(*starts: str) -> Raw:
    return fig(steps=[{"from": start, "pounds": "1.00"} for start in starts])


def sliding(lower: str, upper: str) -> Raw:
    return fig(lower=lower, upper=upper, pounds="10.00")


def level(**own: Any) -> Raw:
    return payment("threshold", **({"fields": SHARE, "of": "percentage"} | own))


def block(**own: Any) -> Raw:
    return payment("block", **({"amount": pounds("1.00")} | own))


def due(*shares: tuple[str, str]) -> Raw:
    return fig(parts=[{"due": day, "percent": percent} for day, percent in shares])


def retainer(**own: Any) -> Raw:
    told: dict[str, Any] = {"fields": ITEMS, "retainer": pounds("1.00"), "fee": pounds("1.00")}
    return payment("retainer", **(told | own))


def settlement(**own: Any) -> Raw:
    return payment("reconciliation", **({"due": "due", "paid": "last"} | own))


def claw_back(**own: Any) -> Raw:
    told: dict[str, Any] = {"fields": SHARE, "fee": pounds("1.00")}
    told |= {"below": fig(value="80"), "share": fig(value="50")}
    return payment("claw_back", **(told | own))


def aspiration(**own: Any) -> Raw:
    told: dict[str, Any] = {"percent": fig(value="80"), "previous": "last"}
    told |= {"point_value": pounds("2.00"), "previous_point_value": pounds("1.00")}
    return payment("aspiration", **(told | own))


def fraction(**own: Any) -> Raw:
    told: dict[str, Any] = {"fields": SHARE, "points": fig(value="10"), "base_population": "own"}
    told |= {"thresholds": fig(lower="40", upper="90"), "prevalence_adjusted": fig(value="no")}
    return payment("fraction", **(told | own))


def composite(**own: Any) -> Raw:
    told: dict[str, Any] = {"of": ["PAY"], "cap": {"pounds": pounds("5.00")}}
    return payment("composite", "ALL", **(told | own))
