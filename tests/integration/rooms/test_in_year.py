"""In-year figures of a service that pays at the year end inform; nobody declares or pays them."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims import queries
from cqrs.portal.collection import actions as collection
from tests import factories
from tests.integration.rooms.conftest import Sql

WORLD = "qof"
DECEMBER = date(2025, 12, 31)
REFERENCE = "QOF2526-2025-12-31-A99001"


@pytest.fixture
def december(qof: factories.Loaded) -> int:
    """The same counts, extracted at the end of December."""
    number = collection.open_collection(
        actor=command_actor(),
        definition_digest=qof.definition.digest,
        achievement_date=DECEMBER,
        declare_by=date(2026, 5, 29),
    )
    codes = factories.PRACTICES
    many = [
        replace(factories.counts(qof.definition, code), achievement_date=DECEMBER) for code in codes
    ]
    factories.send_counts(number, qof.definition, many)
    factories.calculate(number, final=False)
    return number


def test_the_national_figures_of_december_never_become_final(december: int) -> None:
    with pytest.raises(Refused, match="In-year figures are for information"):
        collection.strike_reference(actor=command_actor(), collection_id=december, final=True)


def test_a_december_claim_can_not_be_declared_and_says_what_pays(december: int) -> None:
    declarer = factories.actor("ama")
    card = queries.claim(declarer, REFERENCE).card
    assert card.waiting.sentence == (
        "Waiting for nobody: in-year figures are for information. "
        "Next: the counts at the year end decide what is paid."
    )
    assert queries.claim(declarer, REFERENCE).steps == ()
    with pytest.raises(Refused, match="only the counts at the year end are declared"):
        claims.declare(actor=declarer, claim_id=card.id, statement_digest=card.statement_digest)
    assert queries.claim(declarer, REFERENCE).card.state.code == "awaiting_provider"


def test_the_database_refuses_too(december: int, sql: Sql) -> None:
    with pytest.raises(IntegrityError, match="never declared or paid"), transaction.atomic():
        sql(
            "UPDATE claims_claim SET state = 'awaiting_commissioner' WHERE reference = %s",
            REFERENCE,
        )


def test_in_year_pounds_are_in_no_sum_of_money(
    qof: factories.Loaded, request: pytest.FixtureRequest
) -> None:
    declarer, approver = factories.actor("ama"), factories.actor("priya")
    before = queries.practice_home(declarer), queries.queue(approver, queries.QueueFilter())
    request.getfixturevalue("december")
    home, queue = queries.practice_home(declarer), queries.queue(approver, queries.QueueFilter())
    assert (home.money, home.total_pence) == (before[0].money, before[0].total_pence)
    assert home.waiting == before[0].waiting
    assert [card.reference for card in home.finished] == [REFERENCE]
    assert (queue.everything, queue.everything_pence) == (
        before[1].everything,
        before[1].everything_pence,
    )
    assert queue.cards == before[1].cards
