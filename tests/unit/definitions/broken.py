"""Copies of a real definition with one fault each."""

import json
from typing import Any

from cqrs.definitions import load
from cqrs.definitions.schema import Definition


def raw(service: str) -> Any:
    """What the YAML of a service says, as mappings, lists and text: free to be spoilt."""
    return json.loads(load.load(service).content)


def indicator(content: Any, name: str) -> Any:
    """One indicator of it."""
    return next(one for one in content["indicators"] if one["id"] == name)


def built(content: Any) -> Definition:
    """The definition it makes."""
    return load.build(content, "spoilt")
