"""What a definition demands of a practice's counts, as data: worked out once, read by two readers.

`validate` asks it of one practice and finds the words; the columns reader asks it of a country
and only answers whether anything is out of the ordinary.
Sources: required fields and relations are CQRS's (numerator <= denominator, count <= register);
base population = denominator + everybody removed, since success is selected before any removal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cqrs.definitions import schema
from cqrs.definitions.counts.form import Key
from cqrs.definitions.remember import ByDigest
from cqrs.definitions.schema import Definition, FieldKind, Indicator


@dataclass(frozen=True)
class AtMost:
    """One field never exceeds another of the same indicator, where both are given."""

    part: Key
    whole: Key


@dataclass(frozen=True)
class Conserved:
    """Everybody on the register is in the denominator or removed, where all of these are given."""

    denominator: Key
    removed: tuple[Key, ...]
    register: Key


@dataclass(frozen=True)
class OfIndicator:
    """What an indicator of which anything is given demands."""

    indicator: str
    fields: tuple[Key, ...]
    required: tuple[Key, ...]
    at_most: tuple[AtMost, ...]
    base: AtMost | None
    """The denominator within the register that is its base population."""
    conserved: Conserved | None
    """Asked where `base` holds."""
    only_warns: bool
    """Management information is never paid, so that it may disagree with itself."""


@dataclass(frozen=True)
class Demands:
    """All demands of a definition."""

    kinds: Mapping[Key, FieldKind]
    """Every field that may be given; no other may."""
    largest: int
    """Counts are whole numbers from nought to this one."""
    indicators: tuple[OfIndicator, ...]
    registers: Mapping[str, tuple[Key, ...]]
    """Each register by CQRS's name, with every place that repeats it: one number in a practice."""
    within: tuple[tuple[str, str], ...]
    """Registers, by name, of which the first is a part of the second. Else there is a warning."""


@ByDigest
def demands(definition: Definition) -> Demands:
    """The demands of a definition."""
    return Demands(
        kinds={
            (indicator.id, name): field.kind
            for indicator in definition.indicators
            for name, field in indicator.fields.items()
        },
        largest=definition.bounds.counts,
        indicators=tuple(_of_indicator(indicator) for indicator in definition.indicators),
        registers=_carried_registers(definition),
        within=_registers_within_registers(definition),
    )


def _of_indicator(indicator: Indicator) -> OfIndicator:
    places = {
        kind: (indicator.id, name)
        for kind in ("numerator", "denominator", "register", "count")
        if (name := indicator.field_of(kind)) is not None
    }
    pairs = (("numerator", "denominator"), ("count", "register"))
    base = conserved = None
    whole, register = places.get("denominator"), places.get("register")
    if _counts_its_register(indicator) and whole and register:
        base = AtMost(whole, register)
        removed = tuple((indicator.id, name) for name in indicator.removed_fields)
        conserved = Conserved(whole, removed, register) if removed else None
    return OfIndicator(
        indicator=indicator.id,
        fields=tuple((indicator.id, name) for name in indicator.fields),
        required=tuple((indicator.id, name) for name in _required(indicator)),
        at_most=tuple(
            AtMost(places[part], places[whole])
            for part, whole in pairs
            if part in places and whole in places
        ),
        base=base,
        conserved=conserved,
        only_warns=isinstance(indicator, schema.ManagementInformation),
    )


def _counts_its_register(indicator: Indicator) -> bool:
    return (
        isinstance(indicator, schema.FractionIndicator) and indicator.base_population == "register"
    )


def _required(indicator: Indicator) -> tuple[str, ...]:
    """The fields without which a submitted indicator can't be paid."""
    kinds: tuple[FieldKind, ...] = ()
    match indicator:
        case schema.FractionIndicator():
            kinds = ("numerator", "denominator")
            if indicator.prevalence_adjusted.value:
                kinds += ("register",)
        case schema.RegisterIndicator():
            kinds = ("register",)
        case schema.YesNoIndicator():
            kinds = ("yes_no",)
        case schema.ItemOfServiceIndicator():
            counts = [name for name, field in indicator.fields.items() if field.kind == "count"]
            register = indicator.field_of("register")
            return (*counts, register) if register else tuple(counts)
        case schema.ThresholdPayment(of="percentage") | schema.ClawBackPayment():
            kinds = ("numerator", "denominator")
        case schema.ThresholdPayment() | schema.RetainerPayment():
            kinds = ("count",)
        case schema.CapitationPayment(of="count"):
            kinds = ("count",)
    return tuple(name for kind in kinds if (name := indicator.field_of(kind)) is not None)


def _carried_registers(definition: Definition) -> dict[str, tuple[Key, ...]]:
    """Each register by CQRS's name, with every place in which it may be repeated.

    Management information isn't such a place: it counts something of its own, such as those of
    the COPD register whose diagnosis spirometry confirmed, under the name of the register.
    """
    places: dict[str, list[Key]] = {}
    for indicator in definition.paid:
        for name, known in indicator.fields.items():
            if known.kind == "register":
                places.setdefault(name, []).append((indicator.id, name))
    return {name: tuple(keys) for name, keys in places.items()}


def _registers_within_registers(definition: Definition) -> tuple[tuple[str, str], ...]:
    """Registers that are a part of another, by their ids: HF_LVSD is a part of HF."""
    fields = {key: register.field for key, register in definition.registers.items()}
    pairs = ((key, key.rpartition("_")[0]) for key in fields)
    return tuple((fields[inner], fields[outer]) for inner, outer in pairs if outer in fields)
