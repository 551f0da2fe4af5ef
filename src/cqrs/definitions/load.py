"""Read definitions: YAML in which every scalar is text, no key comes twice, one strict schema."""

import json
import re
from collections.abc import Hashable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cqrs.definitions.schema import Definition, canonical

SERVICES = Path(__file__).parent.parent / "services"


class DefinitionError(Exception):
    """A definition can't be read; says the file, the path inside it, and what is wrong."""


def _no_key_twice(node: yaml.MappingNode) -> None:
    """A duplicate key is an error, not a merge."""
    seen: set[str] = set()
    for key_node, _ in node.value:
        if key_node.value in seen:
            line = key_node.start_mark.line + 1
            raise DefinitionError(f"line {line}: the key '{key_node.value}' stands twice")
        seen.add(key_node.value)


class _Reader(yaml.BaseLoader):
    """YAML without guesses: `no` stays "no". It says well what isn't YAML, and takes its time."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a key that stands twice."""
        _no_key_twice(node)
        return super().construct_mapping(node, deep)


class _QuickReader(yaml.CBaseLoader):
    """The same, seven times as fast."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a key that stands twice."""
        _no_key_twice(node)
        return super().construct_mapping(node, deep)


def read_yaml(text: str, where: str) -> object:
    """Read YAML text into mappings, lists and strings. Errors name `where` and the line."""
    try:
        try:
            return yaml.load(text, _QuickReader)  # noqa: S506 - builds text, lists, mappings only
        except yaml.YAMLError:
            return yaml.load(text, _Reader)  # noqa: S506 - as above, for its better words
    except DefinitionError as error:
        raise DefinitionError(f"{where}, {error}") from None
    except yaml.YAMLError as error:
        raise DefinitionError(f"{where}: not readable as YAML: {error}") from error


def build(raw: object, where: str) -> Definition:
    """Validate mappings, lists and strings against the schema."""
    try:
        definition = Definition.model_validate(raw)
    except ValidationError as error:
        found = [(_path(e["loc"], raw), e) for e in error.errors()]
        lines = [f"  {path}: {_words(path, e)}" for path, e in found]
        raise DefinitionError("\n".join([f"{where} does not fit the schema:", *lines])) from error
    definition._content = canonical(raw)
    return definition


def _words(path: str, error: ErrorDetails) -> str:
    if error["type"] == "missing" and UNBOUNDED.fullmatch(path):
        return (
            "no largest number is given, so nothing could be proven to fit. Add the largest "
            "there can be"
        )
    if error["type"] in REMEDIES:
        return REMEDIES[error["type"]]
    if error["type"] == "literal_error":
        return f"'{error['input']}' can't stand here. Write {error['ctx']['expected']}"
    return error["msg"].removeprefix("Value error, ")


UNBOUNDED = re.compile(r"bounds(\..+)?|facts\..+\.most")
"""The paths of the largest numbers that counts, lists and facts can reach."""

REMEDIES = {
    "extra_forbidden": "no such key is known here. Remove it or correct the spelling",
    "missing": "this is missing. Add it",
    "string_too_short": "this is empty. Fill it in",
}


def _path(location: tuple[int | str, ...], raw: object) -> str:
    parts: list[str] = []
    for step in location:
        if isinstance(step, int) and isinstance(raw, list) and step < len(raw):
            raw = raw[step]
            name = raw.get("id") if isinstance(raw, dict) else None
            parts.append(str(name or step))
        elif isinstance(raw, dict) and step in raw:
            raw = raw[step]
            parts.append(str(step))
        elif not isinstance(raw, dict) or step != raw.get("kind"):
            parts.append(str(step))
    return ".".join(parts)


def parse(content: bytes) -> Definition:
    """Read a stored definition from its canonical JSON; its digest is the digest of the bytes."""
    return build(json.loads(content), "stored definition")


@cache
def load(service_id: str) -> Definition:
    """Read a definition of this installation, such as "qof/2025-26"."""
    path = SERVICES / service_id / "service.yaml"
    if service_id not in all_services():
        known = ", ".join(all_services())
        raise DefinitionError(f"There is no service '{service_id}'. Choose one of: {known}")
    where = f"services/{service_id}/service.yaml"
    definition = build(read_yaml(path.read_text(encoding="utf-8"), where), where)
    if definition.id != service_id:
        raise DefinitionError(f"{where} says it is {definition.id}: move it or correct it")
    return definition


def all_services() -> list[str]:
    """Every service and year with a definition, sorted."""
    return sorted(_found())


def _found() -> Iterator[str]:
    for path in SERVICES.glob("*/*/service.yaml"):
        yield path.parent.relative_to(SERVICES).as_posix()
