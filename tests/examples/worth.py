"""What a provider's numbers come to: the pence of each line, for tests that try many of them."""

from collections.abc import Mapping
from typing import Any

from cqrs.definitions import load
from tests.examples.stories import Story, statement_of


def lines(service: str, **told: Any) -> dict[str, int]:
    """The pence of each line of a story told in keywords: counts, facts, registered_list, date."""
    story = Story.model_validate({"story": "a test", **_text(told)})
    statement = statement_of(load.load(service), story)
    assert sum(line.pence for line in statement.lines) == statement.pence
    return {line.indicator: line.pence for line in statement.lines}


def _text(told: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _text(v) if isinstance(v, Mapping) else str(v) for k, v in told.items()}
