"""Every figure of England is right to the penny, adds up, and comes out the same again."""

import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from cqrs.calculation.statement import calculate
from cqrs.portal.audit.queries import last_seq
from cqrs.portal.catalogue.models import PublishedDefinition
from cqrs.portal.claims.inputs import inputs_of
from cqrs.portal.claims.models import Claim, Statement
from cqrs.portal.claims.queries import national_summary
from cqrs.portal.collection.models import Submission
from cqrs.portal.jobs import demo_load, demo_people, demo_road
from cqrs.portal.jobs.demo_progress import Progress
from cqrs.portal.jobs.demo_world import QOF
from cqrs.portal.organisations.models import ListSize
from cqrs.values import digest

from .conftest import PRACTICES, Nation
from .sums import Counts, Second

pytestmark = pytest.mark.django_db


def _content() -> bytes:
    return bytes(PublishedDefinition.objects.get(service=QOF).content)


def _lists() -> dict[int, int]:
    rows = ListSize.objects.filter(on_date="2026-01-01")
    return dict(rows.values_list("organisation_id", "registered"))


def _counts(nation: Nation) -> Iterator[tuple[int, Counts]]:
    rows = Submission.objects.filter(collection=nation.collection_id)
    return rows.values_list("provider_id", "counts").iterator(chunk_size=500)


def _stored(nation: Nation) -> dict[int, dict[str, Any]]:
    rows = Statement.objects.filter(collection=nation.collection_id)
    return {
        provider: json.loads(bytes(content))
        for provider, content in rows.values_list("provider_id", "content").iterator()
    }


def test_every_row_equals_an_independent_calculation(nation: Nation) -> None:
    second, lists = Second(_content()), _lists()
    for provider, counts in _counts(nation):
        second.add_to_england(counts, lists[provider])
    stored = _stored(nation)
    assert len(stored) == PRACTICES
    rows = 0
    for provider, counts in _counts(nation):
        lines = {line["indicator"]: line for line in stored[provider]["lines"]}
        assert len(lines) == len(second.rules) == 44
        for rule in second.rules:
            points, pence = second.line(rule, counts, lists[provider])
            line = lines[rule.id]
            assert (Fraction(line["points"]), line["pence"]) == (points, pence), line
            rows += 1
    assert rows == PRACTICES * 44


def _points(line: dict[str, Any]) -> Decimal:
    return Decimal(line["points"])


def test_statements_add_up_to_england(nation: Nation) -> None:
    stored = _stored(nation)
    for content in stored.values():
        assert content["pence"] == sum(line["pence"] for line in content["lines"])
        assert Decimal(content["points"]) == sum(_points(line) for line in content["lines"])
    pence = sum(content["pence"] for content in stored.values())
    points = sum(Decimal(content["points"]) for content in stored.values())
    by_commissioner: dict[int, int] = defaultdict(int)
    claims = Claim.objects.filter(collection=nation.collection_id)
    for commissioner, amount in claims.values_list("commissioner_id", "pence"):
        by_commissioner[commissioner] += amount
    summary = national_summary(nation.world.actor(demo_people.AUDITOR), nation.collection_id)
    assert len(by_commissioner) == 42 or PRACTICES < 1000
    assert sum(by_commissioner.values()) == summary.pence == pence
    assert summary.points == points
    assert summary.claims == PRACTICES


def test_england_is_plausible(nation: Nation) -> None:
    """564 points at £225.49 are £127,176 for an average practice; nobody earns them all."""
    summary = national_summary(nation.world.actor(demo_people.AUDITOR), nation.collection_id)
    assert summary.pence is not None
    assert 95_000_00 < summary.pence / PRACTICES < 127_176_00
    assert 450 < summary.points / PRACTICES < 560


def test_a_stored_statement_is_what_its_digest_says_and_comes_out_again(nation: Nation) -> None:
    rows = Statement.objects.select_related("definition", "submission", "reference")
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    for number in numbers[:: max(len(numbers) // 200, 1)]:
        statement = rows.get(pk=number)
        content = bytes(statement.content)
        assert digest(content) == statement.digest
        again = calculate(*inputs_of(statement))
        assert again.content == content


def test_the_road_left_claims_in_every_state(nation: Nation) -> None:
    claims = Claim.objects.filter(collection=nation.collection_id)
    states = set(claims.values_list("state", flat=True))
    assert states >= {
        "awaiting_provider",
        "awaiting_commissioner",
        "awaiting_finance",
        "approved",
        "scheduled",
        "sent",
    }
    larkfield = claims.get(provider__code="A99001")
    assert (larkfield.state, larkfield.status) == ("awaiting_provider", "final")


def test_loading_again_changes_nothing(nation: Nation) -> None:
    before = last_seq(), Submission.objects.count(), Statement.objects.count()
    progress = Progress(StringIO())
    for title, step in (*demo_load.STAGES, *demo_road.STAGES):
        with progress.stage(title) as stage:
            step(nation.world, stage)
    assert (last_seq(), Submission.objects.count(), Statement.objects.count()) == before
    assert progress.seconds < 20


@pytest.mark.parametrize("table", ["claims_statement", "collection_submission"])
def test_england_is_kept_for_ever(nation: Nation, table: str) -> None:
    delete = f"DELETE FROM {table} WHERE id = (SELECT min(id) FROM {table})"
    with pytest.raises(IntegrityError, match="kept for ever"), transaction.atomic():
        connection.cursor().execute(delete)
