"""What is scored: indicators that earn points, and what every indicator says."""

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from cqrs.definitions.schema.figures import (
    Exact,
    Part,
    Sourced,
    Text,
    Thresholds,
    WholeFigure,
    Year,
    YesNo,
    YesNoFigure,
)

FieldKind = Literal["numerator", "denominator", "register", "pca", "exclusion", "yes_no", "count"]
Entry = Literal["automatic", "manual"]


class FieldOf(Part):
    """One number of an indicator that may be submitted. The key is CQRS's field name."""

    kind: FieldKind
    general: YesNo | None = None
    """For a PCA: general (yes) or specific to this indicator (no)."""
    words: Text | None = None
    """A removal reason in our words, where this indicator means something else by the code."""


class IndicatorBase(Part):
    """What every indicator says."""

    id: Text
    title: Text
    description: Text
    group: Text
    follows: tuple[Text, ...] = ()
    """The indicators of the year before that this one continues."""
    entry: Entry | None = None
    """How the counts of this indicator arrive, where it differs from the service's collection."""
    fields: Mapping[str, FieldOf] = {}
    fields_source: Sourced | None = None
    """Where the names of the fields come from; None where nothing is counted."""

    def field_of(self, kind: FieldKind) -> str | None:
        """CQRS's name of the field of this kind, or None; for kinds that occur once."""
        return next((name for name, field in self.fields.items() if field.kind == kind), None)

    @cached_property
    def removed_fields(self) -> tuple[str, ...]:
        """The removal reasons: exclusions and PCAs, in the order of the definition."""
        return tuple(n for n, f in self.fields.items() if f.kind in ("pca", "exclusion"))

    @cached_property
    def pca_fields(self) -> tuple[str, ...]:
        """The PCAs among the removal reasons."""
        return tuple(n for n, f in self.fields.items() if f.kind == "pca")


class Improvement(Sourced):
    """Points on the way from `lower` to `upper` percentage points above the own baseline.

    The baseline is the mean of the percentages of `years`. The better of this and the normal
    scale counts.
    """

    years: tuple[Year, ...]
    lower: Exact
    upper: Exact


class FractionIndicator(IndicatorBase):
    """Points for a percentage between two thresholds."""

    kind: Literal["fraction"]
    points: WholeFigure
    thresholds: Thresholds
    lump: WholeFigure | None = None
    """Points earned at the lower threshold itself; the rest in proportion up to the upper one."""
    improvement: Improvement | None = None
    register_id: Text | None = None
    prevalence_adjusted: YesNoFigure
    base_population: Literal["register", "own"]
    """`register` where base population = the carried register, so conservation can be checked."""


class RegisterIndicator(IndicatorBase):
    """All points for keeping a register with anybody on it."""

    kind: Literal["register"]
    points: WholeFigure
    register_id: Text
    prevalence_adjusted: YesNoFigure
    paid_at_nil: YesNo = False


class YesNoIndicator(IndicatorBase):
    """All points for a yes."""

    kind: Literal["yes_no"]
    points: WholeFigure


class ManagementInformation(IndicatorBase):
    """Counted and kept, never paid."""

    kind: Literal["management_information"]
