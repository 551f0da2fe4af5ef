"""Two people at the same moment: one import is applied, one change of providers is decided."""

from datetime import date

import pytest

from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.mergers import actions as changes
from cqrs.portal.mergers import queries as change_queries
from cqrs.portal.mergers.models import Change
from cqrs.portal.organisations import actions, queries
from cqrs.portal.organisations.models import (
    ListImport,
    ListSize,
    OdsImport,
    Organisation,
    Relationship,
)
from tests import factories
from tests.factories import WESTMERE, actor
from tests.integration.rooms.test_mergers import merger, person
from tests.integration.rooms.test_ods_import import known
from tests.integration.rooms.test_races import at_once, refusals
from tests.ods_files import practice

pytestmark = pytest.mark.fault


@pytest.fixture
def committed(transactional_db: None) -> None:
    """The small England, so that other connections see it."""
    factories.set_up()


def test_two_imports_applied_at_once_write_one(committed: None) -> None:
    new = practice("A99101", "NEW SURGERY", commissioner=WESTMERE)
    shown = {}
    for name in ("one.csv", "two.csv"):
        upload = actions.receive_ods(
            actor=command_actor(), files=[(name, known(new))], effective_date=date(2026, 4, 1)
        )
        found = queries.difference_of(command_actor(), queries.upload(command_actor(), upload))
        shown[upload] = found.digest
    outcomes = at_once(
        *(
            lambda upload=upload, digest=digest: actions.apply_ods(
                actor=command_actor(), upload_id=upload, shown=digest
            )
            for upload, digest in shown.items()
        )
    )
    (sentence,) = refusals(outcomes)
    assert "no longer what you were shown" in sentence
    assert OdsImport.objects.count() == 1
    assert Organisation.objects.filter(code="A99101").count() == 1


def test_two_files_of_list_sizes_recorded_at_once_record_one(committed: None) -> None:
    shown = {}
    for name, content in (("one.csv", b"9901"), ("two.csv", b"9902")):
        upload = actions.receive_list(
            actor=command_actor(), name=name, content=b"code,registered\nA99001," + content,
            on_date=date(2026, 4, 1),
        )  # fmt: skip
        sent = queries.sent_list(command_actor(), upload)
        shown[upload] = queries.difference_of_list(command_actor(), sent).digest
    outcomes = at_once(
        *(
            lambda upload=upload, digest=digest: actions.apply_list(
                actor=command_actor(), upload_id=upload, shown=digest
            )
            for upload, digest in shown.items()
        )
    )
    (sentence,) = refusals(outcomes)
    assert "no longer what you were shown" in sentence
    assert ListImport.objects.count() == 1
    assert ListSize.objects.filter(on_date=date(2026, 4, 1)).count() == 1


def test_two_people_agreeing_a_change_at_once_yield_one_outcome(committed: None) -> None:
    nora = person("Nora", "commissioning_manager")
    daniel, ola = actor("daniel"), person("Ola", "finance_manager")
    number = changes.propose(actor=nora, terms=merger())
    digest = change_queries.change(daniel, number).plan.digest
    outcomes = at_once(
        lambda: changes.agree(actor=daniel, change_id=number, plan_digest=digest),
        lambda: changes.agree(actor=ola, change_id=number, plan_digest=digest),
    )
    (sentence,) = refusals(outcomes)
    assert sentence == "This change is already agreed. Nothing was changed."
    row = Change.objects.get(pk=number)
    assert row.decided_by_name in {daniel.name, ola.name}
    assert Relationship.objects.filter(kind="succeeded_by").count() == 1
