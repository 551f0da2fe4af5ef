"""Counts that came in after a statement stop everybody until they are calculated."""

from collections.abc import Callable

import pytest

from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.claims import actions, queries
from cqrs.portal.claims.models import Claim
from cqrs.portal.payments import actions as payments
from cqrs.portal.payments import queries as payment_queries
from tests import factories
from tests.factories import Loaded, actor
from tests.integration.rooms.road import approved, claim_of, declared, everything, payable

WORLD = "qof"


def send_newer_counts(qof: Loaded) -> None:
    changed = {("DM020", "Numerator"): 1}
    counts = factories.counts(qof.definition, "A99001", changed=changed)
    factories.send_counts(qof.collection_id, qof.definition, [counts])


@pytest.mark.parametrize(
    ("reach", "who", "step"),
    [
        (claim_of, "ama", actions.declare),
        (declared, "priya", actions.approve),
        (approved, "daniel", actions.finance_approve),
    ],
    ids=["declare", "approve", "finance_approve"],
)
def test_nobody_signs_figures_that_will_change(
    qof: Loaded, reach: Callable[[str], Claim], who: str, step: Callable[..., None]
) -> None:
    claim = reach("A99001")
    send_newer_counts(qof)
    before = everything()

    with pytest.raises(Refused, match=r"Newer counts of .* are not calculated yet"):
        step(actor=actor(who), claim_id=claim.pk, statement_digest=claim.statement_digest)

    assert everything() == before


def test_the_claim_says_that_it_waits_for_the_calculation(qof: Loaded) -> None:
    claim = declared("A99001")
    send_newer_counts(qof)

    card = queries.claim(actor("priya"), claim.reference).card

    assert card.waiting.sentence.startswith(
        "Waiting for a data operator to calculate newer counts since today. Next: "
    )
    assert card.waiting.sentence.endswith("declares.")
    assert "approve" not in card.may


def test_no_run_pays_it(qof: Loaded) -> None:
    payable("A99001")
    send_newer_counts(qof)

    assert payment_queries.ready(actor("grace")).claims == 0
    with pytest.raises(Refused, match="No approved claim is waiting"):
        payments.build_run(actor=actor("grace"))


def test_once_calculated_the_claim_is_declared_anew(qof: Loaded) -> None:
    before = declared("A99001")
    send_newer_counts(qof)
    actions.calculate_nation(actor=command_actor(), collection_id=qof.collection_id)

    claim = claim_of("A99001")

    assert (claim.state, claim.round) == ("awaiting_provider", before.round + 1)
    actions.declare(actor=actor("ama"), claim_id=claim.pk, statement_digest=claim.statement_digest)
