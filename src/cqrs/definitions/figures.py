"""Find every figure of a definition that bears a source, with its path in the YAML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from cqrs.definitions.remember import ByDigest
from cqrs.definitions.schema import (
    Confidence,
    DatedFees,
    Definition,
    ExactFigure,
    FieldFees,
    Improvement,
    MoneyFigure,
    Protection,
    RateFigure,
    Schedule,
    Sliding,
    Sourced,
    Steps,
    Thresholds,
    TieredFees,
    WholeFigure,
    YesNoFigure,
)
from cqrs.values import plain_text, pounds_text

CONFIDENCE: dict[Confidence, str] = {
    "verified": "verified",
    "derived": "derived",
    "inferred": "inferred",
    "doubtful": "doubtful",
    "memory": "from memory",
}
"""How sure a figure is, in words and from sure to unsure."""


@dataclass(frozen=True)
class Figure:
    """A figure, where it stands, and how it reads: "40% to 90%", "£225.49", "yes"."""

    path: str
    sourced: Sourced
    shown: str

    @property
    def is_doubt(self) -> bool:
        """True unless the figure is verified."""
        return self.sourced.confidence != "verified"


@ByDigest
def figures(definition: Definition) -> tuple[Figure, ...]:
    """Every sourced figure and setting, in the order of the schema."""
    return tuple(_walk("", definition))


def figures_of(definition: Definition, indicator_id: str) -> Iterator[Figure]:
    """The sourced figures of one indicator; paths start at the indicator."""
    yield from _walk("", definition.by_id[indicator_id])


def _walk(path: str, part: object) -> Iterator[Figure]:
    if isinstance(part, Sourced):
        yield Figure(path, part, _shown(path, part))
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _walk(_under(path, name), getattr(part, name))
    elif isinstance(part, Mapping):
        for name, inner in part.items():
            yield from _walk(_under(path, str(name)), inner)
    elif isinstance(part, tuple):
        for inner in part:
            yield from _walk(_under(path, str(getattr(inner, "id", ""))), inner)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def _shown(path: str, sourced: Sourced) -> str:
    match sourced:
        case WholeFigure():
            return f"{sourced.value:,}"
        case MoneyFigure():
            return pounds_text(sourced.pence)
        case Thresholds():
            return f"{plain_text(sourced.lower)}% to {plain_text(sourced.upper)}%"
        case YesNoFigure():
            return "yes" if sourced.value else "no"
        case Protection():
            return "income protection"
        case RateFigure():
            return f"£{plain_text(sourced.pounds)} a {sourced.per}"
        case ExactFigure():
            return plain_text(sourced.value)
        case Improvement():
            return f"{plain_text(sourced.lower)} to {plain_text(sourced.upper)} percentage points"
        case Sliding():
            scale = f"{plain_text(sourced.lower)} to {plain_text(sourced.upper)}"
            return f"{pounds_text(sourced.pounds)} from {scale}"
        case DatedFees() | FieldFees() | TieredFees() | Steps():
            return ", ".join(pounds_text(step.pounds) for step in sourced.steps)
        case Schedule():
            parts = "1 part" if len(sourced.parts) == 1 else f"{len(sourced.parts)} parts"
            return f"every {sourced.every}" if sourced.every else parts
    return "the list of fields" if path.endswith("fields_source") else "this setting"
