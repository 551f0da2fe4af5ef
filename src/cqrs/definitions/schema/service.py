"""A quality service of one financial year, whole."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from cqrs.definitions.schema.figures import (
    Day,
    MoneyFigure,
    Part,
    Sourced,
    Text,
    Whole,
    WholeFigure,
    Year,
)
from cqrs.definitions.schema.indicators import (
    Entry,
    FractionIndicator,
    ManagementInformation,
    RegisterIndicator,
    YesNoIndicator,
)
from cqrs.definitions.schema.payments import Payment
from cqrs.values import RoundingMode, canonical_json, digest

Step = Literal["declare", "approve", "finance_approve"]
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


PointsIndicator = FractionIndicator | RegisterIndicator | YesNoIndicator
PaidIndicator = PointsIndicator | Payment
Indicator = Annotated[PaidIndicator | ManagementInformation, Field(discriminator="kind")]


class PointsMoney(Part):
    """How points become pounds: points x point value x APDF x CPI."""

    point_value: MoneyFigure
    average_list: WholeFigure | None = None
    average_list_date: Day | None = None
    """The date of the average list: for QOF 1 January before the year."""
    average_list_fact: Text | None = None
    """The fact that holds the average list, where no figure of it is published."""
    status: Literal["provisional", "final"] = "final"
    """Whether the value of a point and the average list may still change: then nothing is paid."""
    list_date: Day
    """The date the provider's own list size must bear."""
    total_points: WholeFigure
    prevalence_from: Literal["register", "denominator"] = "register"
    """What a prevalence is the share of: networks are compared by their denominators."""


class Rounding(Part):
    """Settings that no source publishes: decimals of points, and where pounds are rounded."""

    points_places: Annotated[Whole, Field(le=6)] = 2
    mode: RoundingMode = "half_up"
    money: Literal["per_indicator"] = "per_indicator"


class Collection(Part):
    """When and how counts are collected."""

    frequency: Literal["monthly", "quarterly", "yearly"]
    entry: Entry
    pays: Literal["year_end", "each"]
    """Which collections decide money: the one at 31 March only, or each of them."""

    @property
    def months(self) -> range:
        """The months of the financial year at whose end counts are collected: April is 1."""
        return {"monthly": range(1, 13), "quarterly": range(3, 13, 3), "yearly": range(12, 13)}[
            self.frequency
        ]

    @property
    def paying_months(self) -> range:
        """The months whose counts pay, April being 1."""
        return self.months if self.pays == "each" else range(12, 13)


class Protection(Sourced):
    """Income protection: these indicators keep the points of `base_year` where they are given.

    It freezes points, not cash: this year's value of a point, list and prevalence still apply.
    """

    indicators: tuple[Text, ...]
    base_year: Year
    words: Text


class FactOf(Part):
    """A number about the provider that isn't a count, such as beds or last year's payment."""

    title: Text
    unit: Literal["people", "beds", "days", "points", "pence"]
    most: Whole
    """The largest it can be, in whole numbers of 10^-places of its unit."""
    places: Whole = 0
    default: Whole | None = None
    """What holds where nothing is given."""


class Bounds(Part):
    """The largest numbers there can be, so that a result is proven to fit before it is computed."""

    counts: Whole
    list: Whole
    national: Whole


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
    list_date: Day | None = None
    """The date a list size must bear where there is no money part to name it."""
    rounding: Rounding
    bounds: Bounds
    facts: Mapping[Text, FactOf] = {}
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

    @property
    def prevalence_from(self) -> Literal["register", "denominator"]:
        """Which field of an indicator its prevalence is the share of."""
        return self.money.prevalence_from if self.money else "register"

    @property
    def list_size_date(self) -> Day | None:
        """The date that a provider's list size must bear; None where any list is as good."""
        return self.money.list_date if self.money else self.list_date

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

    @cached_property
    def scored(self) -> tuple[PointsIndicator, ...]:
        """The indicators that earn points, in order."""
        kinds = (FractionIndicator, RegisterIndicator, YesNoIndicator)
        return tuple(i for i in self.indicators if isinstance(i, kinds))


def canonical(raw: object) -> bytes:
    """The bytes of a definition as read from YAML, whatever its comments and layout."""
    return canonical_json(raw)
