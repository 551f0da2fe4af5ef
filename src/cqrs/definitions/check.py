"""Check that a definition agrees with itself, and list the figures that still want a source."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from cqrs.definitions import load
from cqrs.definitions.figures import CONFIDENCE, Figure, figures
from cqrs.definitions.reference import FILE, national_prevalence
from cqrs.definitions.remember import ByDigest
from cqrs.definitions.rules import RULES, points_of
from cqrs.definitions.schema import Confidence, Definition


@dataclass(frozen=True)
class Finding:
    """What is wrong or unsure, the path in the YAML where it stands, and what to do about it."""

    severity: Literal["error", "doubt"]
    path: str
    words: str
    confidence: Confidence | None = None
    """For a doubt: how sure the figure is."""


@dataclass(frozen=True)
class Checked:
    """A service and year with what was found in it; `definition` is None when it can't be read."""

    service: str
    definition: Definition | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be put right before this definition may be used."""
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """The figures that are not verified."""
        return tuple(f for f in self.findings if f.severity == "doubt")


def check(definition: Definition) -> list[Finding]:
    """Every error, then every figure that isn't verified, in the order of the YAML."""
    doubts = (_doubt(figure) for figure in figures(definition) if figure.is_doubt)
    return [*errors(definition), *doubts]


@ByDigest
def errors(definition: Definition) -> tuple[Finding, ...]:
    """In what a definition doesn't agree with itself."""
    return tuple(Finding("error", *fault) for rule in RULES for fault in rule(definition))


def check_all() -> list[Checked]:
    """Check every definition of this installation. One that can't be read is an error too."""
    return [check_service(service_id) for service_id in load.all_services()]


def check_service(service_id: str) -> Checked:
    """Check one service and year, such as "qof/2025-26", and that its examples are there."""
    try:
        definition = load.load(service_id)
    except load.DefinitionError as error:
        finding = Finding("error", f"services/{service_id}/service.yaml", str(error))
        return Checked(service_id, None, (finding,))
    findings = check(definition)
    if not (load.SERVICES / service_id / "examples.yaml").is_file():
        path = f"services/{service_id}/examples.yaml"
        words = "there are no examples. Write stories with inputs, points and pounds to this file"
        findings.insert(0, Finding("error", path, words))
    findings += _published(definition)
    return Checked(service_id, definition, tuple(findings))


def _published(definition: Definition) -> list[Finding]:
    """National prevalence, where it is published, must know every register of the definition."""
    path = f"services/{definition.id}/{FILE}"
    try:
        found = national_prevalence(definition.id)
    except load.DefinitionError as error:
        return [Finding("error", path, str(error))]
    unknown = sorted(set(found.registers) - set(definition.registers)) if found else []
    words = "the definition has no such register. Remove it or correct the spelling"
    return [Finding("error", f"{path}: registers.{name}", words) for name in unknown]


def result(checked: list[Checked]) -> dict[str, object]:
    """What was found as a JSON-able value, for a machine to read."""
    return {
        "schema": "cqrs/check/1",
        "errors": sum(len(one.errors) for one in checked),
        "doubts": sum(len(one.doubts) for one in checked),
        "services": [_service_result(one) for one in checked],
    }


def _service_result(one: Checked) -> dict[str, object]:
    content: dict[str, object] = {"service": one.service}
    if one.definition is not None:
        counted = Counter(figure.sourced.confidence for figure in figures(one.definition))
        content |= {
            "title": one.definition.title,
            "version": one.definition.version,
            "digest": one.definition.digest,
            "indicators": len(one.definition.paid),
            "points": sum(points_of(i) for i in one.definition.indicators),
            "confidence": dict(sorted(counted.items())),
        }
    content["errors"] = [{"path": f.path, "words": f.words} for f in one.errors]
    content["doubts"] = [
        {"path": f.path, "confidence": f.confidence, "words": f.words} for f in one.doubts
    ]
    return content


def summary(findings: tuple[Finding, ...] | list[Finding]) -> list[tuple[str, Confidence, int]]:
    """Doubts counted by what kind of figure it is and how sure: ("thresholds", "memory", 49)."""
    counted = Counter(
        (_kind_of(f.path), f.confidence) for f in findings if f.confidence is not None
    )
    return [(kind, confidence, count) for (kind, confidence), count in counted.items()]


def _kind_of(path: str) -> str:
    kind = "settings" if path.startswith("settings.") else path.rpartition(".")[2]
    return KINDS.get(kind, kind)


KINDS = {
    "average_list": "average list",
    "fields_source": "lists of fields",
    "point_value": "point value",
    "prevalence_adjusted": "prevalence factors",
    "total_points": "total points",
}
"""Kinds of figures in words, where their key in the YAML isn't one."""


def _doubt(figure: Figure) -> Finding:
    sure = figure.sourced.confidence
    note = f" ({figure.sourced.note})" if figure.sourced.note else ""
    words = (
        f"{figure.shown} is {CONFIDENCE[sure]}, source: {figure.sourced.source}{note}. "
        "Confirm it from an official source and write verified"
    )
    return Finding("doubt", figure.path, words, sure)
