"""Whom a run pays: nobody without a payee reference, and nobody whose payee has changed."""

import pytest

from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.organisations.models import Organisation
from cqrs.portal.payments import actions, queries
from cqrs.portal.payments.models import Instruction
from tests.factories import Loaded, actor
from tests.integration.rooms.road import everything, in_a_run, payable

WORLD = "qof"


def release(reference: str) -> None:
    actions.release_run(actor=actor("liam"), run_reference=reference)


def test_a_payee_that_changed_after_the_run_was_built_is_not_paid(qof: Loaded) -> None:
    reference = in_a_run()
    Organisation.objects.filter(code="A99001").update(payee_reference="P-77")
    before = everything()
    with pytest.raises(Refused, match="The payee of Larkfield Road Surgery has changed"):
        release(reference)
    assert everything() == before
    actions.cancel_run(actor=actor("grace"), run_reference=reference, reason="Another payee")
    card = queries.run(actor("grace"), reference).card
    assert "Another payee. Next: nothing, this run is finished" in card.sentence
    release(actions.build_run(actor=actor("grace")))
    assert Instruction.objects.latest("id").payee_reference == "P-77"


def test_nobody_is_paid_without_a_payee_reference(qof: Loaded) -> None:
    payable()
    Organisation.objects.filter(code="A99001").update(payee_reference="")
    before = everything()
    with pytest.raises(Refused, match=r"A99001\) has no payee reference"):
        actions.build_run(actor=actor("grace"))
    assert everything() == before
