"""Every story beside a definition holds: counts are accepted, points and pounds are as told."""

import pytest
from pydantic import ValidationError

from cqrs.calculation.statement import CalculationError
from cqrs.definitions import load
from cqrs.definitions.counts import validate
from tests.examples.stories import Story, counts_of, statement_of, stories
from tests.examples.sums import holds

WITH_STORIES = [s for s in load.all_services() if (load.SERVICES / s / "examples.yaml").is_file()]
TOLD = [(service, story) for service in WITH_STORIES for story in stories(service)]


def each(told: list[tuple[str, Story]]) -> pytest.MarkDecorator:
    names = [f"{service}: {story.story[:60]}" for service, story in told]
    return pytest.mark.parametrize(("service", "story"), told, ids=names)


ACCEPTED = [(service, story) for service, story in TOLD if story.refused is None]
REFUSED = [(service, story) for service, story in TOLD if story.refused is not None]


@each(ACCEPTED)
def test_points_and_pounds_are_as_told(service: str, story: Story) -> None:
    definition = load.load(service)
    assert [p.text() for p in validate(definition, counts_of(definition, story))] == []

    statement = statement_of(definition, story)

    got = {line.indicator: (line.points, line.pence) for line in statement.lines}
    assert got == {key: (one.points, one.pounds) for key, one in story.expect.items()}


@each(ACCEPTED)
def test_totals_are_as_told(service: str, story: Story) -> None:
    statement, total = statement_of(load.load(service), story), story.total
    assert total is not None, "tell the total too"

    assert statement.pence == total.pounds
    if total.points is not None:
        assert statement.points == total.points
        assert statement.attainable_points == total.attainable_points
        assert statement.attainable_points_group_rule == total.attainable_points_group_rule


@each(REFUSED)
def test_what_is_refused_says_why(service: str, story: Story) -> None:
    definition = load.load(service)
    assert (story.expect, story.total) == ({}, None)

    errors = [p.words for p in validate(definition, counts_of(definition, story)) if p.is_error]
    if not errors:
        with pytest.raises(CalculationError) as caught:
            statement_of(definition, story)
        errors = [str(caught.value)]

    assert any(str(story.refused) in words for words in errors), errors


@each(TOLD)
def test_the_sums_by_hand_hold(service: str, story: Story) -> None:
    assert [line for line in story.by_hand if not holds(line)] == []


@pytest.mark.parametrize("service", load.all_services())
def test_each_service_has_a_story_that_is_paid_and_one_that_is_refused(service: str) -> None:
    told = stories(service)
    assert any(story.expect for story in told)
    assert any(story.refused for story in told)


def test_a_story_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="poinst"):
        Story.model_validate({"story": "x", "registered_list": "1", "counts": {}, "poinst": "1"})
