"""The one schema of a definition: what services/<service>/<year>/service.yaml may say.

Every figure that money depends on is written with its source and confidence, so that
`cqrs check` can list what still wants an official source.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from cqrs.values import FinancialYear, Pence, canonical_json, digest

Confidence = Literal["verified", "derived", "inferred", "doubtful", "memory"]
"""How sure a figure is: only `verified` needs no further source."""

FieldKind = Literal["numerator", "denominator", "register", "pca", "exclusion", "yes_no", "count"]
Step = Literal["declare", "approve", "finance_approve"]
Entry = Literal["automatic", "manual"]
Setting = Literal[
    "quality_service",
    "paycode",
    "collection",
    "route",
    "rounding",
    "list_date",
    "group_rule",
    "paid_at_nil",
    "register_cap",
]
"""The plain settings whose source and confidence stand under `settings`."""


def _whole(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise ValueError(f"'{value}' is not a whole number")


def _exact(value: object) -> object:
    if isinstance(value, Fraction):
        return value
    whole, _, part = str(value).partition(".")
    digits = isinstance(value, str) and (whole + part).isascii() and whole.isdigit()
    if digits and (part.isdigit() or "." not in str(value)):
        return Fraction(str(value))
    raise ValueError(f"'{value}' is not a plain decimal number")


def _pence(value: object) -> object:
    exact = _exact(value) if isinstance(value, str) else value
    if isinstance(exact, Fraction) and (exact * 100).denominator == 1:
        return int(exact * 100)
    raise ValueError(f"'{value}' is not an amount in pounds with at most two decimals")


def _yes_no(value: object) -> object:
    if value in ("yes", "no"):
        return value == "yes"
    raise ValueError(f"'{value}' must be yes or no")


def _year(value: object) -> object:
    return value if isinstance(value, FinancialYear) else FinancialYear.parse(str(value))


def _date(value: object) -> object:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


Whole = Annotated[int, BeforeValidator(_whole)]
Exact = Annotated[Fraction, BeforeValidator(_exact)]
PoundsAsPence = Annotated[Pence, BeforeValidator(_pence)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Year = Annotated[FinancialYear, BeforeValidator(_year)]
Day = Annotated[date, BeforeValidator(_date)]
Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """A piece of a definition: frozen, and nothing unknown is let in."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Sourced(Part):
    """Where a figure comes from and how sure it is."""

    source: Text
    confidence: Confidence
    note: str = ""


class WholeFigure(Sourced):
    """A whole number with its source."""

    value: Whole


class MoneyFigure(Sourced):
    """An amount, written in pounds ("225.49") and held in pence."""

    pounds: PoundsAsPence

    @property
    def pence(self) -> Pence:
        """The amount in pence."""
        return self.pounds


class Thresholds(Sourced):
    """No points at or below `lower` percent, all points at or above `upper` percent."""

    lower: Exact
    upper: Exact


class YesNoFigure(Sourced):
    """A yes or no with its source."""

    value: YesNo


class Domain(Part):
    """A part of a service whose points are published as one total, such as clinical."""

    title: Text
    total_points: WholeFigure


class Group(Part):
    """An area of a service, such as diabetes: what rows are grouped by."""

    title: Text
    domain: Text | None = None
    zero_register_id: Text | None = None
    """NHS England's group rule: when this register is zero the group leaves the maximum."""


class Register(Part):
    """A register whose prevalence a factor may be drawn from; `field` is CQRS's name of it."""

    title: Text
    field: Text


class Reason(Part):
    """Why a patient is removed from a denominator, in our own words."""

    words: Text


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
    entry: Entry | None = None
    """How the counts of this indicator arrive, where it differs from the service's collection."""
    fields: Mapping[str, FieldOf]
    fields_source: Sourced

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


class FractionIndicator(IndicatorBase):
    """Points for a percentage between two thresholds."""

    kind: Literal["fraction"]
    points: WholeFigure
    thresholds: Thresholds
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


class ItemOfServiceIndicator(IndicatorBase):
    """A fee for each item, for no more items than there are people on the register."""

    kind: Literal["item_of_service"]
    fee: MoneyFigure


class ManagementInformation(IndicatorBase):
    """Counted and kept, never paid."""

    kind: Literal["management_information"]


Indicator = Annotated[
    FractionIndicator
    | RegisterIndicator
    | YesNoIndicator
    | ItemOfServiceIndicator
    | ManagementInformation,
    Field(discriminator="kind"),
]
PaidIndicator = FractionIndicator | RegisterIndicator | YesNoIndicator | ItemOfServiceIndicator


class PointsMoney(Part):
    """How points become pounds: points x point value x APDF x CPI."""

    point_value: MoneyFigure
    average_list: WholeFigure
    list_date: Day
    """The date the practice's own list size must bear."""
    total_points: WholeFigure


class Rounding(Part):
    """Settings that no source publishes: decimals of points, and where pounds are rounded."""

    points_places: Whole = 2
    mode: Literal["half_up"] = "half_up"
    money: Literal["per_indicator"] = "per_indicator"


class Collection(Part):
    """When and how counts are collected."""

    frequency: Literal["monthly", "quarterly", "yearly"]
    entry: Entry
    pays: Literal["year_end", "each"]
    """Which collections decide money: the one at 31 March only, or each of them."""


class Protection(Sourced):
    """Income protection in force for some indicators. Named, not applied by this version."""

    indicators: tuple[str, ...]
    words: Text


class Definition(Part):
    """A quality service of one financial year: measures, thresholds, money, collection, route."""

    schema_: Literal["cqrs/definition/1"] = Field(alias="schema")
    service: Text
    year: Year
    version: Whole
    title: Text
    short_title: Text
    quality_service: Text
    """The code of the service in CQRS files: QOF2526."""
    paycode: Text
    owner: Text
    reference: Text
    reviewed: Day
    summary: Text
    collection: Collection
    route: tuple[Step, ...]
    money: PointsMoney | None = None
    rounding: Rounding
    settings: Mapping[Setting, Sourced]
    """Where the plain settings above come from, and how sure they are."""
    sources: Mapping[Text, Text]
    """Every source that a figure names, in full."""
    protection: Protection | None = None
    domains: Mapping[str, Domain] = {}
    groups: Mapping[str, Group]
    registers: Mapping[str, Register] = {}
    reasons: Mapping[str, Reason] = {}
    indicators: tuple[Indicator, ...]
    _content: bytes = PrivateAttr(default=b"")

    @property
    def content(self) -> bytes:
        """The canonical JSON this definition was read from: what is digested and stored."""
        return self._content

    @property
    def id(self) -> str:
        """Service and year as in a path: qof/2025-26."""
        return f"{self.service}/{self.year.slug}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest(self.content)

    @cached_property
    def by_id(self) -> Mapping[str, Indicator]:
        """Indicators by their id."""
        return {indicator.id: indicator for indicator in self.indicators}

    def reason(self, indicator_id: str, field: str) -> str:
        """Why patients are removed under this field of this indicator, in our words."""
        own = self.by_id[indicator_id].fields[field].words
        return own or self.reasons[field].words

    @cached_property
    def grouped(self) -> tuple[tuple[str, tuple[Indicator, ...]], ...]:
        """The indicators under the id of their group, in the order of the indicators.

        A stored definition keeps the order of its lists, not of its mappings: for pages, take the
        order of groups from here.
        """
        found: dict[str, list[Indicator]] = {}
        for indicator in self.indicators:
            found.setdefault(indicator.group, []).append(indicator)
        return tuple((group, tuple(members)) for group, members in found.items())

    @cached_property
    def paid(self) -> tuple[PaidIndicator, ...]:
        """The indicators that can earn something, in order."""
        return tuple(i for i in self.indicators if not isinstance(i, ManagementInformation))


def canonical(raw: object) -> bytes:
    """The bytes of a definition as read from YAML, whatever its comments and layout."""
    return canonical_json(raw)
